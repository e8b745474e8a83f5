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

STILL = 2.0
"""Weight of silence: how many words of full strength a sentence needs to be told apart from none."""

SHADOW = 2.5
"""What a dark word counts beside a bright one: stories set up what is bright to put it in danger."""


@lru_cache(maxsize=1)
def weights() -> tuple[NDArray[np.uint64], Floats]:
    """(V,) hashes of norms, rising, and (V,) how bright each word is, -1 to 1."""
    with np.load(Path(__file__).with_name("valence.npz"), allow_pickle=False) as arrays:
        return arrays["words"], arrays["bright"].astype(np.float32) / 127


def _sums(tokens: Tokens, sents: Sentences) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) sum of the words of each sentence, dark ones less than nothing, and (n,) how much they say at all."""
    words, bright = weights()
    at = np.minimum(np.searchsorted(words, tokens.norm), len(words) - 1)
    value = np.where(words[at] == tokens.norm, bright[at], 0).astype(np.float64)
    value[value < 0] *= SHADOW
    # Sums over the tokens first:last of each sentence.
    total, strength = (np.concatenate([[0.0], np.cumsum(v)]) for v in (value, np.abs(value)))
    return total[sents.last] - total[sents.first], strength[sents.last] - strength[sents.first]


def predict(tokens: Tokens, sents: Sentences) -> Floats:
    """(n,): -1 dark to 1 bright, 0 where no word says anything."""
    said, strength = _sums(tokens, sents)
    return np.asarray(np.round(said / (strength + STILL), 6), dtype=np.float32)


def told(
    tokens: Tokens, sents: Sentences, counts: NDArray[np.bool_], group: NDArray[np.int32], n_groups: int
) -> Floats:
    """(n_groups,): -1 dark to 1 bright over the sentences that count in each group; nan where none does.

    Sentences that say much weigh more than those that say little, which a mean of `predict` would not do.
    """
    said, strength = (np.bincount(group[counts], v[counts], n_groups) for v in _sums(tokens, sents))
    some = np.bincount(group[counts], minlength=n_groups) > 0
    return np.asarray(np.where(some, np.round(said / (strength + STILL), 6), np.nan), dtype=np.float32)
