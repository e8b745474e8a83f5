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


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The lists of lexicon/name_lists.toml, compiled once a process."""
    rows: dict[int, tuple[int, bool]] = {}
    for entry in load.read("name_lists")["list"]:
        label = LABELS.index(entry["label"])
        for name in [*entry["names"].split(), *entry["phrases"]]:
            rows.setdefault(gazetteer.key_of(name), (label, bool(entry["capital"])))
        for name in entry.get("cased", ()):
            rows.setdefault(gazetteer.key_of(name), (label, True))
    keys = sorted(rows)
    return Lists(
        np.array(keys, dtype=np.uint32),
        np.array([rows[key][0] for key in keys], dtype=np.int64),
        np.array([rows[key][1] for key in keys], dtype=np.bool_),
    )


def find(tokens: nlp.Tokens, sentence_end: NDArray[np.int64], upper: NDArray[np.bool_], starts: NDArray[np.int64]) -> Found:
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


def find_dates(tokens: nlp.Tokens) -> Found:
    """Years, decades and days, as runs of whole tokens."""
    first, last = [], []
    for i, doc in enumerate(tokens.docs):
        low, high = int(tokens.bounds[i]), int(tokens.bounds[i + 1])
        spans = [match.span() for match in DATE.finditer(doc.text)]
        if spans:
            start, end = np.array(spans, dtype=np.int64).T
            first.append(low + np.searchsorted(tokens.start[low:high], start))
            last.append(low + np.searchsorted(tokens.end[low:high], end) + 1)
    if not first:
        return Found(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    begin, stop = np.concatenate(first), np.concatenate(last)
    stop = np.minimum(stop, tokens.bounds[1:][tokens.text[np.minimum(begin, len(tokens) - 1)]])
    good = begin < stop
    begin, stop = begin[good], stop[good]
    return apart(Found(begin, stop, np.full(len(begin), LABELS.index("DATE"), dtype=np.int64)))


def apart(found: Found) -> Found:
    """`found` without those that begin before the one in front has ended."""
    keep = np.ones(len(found.first), dtype=np.bool_)
    end = -1
    for i, (first, last) in enumerate(zip(found.first.tolist(), found.last.tolist(), strict=True)):
        keep[i] = first >= end
        end = last if keep[i] else end
    return Found(found.first[keep], found.last[keep], found.label[keep])
