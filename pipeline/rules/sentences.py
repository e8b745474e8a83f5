"""Text -> sentences: a stop is a candidate, the words around it decide. One pass, linear in the text.

A newline within a paragraph is a soft wrap, unless the line that it ends was cut short on purpose, as in lists.
"""

import re
from functools import lru_cache

from pipeline.lexicon.load import read

STOP = re.compile(r"[.!?…‽؟।॥]+(?:[ \u00a0]\.)*[\"'”’»)\]*_]*|[。！？｡]+[」』”’）】]*|\n\s*")
"""Candidates: a run of stops with what closes behind it, or the end of a line with the blanks after it."""

NEXT = re.compile(r"[\s\"'“”‘’«(\[*_¡¿]*")
"""What may stand between a stop and the first letter of the next sentence."""

WORD_AFTER = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
OPENERS = "\"'“‘«([*_¡¿-–—/"
ACRONYM = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
LIST_ITEM = re.compile(r"(?:[-–—•*·▪●◦‣+]|\(?\d{1,2}[.)]|[a-z]\)|\[\d+\]:|[A-Z][\w ]{1,24}:)\s")
YEAR = re.compile(r"[(\[](?:19|20)\d\d[)\]]")
SMALL_START = re.compile(r"[^\W\d_]{2}[.!?]+ +[a-z]")
LARGE_START = re.compile(r"[^\W\d_]{2}[.!?]+ +[A-Z]")

REACH = 40
"""How far back the word before a stop is looked for, which keeps the work at each candidate bounded."""

ASIDE = 250
"""How long a quotation or bracket is kept whole, in characters on either side of a stop in it."""

WRAP_MIN, WRAP_MAX = 40, 160
"""Where the longest line is shorter or longer than this, no program wrapped the lines."""


@lru_cache(maxsize=1)
def word_classes() -> dict[str, frozenset[str]]:
    """The words of lexicon/abbreviations.toml by class, and as "all" those of all classes but the starters."""
    classes = {name: frozenset(entry["words"].split()) for name, entry in read("abbreviations").items()}
    classes["all"] = frozenset().union(*(words for name, words in classes.items() if name != "starters"))
    return classes


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Offsets of the sentences of text[start:end], stripped, in order, covering all that is not blank."""
    end = len(text) if end is None else end
    writer = Writer(text, start, end)
    spans: list[tuple[int, int]] = []
    begin = start
    for match in STOP.finditer(text, start, end):
        at, behind = match.span()
        if text[at] == "\n":
            cut = at if writer.ends_line(at, behind) else 0
        else:
            cut = behind if writer.ends_sentence(begin, at, behind) else 0
        if cut:
            add(spans, text, begin, cut)
            begin = cut
    add(spans, text, begin, end)
    return spans


def add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Append start:end without the blanks around it, if anything is left."""
    piece = text[start:end]
    bare = piece.lstrip()
    start += len(piece) - len(bare)
    bare = bare.rstrip()
    if bare:
        spans.append((start, start + len(bare)))


class Writer:
    """One text and the habits of who wrote it: where they wrap lines, whether they use capitals."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.words = word_classes()
        self._width = -1
        self._small: bool | None = None

    @property
    def width(self) -> int:
        """Length of the longest line."""
        if self._width < 0:
            self._width = max(map(len, self.text[self.start : self.end].split("\n")))
        return self._width

    @property
    def starts_small(self) -> bool:
        """Whether most sentences start with a small letter."""
        if self._small is None:
            small = sum(1 for _ in SMALL_START.finditer(self.text, self.start, self.end))
            large = sum(1 for _ in LARGE_START.finditer(self.text, self.start, self.end))
            self._small = small > 2 * large + 2
        return self._small

    def ends_line(self, at: int, behind: int) -> bool:
        """Whether the newline at `at` ends a sentence that has no stop; the next line starts at `behind`."""
        text = self.text
        if behind >= self.end:
            return False
        if text.count("\n", at, behind) > 1 or LIST_ITEM.match(text, behind, self.end):
            return True
        before = text[max(self.start, at - REACH) : at].rstrip().rstrip("\"'”’»)]*_")
        if text[behind].islower() or not before or before[-1] in ".!?…,;":
            return False
        if not WRAP_MIN <= self.width <= WRAP_MAX:
            return True
        line = at - max(text.rfind("\n", self.start, at), self.start - 1) - 1
        word = WORD_AFTER.match(text, behind)
        return line + 1 + (word.end() - behind if word else 1) < 0.75 * self.width

    def ends_sentence(self, begin: int, at: int, behind: int) -> bool:
        """Whether the stops text[at:behind] end the sentence that began at `begin`."""
        text, end = self.text, self.end
        if behind >= end:
            return False
        stop = text[at]
        if stop in "。！？｡।॥":
            return True
        if self.is_inside(begin, at, behind, "“", "”") or self.is_inside(begin, at, behind, "(", ")"):
            return False
        if not text[behind].isspace():
            return self.is_glued(at, behind)
        match = NEXT.match(text, behind, end)
        after = match.end() if match else behind
        if after >= end:
            return False
        following = text[after]
        if following.islower():
            return self.starts_anew(begin, at, behind)
        if following in "-–—&,;:)":
            return following in "-–—" and after + 2 < end and not text[after + 2].islower()
        if stop != "." or (at + 1 < behind and text[at + 1] in ".!?"):
            return not YEAR.match(text, after - 1, end)
        word = self.word_before(begin, at)
        small = word.lower()
        if following.isdigit():
            return not (small in self.words["before_numbers"] and word != "no")
        if len(word) > 4 and "." not in word:
            return True
        if word.isdigit():
            return text[begin:at].strip() != word
        if (word[:1].isupper() and small in self.words["before_names"]) or small in self.words["inside"]:
            return False
        if (len(word) == 1 and word.isalpha()) or small in self.words["anywhere"] or ACRONYM.fullmatch(word):
            next_word = WORD_AFTER.match(text, after, end)
            return next_word is not None and next_word.group().lower().replace("’", "'") in self.words["starters"]
        return True

    def is_inside(self, begin: int, at: int, behind: int, opener: str, closer: str) -> bool:
        """Whether the stop stands inside a quotation or bracket that opened in its sentence and closes soon."""
        opened = self.text.rfind(opener, max(begin, at - ASIDE), at)
        if opened < 0 or self.text.find(closer, opened, behind) >= 0:
            return False
        return self.text.find(closer, behind, min(behind + ASIDE, self.end)) >= 0

    def word_before(self, begin: int, at: int) -> str:
        """The word before the stop at `at`, without what opens before it."""
        words = self.text[max(begin, at - REACH) : at].split()
        return words[-1].lstrip(OPENERS) if words else ""

    def is_glued(self, at: int, behind: int) -> bool:
        """Whether a space is missing after the stop: small letters before, a capitalised word behind."""
        text = self.text
        if at < self.start + 2 or behind + 1 >= self.end or not text[behind].isupper():
            return False
        if not ((text[at - 1].islower() and text[at - 2].islower()) or text[at - 1] in ')”"'):
            return False
        word = self.word_before(self.start, at)
        if "/" in word or "@" in word or word.startswith("www"):
            return False
        return text[behind + 1].islower() or (text[behind] in "IA" and text[behind + 1] in " '’")

    def starts_anew(self, begin: int, at: int, behind: int) -> bool:
        """Whether a sentence may start with the small letter that follows."""
        text = self.text
        stops = text[at:behind]
        word = self.word_before(begin, at)
        if stops.strip(".!?") or "..." in stops or word.lower() in self.words["all"] or len(word) < 2:
            return False
        if self.starts_small:
            return True
        return stops == "." and len(word) > 2 and word.isalpha() and word.islower()
