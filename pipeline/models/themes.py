"""Sentences -> logits of the themes, a vector of what each tells, and the words that say so, by a small net.

What a word and a pair of words say of each theme by themselves is added up; two convolutions, and a layer over what
they find in the whole sentence, add what several say together. The net learned from the motivations of the Literary Theme Ontology and from a large model that had learned from them
(THEMES_CARD.md). It sees words by the hash of their norm, others by their last letters. Its first layer is computed
once a word type, not once a word; sentences of the same length are read together. Definitions of themes are read by the same net: what a theme's definition and a
sentence have in common is the cosine of two vectors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from pipeline import nlp
from pipeline.models import convolution

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SUFFIXES = 2048
"""Buckets of last letters."""
LONGEST = 7
"""Most words that are shown for a theme."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
BLANKS = np.array([0, *(get_string_id(sign * n) for sign in " \n\t\r\u00a0" for n in range(1, 9))], dtype=np.uint64)
"""Norms of what is no word; 0 is that of a word that is not to be read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The net's arrays: V words, D dimensions of a word, C and G channels, H of the sentence, K themes, U of a vector.

    What is known of a sentence, W = 2 * G + H numbers, are the strongest of G channels, their mean, and H of these two.
    """

    words: NDArray[np.uint64]
    """(V,): hashes of norms, rising."""
    table: Floats
    """(V + 1 + SUFFIXES, D): vectors of the words, of the blank (zeros), of the buckets."""
    near: Floats
    """(D, 3 * C): first layer, for the word before, the word, the word after."""
    near_bias: Floats
    """(C,)"""
    far: Floats
    """(3, C, G): second layer, for the word `convolution.STEP` before, the word, the word as far after."""
    far_bias: Floats
    """(G,)"""
    attend: Floats
    """(G,): how much a place counts in the mean."""
    whole: Floats
    """(2 * G, H): from strongest and mean to what they say together."""
    whole_bias: Floats
    """(H,)"""
    out: Floats
    """(W, K): to logits."""
    out_bias: Floats
    """(K,)"""
    tell: Floats
    """(W, U): to the vector of a text."""
    tell_bias: Floats
    """(U,)"""
    single: Floats
    """(V + 1 + SUFFIXES, K): what a word adds by itself, in the order of `table`."""
    pairs: NDArray[np.uint64]
    """(P,): `pair_keys` of two words, rising."""
    double: Floats
    """(P + 1, K): what two words add; zeros for all other pairs."""
    usual: Floats
    """(U,): mean vector of the sentences of stories."""
    spread: Floats
    """(U, U): their covariance."""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights beside this module."""
    return load(Path(__file__).with_name("themes.npz"))


def load(path: Path) -> Weights:
    """The weights in a file."""
    with np.load(path, allow_pickle=False) as arrays:
        read = {name: arrays[name] for name in arrays.files}
    for name in ("table", "single", "double"):
        read[name] = read[name].astype(np.float32) * read.pop(f"{name}_scale").astype(np.float32)[:, None]
    return Weights(**{name: v if v.dtype == np.uint64 else v.astype(np.float32) for name, v in read.items()})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the net says of each of n sentences."""

    logits: Floats
    """(n, K): a logit a theme."""
    known: Floats
    """(n, W): what is known of each."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Some sentences of the same length, b of l words."""

    row: Ints
    """(b,): numbers of the sentences."""
    token: Ints
    """(b, l)"""
    deep: Floats
    """(b, l, G): the second layer."""
    share: Floats
    """(b, l): how much of the mean each place is."""
    pooled: Floats
    """(b, 2 * G): the strongest of the second layer, and its mean."""
    plain: Floats
    """(b, l, K): what each word, and the pair that it ends, adds by itself."""


def read(tokens: nlp.Tokens, sents: nlp.Sentences) -> Reading:
    """Read the sentences."""
    w = weights()
    found = np.zeros((len(sents), 2 * len(w.far_bias)), dtype=np.float32)
    plain = np.zeros((len(sents), len(w.out_bias)), dtype=np.float32)
    for block in _blocks(tokens, sents):
        found[block.row] = block.pooled
        plain[block.row] = block.plain.sum(1)
    known = np.concatenate([found, np.maximum(found @ w.whole + w.whole_bias, 0)], axis=1)
    return Reading(known @ w.out + w.out_bias + plain, known)


def _blocks(tokens: nlp.Tokens, sents: nlp.Sentences) -> Iterator[_Block]:
    """The two layers over the sentences, those without a word left out."""
    w = weights()
    token, first = convolution.lay_out(tokens, sents, BLANKS)
    kinds, kind = np.unique(word_rows(tokens, token, w.words), return_inverse=True)
    pair = pair_rows(tokens, token, first, w.pairs)
    near, single = w.table[kinds] @ w.near, w.single[kinds]
    for block in convolution.blocks(kind, first, near, w.near_bias, w.far, w.far_bias):
        pooled, share = convolution.pooled(block.deep, w.attend[:, None])
        plain = single[kind[block.place]] + w.double[pair[block.place]]
        plain /= np.float32(np.sqrt(block.place.shape[1]))
        yield _Block(block.row, token[block.place], block.deep, share[..., 0], pooled, plain)


def word_rows(tokens: nlp.Tokens, token: Ints, words: NDArray[np.uint64]) -> Ints:
    """The row of the table for each word."""
    norm, suffix = tokens.norm[token], tokens.suffix[token]
    place = np.minimum(np.searchsorted(words, norm), len(words) - 1)
    bucket = len(words) + 1 + (suffix % np.uint64(SUFFIXES)).astype(np.int64)
    return np.where(words[place] == norm, place, bucket)


def pair_rows(tokens: nlp.Tokens, token: Ints, first: Ints, pairs: NDArray[np.uint64]) -> Ints:
    """The row of `double` for the pair of each word and the one before it in its sentence."""
    key = pair_keys(tokens.norm[token])
    place = np.minimum(np.searchsorted(pairs, key), len(pairs) - 1)
    known = pairs[place] == key
    known[first[first < len(token)]] = False
    return np.where(known, place, len(pairs))


def pair_keys(norm: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash for each token and the one before it; that of the first token means nothing."""
    before: NDArray[np.uint64] = np.concatenate([norm[:1], norm[:-1]])
    keys: NDArray[np.uint64] = before * _MIX ^ norm
    return keys


def vectors(reading: Reading) -> Floats:
    """(n, U): what each sentence tells, of length 1."""
    w = weights()
    return _unit(reading.known @ w.tell + w.tell_bias)


def definitions(texts: Sequence[str]) -> Floats:
    """(n, U): what each text, read as one sentence, is about, of length 1."""
    tokens = nlp.tokenize(texts)
    first, last = tokens.bounds[:-1].astype(np.int32), tokens.bounds[1:].astype(np.int32)
    number = np.arange(len(texts), dtype=np.int32)
    sents = nlp.Sentences(number, first, last, number.astype(np.int8), number, number.astype(np.float32))
    return vectors(read(tokens, sents))


def _unit(vectors: Floats) -> Floats:
    length = np.sqrt((vectors * vectors).sum(1, keepdims=True))
    unit: Floats = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return unit


def words_that_say(
    tokens: nlp.Tokens, sents: nlp.Sentences, wanted: Sequence[tuple[int, int]], columns: Floats
) -> list[tuple[int, int]]:
    """For each wanted sentence and theme the run of tokens that speaks most for the theme: first, one past the last.

    A sentence without a word is shown whole.

    `columns` (W, T) are what is known of a sentence is multiplied with to tell of each theme; the first are those of the
    themes of the net, then come a user's own.
    """
    rows = sorted({sentence for sentence, _ in wanted})
    at = {}
    for block in _blocks(tokens, nlp.select(sents, np.array(rows, dtype=np.int64))):
        at.update({rows[row]: (block, i) for i, row in enumerate(block.row.tolist())})
    return [
        _run(*at[sentence], columns[:, theme], theme)
        if sentence in at
        else (int(sents.first[sentence]), int(sents.last[sentence]))
        for sentence, theme in wanted
    ]


def _run(block: _Block, i: int, column: Floats, theme: int) -> tuple[int, int]:
    w, deep = weights(), block.deep[i]
    half = deep.shape[1]
    # What strongest and mean add by themselves, and through those of the whole that they set going.
    moved = block.pooled[i] @ w.whole + w.whole_bias > 0
    through = column[: 2 * half] + w.whole @ (column[2 * half :] * moved)
    strongest = (deep >= deep.max(0)) & (deep > 0)
    gain = (deep * strongest) @ through[:half] + block.share[i] * (deep @ through[half:])
    if theme < block.plain.shape[2]:
        gain = gain + block.plain[i, :, theme]
    gain = np.round(gain.astype(np.float64), 4)
    best = int(gain.argmax())
    begin, end = best, best + 1
    # Grow to the side that adds more, as long as it adds a fair part of what the best word does.
    while end - begin < LONGEST:
        before = gain[begin - 1] if begin else -np.inf
        after = gain[end] if end < len(gain) else -np.inf
        if max(before, after) < gain[best] / 4:
            break
        begin, end = (begin - 1, end) if before >= after else (begin, end + 1)
    return int(block.token[i, begin]), int(block.token[i, end - 1]) + 1
