"""Sentences -> logits of the themes, a vector of what each tells, and the words that say so, by a small net.

What a word and a pair of words say of each theme by themselves is added up; two convolutions add what several say
together. The net learned from the motivations of the Literary Theme Ontology and from a large model that had learned from them
(THEMES_CARD.md). It sees words by the hash of their norm, others by their last letters. Its first layer is computed
once a word type, not once a word. Definitions of themes are read by the same net: what a theme's definition and a
sentence have in common is the cosine of two vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from pipeline import nlp

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SUFFIXES = 2048
"""Buckets of last letters."""
STEP = 2
"""Words between the taps of the second layer; as many blanks stand between sentences."""
LONGEST = 7
"""Most words that are shown for a theme."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BLANKS = np.array([get_string_id(sign * n) for sign in " \n\t\r\u00a0" for n in range(1, 9)], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Weights:
    """The net's arrays: V words, D dimensions of a word, C and G channels, K themes, U dimensions of a vector."""

    words: NDArray[np.uint64]
    """(V,): hashes of norms, rising."""
    table: Floats
    """(V + 1 + SUFFIXES, D): vectors of the words, of the blank (zeros), of the buckets."""
    near: Floats
    """(D, 3 * C): first layer, for the word before, the word, the word after."""
    near_bias: Floats
    """(C,)"""
    far: Floats
    """(3, C, G): second layer, for the place `STEP` before, the place, the place `STEP` after."""
    far_bias: Floats
    """(G,)"""
    attend: Floats
    """(G,): how much a place counts in the mean."""
    out: Floats
    """(2 * G, K): from strongest and mean to logits."""
    out_bias: Floats
    """(K,)"""
    tell: Floats
    """(2 * G, U): from strongest and mean to the vector of a sentence."""
    tell_bias: Floats
    """(U,)"""
    define: Floats
    """(2 * G, U): the same for a definition."""
    define_bias: Floats
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
    with np.load(Path(__file__).with_name("themes.npz"), allow_pickle=False) as arrays:
        read = {name: arrays[name] for name in arrays.files}
    for name in ("table", "single", "double"):
        read[name] = read[name].astype(np.float32) * read.pop(f"{name}_scale").astype(np.float32)[:, None]
    return Weights(**{name: v if v.dtype == np.uint64 else v.astype(np.float32) for name, v in read.items()})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the net says of each of n sentences."""

    logits: Floats
    """(n, K): a logit a theme."""
    pooled: Floats
    """(n, 2 * G): strongest and mean of the places."""
    token: Ints
    """(places,): the token at each place, -1 at blanks."""
    first: Ints
    """(n,): first place of each sentence."""
    deep: Floats
    """(places, G): the second layer."""
    share: Floats
    """(places,): how much of the mean each place is."""
    plain: Floats
    """(places, K): what each word, and the pair that it ends, adds by itself."""


def read(tokens: nlp.Tokens, sents: nlp.Sentences) -> Reading:
    """Read the sentences."""
    w = weights()
    token, first = lay_out(tokens, sents)
    row = word_rows(tokens, token, w.words)
    kinds, kind = np.unique(row, return_inverse=True)
    by_kind = w.table[kinds] @ w.near
    n_channels = len(w.near_bias)
    blank = (token < 0)[:, None]
    near = by_kind[kind, n_channels : 2 * n_channels] + w.near_bias
    near[1:] += by_kind[kind[:-1], :n_channels]
    near[:-1] += by_kind[kind[1:], 2 * n_channels :]
    np.maximum(near, 0, out=near)
    near *= ~blank
    deep = near @ w.far[1] + w.far_bias
    deep[STEP:] += near[:-STEP] @ w.far[0]
    deep[:-STEP] += near[STEP:] @ w.far[2]
    np.maximum(deep, 0, out=deep)
    deep *= ~blank
    share = np.exp(np.clip(deep @ w.attend, -30, 30)) * ~blank[:, 0]
    plain = w.single[kinds][kind] + w.double[pair_rows(tokens, token, w.pairs)]
    if not len(first):
        none = np.zeros((0, len(w.out)), dtype=np.float32)
        return Reading(none @ w.out, none, token, first, deep, share, plain)
    size = np.diff(np.append(first, len(token)))
    share /= np.repeat(np.maximum(np.add.reduceat(share, first), 1e-30), size)
    plain /= np.repeat(np.sqrt(np.maximum(size - STEP, 1)), size)[:, None].astype(np.float32)
    pooled = np.concatenate(
        [np.maximum.reduceat(deep, first, axis=0), np.add.reduceat(deep * share[:, None], first, axis=0)], axis=1
    )
    logits = pooled @ w.out + w.out_bias + np.add.reduceat(plain, first, axis=0)
    return Reading(logits, pooled, token, first, deep, share, plain)


def lay_out(tokens: nlp.Tokens, sents: nlp.Sentences) -> tuple[Ints, Ints]:
    """The tokens of the sentences one after another, `STEP` blanks after each, and where each sentence begins."""
    size = (sents.last - sents.first).astype(np.int64)
    owner = np.repeat(np.arange(len(sents)), size)
    token = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size) + sents.first[owner]
    is_word = ~np.isin(tokens.norm[token], _BLANKS)
    owner, token = owner[is_word], token[is_word]
    size = np.bincount(owner, minlength=len(sents)) + STEP
    first = np.cumsum(size) - size
    places = np.full(int(size.sum()), -1, dtype=np.int64)
    places[np.arange(len(token)) + owner * STEP] = token
    return places, first


def word_rows(tokens: nlp.Tokens, token: Ints, words: NDArray[np.uint64]) -> Ints:
    """The row of the table for each place."""
    norm, suffix = tokens.norm[token], tokens.suffix[token]
    place = np.minimum(np.searchsorted(words, norm), len(words) - 1)
    bucket = len(words) + 1 + (suffix % np.uint64(SUFFIXES)).astype(np.int64)
    return np.where(token < 0, len(words), np.where(words[place] == norm, place, bucket))


def pair_rows(tokens: nlp.Tokens, token: Ints, pairs: NDArray[np.uint64]) -> Ints:
    """The row of `double` for the pair of each place and the one before it."""
    norm = np.where(token < 0, np.uint64(0), tokens.norm[token])
    key = pair_keys(norm)
    place = np.minimum(np.searchsorted(pairs, key), len(pairs) - 1)
    known = (pairs[place] == key) & (token >= 0) & np.concatenate([[False], token[:-1] >= 0])[: len(token)]
    return np.where(known, place, len(pairs))


def pair_keys(norm: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A hash for each token and the one before it; that of the first token means nothing."""
    before: NDArray[np.uint64] = np.concatenate([norm[:1], norm[:-1]])
    keys: NDArray[np.uint64] = before * _MIX ^ norm
    return keys


def vectors(reading: Reading) -> Floats:
    """(n, U): what each sentence tells, of length 1."""
    w = weights()
    return _unit(reading.pooled @ w.tell + w.tell_bias)


def definitions(texts: Sequence[str]) -> Floats:
    """(n, U): what each text, read as the definition of a theme, is about, of length 1."""
    w = weights()
    tokens = nlp.tokenize(texts)
    first, last = tokens.bounds[:-1].astype(np.int32), tokens.bounds[1:].astype(np.int32)
    number = np.arange(len(texts), dtype=np.int32)
    sents = nlp.Sentences(number, first, last, number.astype(np.int8), number, number.astype(np.float32))
    return _unit(read(tokens, sents).pooled @ w.define + w.define_bias)


def _unit(vectors: Floats) -> Floats:
    length = np.sqrt((vectors * vectors).sum(1, keepdims=True))
    unit: Floats = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return unit


def words_that_say(reading: Reading, sentence: int, column: Floats, theme: int) -> tuple[int, int]:
    """The run of at most `LONGEST` tokens that speaks most for a theme in a sentence: first, one past the last.

    `column` (2 * G,) is what the pooled reading is multiplied with to tell of the theme; `theme` is its number among
    the themes of the net, or beyond them for a user's own.
    """
    low = int(reading.first[sentence])
    high = int(reading.first[sentence + 1]) if sentence + 1 < len(reading.first) else len(reading.token)
    deep, half = reading.deep[low : high - STEP], len(column) // 2
    strongest = (deep >= deep.max(0)) & (deep > 0)
    gain = (deep * strongest) @ column[:half] + reading.share[low : high - STEP] * (deep @ column[half:])
    if theme < reading.plain.shape[1]:
        gain = gain + reading.plain[low : high - STEP, theme]
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
    token = reading.token[low : high - STEP]
    return int(token[begin]), int(token[end - 1]) + 1
