"""Sentences -> how dark or bright what they tell is: death and captivity against love and homecoming.

A table of words with how bright each is; a sentence is as bright as its words are together. It is meant for
sentences of plot, and says nothing of the film.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.nlp import Sentences, Tokens

Floats = NDArray[np.float32]

STILL = np.float32(1.5)
"""Weight of silence: how many words of full strength a sentence needs to be told apart from none."""


@lru_cache(maxsize=1)
def weights() -> tuple[NDArray[np.uint64], Floats]:
    """(V,) hashes of norms, rising, and (V,) how bright each word is, -1 to 1."""
    with np.load(Path(__file__).with_name("valence.npz"), allow_pickle=False) as arrays:
        return arrays["words"], arrays["bright"].astype(np.float32) / 127


def predict(tokens: Tokens, sents: Sentences) -> Floats:
    """(n,): -1 dark to 1 bright, 0 where no word says anything."""
    words, bright = weights()
    at = np.minimum(np.searchsorted(words, tokens.norm), len(words) - 1)
    value = np.where(words[at] == tokens.norm, bright[at], 0).astype(np.float64)
    # Sums over the tokens first:last of each sentence.
    total, strength = (np.concatenate([[0.0], np.cumsum(v)]) for v in (value, np.abs(value)))
    said = total[sents.last] - total[sents.first]
    return np.asarray(np.round(said / (strength[sents.last] - strength[sents.first] + STILL), 6), dtype=np.float32)
