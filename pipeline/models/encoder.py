"""Sentences -> what they say of voice and stance, by a small convolutional net over word types.

One pass over a batch serves all the meters. A word is looked up by the hash of its norm in a table that was
taught by a large model (see ENCODER_CARD.md); a word that is not in the table is known by its last letters and
its shape. The first layer is computed once a word type, not once a word, which is what makes it cheap.
"""

import weakref
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from pipeline.models import convolution, ngrams
from pipeline.models.scopes import SCOPES, scopes
from pipeline.nlp import Sentences, Tokens

Floats = NDArray[np.float32]

BLANKS = np.array(
    sorted(get_string_id(c * n) for c in (" ", "\n", "\t", "\r", "\u00a0", "\r\n", "\n ", " \n") for n in range(1, 9)),
    dtype=np.uint64,
)
"""Hashes of the white-space tokens that texts are full of; they say nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The net's arrays, as float32."""

    words: NDArray[np.uint64]
    """(V,): hashes of the norms in the table, rising."""
    shapes: NDArray[np.uint64]
    """(H,): hashes of the shapes in the table, rising."""
    table: Floats
    """(V + H + 1 + SUFFIXES + SCOPES, D): a vector for every word, every shape, other shapes, every bucket of last letters,
    and every mark of scopes.py."""
    near: Floats
    """(D, WIDTH * C): first layer, a matrix for every place in the window."""
    near_bias: Floats
    """(C,)"""
    far: Floats
    """(3, C, F): second layer, over the word `STEP` before, the word, the word `STEP` after."""
    far_bias: Floats
    """(F,)"""
    attend: Floats
    """(F, HEADS): how much a place counts in each of the means."""
    join: Floats
    """((1 + HEADS) * F, H): from the strongest and the means to what they say together."""
    join_bias: Floats
    """(H,)"""
    out: Floats
    """((1 + HEADS) * F + H, K): from all of these to the outputs."""
    out_bias: Floats
    """(K,)"""
    pairs: Floats
    """(1 << bits, 2): what words and pairs of words say of stance, and of voice, in two linear models."""


WIDTH = 3
HEADS = 2
SUFFIXES = 2048

OUTPUTS = 7
"""Three logits of stance, then four of voice, in the order of records."""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights beside this module."""
    with np.load(Path(__file__).with_name("encoder.npz"), allow_pickle=False) as arrays:
        read = {name: arrays[name] for name in arrays.files}
    scale = read.pop("scale").astype(np.float32)
    read["table"] = read["table"].astype(np.float32) * scale[:, None]
    read["far"] = read["far"].reshape(3, -1, len(read["far_bias"]))
    read["pairs"] = read["pairs"].astype(np.float32) * read.pop("pairs_scale").astype(np.float32)
    return Weights(**{k: v if v.dtype == np.uint64 else v.astype(np.float32) for k, v in read.items()})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the net says of each sentence of a batch."""

    stance: Floats
    """(n, 3): logits, in the order of records.STANCES."""
    voice: Floats
    """(n, 4): logits, in the order of records.VOICES."""
    pairs: Floats
    """(n, 2): sums of words and pairs of words, above 0 for praise rather than blame, and for plot rather than opinion."""
    words: NDArray[np.int64]
    """(n,): words and punctuation marks, white space left out."""


def rows_of(
    words: NDArray[np.uint64],
    shapes: NDArray[np.uint64],
    norm: NDArray[np.uint64],
    shape: NDArray[np.uint64],
    suffix: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the table for tokens: of the word (or its last letters), and of its shape."""
    at = np.minimum(np.searchsorted(words, norm), len(words) - 1)
    known = words[at] == norm
    base = len(words)
    rare = base + len(shapes) + 1 + (suffix % np.uint64(SUFFIXES)).astype(np.int64)
    where = np.minimum(np.searchsorted(shapes, shape), len(shapes) - 1)
    form = np.where(shapes[where] == shape, where, len(shapes)) + base
    return np.where(known, at, rare), form


def _read(tokens: Tokens, sents: Sentences) -> Reading:
    w = weights()
    index, begins = convolution.lay_out(tokens, sents, BLANKS)
    count = np.diff(np.append(begins, len(index)))
    owner = np.repeat(np.arange(len(sents)), count)
    norm, shape, suffix = tokens.norm[index], tokens.shape[index], tokens.suffix[index]
    mark = scopes(norm, owner)
    mixed = norm ^ (shape * np.uint64(0x9E3779B97F4A7C15)) ^ (suffix * np.uint64(0xC2B2AE3D27D4EB4F))
    mixed += mark.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
    _, first, kind = np.unique(mixed, return_index=True, return_inverse=True)
    word, form = rows_of(w.words, w.shapes, norm[first], shape[first], suffix[first])
    vectors: Floats = w.table[word] + w.table[form] + w.table[len(w.table) - SCOPES + mark[first]]
    pooled = np.zeros((len(sents), len(w.join)), np.float32)
    near: Floats = vectors @ w.near
    for block in convolution.blocks(kind, begins, near, w.near_bias, w.far, w.far_bias):
        pooled[block.row], _ = convolution.pooled(block.deep, w.attend)
    joined = np.maximum(pooled @ w.join + w.join_bias, 0)
    logits = np.concatenate([pooled, joined], axis=1) @ w.out + w.out_bias
    logits[count == 0] = w.out_bias
    pairs = ngrams.weigh(norm, owner, len(sents), w.pairs)
    return Reading(logits[:, :3], logits[:, 3:], pairs, count)


_last: list[tuple[weakref.ref[NDArray[np.uint64]], weakref.ref[NDArray[np.int32]], Reading]] = []


def read(tokens: Tokens, sents: Sentences) -> Reading:
    """What the net says of the sentences; the last batch's is kept, as each of the meters asks for it."""
    if _last and _last[0][0]() is tokens.norm and _last[0][1]() is sents.first:
        return _last[0][2]
    reading = _read(tokens, sents)
    _last[:] = [(weakref.ref(tokens.norm), weakref.ref(sents.first), reading)]
    return reading
