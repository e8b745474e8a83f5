"""What stands in a line of Markdown: emphasis, links, code, pictures, escapes, entities, tags."""

import re

from pipeline.readers import elements
from pipeline.readers.emphasis import Emphasis, Piece
from pipeline.readers.html import TAG, Scanner
from pipeline.readers.page import Page

SPECIAL = re.compile(
    r"""(?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>`++)
    | (?P<star>\*++|_++)
    | (?P<image>!\[)
    | (?P<foot>\[\^[\w-]{1,60}\])
    | (?P<open>\[)
    | (?P<close>\])
    | (?P<tag><(?=[A-Za-z!%/]))
    | (?P<liquid>\{%[^{}%]{0,500}+%\}|\{\{[^{}]{0,500}+\}\}|\{:[^{}]{0,500}+\})
    | (?P<quote>(?<=[\r\n])[ \t]{0,3}+(?:>[ \t]?+)++)
    """,
    re.VERBOSE,
)
BEGIN = re.compile(r"[\\`*_\[\]<{]")
"""First characters of all that SPECIAL finds, but for what begins a quoted line; far faster to look for."""
_TARGET = r"(?:<[^<>\n]*+>|(?:[^\s(){}]|\{\{[^{}]{0,500}+\}\}|\{%[^{}%]{0,500}+%\}|\([^\s()]*+\))*+)"
LINK = re.compile(
    rf"""\(\s*+{_TARGET}(?:\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)|[^()"']*+))?+\s*+\)(?:\{{:[^{{}}]{{0,500}}+\}})?"""
)
REFERENCE = re.compile(r"[ ]?\[([^\[\]]{0,200})\]")
IMAGE_TEXT = re.compile(r"(?:[^\[\]\\]|\\.)*+\]", re.DOTALL)
AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>")
DEFINED = (
    r"""\[([^\]\[^][^\]\[]{0,199})\]:[ \t]++(?:<[^<>\r\n]*+>|\{[{%][^{}\r\n]{1,500}\}\S*+|[^\s/.\#:]*+[/.\#:]\S*+)"""
    r"""(?:[ \t]++["'(][^\r\n]*+)?[ \t]*+(?![^\r\n])"""
)
DEFINITION = re.compile(rf"^[ ]{{0,3}}{DEFINED}", re.MULTILINE)
WINDOW = 1_000_000
"""Characters that are looked through at once, so that a line of 50 MB costs no more memory than one of these."""


def definitions(source: str, start: int) -> frozenset[str]:
    """Names of the link targets that stand on lines of their own."""
    return frozenset(found[1].strip().casefold() for found in DEFINITION.finditer(source, start))


class Inline:
    """Reads paragraphs of one source."""

    def __init__(self, source: str, page: Page, scanner: Scanner) -> None:
        self.source = source
        self.page = page
        self.scanner = scanner
        self.references: frozenset[str] = frozenset()
        self.reached = 0
        """Where the last mark-up ended that went on over the end of its paragraph."""

    def run(self, start: int, end: int, *, quoted: bool = False) -> None:
        """Read the paragraph start:end; in a quoted one, `>` at the beginning of a line is mark-up."""
        while end - start > WINDOW:
            cut = self.source.rfind(" ", start + 1, start + WINDOW) + 1 or start + WINDOW
            self._run(start, cut, quoted)
            start = max(cut, self.reached)
        self._run(start, end, quoted)

    def _run(self, start: int, end: int, quoted: bool) -> None:
        out = self.page.out
        if self._next(start, end, quoted) is None:
            out.text_with_entities(start, end)
            return
        for what, a, b in self._pieces(start, end, quoted):
            if what == "text":
                out.text_with_entities(a, b)
            elif what == "tag":
                self._tag(a)
            elif what == "alt":
                self._alt(a, b)
            elif what == "edge":
                out.edge(a, b)
            elif what[0] == "/":
                self.page.cease(what[1:])
            elif what != "drop":
                self.page.begin(what)

    def _tag(self, start: int) -> None:
        """Tell the page of a tag."""
        what, name, inner, stop = self.scanner.look(start, len(self.source))
        self.scanner.tell(what, name, start, inner, stop, len(self.source))

    def _alt(self, start: int, end: int) -> None:
        """The text of a picture is a caption of its own."""
        out = self.page.out
        if not self.source[start:end].strip():
            return
        kept = out.kind, out.level, out.role
        out.edge(start - 2, start)
        if out.kind != "boilerplate":
            out.kind, out.level, out.role = "caption", 0, "alt"
        out.text_with_entities(start, end)
        out.close()
        out.kind, out.level, out.role = kept

    def _pieces(self, start: int, end: int, quoted: bool) -> list[Piece]:
        """The paragraph cut into pieces, in order."""
        pieces: list[Piece] = []
        stars = Emphasis(self.source, start, end, pieces)
        brackets: list[int] = []
        unclosed: set[int] = set()
        told = at = start
        while found := self._next(at, end, quoted):
            what, a, b = found.lastgroup or "", found.start(), found.end()
            at = b
            if what in ("star", "open") or (what == "close" and brackets):
                pieces.append(("text", told, a))
                told = b
                if what == "star":
                    stars.add(a, b)
                elif what == "open":
                    brackets.append(len(pieces))
                    pieces.append(("text", a, b))
                else:
                    told = at = self._link(pieces, brackets, a, b, end)
                continue
            skipped: list[Piece] = []
            if what == "escape":
                skipped = [("drop", a, a + 1)]
                at = b
                b = a + 1
            elif what in ("foot", "liquid") or (what == "quote" and quoted):
                skipped = [("drop", a, b)]
            elif what == "code":
                close = -1 if b - a in unclosed else self._closing_ticks(b, end, b - a)
                if close < 0:
                    unclosed.add(b - a)
                else:
                    skipped = [("drop", a, b), ("text", b, close)]
                    b = close + b - a
            elif what == "image":
                skipped, b = self._image(a, b, end)
            elif what == "tag":
                skipped, b = self._markup(a, b, end)
            if skipped:
                pieces.append(("text", told, a))
                pieces.extend(skipped)
                told = b
                at = max(at, b)
        pieces.append(("text", told, end))
        return [piece for piece in pieces if piece[1] < piece[2] or piece[0][0] == "/"]

    def _next(self, at: int, end: int, quoted: bool) -> re.Match[str] | None:
        """What begins next that may be mark-up."""
        if quoted:
            return SPECIAL.search(self.source, at, end)
        while begin := BEGIN.search(self.source, at, end):
            start = begin.start()
            if start > at and self.source[start - 1] == "!" and self.source[start] == "[":
                start -= 1
            found = SPECIAL.match(self.source, start, end)
            if found is not None:
                return found
            at = begin.end()
        return None

    def _closing_ticks(self, at: int, end: int, length: int) -> int:
        """Where `length` backticks, no more and no less, end the code that begins at `at`; -1 if nowhere."""
        found = re.compile(rf"(?<!`)`{{{length}}}(?!`)").search(self.source, at, end) if length <= 10 else None
        return found.start() if found else -1

    def _image(self, a: int, b: int, end: int) -> tuple[list[Piece], int]:
        """A picture, as far as it is one: its text, and where its mark-up ends."""
        text = IMAGE_TEXT.match(self.source, b, end)
        if text is None:
            return [], b
        tail = LINK.match(self.source, text.end(), end) or REFERENCE.match(self.source, text.end(), end)
        if tail is None:
            return [], b
        return [("alt", b, text.end() - 1), ("edge", text.end() - 1, tail.end())], tail.end()

    def _markup(self, a: int, b: int, end: int) -> tuple[list[Piece], int]:
        """A tag, a comment or an address in angle brackets; in Markdown a lone `<` is text."""
        link = AUTOLINK.match(self.source, a, end)
        if link is not None:
            return [("drop", a, a + 1), ("link", a, a + 1), ("text", *link.span(1)), ("/link", a, a)], link.end()
        tag = TAG.match(self.source, a, end)
        if tag is None and not self.source.startswith(("<!--", "<%"), a):
            return [], b
        what, name, _, stop = self.scanner.look(a, len(self.source))
        if not what and name in elements.UNSEEN:
            stop = self.scanner.unseen(name, stop, len(self.source))
        self.reached = max(self.reached, stop)
        return [("tag", a, stop)], stop

    def _link(self, pieces: list[Piece], brackets: list[int], a: int, b: int, end: int) -> int:
        """The bracket at a:b closes the last one that was opened; where the link's mark-up ends."""
        opened = brackets.pop()
        begin = pieces[opened][2]
        tail = LINK.match(self.source, b, end)
        if tail is None and self.references:
            tail = REFERENCE.match(self.source, b, end)
            if tail and (tail[1] or self.source[begin : min(a, begin + 201)]).strip().casefold() not in self.references:
                tail = None
            if tail is None and self.source[begin : min(a, begin + 201)].strip().casefold() in self.references:
                pieces[opened] = ("link", *pieces[opened][1:])
                pieces.append(("/link", a, b))
                return b
        if tail is None:
            pieces.append(("text", a, b))
            return b
        pieces[opened] = ("link", *pieces[opened][1:])
        pieces.append(("/link", a, tail.end()))
        return tail.end()
