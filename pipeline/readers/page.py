"""Tags -> blocks and marks: which of a page's elements are open, and what that makes of the text in them."""

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.readers import elements
from pipeline.readers.clean import Builder

ATTRIBUTE = re.compile(
    r"""(?<![-\w:.])([A-Za-z_:][-\w:.]*+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]++))""", re.ASCII
)
LONGEST_ATTRIBUTES = 100_000
"""Characters of one tag that are read."""
DEEPEST = 5_000
"""Open elements beyond which tags are taken for noise; browsers stop at 512."""
FURTHEST = 16
"""Open elements that are looked through for one that a start tag ends."""
WORDY_CELL = 100
"""Characters from which a table's cell is no longer a fact beside others but text of its own."""
MASTHEAD = re.compile(r"header|masthead|site-?title|branding", re.IGNORECASE)
"""Attributes of what stands atop a page: among it may be the review's own title."""
SENTENCE_END = re.compile(r"""[.!?:;…)\]"'’”»]""")


@dataclass(frozen=True, slots=True)
class Frame:
    """An open element, and what it will give back when it ends."""

    name: str
    kind: str
    level: int
    role: str
    mark: str
    """The mark that it makes on its text, or nothing."""
    block: bool
    """Whether it ends the block before it, and its own."""


def attributes(source: str, start: int, end: int) -> dict[str, tuple[int, int]]:
    """Name, in lower case, and place of the value of each attribute between start and end; the first one counts."""
    found: dict[str, tuple[int, int]] = {}
    for match in ATTRIBUTE.finditer(source, start, min(end, start + LONGEST_ATTRIBUTES)):
        found.setdefault(match[1].lower(), match.span(match.lastindex or 0))
    return found


class Page:
    """The open elements of one source, told tag by tag, and the builder that they steer."""

    def __init__(self, out: Builder, *, by_class: bool = True) -> None:
        self.out = out
        self.by_class = by_class
        """Whether class names may set text apart; off where they leave nothing of the page."""
        self.stack: list[Frame] = []
        self.open: Counter[str] = Counter()
        """How many elements of each name are open."""
        self.marks: Counter[str] = Counter()
        self.begun: dict[str, int] = {}
        """Clean offset where the outermost element of each open mark begins."""

    def start(self, name: str, start: int, inner: int, end: int) -> None:
        """The start tag of element `name` stands at start:end, its attributes from `inner` on."""
        out = self.out
        if name == "br":
            out.line_break(start, end)
            return
        if name == "img":
            self._image(inner, end, start)
            return
        block = name in elements.BLOCKS
        if block and self.open["p"]:
            self._close("p", start, end)
        if name in elements.ENDS:
            self._imply(name, start, end)
        elif name == "a" and self.open["a"]:
            self._close("a", start, end)
        if name in ("td", "th"):
            self._cell(start, end)
        elif block:
            out.edge(start, end)
        if name in elements.VOID or len(self.stack) >= DEEPEST:
            return
        kind, level, role, mark = self._meaning(name, inner, end)
        if not block and kind not in ("", out.kind) and mark not in ("byline", "main"):
            block = True
            out.edge(start, end)
        self.stack.append(Frame(name, out.kind, out.level, out.role, mark, block))
        self.open[name] += 1
        if mark:
            self.begin(mark)
        out.kind, out.level, out.role = kind, level, role

    def end(self, name: str, start: int, end: int) -> None:
        """The end tag of element `name` stands at start:end."""
        if self.open[name]:
            self._close(name, start, end)
        elif name in elements.BLOCKS:
            self.out.edge(start, end)

    def finish(self) -> None:
        """The source ends: so does all that is open."""
        while self.stack:
            self._pop(len(self.out.source), len(self.out.source))

    def _meaning(self, name: str, inner: int, end: int) -> tuple[str, int, str, str]:
        """Kind, level and role of text in a new element, and the mark that the element makes."""
        out = self.out
        kind, level, role = out.kind, out.level, out.role
        mark = elements.MARKS.get(name, "")
        if name == "a":
            mark = self._link_mark(inner, end)
        named = elements.KINDS.get(name, "")
        said = ""
        if end - inner > 6 and name not in ("a", "img"):
            said = self._said(name, inner, end)
        if said == "main" or (name in elements.MAIN and not said):
            mark, said = "main", ""
        if name == "time" or (said == "byline" and name in ("span", "time", "a", "b", "i", "em", "strong")):
            mark, said = "byline", ""
        if kind == "boilerplate":
            if name in elements.HEADINGS and role == "masthead":
                return "heading", elements.HEADINGS[name], role, mark
            return kind, 0, role, mark
        if name == "header" and not self.marks["main"] and not elements.OWN_HEADER.search(out.source, inner, end):
            return "boilerplate", 0, "masthead", mark
        if said == "boilerplate":
            at_top = MASTHEAD.search(out.source, inner, end) is not None
            if not at_top or not self.marks["main"]:  # a header within the main text is the review's own
                role = "masthead" if at_top else ""
                level = elements.HEADINGS.get(name, 0) if at_top else 0
                return "heading" if level else said, level, role, mark
            said = ""
        if name in elements.HEADINGS:
            return said if said in ("deck", "byline") else "heading", elements.HEADINGS[name], "", mark
        kind = said or named or kind
        role = {"li": "item", "tr": "row"}.get(name, role if name not in ("p", "div", "table") else "")
        return kind, 0 if kind != "heading" else level, role, mark

    def _link_mark(self, inner: int, end: int) -> str:
        """What a link makes of its text: an author's name, a link, or nothing if it leads nowhere."""
        source = self.out.source
        found = attributes(source, inner, end)
        for key in ("rel", "class", "itemprop"):
            begin, stop = found.get(key, (0, 0))
            if "author" in source[begin:stop].lower().split():
                return "byline"
        return "link" if "href" in found else ""

    def _said(self, name: str, inner: int, end: int) -> str:
        """What the attributes of an element say that it is: a kind, `main`, or nothing."""
        source = self.out.source
        if not self.by_class and name not in ("p", "div", "span"):
            return ""
        found = attributes(source, inner, end)
        if not found:
            return ""

        def value(key: str) -> str:
            begin, stop = found.get(key, (0, 0))
            return source[begin:stop]

        said = elements.ROLES.get(value("role").strip().lower(), "")
        said = said or elements.ITEMPROPS.get(value("itemprop").strip().lower(), "")
        names = f"{value('class')} {value('id')}"
        if said or names.isspace():
            pass
        elif name not in elements.NEVER_BY_CLASS:
            said = elements.kind_by_class(names)
        elif name == "article" and not elements.ASIDE_ARTICLES.isdisjoint(names.split()):
            said = "boilerplate"
        if not said and elements.HIDDEN.search(value("style")) and "spoiler" not in names.lower():
            said = "boilerplate"
        return "" if said == "boilerplate" and not self.by_class else said

    def _cell(self, start: int, end: int) -> None:
        """Cells of a row are one block, as long as they are short."""
        out = self.out
        if out.length() > WORDY_CELL or out.role != "row":
            out.edge(start, end)
        else:
            out.tab(start, end)

    def _image(self, inner: int, end: int, start: int) -> None:
        """The alternative text of a picture is a caption of its own; that of a smiley is part of the line."""
        out = self.out
        begin, stop = attributes(out.source, inner, end).get("alt", (0, 0))
        words = out.source[begin:stop]
        if not words.strip() or out.kind == "boilerplate" or (self.open["a"] and out.kind == "heading"):
            return
        if end - stop < 2:  # nothing that could stand for the line end after it
            return
        if not any(character.isalpha() for character in words):
            out.text_with_entities(begin, stop)
        elif not out.ends().strip() or SENTENCE_END.fullmatch(out.ends().rstrip()[-1]):
            kind, level, role = out.kind, out.level, out.role
            out.edge(start, begin)
            out.kind, out.level, out.role = "caption", 0, "alt"
            out.text_with_entities(begin, stop)
            out.edge(stop, end)
            out.kind, out.level, out.role = kind, level, role

    def _imply(self, name: str, start: int, end: int) -> None:
        """End the list item, row or cell that was left open before another begins."""
        names, barrier = elements.ENDS[name]
        ended = names.split()
        if not any(self.open[each] for each in ended):
            return
        for frame in self.stack[: -FURTHEST - 1 : -1]:
            if frame.name in barrier:
                return
            if frame.name in ended:
                self._close(frame.name, start, end)
                if frame.name == name:
                    return

    def _close(self, name: str, start: int, end: int) -> None:
        while self.stack:
            if self._pop(start, end) == name:
                return

    def _pop(self, start: int, end: int) -> str:
        frame = self.stack.pop()
        self.open[frame.name] -= 1
        out = self.out
        if frame.block and start < end:
            out.edge(start, end)
        elif frame.block:
            out.close()
        if frame.mark:
            self.cease(frame.mark)
        out.kind, out.level, out.role = frame.kind, frame.level, frame.role
        return frame.name

    def begin(self, mark: str) -> None:
        """What follows is marked; only the outermost of marks with one name counts."""
        if not self.marks[mark]:
            self.begun[mark] = self.out.size
        self.marks[mark] += 1

    def cease(self, mark: str) -> None:
        """What follows is no longer marked."""
        self.marks[mark] -= 1
        if not self.marks[mark]:
            self.out.mark(mark, self.begun[mark])
