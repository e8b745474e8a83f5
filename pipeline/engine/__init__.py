"""Shards, parts, processes, merge, publish, verify: all that knows of files, processes and clusters."""
