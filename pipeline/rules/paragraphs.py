"""Documents -> paragraphs: what the mark-up sets apart, or else what blank lines and deliberate line ends do."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.documents import Document

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
LONG_LINE = 120
"""Characters from which a line is a paragraph rather than one of a list or a wrapped one."""
WRAPPED = 0.6
"""Wrapped lines, the last aside, are longer than this part of the longest."""
STUCK_WORDS = 8
"""Words that a heading may have that no blank line sets apart from what follows."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of text of one purpose."""

    start: int
    """First clean character; neither the first nor the last is blank."""
    end: int
    """One past the last clean character."""
    kind: str
    """What the mark-up says it is, a kind of records.KINDS; empty where it does not tell."""
    level: int
    """Level of a heading, 1-6; 0 for anything else."""
    emphasis: bool
    """Whether all of it is emphasised."""


def cut(document: Document) -> list[Paragraph]:
    """The paragraphs of a document, in order, covering all text that is not blank."""
    text = document.text
    made = []
    for start, end, kind, level in _pieces(document):
        if kind:
            made.append(_paragraph(document, start, end, kind, level))
            continue
        for first, last in _between(text, start, end):
            made += [_paragraph(document, *span, "", 0) for span in _lines(text, first, last)]
    return [paragraph for paragraph in made if paragraph.start < paragraph.end]


def _pieces(document: Document) -> Iterator[tuple[int, int, str, int]]:
    """Blocks of the mark-up, and what stands between them."""
    at = 0
    for block in document.blocks:
        if at < block.start:
            yield at, block.start, "", 0
        yield block.start, block.end, block.kind, block.level
        at = block.end
    yield at, len(document.text), "", 0


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between blank lines."""
    at = start
    for match in BLANK_LINES.finditer(text, start, end):
        yield at, match.start()
        at = match.end()
    yield at, end


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split what stands between blank lines where its lines are paragraphs or headings of their own."""
    if text.find("\n", start, end) < 0:
        return [(start, end)]
    lines = []
    at = start
    for line in text[start:end].split("\n"):
        if line.strip():
            lines.append((at, at + len(line)))
        at += len(line) + 1
    lengths = [last - first for first, last in lines]
    if len(lines) < 2 or _is_wrapped(text, lines, lengths):
        return [(start, end)]
    has_long = max(lengths) >= LONG_LINE
    spans: list[tuple[int, int]] = []
    for number, (first, last) in enumerate(lines):
        alone = (
            number == 0
            or last - first >= LONG_LINE
            or lengths[number - 1] >= LONG_LINE
            or (number == 1 and (has_long or is_stuck_heading(text[lines[0][0] : lines[0][1]], lengths[1])))
        )
        if alone:
            spans.append((first, last))
        else:
            spans[-1] = (spans[-1][0], last)
    return spans


def _is_wrapped(text: str, lines: list[tuple[int, int]], lengths: list[int]) -> bool:
    """Whether a program broke the lines: all but the last are about as long, and few of them end a sentence."""
    if min(lengths[:-1]) <= WRAPPED * max(lengths):
        return False
    stops = sum(
        text[max(first, last - 3) : last].rstrip(" \r\"'”’)")[-1:] in tuple(".!?…") for first, last in lines[:-1]
    )
    return max(lengths) < LONG_LINE or 2 * stops < len(lines) - 1


def is_stuck_heading(line: str, following: int) -> bool:
    """Whether a first line is a heading of the lines under it, the first of which has `following` characters."""
    line = line.strip()
    return (
        following > 2 * len(line)
        and len(line.split()) <= STUCK_WORDS
        and line[:1].isupper()
        and line[-1:] not in ".,;:-–—"
    )


def _paragraph(document: Document, start: int, end: int, kind: str, level: int) -> Paragraph:
    piece = document.text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return Paragraph(start, end, kind, level, is_emphasised(document, start, end))


def is_emphasised(document: Document, start: int, end: int) -> bool:
    """Whether the clean characters start:end are emphasised, but for marks at either end."""
    marks = document.emphasis
    i = bisect_left(marks, (start + 3, start + 3)) - 1
    return i >= 0 and marks[i][0] <= start + 2 and marks[i][1] >= end - 2 and start < end
