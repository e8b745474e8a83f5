"""HTML -> clean text: one tolerant pass over the source, in linear time, that keeps every offset."""

import re

from pipeline.readers import elements
from pipeline.readers.clean import Builder
from pipeline.readers.page import Page

# A tag as it should be. It never looks beyond the next `<`, so that a storm of them costs no more than their number.
TAG = re.compile(r"""<(/?)([A-Za-z][^\s/<>"'=]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
TAG_NAME = re.compile(r"""<(/?)([A-Za-z][^\s/<>"'=]*+)""")
QUOTE_OR_END = re.compile(r"""[>"']""")
AFTER_VALUE = frozenset(" \t\r\n\f/>")
BLANK_LINES = re.compile(r"(?>\r\n|\r|\n)[ \t]*+[\r\n]\s*+")
WHOLE_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)

# Elements without meaning for us may hold tags as text: what ends them is their own end tag alone.
NEXT = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*+>", re.IGNORECASE) for name in elements.UNSEEN}
MARKUP = re.compile(r"<(?=[A-Za-z!?%]|/[A-Za-z])")
NOT_MARKUP = {"<!--": "-->", "<![CDATA[": "]]>", "<%": "%>", "<?php": "?>", "<!": ">", "<?": ">"}
"""Beginnings of what is neither text nor tag, and their ends."""


class Scanner:
    """Finds the tags of one source and tells them to the page; holds what it learnt, so that time stays linear."""

    def __init__(self, source: str, page: Page, *, paragraphs: bool) -> None:
        self.source = source
        self.page = page
        self.paragraphs = paragraphs
        """Whether a blank line ends a block, as in the fragments of HTML that stand in tables."""
        self.missing: set[str] = set()
        """Ends of mark-up that do not come again."""
        self.budget = 4 * len(source) + 10_000
        """Characters that may still be searched in vain for the ends of broken tags."""

    def run(self, start: int, end: int) -> None:
        """Read start:end as HTML."""
        source = self.source
        told = at = start
        while found := MARKUP.search(source, at, end):
            at = found.start()
            what, name, inner, stop = self.look(at, end)
            if stop == at:  # a `<` that begins nothing
                at += 1
                continue
            self.text(told, at)
            told = at = self.tell(what, name, at, inner, stop, end)
        self.text(told, end)

    def text(self, start: int, end: int) -> None:
        """The source characters start:end are text between tags."""
        out = self.page.out
        if self.paragraphs or self.page.open["pre"]:
            for blank in BLANK_LINES.finditer(self.source, start, end):
                out.text_with_entities(start, blank.start())
                out.edge(blank.start(), blank.start() + 1)
                start = blank.end()
        if start < end:
            if self.source[start:end].isspace():
                out.space(start)
            else:
                out.text_with_entities(start, end)

    def look(self, at: int, end: int) -> tuple[str, str, int, int]:
        """What stands at `at`, where a `<` is: `/` for an end tag, `!` for what is no tag, nothing for a start tag.

        Then its name in lower case, where its attributes begin, and where it ends: at `at` if it is plain text.
        """
        source = self.source
        tag = TAG.match(source, at, end)
        if tag is not None:
            return tag[1], tag[2].lower(), tag.end(2), tag.end()
        for begin, finish in NOT_MARKUP.items():
            if source.startswith(begin, at):
                return "!", "", at, self.skip(at, len(begin), finish, end)
        loose = TAG_NAME.match(source, at, end)
        stop = -1 if loose is None else self.tag_end(loose.end(), end)
        if loose is None or stop < 0:
            return "", "", at, at
        return loose[1], loose[2].lower(), loose.end(), stop

    def tell(self, what: str, name: str, at: int, inner: int, stop: int, end: int) -> int:
        """Tell the page what was seen at at:stop, and say where to go on reading."""
        if what == "/":
            self.page.end(name, at, stop)
        elif what == "" and name in elements.UNSEEN and not self.source.startswith("/>", stop - 2):
            if name in elements.BLOCKS:
                self.page.out.edge(at, stop)
            return self.unseen(name, stop, end)
        elif what == "":
            self.page.start(name, at, inner, stop)
        return stop

    def skip(self, at: int, length: int, finish: str, end: int) -> int:
        """Skip what begins at `at` and ends with `finish`; if it never ends, its beginning alone is mark-up."""
        found = -1 if finish in self.missing else self.source.find(finish, at + length, end)
        if found >= 0:
            return found + len(finish)
        self.missing.add(finish)
        return at + length if finish != ">" else at

    def unseen(self, name: str, stop: int, end: int) -> int:
        """Where an element ends whose text is not shown and whose start tag ends at `stop`; there if it never does."""
        found = None if name in self.missing else NEXT[name].search(self.source, stop, end)
        if found is None:
            self.missing.add(name)
            return stop
        return found.end()

    def tag_end(self, at: int, end: int) -> int:
        """Where the tag ends whose attributes begin at `at`, some of them odd; -1 if it does not end."""
        if ">" in self.missing:
            return -1
        source = self.source
        begin = at
        while self.budget > 0:
            found = QUOTE_OR_END.search(source, at, end)
            if found is None:
                self.budget -= end - begin
                break
            at = found.end()
            if found[0] == ">":
                return at
            if source[at - 2] != "=":
                continue
            close = source.find(found[0], at, end)
            if close < 0 or source[close + 1 : close + 2] not in AFTER_VALUE:  # a quote that was never closed
                self.budget -= (close if close >= 0 else end) - begin
                break
            at = close + 1
        simple = source.find(">", begin, end)
        if simple < 0:
            self.missing.add(">")
            return -1
        return simple + 1


def read_html(out: Builder, start: int, *, by_class: bool = True) -> None:
    """Read a page, or a fragment of one, from `start` on; `by_class` as in page.Page."""
    page = Page(out, by_class=by_class)
    fragment = WHOLE_PAGE.search(out.source, start, start + 20_000) is None
    Scanner(out.source, page, paragraphs=fragment).run(start, len(out.source))
    page.finish()
