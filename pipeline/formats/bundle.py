"""All rows of one review, as the formats take them; and the same without what tells the story."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.records import (
    Aspect,
    Credit,
    Film,
    Mention,
    Review,
    ReviewSentiment,
    Section,
    SectionSentiment,
    SectionTheme,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)

Placed = TypeVar("Placed", Mention, Credit)


@dataclass(frozen=True, slots=True)
class ReviewBundle:
    """One review and every row about it, each list in the order of the text."""

    review: Review
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    film: Film | None = None
    mentions: tuple[Mention, ...] = ()
    credits: tuple[Credit, ...] = ()
    sentence_sentiments: tuple[SentenceSentiment, ...] = ()
    section_sentiments: tuple[SectionSentiment, ...] = ()
    review_sentiment: ReviewSentiment | None = None
    aspects: tuple[Aspect, ...] = ()
    theme_hits: tuple[ThemeHit, ...] = ()
    section_themes: tuple[SectionTheme, ...] = ()
    is_spoiler_safe: bool = False
    """Whether sentences that tell the story have been left out."""


OMISSION = "[…]"
"""Stands where sentences have been left out."""


def without_plot(bundle: ReviewBundle) -> ReviewBundle:
    """The bundle without a sentence that tells the story, and without what is found in one.

    Kept is what is known not to tell it: sentences read as opinion, fact or other. A caption or a text in another
    language is not read for its voice and goes, too; bylines and facts stay, since no story is told there. A section's
    text becomes the sentences that are left.
    """
    voices = {row.sentence_id: row.voice for row in bundle.sentence_sentiments}
    kinds = {row.section_id: row.kind for row in bundle.sections}
    kept = tuple(
        row
        for row in bundle.sentences
        if voices.get(row.sentence_id, "") not in ("", "plot") or kinds[row.section_id] in ("byline", "facts")
    )
    names = {row.sentence_id for row in kept}
    left: dict[str, list[str]] = {}
    for row in bundle.sentences:
        words = left.setdefault(row.section_id, [])
        if row.sentence_id in names:
            words.append(row.text)
        elif words[-1:] != [OMISSION]:
            words.append(OMISSION)
    sections = tuple(
        replace(row, text=" ".join(left[row.section_id]))
        for row in bundle.sections
        if any(word != OMISSION for word in left.get(row.section_id, ()))
    )
    sections_kept = {row.section_id for row in sections}
    headings = {row.text for row in sections if row.kind == "heading"}
    return replace(
        bundle,
        sections=tuple(row if row.heading in headings else replace(row, heading="") for row in sections),
        sentences=kept,
        mentions=_inside(bundle.mentions, kept),
        credits=_inside(bundle.credits, kept),
        sentence_sentiments=tuple(row for row in bundle.sentence_sentiments if row.sentence_id in names),
        section_sentiments=tuple(row for row in bundle.section_sentiments if row.section_id in sections_kept),
        aspects=tuple(row for row in bundle.aspects if row.sentence_id in names),
        theme_hits=tuple(row for row in bundle.theme_hits if row.sentence_id in names),
        section_themes=tuple(row for row in bundle.section_themes if row.section_id in sections_kept),
        is_spoiler_safe=True,
    )


def _inside(rows: tuple[Placed, ...], sentences: tuple[Sentence, ...]) -> tuple[Placed, ...]:
    """The rows that lie wholly within one of the sentences."""
    starts = [one.start for one in sentences]
    found = []
    for row in rows:
        i = bisect_right(starts, row.start) - 1
        if i >= 0 and row.end <= sentences[i].end:
            found.append(row)
    return tuple(found)


def beginning(bundle: ReviewBundle, most: int) -> ReviewBundle:
    """The bundle, or as much of it as stands in the first `most` characters of its text."""
    if sum(len(row.text) for row in bundle.sections) <= most:
        return bundle
    sections: list[Section] = []
    left = most
    for row in bundle.sections:
        if left <= 0:
            break
        sections.append(replace(row, text=row.text[:left]))
        left -= len(row.text)
    # Mark-up makes a source longer than its text, never shorter: what ends here ends in the text that is left, too.
    last = sections[-1].start + len(sections[-1].text)
    sentences = tuple(row for row in bundle.sentences if row.end <= last)
    names = {row.sentence_id for row in sentences}
    return replace(
        bundle,
        sections=tuple(sections),
        sentences=sentences,
        mentions=tuple(row for row in bundle.mentions if row.end <= last),
        credits=tuple(row for row in bundle.credits if row.end <= last),
        sentence_sentiments=tuple(row for row in bundle.sentence_sentiments if row.sentence_id in names),
        aspects=tuple(row for row in bundle.aspects if row.end <= last),
        theme_hits=tuple(row for row in bundle.theme_hits if row.end <= last),
    )
