"""Lines and counts of each review -> the summaries of the corpus.

All is summed by columns, not row by row, so that a corpus of which one review has changed is summed anew in little
time. Held in memory: the small counts of each review; of its words only those that are shown. Reviews marked as duplicates count nowhere.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc

from pipeline.records import Entity, Film, Kind
from pipeline.rules import entity_totals, film_totals, theme_totals
from pipeline.rules.entity_totals import sum_entities
from pipeline.rules.groups import some_rows
from pipeline.rules.tallies import Pick, look_at
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

    def pick(kind: Kind) -> Pick:
        return lambda names, rows: columns(kind, *names, rows=rows)

    asked = ("film_id", "duplicate_of", *film_totals.ASKED, "for_score", "against_score")
    reviews = columns(ReviewSummary, *asked)
    counted = np.flatnonzero(pc.equal(reviews.column("duplicate_of"), "").to_numpy())
    reviews = some_rows(reviews, counted)
    looks = look_at(reviews)
    aspects = film_totals.sum_aspects(columns(ReviewAspect, *film_totals.COUNTED), pick(ReviewAspect), looks)
    directors = columns(Film, "review_id", "directors")
    films = film_totals.sum_films(reviews, pick(ReviewSummary), counted, looks, directors, aspects)
    yield Reduced(FilmSummary, films)
    yield Reduced(FilmAspect, aspects)
    yield Reduced(ThemeSummary, sum_themes(columns(ReviewTheme, *theme_totals.COUNTED), pick(ReviewTheme), looks))
    names = columns(Entity, "entity_id", "name")
    known = dict(zip(*(column.to_pylist() for column in names.columns), strict=True))
    rows = columns(ReviewEntity, *entity_totals.COUNTED)
    yield Reduced(EntitySummary, sum_entities(rows, pick(ReviewEntity), looks, known))
