"""A raw review -> a document: decoded, front matter read, mark-up told from text. Runs in the workers."""

import hashlib
import re

from pipeline.documents import Block, Document, OffsetMap
from pipeline.readers.clean import Builder
from pipeline.readers.decode import decode, is_binary
from pipeline.readers.frontmatter import front_matter
from pipeline.readers.given import given_in
from pipeline.readers.head import given_in_head, page_title
from pipeline.readers.html import read_html
from pipeline.readers.markdown import read_markdown
from pipeline.readers.raw import Raw, Refused
from pipeline.readers.settle import emphasis, settle

# What says that a text which should be plain holds HTML: tags that people use within texts.
TAGGED = re.compile(
    r"<(?:br|p|i|b|em|strong|div|span|blockquote|ul|ol|li|h[1-6])\s{0,3}/?>|<a\s{1,3}href=[^<>]{1,2000}>"
    r"|</(?:p|i|b|em|strong|div|span|a|blockquote|ul|ol|li|h[1-6])>",
    re.IGNORECASE,
)
# In a table's cell, escaped signs say so, too; in a file of plain text they are what they are.
ESCAPED = re.compile(
    r"&(?:amp|quot|apos|nbsp|lt|gt|hellip|[lr][sd]quo|[mn]dash|#[0-9]{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE
)
PARAGRAPHS = re.compile(r"(?>\r\n|\r|\n)[ \t]*+[\r\n]\s*+")
Read = tuple[str, OffsetMap, tuple[Block, ...], tuple[tuple[int, int], ...]]
"""Clean text, offsets, blocks, and what is emphasised."""

FEW_WORDS, MANY_WORDS = 40, 150
"""A page with fewer words than the first that are not boilerplate, and more than the second that are, was misread."""


def source_text(raw: Raw) -> str:
    """The text in which offsets count: the decoded file, or the row's text. ValueError if there is none."""
    text = raw.content if isinstance(raw.content, str) else decode(raw.content, page=raw.markup == "html")
    if is_binary(text):
        raise ValueError("holds control characters: not a text, or in an encoding such as UTF-16 without its mark")
    return text


def parse(raw: Raw) -> Document | Refused:
    """The document in `raw`; without an id, which is the engine's to give."""
    try:
        source = source_text(raw)
    except ValueError as error:
        return Refused(raw.source, str(error), "Save it as UTF-8 text.")
    is_row = isinstance(raw.content, str)
    start, end, fields = (0, 0, {}) if is_row else front_matter(source)
    given = given_in(fields)
    if given.get("film", "").isdigit() and "title" in given:
        del given["film"]  # a running number, as those who watch a film a day keep them
    markup = raw.markup
    if markup == "html":
        given = given_in_head(source) | given
    elif markup == "text" and (TAGGED.search(source, end) or (is_row and ESCAPED.search(source))):
        markup = "html"
    given |= raw.given
    plain: Read = source, OffsetMap(), (), ()
    text, offsets, blocks, italics = plain if markup == "text" and not end else _read(source, start, end, markup, given)
    if not text.strip():
        return Refused(raw.source, "nothing to read", "Write a review into it, or take it out of the corpus.")
    return Document(
        review_id="",
        source=raw.source,
        sha256=hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
        offsets=offsets,
        blocks=blocks,
        emphasis=italics,
        given=given,
        markup=markup,
    )


def _read(source: str, start: int, end: int, markup: str, given: dict[str, str]) -> Read:
    """Read a source with mark-up, or with front matter at start:end."""
    titles = [title for title in (given.get("title", ""), page_title(source) if markup == "html" else "") if title]
    out = _begin(source, start, end)
    if markup == "markdown":
        read_markdown(out, end)
    elif markup == "html":
        read_html(out, end)
    else:
        _read_plain(out, end)
    text, offsets = out.finish()
    blocks = settle(text, out, titles)
    if markup == "html" and _is_misread(text, blocks):
        out = _begin(source, start, end)
        read_html(out, end, by_class=False)
        text, offsets = out.finish()
        blocks = settle(text, out, titles)
    return text, offsets, blocks, emphasis(text, out, blocks)


def _begin(source: str, start: int, end: int) -> Builder:
    """A builder that has its front matter, a block of its own."""
    out = Builder(source)
    if end:
        out.kind, out.role = "boilerplate", "residue"
        out.text(start, end)
        out.edge(end, min(end + 1, len(source)))
        out.kind, out.role = "", ""
    return out


def _read_plain(out: Builder, start: int) -> None:
    """The paragraphs of a plain text, one block each."""
    for blank in PARAGRAPHS.finditer(out.source, start):
        out.text(start, blank.start())
        out.edge(blank.start(), blank.start() + 1)
        start = blank.end()
    out.text(start, len(out.source))


def _is_misread(text: str, blocks: tuple[Block, ...]) -> bool:
    """Whether class names have led us to throw the review away with the trimmings."""
    words = [0, 0]
    for block in blocks:
        words[block.kind == "boilerplate"] += text.count(" ", block.start, block.end)
    return words[False] < FEW_WORDS and words[True] > MANY_WORDS
