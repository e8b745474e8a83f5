"""Reviews -> what they say together of each film and of each of its aspects."""

from collections import Counter, defaultdict
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline import tables
from pipeline.rules.counts import ranked
from pipeline.rules.groups import Ints, encode, runs, some_rows
from pipeline.rules.statistics import mean
from pipeline.rules.summaries import MOST_THEMES, sides_of
from pipeline.rules.tallies import Looks, Pick, best_sentences, scores, side_scores
from pipeline.summaries import FilmAspect, FilmSummary

ASKED = ("review_id", "film", "year", "verdict", "themes", "stance", "plot_valence", "rating")
"""Columns of ReviewSummary that a film is summed up from, but for its best sentences."""

COUNTED = ("review_id", "aspect", "n_positive", "n_mixed", "n_negative", "for_score", "against_score")
"""Columns of ReviewAspect that are summed up."""


def sum_aspects(rows: pa.Table, pick: Pick, looks: Looks) -> pa.Table:
    """The FilmAspect table, in the order of films' and aspects' names, of columns COUNTED of ReviewAspect.

    `pick` gives its words.
    """
    review = looks.of(rows.column("review_id"))
    numbers = np.flatnonzero((review >= 0) & looks.has_film[review] if len(looks.film) else review >= 0)
    rows, review = some_rows(rows, numbers), review[numbers]
    aspect, aspects = encode(rows.column("aspect"))
    both = looks.film[review] * len(aspects) + aspect
    found, group = np.unique(both, return_inverse=True)
    names = [(looks.films[one // len(aspects)], aspects[one % len(aspects)]) for one in found.tolist()]
    n = {side: rows.column(f"n_{side}").to_numpy() for side in ("positive", "mixed", "negative")}
    balance = (n["positive"] - n["negative"]) / (n["positive"] + n["mixed"] + n["negative"])
    review_ids = looks.review_ids.to_pylist()
    columns: dict[str, Any] = {
        "film_id": [film for film, _ in names],
        "aspect": [aspect for _, aspect in names],
        "n_reviews": np.bincount(group, minlength=len(names)),
        **{f"n_{side}": np.bincount(group, some, len(names)).astype(np.int64) for side, some in n.items()},
        **best_sentences(pick, side_scores(rows), group, numbers, len(names)),
    }
    together = []
    for i, some in runs(group):
        values = balance[some].tolist()
        told = scores(values, [review_ids[number] for number in review[some].tolist()], "/".join(names[i]))
        together.append({"mean": mean(values), **told})
    for name in ("mean", "spread", "low", "high", "warmest", "coldest"):
        columns[name] = [one[name] for one in together]
    return tables.from_columns(FilmAspect, columns).sort_by([("film_id", "ascending"), ("aspect", "ascending")])


def sum_films(
    rows: pa.Table, pick: Pick, numbers: Ints, looks: Looks, directors: pa.Table, aspects: pa.Table
) -> pa.Table:
    """The FilmSummary table, most reviews first.

    `rows` are the reviews of `looks` in ReviewSummary, columns ASKED and the scores of its best sentences; `pick` gives
    their words by `numbers`. `directors` are the columns review_id and directors of Film, `aspects` the FilmAspect table.
    """
    about = np.flatnonzero(looks.has_film)
    rows, film, numbers = some_rows(rows, about), looks.film[about], numbers[about]
    found, group = np.unique(film, return_inverse=True)
    ids = [looks.films[one] for one in found.tolist()]
    makers = _directors(directors, looks)
    balance: dict[str, dict[str, int]] = defaultdict(dict)
    names = ("film_id", "aspect", "n_positive", "n_negative")
    for film_id, aspect, praise, blame in zip(*(aspects.column(name).to_pylist() for name in names), strict=True):
        balance[film_id][aspect] = praise - blame
    best = best_sentences(pick, side_scores(rows), group, numbers, len(ids))
    cells = {name: rows.column(name).to_pylist() for name in ASKED}
    told = []
    for film_id, (_, some) in zip(ids, runs(group), strict=True):
        reviews = {name: [column[i] for i in some.tolist()] for name, column in cells.items()}
        told.append(_film(film_id, reviews, makers[film_id], balance[film_id]))
    names_told = [field.name for field in fields(FilmSummary) if field.name not in best]
    columns = {name: [one[name] for one in told] for name in names_told}
    return tables.from_columns(FilmSummary, columns | best).sort_by(
        [("n_reviews", "descending"), ("film_id", "ascending")]
    )


def _directors(films: pa.Table, looks: Looks) -> dict[str, Counter[str]]:
    """Directors that the reviews of each film name, in the order in which they are first named."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    review = looks.of(films.column("review_id"))
    for number, names in zip(review.tolist(), films.column("directors").to_pylist(), strict=True):
        if number >= 0:
            found[looks.films[looks.film[number]]].update(filter(None, names.split("|")))
    return found


def _film(film_id: str, reviews: dict[str, list[Any]], directors: Counter[str], balance: dict[str, int]) -> Any:
    """The columns of one film, but for its best sentences; of its reviews, columns by name."""
    ((title, year), _), *_ = Counter(zip(reviews["film"], reviews["year"], strict=True)).most_common(1)
    verdicts = Counter(reviews["verdict"])
    themes = Counter(theme for some in reviews["themes"] for theme in some.split("|") if theme)
    stance = [
        (value, name) for value, name in zip(reviews["stance"], reviews["review_id"], strict=True) if value is not None
    ]
    values = [value for value, _ in stance]
    together = scores(values, [name for _, name in stance], film_id)
    praised, blamed = sides_of(balance)
    return {
        "film_id": film_id,
        "title": title,
        "year": year,
        "directors": "|".join(name for name, _ in directors.most_common()),
        "n_reviews": len(reviews["film"]),
        "n_positive": verdicts["positive"],
        "n_mixed": verdicts["mixed"],
        "n_negative": verdicts["negative"],
        "stance": mean(values),
        "plot_valence": mean([value for value in reviews["plot_valence"] if value is not None]),
        "rating": mean([value for value in reviews["rating"] if value is not None]),
        "praised": praised,
        "blamed": blamed,
        "themes": "|".join(theme for theme, _ in ranked(themes)[:MOST_THEMES]),
        "gap": max(values) - min(values) if together["warmest"] else None,
        **together,
    }
