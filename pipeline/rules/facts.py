"""Lists of credits, "Director: A, B" or YAML, in front matter and boxes of facts -> who is named for which role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.lexicon.load import read
from pipeline.rules.names import SPACES

LONGEST = 60
"""Characters of the longest name in a list; what is longer is prose."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One person in a list of credits."""

    role: str
    start: int
    """First character of the name."""
    end: int
    """One past its last character."""
    character: tuple[int, int] | None
    """Offsets of the character that the list gives to the person."""


@lru_cache(maxsize=1)
def _labels() -> tuple[re.Pattern[str], dict[str, str]]:
    roles = {label: role for role, labels in read("credits")["labels"].items() for label in labels.split("|")}
    words = "|".join(re.escape(label) for label in sorted(roles, key=len, reverse=True))
    # The label, then its people on the same line, or on the lines below: as a YAML list, or the next line alone.
    line = re.compile(
        rf"^[ \t*|•-]{{0,6}}(?P<label>{words})(?P<mark>[ \t]*[*_]{{0,2}}[ \t]*(?::|\||[–—-][ \t])[*_]{{0,2}}|[ \t]*$|[ \t]+(?=[A-ZÀ-Þ]))"
        r"[ \t]*(?P<rest>.*)$",
        re.IGNORECASE | re.MULTILINE,
    )
    return line, roles


_ITEM = re.compile(rf"{SPACES}(?:[,;/|•·]|\band\b|&|\n[ \t]*[-*•][ \t]*|\n)\s*")
_NAMED = re.compile(
    r"[ \t\"'\[(*-]*(?P<name>[^\W\d_][\w.’'“”\" -]*?)[ \t\"'\]*]*(?:\((?P<note>[^()]{1,60})\)?)?[ \t\"'\])]*(?:(?:\bas\b|\.{2,}|…|–|—|:)[ \t]*(?P<as>[^\n]{1,60}))?$"
)
_LIST_LINES = re.compile(r"(?:\n[ \t]*[-*•][ \t]+[^\n:]{1,70}(?=\n|$))+")
_NEXT_LINE = re.compile(r"\n[ \t]*([^\n:]{3,300})(?=\n|$)")


def find_listed(text: str, start: int, end: int) -> Iterator[Listed]:
    """The people named in lists of credits between two offsets of a text."""
    pattern, roles = _labels()
    for match in pattern.finditer(text, start, end):
        role = roles[match["label"].lower()]
        has_mark = (
            ":" in match["mark"]
            or "|" in match["mark"]
            or match["label"].lower()
            in ("director", "directors", "screenwriters", "screenwriter", "cast", "writer", "writers", "starring")
        )
        if match["rest"].strip():
            if not has_mark or not _is_list(match["rest"], bare=":" not in match["mark"] and "|" not in match["mark"]):
                continue
            yield from _items(text, role, match.start("rest"), match.end("rest"))
        elif lines := _LIST_LINES.match(text, match.end(), end):
            yield from _items(text, role, lines.start(), lines.end())
        elif (line := _NEXT_LINE.match(text, match.end(), end)) and _is_list(line[1], bare=True):
            yield from _items(text, role, line.start(1), line.end(1))


def _is_list(rest: str, bare: bool) -> bool:
    """Whether the words after a label are names rather than prose: few of them begin with a small letter."""
    words = re.findall(r"[^\W\d_][\w’'-]*", rest[:400])
    small = sum(
        word[0].islower() and word not in ("and", "as", "by", "de", "von", "van", "der", "la", "di") for word in words
    )
    if re.search(r"\((?:\w+ ?){1,4}\)", rest):
        small -= sum(len(m.split()) for m in re.findall(r"\(([a-z ]{3,40})\)", rest[:400]))
    return (
        bool(words)
        and small <= (0 if bare else len(words) / 4)
        and not (bare and rest.rstrip().endswith((".", "!", "?")))
    )


def _items(text: str, role: str, start: int, end: int) -> Iterator[Listed]:
    place = start
    pieces = [(m.start(), m.end()) for m in _ITEM.finditer(text, start, end)] + [(end, end)]
    for stop, following in pieces:
        item = text[place:stop]
        if 1 < len(item.strip()) <= LONGEST * 2 and (match := _NAMED.match(item)):
            a, b = place + match.start("name"), place + match.end("name")
            name = text[a:b]
            if len(name) <= LONGEST and name[:1].isupper() and len(name) > 1:
                yield Listed(_role(role, match["note"]), a, b, _character(text, match, place, role))
        place = following


def _role(role: str, note: str | None) -> str:
    """The role that a note in brackets tells: "Susan Hill (novel)" among the writers is the book's author."""
    if (
        role == "writer"
        and note
        and re.search(r"novel|book|story|\bplay\b|comic|memoir|article|manga|characters", note, re.IGNORECASE)
    ):
        return "author"
    return role


def _character(text: str, match: re.Match[str], place: int, role: str) -> tuple[int, int] | None:
    if role != "actor":
        return None
    for group in ("as", "note"):
        found = match[group]
        if found and found[:1].isupper():
            words = found.rstrip(" .,\"'")
            return place + match.start(group), place + match.start(group) + len(words)
    return None
