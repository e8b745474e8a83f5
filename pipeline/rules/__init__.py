"""Finders that work by rule, over text and tokens."""
