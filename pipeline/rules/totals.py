"""Lines and counts of each review -> the summaries of the corpus.

Held in memory: a few numbers for each review, film, theme and entity, and for each of these its two best sentences;
never a review's text. Reviews marked as duplicates count nowhere.
"""

from collections import defaultdict
from collections.abc import Iterator

from pipeline.records import Film
from pipeline.rules.entities import NameCount, sum_up
from pipeline.rules.entity_totals import sum_entities
from pipeline.rules.film_totals import FilmTotal, sum_aspects, sum_films
from pipeline.rules.tallies import Look, Looks
from pipeline.rules.theme_totals import sum_themes
from pipeline.stage import Rows
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


def reduce_report(rows: Rows) -> Iterator[FilmSummary | FilmAspect | ThemeSummary | EntitySummary]:
    """Films, their aspects, themes and entities; all but aspects with most reviews first."""
    looks: Looks = {}
    films: dict[str, FilmTotal] = defaultdict(FilmTotal)
    for row in rows(ReviewSummary):
        if not row.duplicate_of:
            looks[row.review_id] = Look(row.film_id, row.year, row.stance)
            if row.film_id:
                films[row.film_id].add(row)
    aspects = sum_aspects(rows(ReviewAspect), looks)
    yield from sum_films(films, (film for film in rows(Film) if film.review_id in looks), aspects)
    yield from aspects
    yield from sum_themes(rows(ReviewTheme), looks)
    names = {entity_id: total.name() for entity_id, total in sum_up(rows(NameCount)).items()}
    yield from sum_entities(rows(ReviewEntity), looks, names)
