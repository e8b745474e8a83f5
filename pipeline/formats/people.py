"""The people most praised and most blamed, and the films whose reviews are furthest apart."""

from collections.abc import Sequence

from pipeline.summaries import EntitySummary, FilmSummary

MOST_PEOPLE, MOST_FILMS = 8, 6

APART = 0.5
"""Stances nearer to each other than this do not disagree."""


def praised(entities: Sequence[EntitySummary]) -> list[EntitySummary]:
    """People with most reviews that praise them, less those that blame them."""
    return _ranked([row for row in entities if row.n_praise > row.n_blame and row.for_text], 1)


def blamed(entities: Sequence[EntitySummary]) -> list[EntitySummary]:
    """People with most reviews that blame them, less those that praise them."""
    return _ranked([row for row in entities if row.n_blame > row.n_praise and row.against_text], -1)


def _ranked(entities: Sequence[EntitySummary], sign: int) -> list[EntitySummary]:
    people = [row for row in entities if row.label == "PERSON"]
    return sorted(people, key=lambda row: (sign * (row.n_blame - row.n_praise), -row.n_reviews, row.entity_id))[
        :MOST_PEOPLE
    ]


def disputed(films: Sequence[FilmSummary]) -> list[FilmSummary]:
    """Films whose reviews part furthest, and say so in a sentence on either side."""
    found = [row for row in films if (row.gap or 0.0) >= APART and row.for_text and row.against_text]
    return sorted(found, key=lambda row: (-(row.gap or 0.0), row.film_id))[:MOST_FILMS]
