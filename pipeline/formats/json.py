"""One review, or the summaries of all, as JSON: one item a line, so that a diff tells what changed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.formats.bundle import ReviewBundle

DECIMALS = 4
"""Floats are rounded to this many decimals, as in the tables."""

SCHEMA_NAME = "review.schema.json"

_ESCAPED = r'["\\\x00-\x1f]'
"""What does not stand in a JSON string as it is."""


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
    reviews: pa.Table, films: pa.Table, aspects: pa.Table, themes: pa.Table, entities: pa.Table
) -> Iterator[str]:
    """The summaries of the corpus, for dashboards: the report's tables in one file, piece by piece."""
    counts = {
        "reviews": reviews.num_rows,
        "duplicates": pc.sum(pc.not_equal(reviews.column("duplicate_of"), "")).as_py() or 0,
        "films": films.num_rows,
        "themes": themes.num_rows,
        "entities": entities.num_rows,
    }
    yield f'{{\n"counts": {json.dumps(counts)}'
    tables = {"reviews": reviews, "films": films, "film_aspects": aspects, "themes": themes, "entities": entities}
    for name, table in tables.items():
        yield f',\n"{name}": ['
        for first in range(0, table.num_rows, PIECE):
            yield (_BETWEEN if first else _BETWEEN[1:]) + _objects(table.slice(first, PIECE))
        yield "\n]" if table.num_rows else "]"
    yield "\n}\n"


PIECE = 4096
"""Rows of a table that are written at once."""

_BETWEEN = ",\n  "


def _objects(table: pa.Table) -> str:
    """The rows of a table as JSON objects, made column by column: a corpus has tens of thousands of them."""
    cells = [
        pc.binary_join_element_wise(f'{", " if i else "{"}"{name}": ', _cells(table.column(name).combine_chunks()), "")
        for i, name in enumerate(table.column_names)
    ]
    objects = pc.binary_join_element_wise(*cells, "}" + _BETWEEN, "")
    # The words of an Arrow column lie one behind the other: that is the list.
    return str(objects.buffers()[2], "utf-8").removesuffix(_BETWEEN)


def _cells(column: pa.Array) -> pa.Array:
    """The values of a column as JSON."""
    if pa.types.is_string(column.type):
        written = pc.binary_join_element_wise('"', column, '"', "")
        odd = pc.match_substring_regex(column, _ESCAPED)
        return pc.replace_with_mask(
            written, odd, pa.array(map(encode_basestring, column.filter(odd).to_pylist()), pa.string())
        )
    if pa.types.is_floating(column.type):
        # As Python writes them; rounded numbers are few, however many rows there are.
        known = column.dictionary_encode()
        written = pa.array(map(repr, known.dictionary.to_pylist()), pa.string()).take(known.indices)
    else:
        written = column.cast(pa.string())
    return written.fill_null("null")


def _lines(whole: dict[str, Any]) -> str:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    parts = []
    for key, value in whole.items():
        if isinstance(value, list) and value:
            parts.append(f"{encode(key)}: [\n  " + _BETWEEN.join(map(encode, value)) + "\n]")
        else:
            parts.append(f"{encode(key)}: {encode(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
