"""Reviews -> what they say together of each film and of each of its aspects."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.records import Film
from pipeline.rules.counts import ranked
from pipeline.rules.statistics import mean
from pipeline.rules.summaries import MOST_THEMES, sides_of
from pipeline.rules.tallies import Looks, Scores, Sides
from pipeline.summaries import FilmAspect, FilmSummary, ReviewAspect, ReviewSummary


@dataclass(slots=True)
class FilmTotal:
    """One film while its reviews are added up."""

    titles: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    directors: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    valences: list[float] = field(default_factory=list)
    ratings: list[float] = field(default_factory=list)
    stances: Scores = field(default_factory=Scores)
    sides: Sides = field(default_factory=Sides)

    def add(self, row: ReviewSummary) -> None:
        """Count a review."""
        self.titles[row.film, row.year] += 1
        self.verdicts[row.verdict] += 1
        self.themes.update(filter(None, row.themes.split("|")))
        if row.stance is not None:
            self.stances.by_review[row.review_id] = row.stance
        if row.plot_valence is not None:
            self.valences.append(row.plot_valence)
        if row.rating is not None:
            self.ratings.append(row.rating)
        self.sides.see(row)


@dataclass(slots=True)
class _AspectTotal:
    scores: Scores = field(default_factory=Scores)
    sides: Sides = field(default_factory=Sides)
    n: Counter[str] = field(default_factory=Counter)


def sum_aspects(rows: Iterable[ReviewAspect], looks: Looks) -> list[FilmAspect]:
    """A row a film and aspect, in the order of their names."""
    totals: dict[tuple[str, str], _AspectTotal] = defaultdict(_AspectTotal)
    for row in rows:
        look = looks.get(row.review_id)
        if look is not None and look.film_id:
            total = totals[look.film_id, row.aspect]
            n = {"positive": row.n_positive, "mixed": row.n_mixed, "negative": row.n_negative}
            total.n.update(n)
            total.scores.by_review[row.review_id] = (row.n_positive - row.n_negative) / sum(n.values())
            total.sides.see(row)
    return [
        FilmAspect(
            film_id=film_id,
            aspect=aspect,
            n_reviews=len(total.scores.by_review),
            n_positive=total.n["positive"],
            n_mixed=total.n["mixed"],
            n_negative=total.n["negative"],
            mean=mean(list(total.scores.by_review.values())) or 0.0,
            **total.scores.columns(f"{film_id}/{aspect}"),
            **total.sides.columns(),
        )
        for (film_id, aspect), total in sorted(totals.items())
    ]


def sum_films(
    totals: dict[str, FilmTotal], films: Iterable[Film], aspects: Iterable[FilmAspect]
) -> Iterator[FilmSummary]:
    """A row a film, most reviews first."""
    for film in films:
        if film.film_id in totals:
            totals[film.film_id].directors.update(filter(None, film.directors.split("|")))
    balance: dict[str, dict[str, int]] = defaultdict(dict)
    for row in aspects:
        balance[row.film_id][row.aspect] = row.n_positive - row.n_negative
    for film_id, total in sorted(totals.items(), key=lambda item: (-item[1].titles.total(), item[0])):
        (title, year), _ = total.titles.most_common(1)[0]
        praised, blamed = sides_of(balance[film_id])
        stances = total.stances.by_review
        scores = total.stances.columns(film_id)
        yield FilmSummary(
            film_id=film_id,
            title=title,
            year=year,
            directors="|".join(name for name, _ in total.directors.most_common()),
            n_reviews=total.titles.total(),
            n_positive=total.verdicts["positive"],
            n_mixed=total.verdicts["mixed"],
            n_negative=total.verdicts["negative"],
            stance=mean(list(stances.values())),
            plot_valence=mean(total.valences),
            rating=mean(total.ratings),
            praised=praised,
            blamed=blamed,
            themes="|".join(theme for theme, _ in ranked(total.themes)[:MOST_THEMES]),
            gap=stances[scores["warmest"]] - stances[scores["coldest"]] if scores["warmest"] else None,
            **scores,
            **total.sides.columns(),
        )
