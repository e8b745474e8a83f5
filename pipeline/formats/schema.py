"""JSON Schema of a review's JSON, made from the records so that it cannot drift from them."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from pipeline.records import (
    ASPECTS,
    KINDS,
    LABELS,
    ROLES,
    STANCES,
    VERDICTS,
    VOICES,
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

Help = Callable[[type], dict[str, str]]
"""Gives the meaning of each column of a record class."""

_TYPES: dict[Any, Any] = {
    str: "string",
    int: "integer",
    float: "number",
    int | None: ["integer", "null"],
    float | None: ["number", "null"],
}

# Columns that hold one of a few words; "" where a text is not scored.
_WORDS: dict[tuple[type, str], tuple[str, ...]] = {
    (Section, "kind"): KINDS,
    (Mention, "label"): LABELS,
    (Credit, "role"): ROLES,
    (SentenceSentiment, "voice"): (*VOICES, ""),
    (SentenceSentiment, "stance_label"): (*STANCES, ""),
    (SectionSentiment, "stance_label"): (*STANCES, ""),
    (ReviewSentiment, "verdict"): (*VERDICTS, ""),
    (Aspect, "aspect"): ASPECTS,
    (Aspect, "polarity"): ("positive", "negative", "mixed"),
}


def review_schema(column_help: Help) -> dict[str, Any]:
    """JSON Schema (2020-12) of what `json.review_json` writes; `column_help` tells what each column means."""

    def shape(kind: type, *left_out: str, **more: Any) -> dict[str, Any]:
        described = column_help(kind)
        properties: dict[str, Any] = {}
        for f in fields(kind):
            if f.name not in left_out:
                properties[f.name] = {"type": _TYPES[f.type], "description": described[f.name]}
                if (kind, f.name) in _WORDS:
                    properties[f.name]["enum"] = list(_WORDS[kind, f.name])
        properties |= more
        return {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def or_null(one: dict[str, Any]) -> dict[str, Any]:
        return {"anyOf": [one, {"type": "null"}]}

    def list_of(one: dict[str, Any]) -> dict[str, Any]:
        return {"type": "array", "items": one}

    sentence = shape(
        Sentence,
        "section_id",
        "review_id",
        sentiment=or_null(shape(SentenceSentiment, "sentence_id", "section_id", "review_id")),
    )
    section = shape(
        Section,
        "review_id",
        sentiment=or_null(shape(SectionSentiment, "section_id", "review_id")),
        themes=list_of(shape(SectionTheme, "section_id", "review_id")),
        sentences=list_of(sentence),
    )
    properties = {
        "$schema": {"type": "string"},
        "spoiler_safe": {
            "type": "boolean",
            "description": "Whether sentences that tell the story have been left out; a section's text is then "
            "what is left, with […] for what is not.",
        },
        "review": shape(Review),
        "film": or_null(shape(Film, "review_id")),
        "sentiment": or_null(shape(ReviewSentiment, "review_id")),
        "sections": list_of(section),
        "mentions": list_of(shape(Mention, "review_id")),
        "credits": list_of(shape(Credit, "review_id")),
        "aspects": list_of(shape(Aspect, "review_id")),
        "theme_hits": list_of(shape(ThemeHit, "review_id")),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A film review, read closely",
        "description": "`start` and `end` are half-open code-point offsets into the source text.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
