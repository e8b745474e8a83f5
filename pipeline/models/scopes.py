"""Where a word stands in its sentence: after a negation, before or after a turn ("but"), inside a concession.

The net sees only a few words around each; these marks carry "not" to the end of its clause, and let the same
praise count for less before "but" than after it.
"""

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

SCOPES = 10
"""Marks: 5 for negated words added to 0 none, 1 before a turn, 2 after it, 3 inside a concession, 4 after it."""


def _hashes(words: str) -> NDArray[np.uint64]:
    return np.array(sorted(get_string_id(word) for word in words.split()), dtype=np.uint64)


NEGATIONS = _hashes("not n't never no nothing none nobody neither nor hardly barely scarcely without cannot less least")
BREAKS = _hashes(", ; : . - – — -- ( ) ... …")
TURNS = _hashes("but however yet unfortunately nevertheless nonetheless alas except")
CONCESSIONS = _hashes("although though despite while whereas even albeit")

COMMA = np.uint64(get_string_id(","))


def _since(mark: NDArray[np.bool_], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,): how many marks lie from `start` of each word up to the word before it."""
    total = np.concatenate([[0], np.cumsum(mark)])
    return np.asarray(total[:-1] - total[start])


def scopes(norm: NDArray[np.uint64], owner: NDArray[np.integer]) -> NDArray[np.int64]:
    """(n,): the mark of each word, of words by the hashes of their norms; `owner` is the sentence of each, rising."""
    if not len(norm):
        return np.zeros(0, np.int64)
    place = np.arange(len(norm))
    new = np.concatenate([[True], owner[1:] != owner[:-1]])
    begin = np.maximum.accumulate(np.where(new, place, 0))
    turn, concession = np.isin(norm, TURNS), np.isin(norm, CONCESSIONS)
    stop = np.isin(norm, BREAKS)
    clause = np.maximum.accumulate(np.where(new | stop | turn, place, 0))
    negated = _since(np.isin(norm, NEGATIONS), clause) > 0
    number = np.cumsum(new) - 1
    turns = np.bincount(number, turn)[number] > 0
    after = _since(turn, begin) + turn > 0
    opened = _since(concession, begin) + concession > 0
    since = np.maximum.accumulate(np.where(new | concession, place, 0))
    open_still = _since(norm == COMMA, since) == 0
    mark = np.where(turns, np.where(after, 2, 1), np.where(opened, np.where(open_still, 3, 4), 0))
    return np.asarray(mark + 5 * negated, dtype=np.int64)
