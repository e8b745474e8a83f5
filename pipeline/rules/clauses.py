"""Sentences -> clauses: runs of tokens in which one thing is said.

Where a sentence is cut stands in `lexicon/clauses.toml`. No parser: this reads millions of words a second, and a
judgement seldom crosses such a cut.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from pipeline import nlp
from pipeline.lexicon.load import read

_HYPHEN = np.uint64(get_string_id("-"))


def split_clauses(tokens: nlp.Tokens, sents: nlp.Sentences) -> tuple[nlp.Sentences, NDArray[np.int64]]:
    """The clauses of sentences as runs of tokens, and for each the number of its sentence in `sents`."""
    sizes = (sents.last - sents.first).astype(np.int64)
    owner = np.repeat(np.arange(len(sents)), sizes)
    if not len(owner):
        empty = np.zeros(0, dtype=np.int64)
        return nlp.select(sents, empty), empty
    begin = np.cumsum(sizes) - sizes
    index = (np.arange(len(owner)) - begin[owner] + sents.first[owner]).astype(np.int64)
    norm = tokens.norm[index]
    is_mark, is_begin, is_link, is_subject, is_blank = (np.isin(norm, words) for words in _hashes())
    # A hyphen inside a word ("self-indulgent") is no mark; one with a space before it is a dash.
    beside = np.concatenate([[False], tokens.end[index[1:] - 1] == tokens.start[index[1:]]])
    is_mark &= ~((norm == _HYPHEN) & beside)
    is_word = ~is_mark & ~is_blank
    follows_mark = np.concatenate([[False], is_mark[:-1]])
    before_subject = np.concatenate([is_subject[1:], [False]])
    cut = follows_mark | is_begin | (is_link & before_subject)
    cut[begin[sizes > 0]] = True
    return _join_short(sents, index, owner, cut, is_word)


def _join_short(
    sents: nlp.Sentences,
    index: NDArray[np.int64],
    owner: NDArray[np.int64],
    cut: NDArray[np.bool_],
    is_word: NDArray[np.bool_],
) -> tuple[nlp.Sentences, NDArray[np.int64]]:
    """Clauses that begin at the cuts, the short ones joined to a neighbour in their sentence."""
    starts = np.flatnonzero(cut)
    words = np.add.reduceat(is_word.astype(np.int64), starts)
    sentence = owner[starts]
    same = np.concatenate([[False], sentence[1:] == sentence[:-1]])
    # A short piece goes to the one before it; the first of a sentence takes the one after it.
    short = words < read("clauses")["shortest"]
    after_short_first = np.concatenate([[False], short[:-1] & ~same[:-1]])
    keep = ~(same & (short | after_short_first))
    starts, sentence = starts[keep], sentence[keep]
    last = np.concatenate([starts[1:], [len(index)]]) - 1
    first = index[starts].astype(np.int32)
    return replace(nlp.select(sents, sentence), first=first, last=(index[last] + 1).astype(np.int32)), sentence


@lru_cache(maxsize=1)
def _hashes() -> tuple[NDArray[np.uint64], ...]:
    """Hashes of marks, of words that begin a clause, of links, of what follows a link that begins one, of blanks."""
    declared = read("clauses")
    lists = [declared[name].split() for name in ("marks", "begin", "link", "subject")]
    lists.append([blank * n for blank in (" ", "\n", "\t") for n in range(1, 5)])
    return tuple(np.array([get_string_id(word) for word in words], dtype=np.uint64) for words in lists)
