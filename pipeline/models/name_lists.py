"""Names that many texts share, from lexicon/name_lists.toml, and dates: found by lists and one expression."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.lexicon import load
from pipeline.models import gazetteer
from pipeline.records import LABELS

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
DATE = re.compile(
    rf"(?<![\w.,$£€/-])(?:{_MONTH}\.? {_DAY}(?:,? {_YEAR})?|{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?|{_MONTH},? {_YEAR}"
    rf"|{_YEAR}-[01]\d-[0-3]\d|[0-3]?\d[./][0-3]?\d[./](?:{_YEAR}|\d\d)|{_YEAR}(?:['’]?s)?|['’]?[1-9]0['’]?s"
    rf"|(?:twen|thir|for|fif|six|seven|eigh|nine)ties)(?![\w/%]|[.,-]\d)"
)
"""Years, decades and days."""


@dataclass(frozen=True, slots=True)
class Found:
    """Runs of tokens (k rows), in order of their first token."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """One past the last token."""
    label: NDArray[np.int64]
    """Index in records.LABELS."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists as sorted keys."""

    keys: NDArray[np.uint32]
    label: NDArray[np.int64]
    """Parallel to `keys`: index in records.LABELS."""
    capital: NDArray[np.bool_]
    """Parallel to `keys`: whether the first word must have a capital."""
    first: NDArray[np.uint32]
    """Sorted keys of the words with which names begin."""
    heads: NDArray[np.uint32]
    """Sorted keys of the last words that say what kind of thing a name is of."""
    head_label: NDArray[np.int64]
    """Parallel to `heads`: index in records.LABELS."""


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The lists of lexicon/name_lists.toml, compiled once a process."""
    rows: dict[int, tuple[int, bool]] = {}
    first: set[int] = set()
    for entry in load.read("name_lists")["list"]:
        label = LABELS.index(entry["label"])
        for name in [*entry["names"].split(), *entry["phrases"]]:
            rows.setdefault(gazetteer.key_of(name), (label, bool(entry["capital"])))
            first.add(gazetteer.first_key_of(name))
        for name in entry.get("cased", ()):
            rows.setdefault(gazetteer.key_of(name), (label, True))
            first.add(gazetteer.first_key_of(name))
    keys = sorted(rows)
    heads = {
        gazetteer.key_of(word): LABELS.index(entry["label"])
        for entry in load.read("name_lists")["head"]
        for word in entry["names"].split()
    }
    return Lists(
        np.array(keys, dtype=np.uint32),
        np.array([rows[key][0] for key in keys], dtype=np.int64),
        np.array([rows[key][1] for key in keys], dtype=np.bool_),
        np.array(sorted(first), dtype=np.uint32),
        np.array(sorted(heads), dtype=np.uint32),
        np.array([heads[key] for key in sorted(heads)], dtype=np.int64),
    )


def find(
    tokens: nlp.Tokens, sentence_end: NDArray[np.int64], upper: NDArray[np.bool_], starts: NDArray[np.int64]
) -> Found:
    """What the lists hold of names that begin at `starts`; `sentence_end` (n,) is one past each token's sentence.

    The longest name wins, and the first of two that overlap. `upper` (n,) marks tokens with a capital.
    """
    table = lists()
    room = sentence_end[starts] - starts
    size = gazetteer.find(table.keys, tokens.norm, room, starts, 1)
    hit = size > 0
    first, size = starts[hit], size[hit]
    wide = np.zeros(len(first), dtype=np.uint64)
    for i in range(gazetteer.LONGEST):
        more = size > i
        wide[more] = gazetteer.extend(wide[more], tokens.norm[first[more] + i])
    row = np.searchsorted(table.keys, gazetteer.fold(wide))
    good = upper[first] | ~table.capital[row]
    return apart(Found(first[good], first[good] + size[good], table.label[row[good]]))


def told_by_head(last: NDArray[np.uint32]) -> NDArray[np.int64]:
    """What the last words of names say that they name, by their keys; -1 where they say nothing."""
    table = lists()
    row = np.minimum(np.searchsorted(table.heads, last), len(table.heads) - 1)
    return np.where(table.heads[row] == last, table.head_label[row], -1)


_WORDY = re.compile(rf"(?:{_MONTH}|[a-z]+ties)$")
_SPAN = 5
"""Tokens of a date at each side of its figures."""


def find_dates(tokens: nlp.Tokens, words: list[str], of: NDArray[np.int64], figure: NDArray[np.bool_]) -> Found:
    """Years, decades and days, as runs of whole tokens.

    `words` (m,) are the different words, `figure` (m,) tells which begin with a figure, `of` (n,) which one a token is.
    """
    worth = figure | np.fromiter((word[:1] in "'’" and word[1:2].isdigit() for word in words), np.bool_, len(words))
    worth |= np.fromiter((bool(_WORDY.match(word[:20])) for word in words), np.bool_, len(words))
    places = np.flatnonzero(worth[of])
    if not len(places):
        return Found(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    new = np.concatenate([[True], (np.diff(places) > 2 * _SPAN) | (np.diff(tokens.text[places]) != 0)])
    begin = np.maximum(places[new] - _SPAN, tokens.bounds[tokens.text[places[new]]])
    close = places[np.append(np.flatnonzero(new)[1:] - 1, len(places) - 1)]
    stop = np.minimum(close + _SPAN + 1, tokens.bounds[tokens.text[close] + 1])
    first, last = [], []
    for low, high in zip(begin.tolist(), stop.tolist(), strict=True):
        start, end = tokens.start[low:high], tokens.end[low:high]
        gap = np.append(start[1:] - end[:-1], 0).tolist()
        text = "".join([words[k] + " " * g for k, g in zip(of[low:high].tolist(), gap, strict=True)])
        for match in DATE.finditer(text):
            a, b = match.span()
            first.append(low + int(np.searchsorted(start, a + start[0])))
            last.append(low + int(np.searchsorted(end, b + start[0])) + 1)
    one, past = np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)
    good = one < past
    one, past = one[good], past[good]
    return apart(Found(one, past, np.full(len(one), LABELS.index("DATE"), dtype=np.int64)))


def within(found: Found, sentence_end: NDArray[np.int64]) -> Found:
    """Those of `found` that stand in sentences; `sentence_end` as in `find`, 0 outside of all."""
    good = found.last <= sentence_end[found.first]
    return Found(found.first[good], found.last[good], found.label[good])


def apart(found: Found) -> Found:
    """`found` without those that begin before the one in front has ended."""
    keep = np.ones(len(found.first), dtype=np.bool_)
    end = -1
    for i, (first, last) in enumerate(zip(found.first.tolist(), found.last.tolist(), strict=True)):
        keep[i] = first >= end
        end = last if keep[i] else end
    return Found(found.first[keep], found.last[keep], found.label[keep])
