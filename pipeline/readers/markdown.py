"""Markdown -> clean text: blocks line by line here, what stands in the lines in `inline`.

CommonMark's blocks, loosely: what blogs write is read as they mean it, not as a strict parser would. HTML
within Markdown is told to the same page as in HTML files; Liquid's tags, as Jekyll has them, are mark-up.
"""

import re

from pipeline.readers.clean import Builder
from pipeline.readers.html import Scanner
from pipeline.readers.inline import DEFINED, Inline, definitions
from pipeline.readers.page import Page

LINE = re.compile(r"([^\r\n]*+)(\r\n|\r|\n|\Z)")
LEAD = re.compile(
    r"""[ \t]*+(?:
      (?P<blank>\Z)
    | (?P<rule>(?:\*[ \t]*+){3,}+\Z|(?:-[ \t]*+){3,}+\Z|(?:_[ \t]*+){3,}+\Z)
    | (?P<heading>\#{1,6}+(?=[ \t]|\Z)|\#{2,6}+)
    | (?P<quote>>)
    | (?P<item>(?:[-*+]|[0-9]{1,3}[.)])(?:[ \t]++|\Z))
    | (?P<fence>```++(?=[^`]*\Z)|~~~++)
    | (?P<underline>=++[ \t]*+\Z)
    | (?P<note>\[\^[\w-]{1,60}\]:[ \t]*+)
    | (?P<definition>DEFINED)
    | (?P<liquid>(?:\{%[^{}%]{0,500}%\}|\{\{[^{}]{0,500}\}\}|\{:[^{}]{0,500}\})[ \t]*+\Z)
    )""".replace("DEFINED", DEFINED),
    re.VERBOSE,
)
CLOSING_HASHES = re.compile(r"(?<![ \t])[ \t]+#+[ \t]*+$")
QUOTES = re.compile(r"(?:[ \t]{0,3}>[ \t]?)+")
TABLE_RULE = re.compile(r"[ \t]*+\|?[ \t]*+:?-+:?[ \t]*+(?:\|[ \t]*+:?-*:?[ \t]*+)*+")
CAPTION = re.compile(r"""(?:caption|alt|title)\s*=\s*["']([^"']+)["']""")
QUOTED = re.compile(r"""["“']([^"”']{3,}+)(["”']?+)""")
"""Words in quotation marks, and the mark behind them: none where the text ends before one, so that it is read but once."""
LONGEST_UNDERLINED = 100
"""Characters of a line that may be a heading because it is underlined."""


class Reader:
    """Reads the lines of one Markdown source into a builder."""

    def __init__(self, source: str, out: Builder) -> None:
        self.source = source
        self.out = out
        self.page = Page(out)
        self.scanner = Scanner(source, self.page, paragraphs=True)
        self.inline = Inline(source, self.page, self.scanner)
        self.open: tuple[str, int, int] | None = None
        """The paragraph that is open: its kind (`quote`, `item` or nothing), start and end."""

    def run(self, start: int) -> None:
        """Read from `start` to the end."""
        source, at, fence = self.source, start, ""
        self.inline.references = definitions(source, start)
        while at < len(source):
            line = LINE.match(source, at)
            assert line is not None  # the pattern matches anywhere
            begin, end = line.span(1)
            at = line.end()
            fence = self.fenced(fence, begin, end) if fence else self.line(begin, end)
            if self.inline.reached > at:  # a comment or a script went on over the end of its paragraph
                at = self.inline.reached
        self.flush(at)
        self.page.finish()

    def line(self, begin: int, end: int, kind: str = "") -> str:
        """Read one line, `kind` is `quote` in a quotation; the fence that it opens, if it does."""
        lead = LEAD.match(self.source[begin:end]) if self.special(begin, end) else None
        what = (lead.lastgroup or "") if lead else ""
        if what == "quote" and not kind:
            return self.quoted(begin, end)
        level = {"underline": 1, "rule": 2 if self.source[end - 1] == "-" else 0}.get(what, 0)
        if level and self.open and self.underlines():
            _, start, stop = self.open
            self.open = None
            self.block("heading", start, stop, level)
        elif lead is None or what in ("quote", "underline") or (what == "definition" and self.open):
            self.open = (self.open[0], self.open[1], end) if self.open else (kind, begin, end)
        elif not self.flush(begin):
            return ""
        elif what == "heading":
            inner = begin + lead.end()
            last = max(inner, end - 100)
            closing = CLOSING_HASHES.search(self.source[last:end])
            self.block("heading", inner, last + closing.start() if closing else end, len(lead["heading"]))
        elif what == "liquid":
            self.liquid(begin + lead.start("liquid"), end)
        elif what in ("item", "note"):
            self.open = (kind or ("item" if what == "item" else ""), begin + lead.end(), end)
        return lead["fence"] if lead and what == "fence" else ""

    def quoted(self, begin: int, end: int) -> str:
        """Read one line of a quotation; the fence that it opens, if it does."""
        marks = QUOTES.match(self.source, begin, end)
        inner = marks.end() if marks else begin
        if self.open and self.open[0] == "quote":
            if not self.special(inner, end):
                self.open = ("quote", self.open[1], end)
                return ""
        elif not self.flush(begin):
            return ""
        return self.line(inner, end, "quote")

    def special(self, begin: int, end: int) -> bool:
        """Whether the line may be more than plain text, by its first visible character."""
        first = self.source[begin : begin + 1]
        if first in " \t":
            first = self.source[begin : min(end, begin + 200)].lstrip(" \t")[:1]
        return begin == end or not first.isalpha()

    def fenced(self, fence: str, begin: int, end: int) -> str:
        """Read one line within a code fence; the fence if it goes on."""
        if self.source[begin:end].strip().startswith(fence):
            self.out.edge(begin, end)
            return ""
        self.out.text(begin, end)
        if end < len(self.source) and self.out.length():
            self.out.text(end, end + 1)
        return fence

    def underlines(self) -> bool:
        """Whether the open paragraph is one short line, so that a line of dashes under it makes it a heading."""
        if self.open is None or self.open[0] or self.open[2] - self.open[1] > LONGEST_UNDERLINED:
            return False
        piece = self.source[self.open[1] : self.open[2]]
        return "\n" not in piece and "\r" not in piece

    def flush(self, begin: int) -> bool:
        """The open paragraph ends before the line at `begin`; whether its mark-up leaves that line to be read."""
        if self.open is not None:
            kind, start, end = self.open
            self.open = None
            newline = self.source.find("\n", start, end) if "|" in self.source[start:end] else -1
            second = LINE.match(self.source, newline + 1) if newline >= 0 and not kind else None
            if (
                second
                and "|" in second[1]
                and TABLE_RULE.fullmatch(self.source, second.start(1), min(second.end(1), end))
            ):
                self.table(start, end)
            else:
                self.block({"item": ""}.get(kind, kind), start, end, 0, kind)
        return self.inline.reached <= begin

    def table(self, start: int, end: int) -> None:
        """Rows of cells between bars, one block a row."""
        at = start
        while at < end:
            line = LINE.match(self.source, at)
            assert line is not None  # the pattern matches anywhere
            begin, stop = line.span(1)
            if not TABLE_RULE.fullmatch(self.source, begin, stop):
                self.row(begin, min(stop, end))
            at = line.end()

    def row(self, begin: int, end: int) -> None:
        """The cells of one row."""
        out = self.out
        self.between(begin)
        kept = out.kind, out.level, out.role
        out.role = "row"
        at = begin
        while at < end:
            bar = self.source.find("|", at, end)
            while bar > 0 and self.source[bar - 1] == "\\":
                bar = self.source.find("|", bar + 1, end)
            stop = bar if bar >= 0 else end
            if out.length() and not self.source[at : at + 1].isspace() and not out.ends()[-1:].isspace():
                out.text(at - 1, at)  # a bar without a space around it has to hold the words apart
            self.inline.run(at, stop)
            at = stop + 1
        self.after(end)
        out.kind, out.level, out.role = kept

    def block(self, kind: str, start: int, end: int, level: int = 0, role: str = "") -> None:
        """One block of running text, with its mark-up."""
        out = self.out
        self.between(start)
        kept = out.kind, out.level, out.role
        if kind and out.kind != "boilerplate":
            out.kind, out.level = kind, level
        if role == "item":
            out.role = role
        depth = len(self.page.stack)
        self.inline.run(start, end, quoted=kind == "quote")
        self.after(end)
        if len(self.page.stack) == depth:  # else an element was opened, or ended, and has settled this itself
            out.kind, out.level, out.role = kept
        elif kind:
            out.kind, out.level = ("", 0) if out.kind == kind else (out.kind, out.level)

    def liquid(self, start: int, end: int) -> None:
        """A tag of Liquid alone on its line: a picture's caption, or residue."""
        source, out = self.source, self.out
        if source.startswith("{:", start):
            return
        captions = list(CAPTION.finditer(source, start, end))
        if not captions and source.startswith(("{% img", "{% image", "{% figure", "{% picture"), start):
            captions = [found for found in QUOTED.finditer(source, start, end) if found[2]]
        self.between(start)
        kept = out.kind, out.level, out.role
        out.kind, out.level = ("caption", 0) if captions else ("boilerplate", 0)
        out.role = "" if captions else "residue"
        if captions:
            out.text_with_entities(*captions[-1].span(1))
        else:
            out.text(start, end)
        self.after(end)
        out.kind, out.level, out.role = kept

    def between(self, start: int) -> None:
        """A block begins at `start`."""
        self.out.edge(start, start)

    def after(self, end: int) -> None:
        """A block ends at `end`, where a line does, or the text."""
        if end < len(self.source):
            at = end + 1 if self.source.startswith("\r\n", end) else end
            self.out.edge(at, at + 1)
        else:
            self.out.close()


def read_markdown(out: Builder, start: int) -> None:
    """Read a Markdown source from `start` on."""
    Reader(out.source, out).run(start)
