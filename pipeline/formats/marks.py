"""A section's text cut into sentences and pieces, each with the marks that lie on it.

Rows carry offsets into the source, pages show clean text: a sentence is found in its section as the next place where
its words stand, anything else in its sentence by the words and the place nearest to its offset.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from pipeline.formats.bundle import ReviewBundle
from pipeline.formats.words import name_of
from pipeline.records import Aspect, Mention, Section, Sentence, SentenceSentiment, ThemeHit

Span = Mention | ThemeHit | Aspect
"""A row with a place in a sentence, and its words."""

Located = TypeVar("Located", bound=Span | Sentence)


@dataclass(frozen=True, slots=True)
class Mark:
    """What lies on some words of a sentence."""

    start: int
    """First character, in the clean text of the sentence."""
    end: int
    style: str
    """name, theme, praise, blame or both."""
    note: str
    """What is said of the words, in a word or two; shown behind them unless it is a name's."""
    place: int
    """Where the words begin in the source."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that bear the same marks."""

    text: str
    styles: str
    """Class names, separated by spaces."""
    notes: tuple[tuple[str, str], ...]
    """Style and note of the marks that end here."""
    anchor: int | None
    """Where in the source a mark begins here, if a theme does."""
    title: str
    """What is named, if a name is."""


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence, or what stands between two: then it has no row and no voice."""

    pieces: tuple[Piece, ...]
    row: Sentence | None = None
    sentiment: SentenceSentiment | None = None
    speaks: str = ""
    """The voice, where it is another than that of the sentence before."""

    @property
    def side(self) -> str:
        """Praise or blame, for a sentence of opinion that leans; else empty."""
        if self.sentiment is None or self.sentiment.voice != "opinion":
            return ""
        return {"positive": "praise", "negative": "blame"}.get(self.sentiment.stance_label, "")


class Marker:
    """Cuts the sections of one review."""

    def __init__(self, bundle: ReviewBundle) -> None:
        self._sentiments = {row.sentence_id: row for row in bundle.sentence_sentiments}
        self._sentences: dict[str, list[Sentence]] = {}
        for row in bundle.sentences:
            self._sentences.setdefault(row.section_id, []).append(row)
        self._rows: dict[str, list[tuple[str, str, Span]]] = {}
        for mention in bundle.mentions:
            self._add(mention.section_id, "name", mention.label.lower(), mention)
        for hit in bundle.theme_hits:
            self._add(hit.section_id, "theme", name_of(hit.theme_id), hit)
        for aspect in bundle.aspects:
            style, sign = _SIDES[aspect.polarity]
            self._add(aspect.section_id, style, f"{aspect.aspect} {sign}", aspect)

    def _add(self, section_id: str, style: str, note: str, row: Span) -> None:
        self._rows.setdefault(section_id, []).append((style, note, row))

    def views(self, section: Section) -> Iterator[SentenceView]:
        """The sentences of a section in order, and what stands between them."""
        at, voice = 0, ""
        rows = sorted(self._rows.get(section.section_id, ()), key=lambda one: (one[2].start, one[2].end))
        starts = [row.start for _, _, row in rows]
        sentences = self._sentences.get(section.section_id, ())
        for sentence, start in zip(sentences, places(section, sentences), strict=True):
            if start < 0:
                continue
            if start > at:
                yield SentenceView((Piece(section.text[at:start], "", (), None, ""),))
            at = start + len(sentence.text)
            sentiment = self._sentiments.get(sentence.sentence_id)
            said = sentiment.voice if sentiment else ""
            within = rows[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]
            marks = list(_placed(sentence, within))
            yield SentenceView(tuple(cut(sentence.text, marks)), sentence, sentiment, said if said != voice else "")
            voice = said
        if at < len(section.text):
            yield SentenceView((Piece(section.text[at:], "", (), None, ""),))


def places(section: Section, sentences: Sequence[Sentence]) -> list[int]:
    """Where each sentence begins in the clean text of its section; -1 where its words are not there."""
    found, at = [], 0
    for sentence in sentences:
        start = section.text.find(sentence.text, at)
        found.append(start)
        at = start + len(sentence.text) if start >= 0 else at
    return found


_SIDES = {"positive": ("praise", "+"), "negative": ("blame", "−"), "mixed": ("both", "±")}


def _placed(sentence: Sentence, rows: Sequence[tuple[str, str, Span]]) -> Iterator[Mark]:
    for style, note, row in rows:
        if row.start >= sentence.start and row.end <= sentence.end:
            start = place(sentence, row)
            if start >= 0:
                yield Mark(start, start + len(row.text), style, note, row.start)


def place(sentence: Sentence, row: Span | Sentence) -> int:
    """Where a row's words begin in the clean text of its sentence; -1 if they are not there.

    Mark-up before the words makes their source offset larger than their clean one, never smaller: of the places
    where they stand it is the last that is not beyond the offset and leaves no more mark-up behind it than there is.
    """
    offset = row.start - sentence.start
    if sentence.text.startswith(row.text, offset):
        return offset
    return sentence.text.rfind(row.text, 0, offset + len(row.text))


def find_words(
    sentences: Sequence[Sentence], starts: Sequence[int], rows: Iterable[Located]
) -> Iterator[tuple[Located, int]]:
    """Rows of a section, and where the words of each begin in its clean text; a row that is not there is left out.

    `starts` are the `places` of the section's sentences.
    """
    begin = [sentence.start for sentence in sentences]
    for row in rows:
        i = bisect_right(begin, row.start) - 1
        if i >= 0 and starts[i] >= 0 and row.end <= sentences[i].end:
            start = place(sentences[i], row)
            if start >= 0:
                yield row, starts[i] + start


def cut(text: str, marks: list[Mark]) -> Iterator[Piece]:
    """The text in pieces at every place where a mark begins or ends."""
    borders = sorted({0, len(text), *(m.start for m in marks), *(m.end for m in marks)})
    for start, end in pairwise(borders):
        on = [m for m in marks if m.start <= start and end <= m.end]
        yield Piece(
            text=text[start:end],
            styles=" ".join(dict.fromkeys(m.style for m in on)),
            notes=tuple(dict.fromkeys((m.style, m.note) for m in on if m.end == end and m.style != "name")),
            anchor=next((m.place for m in on if m.start == start and m.style == "theme"), None),
            title=next((m.note for m in on if m.style == "name"), ""),
        )
