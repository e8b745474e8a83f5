"""documents -> sections, sentences: what each part of a review is for, in which language, and its sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.documents import Document
from pipeline.records import Section, Sentence
from pipeline.rules.kinds import tell_kinds
from pipeline.rules.languages import language_of, review_language
from pipeline.rules.looks import look_at
from pipeline.rules.paragraphs import Paragraph, cut
from pipeline.rules.sentences import split_sentences
from pipeline.stage import Batch, Stage


@dataclass(slots=True)
class Part:
    """A section in the making: the paragraphs that it is made of."""

    kind: str
    lang: str
    heading: str
    paragraphs: list[Paragraph]


def map_sections(batch: Batch, config: Config) -> Iterator[Section | Sentence]:
    """The sections and sentences of each review, in order."""
    for document in batch.documents:
        for number, part in enumerate(parts_of(document), 1):
            yield from rows_of(document, part, f"{document.review_id}.s{number}")


def parts_of(document: Document) -> list[Part]:
    """The parts of a review. Under a heading, all body up to the next break is one; elsewhere each paragraph is."""
    paragraphs = cut(document)
    review = review_language(document)
    langs = [language_of(document.text[each.start : each.end], review) for each in paragraphs]
    looks = [look_at(document, each, lang != review) for each, lang in zip(paragraphs, langs, strict=True)]
    parts: list[Part] = []
    heading = ""
    for paragraph, kind, lang in zip(paragraphs, tell_kinds(document, looks), langs, strict=True):
        last = parts[-1] if parts else None
        if kind == "heading":
            heading = document.text[paragraph.start : paragraph.end]
            parts.append(Part(kind, lang, "", [paragraph]))
        elif (
            last
            and last.kind == kind
            and last.lang == lang
            and ((heading and kind == "body") or _is_list(document, last, paragraph))
        ):
            last.paragraphs.append(paragraph)
        else:
            parts.append(Part(kind, lang, heading, [paragraph]))
    return parts


def _is_list(document: Document, last: Part, paragraph: Paragraph) -> bool:
    """Whether a paragraph follows on the one before as the items of a list do in Markdown, without a blank line."""
    if document.markup != "markdown" or last.kind != "body":
        return False
    return paragraph.start - last.paragraphs[-1].end == 1


def rows_of(document: Document, part: Part, section_id: str) -> Iterator[Section | Sentence]:
    """The rows of one section: its own, and those of its sentences."""
    text, to_source = document.text, document.offsets.to_source
    first, last = part.paragraphs[0].start, part.paragraphs[-1].end
    start, end = to_source(first, last)
    yield Section(
        section_id=section_id,
        review_id=document.review_id,
        kind=part.kind,
        heading=part.heading,
        lang=part.lang,
        start=start,
        end=end,
        text=text[first:last],
    )
    number = 0
    for paragraph in part.paragraphs:
        for begin, stop in split_sentences(text, paragraph.start, paragraph.end):
            number += 1
            start, end = to_source(begin, stop)
            yield Sentence(
                sentence_id=f"{section_id}.{number}",
                section_id=section_id,
                review_id=document.review_id,
                start=start,
                end=end,
                text=text[begin:stop],
            )


STAGE = Stage(
    "sections",
    "Cut reviews into sections and sentences; say what each is for.",
    reads=(),
    writes=(Section, Sentence),
    map=map_sections,
)
