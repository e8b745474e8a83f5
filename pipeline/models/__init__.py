"""Learned models: arrays in, probabilities out."""
