"""Clauses -> which aspect of the film each judges, by a linear model.

It sees the clause's words, words of the aspects' lexicon in and around it, and whether it names an actor, another maker
or a character. Which way the clause judges, and whether it does at all, is for the meters to say. How it was taught:
ASPECTS_CARD.md.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from pipeline import nlp
from pipeline.lexicon.load import read
from pipeline.records import ASPECTS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

NAMES = ("actor", "maker", "person", "character")
"""What a name in a clause may be: a credited actor, one credited for anything else, another person, a character."""

NAMED, TERMED = 0.2, 0.1
"""What a word of the lexicon that names an aspect, or may mean it, adds to its probability; found on the labels."""

PAIRS = 1 << 14
"""Buckets for pairs of neighbouring words."""

_PRONOUNS = ("he she his her him", "it its this", "they them their", "i me my", "who")
_N = len(ASPECTS)


@dataclass(frozen=True, slots=True)
class Weights:
    """Arrays of the model; K is the number of aspects and one for none."""

    words: Hashes
    """(V,): hashes of the norms in the table, rising."""
    inside: Floats
    """(V + 1, K): weight of each word in the clause; the last row, zeros, is for others."""
    around: Floats
    """(V + 1, K): weight of each word of the sentence outside the clause."""
    pairs: Floats
    """(PAIRS, K): weight of each pair of words in the clause."""
    dense: Floats
    """(D, K): weights of `describe`'s columns."""
    bias: Floats
    """(K,)"""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights beside this module."""
    with np.load(Path(__file__).with_name("aspects.npz"), allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    return Weights(words=found.pop("words"), **{name: array.astype(np.float32) for name, array in found.items()})


def predict(tokens: nlp.Tokens, clauses: nlp.Sentences, owner: Ints, names: NDArray[np.bool_]) -> Floats:
    """How likely each clause, if it judges, judges each aspect: (n, 13), 0 to 1, in the order of ASPECTS.

    `owner` numbers the sentence of each clause, rising; the clauses of a sentence must follow one another and cover it.
    `names` (n, 4) says which of NAMES stand in each.
    """
    w = weights()
    if not len(clauses):
        return np.zeros((0, _N), dtype=np.float32)
    counted = _count(tokens, clauses)
    logits = _describe(counted, clauses, owner, names) @ w.dense + w.bias
    index, begin = runs(clauses)
    word = rows_of(w.words, tokens.norm[index])
    logits += _sum_runs(w.inside[word], begin)
    in_pairs = w.pairs[pairs_of(tokens.norm[index])]
    in_pairs[begin] = 0  # what stands before the clause is no part of it
    logits += _sum_runs(in_pairs, begin)
    around = _sum_runs(w.around[word], begin)
    logits += _of_sentence(around, owner) - around
    odds = np.exp(logits - logits.max(1, keepdims=True))
    found: Floats = (odds / odds.sum(1, keepdims=True))[:, :_N]
    # Words that name an aspect say more than a sum over words lets them; "film" and "it" name everything.
    named, terms = counted[:, 2 * _N : 3 * _N] > 0, counted[:, :_N] > 0
    terms[:, ASPECTS.index("overall")] = False
    return np.minimum(found + np.float32(NAMED) * named + np.float32(TERMED) * terms, 1)


def describe(tokens: nlp.Tokens, clauses: nlp.Sentences, owner: Ints, names: NDArray[np.bool_]) -> Floats:
    """Columns that tell of each clause: words of the lexicon in it, around it and in the sentence before, its names."""
    return _describe(_count(tokens, clauses), clauses, owner, names)


def _count(tokens: nlp.Tokens, clauses: nlp.Sentences) -> Floats:
    """How many words of each class of the lexicon stand in each clause: (n, 44), as `_lexicon` has them."""
    words, classes = _lexicon()
    index, begin = runs(clauses)
    return _sum_runs(classes[rows_of(words, tokens.norm[index])], begin)


def _describe(found: Floats, clauses: nlp.Sentences, owner: Ints, names: NDArray[np.bool_]) -> Floats:
    around = _of_sentence(found, owner) - found
    terms, signs, pronouns = (found[:, :_N] > 0), (found[:, _N : 2 * _N] > 0), (found[:, 3 * _N :] > 0)
    first = np.concatenate([[True], owner[1:] != owner[:-1]])
    # The sentence before, if the text is the same: what "it" and "she" go back to.
    starts = np.flatnonzero(first)
    sentence = np.cumsum(first) - 1
    in_sentence = _of_sentence(found[:, :_N], owner)[starts] > 0
    same_text = np.concatenate([[False], clauses.text[starts][1:] == clauses.text[starts][:-1]])
    before = np.concatenate([np.zeros((1, _N), dtype=bool), in_sentence[:-1]]) & same_text[:, None]
    alone = np.bincount(sentence)[sentence] == 1
    columns = (
        terms,
        signs,
        np.minimum(around[:, : 2 * _N], 2) / 2,
        2 * terms / (1 + terms.sum(1, keepdims=True)),
        before[sentence] / 2,
        pronouns,
        names,
        np.minimum(_of_sentence(names.astype(np.float32), owner), 1) / 2,
        names[:, :1] & terms,
        names[:, 3:] & terms,
        np.log1p(clauses.last - clauses.first)[:, None],
        ~(terms | signs).any(1, keepdims=True),
        alone[:, None],
        first[:, None],
    )
    return np.concatenate([column.astype(np.float32) for column in columns], axis=1)


def runs(sents: nlp.Sentences) -> tuple[Ints, Ints]:
    """Numbers of all tokens of sentences, one run after another, and where each run begins; none may be empty."""
    sizes = (sents.last - sents.first).astype(np.int64)
    begin = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(sents)), sizes)
    index = np.arange(len(owner)) - begin[owner] + sents.first[owner]
    return index.astype(np.int64), begin


def rows_of(words: Hashes, norm: Hashes) -> Ints:
    """Place of each token among `words`, which rise; len(words) where it is not there."""
    at = np.minimum(np.searchsorted(words, norm), len(words) - 1)
    return np.where(words[at] == norm, at, len(words))


def pairs_of(norm: Hashes) -> Ints:
    """Bucket of each token with the one before it."""
    before = np.concatenate([norm[:1], norm[:-1]])
    mixed = (before * np.uint64(0x9E3779B97F4A7C15)) ^ (norm * np.uint64(0xC2B2AE3D27D4EB4F))
    return (mixed >> np.uint64(50)).astype(np.int64)


def _sum_runs(values: Floats, begin: Ints) -> Floats:
    found: Floats = np.add.reduceat(values, begin, axis=0)
    return found


def _of_sentence(values: Floats, owner: Ints) -> Floats:
    """The sum over the clauses of each sentence, given back to every one of them."""
    first = np.concatenate([[True], owner[1:] != owner[:-1]])
    sums: Floats = np.add.reduceat(values, np.flatnonzero(first), axis=0)[np.cumsum(first) - 1]
    return sums


@lru_cache(maxsize=1)
def _lexicon() -> tuple[Hashes, Floats]:
    """Hashes of the lexicon's words, rising, and the classes of each (V + 1, 44): terms, signs, names of each aspect, pronouns."""
    declared = read("aspects")
    lists = [declared[aspect][part] for part in ("terms", "signs", "names") for aspect in ASPECTS]
    lists += _PRONOUNS
    members: dict[int, set[int]] = {}
    for number, words in enumerate(lists):
        for word in words.split():
            members.setdefault(get_string_id(word), set()).add(number)
    hashes = np.array(sorted(members), dtype=np.uint64)
    classes = np.zeros((len(hashes) + 1, len(lists)), dtype=np.float32)
    for row, key in enumerate(hashes.tolist()):
        classes[row, list(members[key])] = 1
    return hashes, classes
