"""What we say of some reviews, one thing at a time, with how sure we are and where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.formats.marks import find_words, places
from pipeline.records import (
    Aspect,
    Film,
    Kind,
    Mention,
    ReviewSentiment,
    Section,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.rules.corrections import NONE, context


@dataclass(frozen=True, slots=True)
class Found:
    """What we say of one thing, and how sure we are."""

    what: str
    label: str
    score: float
    review_id: str
    row: Any
    """Its row; the words are those of `span`."""
    span: Any
    """A row with start, end and text; None for what is said of the review as a whole."""


@dataclass
class Shelf:
    """The rows of some reviews."""

    rows: dict[Kind, dict[str, list[Any]]]

    def of(self, kind: Kind, review_id: str) -> list[Any]:
        """Rows of a class and a review, in order."""
        return self.rows[kind].get(review_id, [])

    def section_at(self, review_id: str, start: int, end: int) -> Section | None:
        """The section that holds a span of the source."""
        sections = self.of(Section, review_id)
        return next((row for row in sections if row.start <= start and end <= row.end), None)

    def of_section(self, kind: Kind, section: Section) -> list[Any]:
        """Rows of a class and a section, in order."""
        return [row for row in self.of(kind, section.review_id) if row.section_id == section.section_id]

    def around(self, review_id: str, span: Any) -> tuple[str, str]:
        """The characters before and behind a span, within its section."""
        section = self.section_at(review_id, span.start, span.end)
        if section is None:
            return "", ""
        sentences = self.of_section(Sentence, section)
        found = find_words(sentences, places(section, sentences), [span])
        return next((context(section.text, at, at + len(span.text)) for _, at in found), ("", ""))

    def source_of(self, section: Section, start: int, end: int) -> tuple[int, int] | None:
        """Where clean characters of a section stand in the source, as far as its rows tell; None where mark-up hides it."""
        if section.end - section.start == len(section.text):
            return section.start + start, section.start + end
        sentences = self.of_section(Sentence, section)
        for row, at in zip(sentences, places(section, sentences), strict=True):
            if 0 <= at <= start and end <= at + len(row.text) and row.end - row.start == len(row.text):
                return row.start + start - at, row.start + end - at
        return None

    def found(self, review_id: str) -> Iterator[Found]:
        """All that can be corrected of a review."""
        sentences = {row.sentence_id: row for row in self.of(Sentence, review_id)}
        for row in self.of(SentenceSentiment, review_id):
            if row.voice:
                span = sentences[row.sentence_id]
                yield Found("voice", row.voice, row.voice_score, review_id, row, span)
                yield Found("stance", row.stance_label, row.stance_score, review_id, row, span)
        for row in self.of(ReviewSentiment, review_id):
            if row.verdict:
                yield Found("verdict", row.verdict, row.verdict_score, review_id, row, None)
        for row in self.of(Film, review_id):
            label = f"{row.title} ({row.year})" if row.year else row.title or NONE
            yield Found("film", label, row.score, review_id, row, None)
        for row in self.of(Mention, review_id):
            yield Found("name", row.label, row.score, review_id, row, row)
        for row in self.of(Aspect, review_id):
            yield Found("aspect", f"{row.aspect} {row.polarity}", row.score, review_id, row, row)
        for row in self.of(ThemeHit, review_id):
            yield Found("theme", row.theme_id, row.score, review_id, row, row)
        for row in self.of(Section, review_id):
            yield Found("kind", row.kind, 1.0, review_id, row, row)
