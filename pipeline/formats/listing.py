"""The long tables of the report: rows of plain values, drawn by a template, or by the page's script where there are many.

Small tables stand in the page as they are. Of a long one the page holds its values as data, up to a budget, so that the
whole of it can be sorted and filtered in one place, and its rows stand on pages of their own, which need no script.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.formats.heat import title_of
from pipeline.formats.words import VERDICT_SIGNS, VERDICT_WORDS, name_of, review_path, shorten
from pipeline.summaries import EntitySummary, FilmSummary, ReviewSummary, ThemeSummary

IN_PAGE = 300
"""Rows that stand in the page itself."""

PER_PAGE = 500
"""Rows on a page of their own."""

CELL = 70
"""Characters of a cell at most; the tables have the rest."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a long table."""

    name: str
    kind: str = "text"
    """text, number (a whole one), year, share (0 to 1), signed (a judgement from -1 to 1), tone (how bright a story
    is, -1 to 1), verdict, list (of words), review (a pair of title and id) or link (a pair of text
    and address)."""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A long table."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]

    @property
    def is_long(self) -> bool:
        """Whether it is too long to stand in the page."""
        return len(self.rows) > IN_PAGE

    def pages(self) -> Iterator[tuple[int, Sequence[Sequence[Any]]]]:
        """Number and rows of each page of its own, from 1; none if it stands in the index."""
        if self.is_long:
            for i in range(0, len(self.rows), PER_PAGE):
                yield i // PER_PAGE + 1, self.rows[i : i + PER_PAGE]

    @property
    def n_pages(self) -> int:
        """How many pages of its own it has."""
        return -(-len(self.rows) // PER_PAGE) if self.is_long else 0


def review_listing(reviews: Sequence[ReviewSummary]) -> Listing:
    """A row a review, leading to its page."""
    return Listing(
        "reviews",
        "Reviews",
        (
            Column("Review", "review"),
            Column("Film"),
            Column("Year", "year"),
            Column("Verdict", "verdict", "would this reviewer send you to see the film?"),
            Column("Stance", "signed", "blame −1 to praise +1"),
            Column("Story", "tone", "told as dark −1 to bright +1"),
            Column("Rating", "share", "given or stated, 0 to 1"),
            Column("Themes", "list"),
        ),
        [
            (
                (shorten(row.title, CELL), row.review_id),
                shorten(row.film, CELL),
                row.year,
                row.verdict,
                _two(row.stance),
                _two(row.plot_valence),
                _two(row.rating),
                [name_of(theme) for theme in row.themes.split("|")[:3] if theme],
            )
            for row in reviews
        ],
    )


def film_listing(films: Sequence[FilmSummary]) -> Listing:
    """A row a film."""
    return Listing(
        "films",
        "Films",
        (
            Column("Film"),
            Column("Reviews", "number"),
            Column("Positive", "number", "reviews with that verdict"),
            Column("Mixed", "number", "reviews with that verdict"),
            Column("Negative", "number", "reviews with that verdict"),
            Column("Stance", "signed", "mean of its reviews, blame −1 to praise +1"),
            Column("95 % interval", "text", "of that mean; from three reviews on"),
            Column("Story", "tone", "told as dark −1 to bright +1"),
            Column("Rating", "share", "mean, 0 to 1"),
            Column("Praised for", "list"),
            Column("Blamed for", "list"),
        ),
        [
            (
                shorten(title_of(row), CELL),
                row.n_reviews,
                row.n_positive,
                row.n_mixed,
                row.n_negative,
                _two(row.stance),
                f"{row.low:+.2f} to {row.high:+.2f}".replace("-", "−") if row.low is not None else "",
                _two(row.plot_valence),
                _two(row.rating),
                row.praised.split("|")[:3] if row.praised else [],
                row.blamed.split("|")[:3] if row.blamed else [],
            )
            for row in films
        ],
    )


def theme_listing(themes: Sequence[ThemeSummary]) -> Listing:
    """A row a theme."""
    return Listing(
        "themes",
        "Themes",
        (
            Column("Theme"),
            Column("Reviews", "number"),
            Column("Films", "number"),
            Column("Stance", "signed", "mean stance of these reviews toward their films"),
            Column("Goes with", "list"),
            Column("Shown by", "link"),
        ),
        [
            (
                name_of(row.theme_id),
                row.n_reviews,
                row.n_films,
                _two(row.stance),
                [name_of(pair.rpartition(":")[0]) for pair in row.with_themes.split("|")[:3] if pair],
                (shorten(row.text, 90), f"{review_path(row.review_id)}#h{row.start}") if row.text else ("", ""),
            )
            for row in themes
        ],
    )


def name_listing(entities: Sequence[EntitySummary]) -> Listing:
    """A row a name."""
    return Listing(
        "names",
        "Names",
        (
            Column("Name"),
            Column("What it is"),
            Column("Reviews", "number"),
            Column("Mentions", "number"),
            Column("Praised by", "number", "reviews"),
            Column("Blamed by", "number", "reviews"),
            Column("Stance", "signed", "mean stance of these reviews toward their films"),
        ),
        [
            (
                shorten(row.name, CELL),
                row.label.lower(),
                row.n_reviews,
                row.n_mentions,
                row.n_praise,
                row.n_blame,
                _two(row.stance),
            )
            for row in entities
        ],
    )


@dataclass(frozen=True, slots=True)
class Data:
    """Rows of a long table as the page's script takes them."""

    words: list[str]
    """The words that lists are made of; a list holds their numbers."""
    rows: list[list[Any]]


def data_of(table: Listing, budget: int) -> Data:
    """The first rows that take no more than about `budget` bytes."""
    words: dict[str, int] = {}
    lists = [i for i, column in enumerate(table.columns) if column.kind == "list"]
    data = Data([], [])
    for row in table.rows:
        values = list(row)
        for i in lists:
            values[i] = [words.setdefault(word, len(words)) for word in row[i]]
        budget -= len(json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"))
        if budget < 0:
            break
        data.rows.append(values)
    data.words.extend(words)
    return data


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2) + 0.0


VERDICTS = {verdict: f"{VERDICT_SIGNS[verdict]} {word}" for verdict, word in VERDICT_WORDS.items()}
"""What a verdict's cell shows."""
