"""Text -> the rating that its words state, from 0 to 1.

The patterns, and what proves them, stand in `lexicon/ratings.toml`. They are tried only around letters that they
cannot do without, so that a text without a rating costs one search for each of those.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.lexicon.load import read

_BEFORE, _AFTER = 80, 80
"""Characters looked at before and after the letters that a pattern needs."""
_CONTEXT = 40
"""Characters before a rating in which words tell whose it is, and of what."""
_FULL, _EMPTY = "★⭐🌟*", "☆✩✰"
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_HALF = re.compile(r"½|1/2|and[ -]a[ -]half")


@dataclass(frozen=True, slots=True)
class Statement:
    """A rating that a text states."""

    value: float
    """From 0 to 1."""
    start: int
    """First character of the words that state it: the value and what follows it."""
    end: int
    """One past the last character."""
    rank: int
    """How explicit it is: 3 announced on a scale, 2 on a scale, 1 announced; 10 more for the whole film's."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    regex: re.Pattern[str]
    near: tuple[str, ...]
    rank: int
    scale: float


def stated_rating(text: str) -> float | None:
    """The rating that `text` states for its film, 0-1, or None; the most explicit one, and of equals the last."""
    found = max(find_statements(text), key=lambda said: (said.rank, said.end), default=None)
    return None if found is None else round(found.value, 4)


def find_statements(text: str) -> Iterator[Statement]:
    """All ratings that `text` states, somebody else's left out."""
    small = text.lower()
    if len(small) != len(text):  # a few capitals grow when lowered: offsets come first
        small = text
    for pattern in _patterns():
        for match in _matches(pattern, text, small):
            value = _value(match, pattern.scale)
            before = _SENTENCE_END.split(small[max(0, match.start() - _CONTEXT) : match.end()])[-1]
            if value is None or any(word in before for word in read("ratings")["elsewhere"]["words"]):
                continue
            is_last_word = any(word in before for word in read("ratings")["overall"]["words"])
            group = "grade" if "grade" in pattern.regex.groupindex else "value"
            yield Statement(value, match.start(group), match.end(), pattern.rank + 10 * is_last_word)


def _matches(pattern: _Pattern, text: str, small: str) -> Iterator[re.Match[str]]:
    """Matches around each place where one of the needed letters stands."""
    for letters in pattern.near:
        place = small.find(letters)
        while place >= 0:
            yield from pattern.regex.finditer(text, max(0, place - _BEFORE), min(len(text), place + _AFTER))
            place = small.find(letters, place + _AFTER // 2)


def _value(match: re.Match[str], scale: float) -> float | None:
    """The value of a match from 0 to 1, or None if it is off its scale."""
    said = match.groupdict()
    if said.get("grade"):
        steps = read("ratings")["grades"]["steps"]
        grade = re.sub("[−–]", "-", said["grade"])
        return steps.index(grade) / (len(steps) - 1) if grade in steps else None
    written = said["value"].lower()
    if any(sign in _FULL for sign in written):
        value = sum(written.count(sign) for sign in _FULL) + 0.5 * bool(_HALF.search(written))
        blank = sum(written.count(sign) for sign in _EMPTY)
        scale = _number(said["scale"]) if said.get("scale") else max(scale, value + blank)
    else:
        value = _number(written)
        best = said.get("scale") or said.get("stars")
        scale = _number(best.lower()) if best else scale
    return value / scale if value <= scale else None


def _number(written: str) -> float:
    """The number behind "7", "3.5", "3½", "three and a half", "a hundred" or "****"."""
    if set(written) == {"*"}:
        return len(written)
    words = read("ratings")["words"]
    half = 0.5 if _HALF.search(written) else 0.0
    whole = _HALF.sub("", written).strip(" -")
    return half + float(words.get(whole, whole or 0))


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    """The patterns of the lexicon, their pieces filled in."""
    declared = read("ratings")
    made = []
    for entry in declared["patterns"]:
        source = entry["pattern"]
        for name, piece in declared["pieces"].items():
            source = source.replace("{" + name + "}", piece)
        # Grades are capitals; all else may be written either way.
        flags = re.NOFLAG if "(?P<grade>" in source else re.IGNORECASE
        made.append(
            _Pattern(re.compile(source, flags), tuple(entry["near"]), entry["rank"], float(entry.get("scale", 1)))
        )
    return tuple(made)
