"""Themes of each review -> how often each theme is told, where, when, and beside which others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from pipeline.rules.counts import pairs, ranked
from pipeline.rules.statistics import mean
from pipeline.rules.tallies import Looks
from pipeline.rules.telling import NO_QUOTE, Quote, best
from pipeline.summaries import ReviewTheme, ThemeSummary

MOST_BESIDE, MOST_FILMS = 5, 10


@dataclass(slots=True)
class _ThemeTotal:
    n_reviews: int = 0
    n_sections: int = 0
    n_hits: int = 0
    beside: Counter[str] = field(default_factory=Counter)
    films: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    stances: list[float] = field(default_factory=list)
    example: Quote = NO_QUOTE


def sum_themes(rows: Iterable[ReviewTheme], looks: Looks) -> Iterator[ThemeSummary]:
    """A row a theme, most reviews first; the rows of a review must stand together."""
    totals: dict[str, _ThemeTotal] = defaultdict(_ThemeTotal)
    for review_id, group in groupby(rows, attrgetter("review_id")):
        look = looks.get(review_id)
        if look is None:
            continue
        found = list(group)
        for row in found:
            total = totals[row.theme_id]
            total.n_reviews += 1
            total.n_sections += row.n_sections
            total.n_hits += row.n_hits
            total.beside.update(other.theme_id for other in found if other is not row)
            if look.film_id:
                total.films[look.film_id] += 1
            if look.year is not None:
                total.years[look.year] += 1
            if look.stance is not None:
                total.stances.append(look.stance)
            if row.text:
                total.example = best((total.example, Quote(row.text, row.start, row.end, row.score, review_id)))
    for theme_id, total in sorted(totals.items(), key=lambda item: (-item[1].n_reviews, item[0])):
        yield ThemeSummary(
            theme_id=theme_id,
            n_reviews=total.n_reviews,
            n_sections=total.n_sections,
            n_hits=total.n_hits,
            n_films=len(total.films),
            stance=mean(total.stances),
            with_themes=pairs(ranked(total.beside)[:MOST_BESIDE]),
            films=pairs(ranked(total.films)[:MOST_FILMS]),
            years=pairs(sorted(total.years.items())),
            review_id=total.example.review_id,
            text=total.example.text,
            start=total.example.start,
            end=total.example.end,
        )
