"""Clean text in the making: characters with their places in the source, blocks, and marked stretches.

A reader walks the source from left to right and says what is text; what it does not name is mark-up.
"""

import html
import re
from dataclasses import dataclass, field

from pipeline.documents import OffsetMap

VISIBLE = re.compile(r"\S")
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31}+);?")


@dataclass(slots=True)
class Stretch:
    """A block before it is settled what it is for."""

    start: int
    """First clean character."""
    end: int
    """One past the last clean character."""
    kind: str
    """A kind of records.KINDS, or empty where the mark-up does not tell."""
    level: int
    """Level of a heading, 1-6; 0 for anything else."""
    role: str = ""
    """What else the mark-up says: `row` (of a table), `item` (of a list), `masthead` (atop the site), `alt` (of a picture),
    `residue` (front matter and the like, which stands alone)."""


@dataclass(slots=True)
class Builder:
    """Collects the clean text of one source."""

    source: str
    size: int = 0
    """Clean characters so far."""
    last: int = 0
    """Source offset one past the last of them."""
    kind: str = ""
    """Kind of the block that the next character opens or stands in."""
    level: int = 0
    """Its level, if it is a heading."""
    role: str = ""
    """Its role, as in Stretch."""
    stretches: list[Stretch] = field(default_factory=list)
    marks: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Clean offsets of what is `link`, `bold`, `byline`, `emphasis` or `main`, each in order without overlap."""
    _parts: list[str] = field(default_factory=list)
    _clean: list[int] = field(default_factory=list)
    _source: list[int] = field(default_factory=list)
    _width: list[int] = field(default_factory=list)
    _space: bool = True
    """Whether the last clean character is white space, or there is none."""
    _begin: int = 0
    """First clean character of the open block."""
    _edge: tuple[int, int] | None = (0, 0)
    """Where a block ended: the source characters that may stand for the line break there; None within a block."""
    _broken: bool = False
    """Whether nothing but white space was written since the line was broken by mark-up."""

    def text(self, start: int, end: int) -> None:
        """The source characters start:end are text, as they stand."""
        if start >= end:
            return
        if self._edge is not None:
            seen = VISIBLE.search(self.source, start, end)
            if seen is None:
                self._edge = (start, start + 1)  # white space of the source is the better line break
                return
            if seen.start() > start:
                self._edge = (start, start + 1)
            start = seen.start()
            self._open_block(start)
        elif self._broken:
            seen = VISIBLE.search(self.source, start, end)
            if seen is None:
                return
            start = seen.start()
        self._broken = False
        self._verbatim(start, end)

    def space(self, start: int) -> None:
        """There is white space between tags, from `start` on; one character of it is enough."""
        if self._edge is not None or not self._space:
            self.text(start, start + 1)

    def text_with_entities(self, start: int, end: int) -> None:
        """The source characters start:end are text in which `&amp;` stands for `&`."""
        if self.source.find("&", start, end) < 0:
            self.text(start, end)
            return
        at = start
        for found in ENTITY.finditer(self.source, start, end):
            character = html.unescape(found[0])
            if len(character) == 1:  # what stands for two characters, or for nothing, is left as it is
                self.text(at, found.start())
                self.character(character, found.start(), found.end())
                at = found.end()
        self.text(at, end)

    def character(self, character: str, start: int, end: int) -> None:
        """One clean character stands for the source characters start:end, of which there are two or more."""
        if self._edge is not None:
            if character.isspace():
                return
            self._open_block(start)
        self._broken = False
        self._decoded(character, start, end)

    def line_break(self, start: int, end: int) -> None:
        """The mark-up start:end breaks the line; a second one breaks the paragraph."""
        if self._edge is not None:
            return
        if self._broken:
            self.edge(start, end)
            return
        self._broken = True
        if not self._parts[-1].endswith("\n"):
            self._decoded("\n", start, end)

    def tab(self, start: int, end: int) -> None:
        """The mark-up start:end sets two cells of a row apart."""
        if self._edge is None and not self._space:
            self._decoded("\t", start, end)

    def edge(self, start: int, end: int) -> None:
        """One block ends and another begins at the source characters start:end, mark-up or a line end."""
        if self._edge is not None:
            return
        self.close()
        self._edge = (start, end)
        self._broken = False

    def mark(self, name: str, start: int) -> None:
        """What was written since clean offset `start` is `name`."""
        if self.size > start:
            self.marks.setdefault(name, []).append((start, self.size))

    def length(self) -> int:
        """Clean characters of the open block so far."""
        return 0 if self._edge is not None else self.size - self._begin

    def ends(self) -> str:
        """The last characters of the open block, as far as they were written in one piece; nothing between blocks."""
        return "" if self._edge is not None else self._parts[-1][-8:]

    def finish(self) -> tuple[str, OffsetMap]:
        """The clean text and its places in the source; the blocks are in `stretches` now."""
        self.close()
        text = "".join(self._parts)
        if len(self._clean) <= 1 and self._source[:1] in ([], [0]) and self._width[:1] in ([], [1]):
            return text, OffsetMap()
        return text, OffsetMap(tuple(self._clean), tuple(self._source), tuple(self._width))

    def _open_block(self, start: int) -> None:
        """Put the line break that sets the new block, beginning at `start`, apart from the last."""
        edge, self._edge = self._edge, None
        if edge is not None and not self._space:
            if self.source[self.last : start].isspace() and start - self.last <= 4:
                self._verbatim(self.last, start)
            elif self.source[edge[0] : edge[1]].isspace():
                self._verbatim(edge[0], edge[0] + 1)
            elif edge[1] - edge[0] > 1:
                self._decoded("\n", *edge)
        self._begin = self.size

    def close(self) -> None:
        """The block ends here, whatever comes next."""
        if self._edge is None and self.size > self._begin:
            self.stretches.append(Stretch(self._begin, self.size, self.kind, self.level, self.role))
        self._begin = self.size

    def _verbatim(self, start: int, end: int) -> None:
        if start != self.last or not self._width or self._width[-1] != 1:
            self._clean.append(self.size)
            self._source.append(start)
            self._width.append(1)
        piece = self.source[start:end]
        self._parts.append(piece)
        self._space = piece[-1].isspace()
        self.size += end - start
        self.last = end

    def _decoded(self, character: str, start: int, end: int) -> None:
        self._clean.append(self.size)
        self._source.append(start)
        self._width.append(end - start)
        self._parts.append(character)
        self._space = character.isspace()
        self.size += 1
        self.last = end
