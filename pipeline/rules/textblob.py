"""Sentences -> TextBlob's polarity and subjectivity, on spaCy's tokens.

The scorer is TextBlob's own (`textblob.en.sentiment`, Pattern's lexicon of adjectives). It is handed spaCy's norms,
so that "isn't" is "is not" and negates. Most words neither score nor change how others do: they are left out before
the scorer is called, which gives the same values in a third of the time.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id
from textblob._text import EMOTICONS
from textblob.en import sentiment

from pipeline import nlp

_IRONY = "(!)"
_LONG = 3
"""Characters from which a word that has no score ends the reach of the negation or adverb before it."""


def score_textblob(tokens: nlp.Tokens, sents: nlp.Sentences) -> NDArray[np.float64]:
    """Polarity (-1 to 1) and subjectivity (0 to 1) of each sentence, (n, 2); 0 where no word has a score."""
    scored, active = _ids()
    kinds, place = np.unique(tokens.norm, return_inverse=True)
    is_scored = np.isin(kinds, scored)[place]
    is_active = np.isin(kinds, active)[place]
    found = np.zeros((len(sents), 2))
    before = np.concatenate([[0], np.cumsum(is_scored)])
    rows = np.flatnonzero(before[sents.last] > before[sents.first])
    if not len(rows):
        return found
    known = nlp.english().vocab.strings
    strings = np.array([known[kind] for kind in kinds.tolist()], dtype=object)
    is_long = np.fromiter((len(word.strip("'")) >= _LONG for word in strings), dtype=bool, count=len(strings))[place]
    keep = _can_matter(is_active, is_long & ~is_active)
    words = strings[place[keep]].tolist()
    place_kept = np.concatenate([[0], np.cumsum(keep)])
    first, last = place_kept[sents.first[rows]].tolist(), place_kept[sents.last[rows]].tolist()
    found[rows] = [sentiment(words[a:b])[:2] for a, b in zip(first, last, strict=True)]
    return found


def _can_matter(is_active: NDArray[np.bool_], ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which tokens the scorer must see: the active ones, and what follows each up to the word that ends its reach."""
    n_ends = np.cumsum(ends)
    at_active = np.maximum.accumulate(np.where(is_active, np.arange(len(ends)), -1))
    since: NDArray[np.int64] = n_ends - n_ends[at_active]
    matters: NDArray[np.bool_] = is_active | ((at_active >= 0) & (since - ends == 0))
    return matters


@lru_cache(maxsize=1)
def _ids() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hashes of the words that have a score of their own, and of those with all that change the score of others."""
    emoticons = {sign.lower() for signs in EMOTICONS.values() for sign in signs}
    scored = {*sentiment.keys(), *emoticons, _IRONY}
    active = {*scored, *sentiment.negations, "!"}
    first, second = (np.array([get_string_id(word) for word in words], dtype=np.uint64) for words in (scored, active))
    return first, second
