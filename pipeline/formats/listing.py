"""The long tables of the report: rows of plain values, drawn by a template, or by the page's script where there are many.

Small tables stand in the page as they are. Of a long one the page holds its values as data, up to a budget, so that the
whole of it can be sorted and filtered in one place, and its rows stand on pages of their own, which need no script.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.formats.heat import title_of
from pipeline.formats.words import VERDICT_SIGNS, VERDICT_WORDS, name_of, review_path, shorten
from pipeline.records import LABELS
from pipeline.summaries import EntitySummary, FilmSummary, ReviewSummary, ThemeSummary

IN_PAGE = 300
"""Rows that stand in the page itself."""

PER_PAGE = 500
"""Rows on a page of their own."""

CELL = 70
"""Characters of a cell at most; the tables have the rest."""


VERDICTS = {verdict: f"{VERDICT_SIGNS[verdict]} {word}" for verdict, word in VERDICT_WORDS.items()}
"""What a verdict's cell shows."""
NUMERIC = {"number": "n", "cited": "n", "year": "n", "share": "n", "signed": "n", "interval": "n", "tone": "n"}
"""Kinds of columns that are sorted as numbers, with the class names of their cells."""
_VERDICT_CHOICES = tuple((verdict, text) for verdict, text in VERDICTS.items() if verdict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a long table."""

    name: str
    kind: str = "text"
    """text, number (a whole one), cited (a number, and review and place of a sentence that it rests on), year, share
    (0 to 1), signed (a judgement from -1 to 1), interval (a pair of such), tone (how bright a story is, -1 to 1), verdict, list (of words),
    review (a pair of title and id), film (its title), films (a pair of a film's name and its title) or link (a pair of
    text and address)."""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Values that a reader may ask for, and what they are called."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A long table."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    empty: str
    """What is said where there are no rows."""

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


def _filled(table: Listing) -> Listing:
    """The table without the columns in which nothing stands."""
    kept = [
        i
        for i, column in enumerate(table.columns)
        if not i or column.choices or any(row[i] not in (None, "", [], ("", "")) for row in table.rows)
    ]
    columns = tuple(table.columns[i] for i in kept)
    return replace(table, columns=columns, rows=[[row[i] for i in kept] for row in table.rows])


def review_listing(reviews: Sequence[ReviewSummary]) -> Listing:
    """A row a review, leading to its page."""
    table = Listing(
        "reviews",
        "Reviews",
        (
            Column("Review", "review"),
            Column("By"),
            Column("Film", "film"),
            Column("Year", "year"),
            Column("Verdict", "verdict", "would this reviewer send you to see the film?", _VERDICT_CHOICES),
            Column("Stance", "signed", "blame −1 to praise +1"),
            Column("Story", "tone", "told as dark −1 to bright +1"),
            Column("Rating", "share", "given or stated, 0 to 1"),
            Column("Themes", "list"),
        ),
        [
            (
                (shorten(row.title, CELL), row.review_id),
                shorten(row.author, CELL),
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
        "no review could be read",
    )
    return _filled(table)


def film_listing(films: Sequence[FilmSummary]) -> Listing:
    """A row a film, leading to its reviews."""
    table = Listing(
        "films",
        "Films",
        (
            Column("Film", "films"),
            Column("Reviews", "number"),
            Column("Positive", "number", "reviews with that verdict"),
            Column("Mixed", "number", "reviews with that verdict"),
            Column("Negative", "number", "reviews with that verdict"),
            Column("Stance", "signed", "mean of its reviews, blame −1 to praise +1"),
            Column("95 % interval", "interval", "of that mean; from three reviews on"),
            Column("Story", "tone", "told as dark −1 to bright +1"),
            Column("Rating", "share", "mean, 0 to 1"),
            Column("Praised for", "list"),
            Column("Blamed for", "list"),
        ),
        [
            (
                (shorten(title_of(row), CELL), shorten(row.title, CELL)),
                row.n_reviews,
                row.n_positive,
                row.n_mixed,
                row.n_negative,
                _two(row.stance),
                None if row.low is None else (_two(row.low), _two(row.high)),
                _two(row.plot_valence),
                _two(row.rating),
                row.praised.split("|")[:3] if row.praised else [],
                row.blamed.split("|")[:3] if row.blamed else [],
            )
            for row in films
        ],
        "no review says which one film it is about",
    )
    return _filled(table)


def theme_listing(themes: Sequence[ThemeSummary]) -> Listing:
    """A row a theme."""
    table = Listing(
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
        "no theme is found in any review",
    )
    return _filled(table)


def name_listing(entities: Sequence[EntitySummary]) -> Listing:
    """A row a name; dates, which name nothing that is praised or blamed, are left to the table of entities."""
    named = [row for row in entities if row.label != "DATE"]
    labels = tuple(label.lower() for label in LABELS if any(row.label == label for row in named))
    table = Listing(
        "names",
        "Names",
        (
            Column("Name"),
            Column("What it is", choices=tuple((label, label) for label in labels)),
            Column("Reviews", "number"),
            Column("Mentions", "number"),
            Column("Praised by", "cited", "reviews; the number leads to the most telling sentence"),
            Column("Blamed by", "cited", "reviews; the number leads to the most telling sentence"),
            Column("Stance", "signed", "mean stance of these reviews toward their films"),
        ),
        [
            (
                shorten(row.name, CELL),
                row.label.lower(),
                row.n_reviews,
                row.n_mentions,
                (row.n_praise, row.for_review_id, row.for_start),
                (row.n_blame, row.against_review_id, row.against_start),
                _two(row.stance),
            )
            for row in named
        ],
        "no name is found in any review",
    )
    return _filled(table)


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
