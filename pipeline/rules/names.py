"""Text -> candidates for names: runs of capitalised words, and the text with each run masked.

A run says only that something is named here. Patterns about names (`rules.credits`) are matched against the
masked text, in which every run is one character, so that they stay short and linear whatever the names are.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from pipeline.lexicon import names as lexicon

MASK = "\ue000"
"""Stands for one name in a masked text; from the private-use area, and taken out of texts that hold it."""


def _capitals() -> str:
    """A character class of all capital letters below U+10000, as ranges: with those above, `re` would try each in turn."""
    ranges: list[list[int]] = []
    for code in range(1 << 16):
        if chr(code).isupper() or chr(code).istitle():
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(re.escape(chr(a)) + ("-" + re.escape(chr(b)) if b > a else "") for a, b in ranges)


UPPER = f"[{_capitals()}]"
SPACES = r"(?:(?<!\s)\s+)?"
"""White space before something that is searched for: all of it or none, so that a long run is not tried from each of its signs."""

# "O'Toole", "T'Challa", "Carrie-Anne", "W.C.Fields", "J.K.", "DeWitt"; never a possessive ’s.
_WORD = (
    rf"(?:(?:{UPPER}\.-?){{1,4}}(?:{UPPER}\w+)?|(?:{lexicon.ABBREVIATIONS})\."
    rf"|{UPPER}\w*(?:['’](?!s\b)\w+|[-&]\w+|\.(?={UPPER}\w))*)"
)
_LINK = rf"(?: (?:(?:{lexicon.PARTICLES}) )?| ?[“\"](?={UPPER}\w+[”\"] {UPPER}))"
_RUN = re.compile(rf"{_WORD}(?:{_LINK}{_WORD})*")
# Capitals are rare: to look for them first is several times faster than to try the whole pattern everywhere.
_BEGIN = re.compile(rf"{UPPER}(?<![\w'’].)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text in which every name is one character."""

    text: str
    """The text, each name replaced by MASK."""
    spans: list[tuple[int, int]]
    """Offsets of the names in the unmasked text, in order."""
    places: list[int]
    """Offsets of the names in `text`, parallel to `spans`."""

    def name_at(self, place: int) -> int:
        """Number of the first name at or after an offset of `text`."""
        return bisect_left(self.places, place)

    def unmask(self, place: int) -> int:
        """Offset in the unmasked text of an offset in `text`."""
        i = bisect_left(self.places, place)
        return place if i == 0 else place - self.places[i - 1] - 1 + self.spans[i - 1][1]


_SPACES = ("\t", "\u00a0", "\u2002", "\u2003", "\u2007", "\u2009", "\u202f", "\u3000", MASK)


def plain_spaces(text: str) -> str:
    """`text`, of the same length, with spaces of one kind only, and without MASK."""
    for space in _SPACES:
        text = text.replace(space, " ")
    return text


def find_runs(text: str) -> list[tuple[int, int]]:
    """Offsets of the capitalised runs that may be names, in order, without the words that only begin a sentence."""
    found = []
    last = 0
    for begin in _BEGIN.finditer(text):
        match = _RUN.match(text, begin.start()) if begin.start() >= last else None
        if not match:
            continue
        start, end = match.span()
        last = end
        words = match.group().split(" ")
        before = text[max(0, start - 3) : start].rstrip(" “\"‘'(*_")
        never = lexicon.NEVER_FIRST if not before or before[-1] in ".!?…:;–—-\n>|" else lexicon.ROLE_WORDS
        # Of "Director of Public Prosecutions" the last two are the name.
        while words and (words[0].lower().rstrip(".") in never or words[0] in ("of", "the")):
            start += len(words[0]) + 1
            words.pop(0)
        while words and (words[-1].lower() in lexicon.NEVER_LAST or not words[-1]):
            end -= len(words[-1]) + 1
            words.pop()
        if words and start < end:
            found.append((start, end))
    return found


def mask(text: str, spans: list[tuple[int, int]]) -> Masked:
    """`text`, which holds no MASK, with the `spans` masked; they must be in order and not overlap."""
    pieces, places = [], []
    last = length = 0
    for start, end in spans:
        pieces.append(text[last:start])
        places.append(length + start - last)
        length += start - last + 1
        last = end
    pieces.append(text[last:])
    return Masked(MASK.join(pieces), list(spans), places)
