"""Two convolutions over the words of sentences, those of the same length together, and what is kept of them.

The first layer is looked up by word type, where it was computed once a type, not once a word: a window of three. The
second looks at a word and those `STEP` before and after it. Both of our nets read so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.nlp import Sentences, Tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

STEP = 2
"""Words between the taps of the second layer; as many blanks stand between sentences."""
PLACES = 1024
"""Places that are read together, at most, if a sentence is no longer: what the processor keeps near at hand."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some sentences of the same length, b of l words."""

    row: Ints
    """(b,): numbers of the sentences."""
    place: Ints
    """(b, l): numbers of the words."""
    deep: Floats
    """(b, l, G): the second layer."""


def lay_out(tokens: Tokens, sents: Sentences, blanks: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """The words of the sentences one after another, as numbers of tokens, and where each sentence begins.

    `blanks` are the norms of what is no word.
    """
    size = (sents.last - sents.first).astype(np.int64)
    owner = np.repeat(np.arange(len(size)), size)
    token = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size) + sents.first[owner]
    is_word = ~np.isin(tokens.norm[token], blanks)
    size = np.bincount(owner[is_word], minlength=len(sents))
    return token[is_word], np.cumsum(size) - size


def blocks(kind: Ints, first: Ints, near: Floats, near_bias: Floats, far: Floats, far_bias: Floats) -> Iterator[Block]:
    """The two layers over all sentences that have a word.

    `kind` (words,) are rows of `near`; each sentence begins at its `first` word and ends where the next begins. `near`
    (types, 3 * C) is what a type adds to the word after it, to itself, and to the word before it. `far` is (3, C, G).
    """
    size, blank, channels = np.diff(np.append(first, len(kind))), len(near), len(near_bias)
    none = np.zeros((1, channels), dtype=np.float32)
    after, itself, before = (np.concatenate([near[:, i * channels : (i + 1) * channels], none]) for i in range(3))
    for length in np.unique(size[size > 0]).tolist():
        rows = np.flatnonzero(size == length)
        most = max(1, PLACES // (length + STEP))
        for row in (rows[at : at + most] for at in range(0, len(rows), most)):
            place = first[row][:, None] + np.arange(length)
            full = np.full((len(row), length + STEP), blank)
            full[:, :length] = kind[place]
            flat = full.reshape(-1)
            hidden = itself[flat] + near_bias
            hidden[1:] += after[flat[:-1]]
            hidden[:-1] += before[flat[1:]]
            np.maximum(hidden, 0, out=hidden)
            hidden[flat == blank] = 0
            deep = hidden @ far[1] + far_bias
            deep[STEP:] += hidden[:-STEP] @ far[0]
            deep[:-STEP] += hidden[STEP:] @ far[2]
            np.maximum(deep, 0, out=deep)
            yield Block(row, place, deep.reshape(*full.shape, -1)[:, :length])


def pooled(deep: Floats, attend: Floats) -> tuple[Floats, Floats]:
    """(b, (1 + heads) * G), the strongest of each channel and its means, and (b, l, heads), how much each place counts in these."""
    share = np.exp(np.clip(deep @ attend, -20, 20))
    share /= share.sum(1, keepdims=True)
    means = np.matmul(share.transpose(0, 2, 1), deep)
    return np.concatenate([deep.max(1), means.reshape(len(means), -1)], axis=1), share
