"""What a reader has corrected, and where in a review it belongs, even after the text around it has changed."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from typing import Any

from pipeline.documents import Document
from pipeline.records import ASPECTS, KINDS, LABELS, STANCES, VERDICTS, VOICES

FILE = "corrections.csv"
"""Below the outputs: what readers have corrected so far."""

NONE = "none"
"""What a reader writes for "there is no such thing here"."""

AROUND = 40
"""Characters kept of the text before and after."""

WORDS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "voice": VOICES,
    "stance": STANCES,
    "verdict": VERDICTS,
    "name": (*LABELS, NONE),
    "aspect": (*(f"{aspect} {way}" for aspect in ASPECTS for way in ("positive", "mixed", "negative")), NONE),
    "film": (),
    "theme": (),
}
"""What can be corrected, and the labels that it may have; of a film and a theme any words will do."""

OF_REVIEW = frozenset({"film", "verdict"})
"""What is said of a review as a whole."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a reader knows better, or has found right."""

    what: str
    """kind, film, name, voice, stance, verdict, aspect or theme."""
    review_id: str
    sha256: str
    """Of the source text that the reader saw."""
    start: int
    """First character of the words in that source; 0 for what is said of the review as a whole."""
    end: int
    """One past the last; 0 for what is said of the review as a whole."""
    text: str
    """The clean characters there."""
    before: str
    """Clean characters before them."""
    after: str
    """Clean characters behind them."""
    was: str
    """What we had said; empty where we had said nothing."""
    label: str
    """What is right."""

    @property
    def key(self) -> tuple[Any, ...]:
        """Two corrections with the same key are about the same thing."""
        return (self.what, self.sha256, self.start, self.end, self.about)

    @property
    def about(self) -> str:
        """Which of several things on the same words: themes and aspects may share theirs."""
        return self.was or self.label if self.what in ("aspect", "theme") else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A correction, and where its words stand in the source as it is now."""

    one: Correction
    review_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Corrections:
    """All of them, by review."""

    by_hash: dict[str, tuple[Correction, ...]] = field(default_factory=dict)
    by_id: dict[str, tuple[Correction, ...]] = field(default_factory=dict)

    def of(self, document: Document) -> tuple[Correction, ...]:
        """Those of other texts that the review of this name once had, then those of this very text under any name."""
        older = (one for one in self.by_id.get(document.review_id, ()) if one.sha256 != document.sha256)
        return (*older, *self.by_hash.get(document.sha256, ()))

    def __bool__(self) -> bool:
        return bool(self.by_id)


def group(corrections: Iterable[Correction]) -> Corrections:
    """Corrections by the hash and by the name of their review."""
    by_hash, by_id = defaultdict(list), defaultdict(list)
    for one in corrections:
        by_hash[one.sha256].append(one)
        by_id[one.review_id].append(one)
    return Corrections(
        {key: tuple(some) for key, some in by_hash.items()}, {key: tuple(some) for key, some in by_id.items()}
    )


def dump(corrections: Sequence[Correction]) -> bytes:
    """Corrections as the file that keeps them: CSV with a BOM."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [f.name for f in fields(Correction)], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(map(asdict, corrections))
    return out.getvalue().encode("utf-8-sig")


def parse(content: bytes) -> list[Correction]:
    """Corrections from what `dump` made."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    numbers = ("start", "end")
    return [
        Correction(**{name: int(cell) if name in numbers else cell for name, cell in row.items()})  # type: ignore[arg-type]
        for row in rows
    ]


@lru_cache(maxsize=2)
def load(content: bytes) -> Corrections:
    """The corrections of a file's content, by review; none of an empty one."""
    return group(parse(content)) if content else Corrections()


def locate(one: Correction, document: Document) -> tuple[int, int] | None:
    """Where the words stand in the clean text of a document; None if they are not there or it cannot be told where."""
    if document.sha256 == one.sha256:
        start, end = document.offsets.to_clean(one.start, one.end)
        return (start, end) if document.text[start:end] == one.text else None
    found = []
    at = document.text.find(one.text)
    while at >= 0:
        end = at + len(one.text)
        found.append((_alike(document.text[:at], one.before, -1) + _alike(document.text[end:], one.after, 1), at))
        at = document.text.find(one.text, at + 1)
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1], found[0][1] + len(one.text)


def place_all(documents: Iterable[Document], corrections: Corrections) -> list[Place]:
    """The corrections of some documents whose words are there; of two about the same thing the later."""
    found = {}
    for document in documents:
        for one in corrections.of(document):
            span = (0, 0) if one.start == one.end else locate(one, document)
            if span:
                start, end = document.offsets.to_source(*span) if one.start < one.end else span
                found[document.review_id, one.what, start, end, one.about] = Place(one, document.review_id, start, end)
    return list(found.values())


def _alike(text: str, kept: str, way: int) -> int:
    """Characters that the two have in common, from the end (-1) or from the beginning (1)."""
    n = 0
    for a, b in zip(text[-AROUND:][::-1] if way < 0 else text[:AROUND], kept[::way], strict=False):
        if a != b:
            break
        n += 1
    return n


def context(text: str, start: int, end: int) -> tuple[str, str]:
    """The characters before and behind a clean span."""
    return text[max(0, start - AROUND) : start], text[end : end + AROUND]
