"""A review's clean text and where each of its characters stands in the source.

Readers make documents; all later work is done in clean offsets and handed out in source offsets.
"""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Clean offsets <-> source offsets, as runs of characters; no runs at all means both are the same.

    A run is either verbatim (width 1: the clean characters are those of the source) or a decoded piece of
    mark-up, where one clean character stands for `width` source characters ("&" for "&amp;").
    """

    clean: tuple[int, ...] = ()
    """First clean offset of each run, rising from 0."""
    source: tuple[int, ...] = ()
    """Source offset of that character, rising."""
    width: tuple[int, ...] = ()
    """Source characters that a clean character of the run takes."""

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of the clean characters start:end, which must not be empty."""
        if not self.clean:
            return start, end
        i = bisect_right(self.clean, start) - 1
        j = bisect_right(self.clean, end - 1) - 1
        return (
            self.source[i] + (start - self.clean[i]) * self.width[i],
            self.source[j] + (end - self.clean[j]) * self.width[j],
        )

    def to_clean(self, start: int, end: int) -> tuple[int, int]:
        """Clean offsets of what `to_source` gave."""
        if not self.clean:
            return start, end
        i = bisect_right(self.source, start) - 1
        j = bisect_right(self.source, end - 1) - 1
        return (
            self.clean[i] + (start - self.source[i]) // self.width[i],
            self.clean[j] + (end - 1 - self.source[j]) // self.width[j] + 1,
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document that its mark-up sets apart."""

    start: int
    """First clean character."""
    end: int
    """One past the last clean character."""
    kind: str
    """What the mark-up says it is: a kind of records.KINDS, or empty where it does not tell."""
    level: int = 0
    """Level of a heading, 1-6; 0 for anything else."""


@dataclass(frozen=True, slots=True)
class Document:
    """One review as a reader hands it over."""

    review_id: str
    """Name of the review; empty until the engine gives it one."""
    source: str
    """As in records.Review."""
    sha256: str
    """SHA-256 of the source text."""
    text: str
    """Clean text: the source without its mark-up."""
    offsets: OffsetMap = OffsetMap()
    """Where the clean characters stand in the source."""
    blocks: tuple[Block, ...] = ()
    """What the mark-up sets apart, in order, without overlap; empty for plain text."""
    emphasis: tuple[tuple[int, int], ...] = ()
    """Clean offsets of words in italics or emphasis, where titles of works often stand."""
    given: dict[str, str] = field(default_factory=dict)
    """What front matter, columns, JSON-LD, <meta> and <title> say, as written: title, author, published,
    rating, film, year, and, where given, director, writer, cast (several names separated by `|`)."""
    markup: str = "text"
    """text, markdown or html."""
    duplicate_of: str = ""
    """review_id of the first review with the same text; given by the engine, which alone sees the corpus."""
