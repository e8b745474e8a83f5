"""One review, or the summaries of all, as JSON: one item a line, so that a diff tells what changed."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from pipeline.formats.bundle import ReviewBundle
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewSummary, ThemeSummary

DECIMALS = 4
"""Floats are rounded to this many decimals, as in the tables."""

SCHEMA_NAME = "review.schema.json"


@lru_cache(maxsize=64)
def _columns(kind: type, left_out: tuple[str, ...]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(f.name for f in fields(kind) if f.name not in left_out)
    return names, attrgetter(*names)


def as_dict(row: Any, *left_out: str) -> dict[str, Any]:
    """A record as a dict of its columns, without those that are left out; floats rounded."""
    kind: type = type(row)
    names, values = _columns(kind, left_out)
    return {
        name: round(value, DECIMALS) + 0.0 if isinstance(value, float) else value
        for name, value in zip(names, values(row), strict=True)
    }


def review_dict(bundle: ReviewBundle) -> dict[str, Any]:
    """Everything that is known of one review; sentences stand in their sections, each with its scores."""
    sentiments = {row.sentence_id: row for row in bundle.sentence_sentiments}
    meters = {row.section_id: row for row in bundle.section_sentiments}
    sentences: dict[str, list[dict[str, Any]]] = {}
    for row in bundle.sentences:
        item = as_dict(row, "section_id", "review_id")
        sentiment = sentiments.get(row.sentence_id)
        item["sentiment"] = sentiment and as_dict(sentiment, "sentence_id", "section_id", "review_id")
        sentences.setdefault(row.section_id, []).append(item)
    themes: dict[str, list[dict[str, Any]]] = {}
    for theme in bundle.section_themes:
        themes.setdefault(theme.section_id, []).append(as_dict(theme, "section_id", "review_id"))
    sections = []
    for section in bundle.sections:
        item = as_dict(section, "review_id")
        meter = meters.get(section.section_id)
        item["sentiment"] = meter and as_dict(meter, "section_id", "review_id")
        item["themes"] = themes.get(section.section_id, [])
        item["sentences"] = sentences.get(section.section_id, [])
        sections.append(item)
    return {
        "$schema": f"../{SCHEMA_NAME}",
        "spoiler_safe": bundle.is_spoiler_safe,
        "review": as_dict(bundle.review),
        "film": bundle.film and as_dict(bundle.film, "review_id"),
        "sentiment": bundle.review_sentiment and as_dict(bundle.review_sentiment, "review_id"),
        "sections": sections,
        "mentions": [as_dict(row, "review_id") for row in bundle.mentions],
        "credits": [as_dict(row, "review_id") for row in bundle.credits],
        "aspects": [as_dict(row, "review_id") for row in bundle.aspects],
        "theme_hits": [as_dict(row, "review_id") for row in bundle.theme_hits],
    }


def review_json(bundle: ReviewBundle) -> str:
    """One review with everything in it, valid against `schema.review_schema`."""
    return _lines(review_dict(bundle))


def corpus_json(
    reviews: Iterable[ReviewSummary],
    films: Sequence[FilmSummary],
    aspects: Sequence[FilmAspect],
    themes: Sequence[ThemeSummary],
    entities: Sequence[EntitySummary],
) -> str:
    """The summaries of the corpus, for dashboards: the report's tables in one file."""
    rows = list(reviews)
    return _lines(
        {
            "counts": {
                "reviews": len(rows),
                "duplicates": sum(bool(row.duplicate_of) for row in rows),
                "films": len(films),
                "themes": len(themes),
                "entities": len(entities),
            },
            "reviews": _objects(rows),
            "films": _objects(films),
            "film_aspects": _objects(aspects),
            "themes": _objects(themes),
            "entities": _objects(entities),
        }
    )


class _Written(str):
    """An item that is JSON already."""


def _objects(rows: Sequence[Any]) -> list[_Written]:
    """Records of one class as JSON objects, written column by column: a corpus has tens of thousands of them."""
    if not rows:
        return []
    kind: type = type(rows[0])
    names, values = _columns(kind, ())
    form = "{" + ", ".join(f'"{name}": %s' for name in names) + "}"
    columns = [list(map(_cell, column)) for column in zip(*map(values, rows), strict=True)]
    return [_Written(form % cells) for cells in zip(*columns, strict=True)]


def _cell(value: str | float | None) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    return repr(round(value, DECIMALS) + 0.0) if isinstance(value, float) else str(value)


def _lines(whole: dict[str, Any]) -> str:
    encode = json.JSONEncoder(ensure_ascii=False).encode

    def dump(value: Any) -> str:
        return value if isinstance(value, _Written) else encode(value)

    parts = []
    for key, value in whole.items():
        if isinstance(value, list) and value:
            parts.append(f"{dump(key)}: [\n  " + ",\n  ".join(map(dump, value)) + "\n]")
        else:
            parts.append(f"{dump(key)}: {dump(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
