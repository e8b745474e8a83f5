"""Importing this reads lexicon and weights: the server that forks the workers does it once, for all of them."""

from contextlib import suppress

from pipeline.engine.memory import analyse
from pipeline.tables import forgo_pandas

REVIEW = "Run (2020)\n\nA mother keeps her daughter at home. The film is good, and Kiera Allen is better."

forgo_pandas()
# What is damaged is told by the worker that needs it: nobody hears it here.
with suppress(Exception):
    analyse([REVIEW])
