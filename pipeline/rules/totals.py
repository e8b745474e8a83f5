"""Lines and counts of each review -> the summaries of the corpus.

All is summed by columns, not row by row, so that a corpus of which one review has changed is summed anew in little
time. Held in memory: the small counts of each review. Reviews marked as duplicates count nowhere.
"""

from collections.abc import Iterator
from dataclasses import fields

import pyarrow.compute as pc

from pipeline.records import Entity, Film, Kind
from pipeline.rules.entity_totals import sum_entities
from pipeline.rules.film_totals import sum_aspects, sum_films
from pipeline.rules.tallies import look_at
from pipeline.rules.theme_totals import sum_themes
from pipeline.stage import Columns, Reduced
from pipeline.summaries import (
    EntitySummary,
    FilmAspect,
    FilmSummary,
    ReviewAspect,
    ReviewEntity,
    ReviewSummary,
    ReviewTheme,
    ThemeSummary,
)


def reduce_report(columns: Columns) -> Iterator[Reduced]:
    """Films, their aspects, themes and entities; all but aspects with most reviews first."""

    def whole(kind: Kind) -> object:
        return columns(kind, *(field.name for field in fields(kind)))

    reviews = columns(ReviewSummary, *(field.name for field in fields(ReviewSummary)))
    reviews = reviews.filter(pc.equal(reviews.column("duplicate_of"), ""))
    looks = look_at(reviews)
    aspects = sum_aspects(whole(ReviewAspect), looks)
    yield Reduced(FilmSummary, sum_films(reviews, looks, columns(Film, "review_id", "directors"), aspects))
    yield Reduced(FilmAspect, aspects)
    yield Reduced(ThemeSummary, sum_themes(whole(ReviewTheme), looks))
    names = columns(Entity, "entity_id", "name")
    known = dict(zip(*(column.to_pylist() for column in names.columns), strict=True))
    yield Reduced(EntitySummary, sum_entities(whole(ReviewEntity), looks, known))
