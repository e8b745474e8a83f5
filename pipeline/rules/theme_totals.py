"""Themes of each review -> how often each theme is told, where, when, and beside which others."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.rules.counts import pairs, ranked
from pipeline.rules.groups import Ints, best_rows, cells, encode, runs
from pipeline.rules.tallies import Looks, means
from pipeline.summaries import ThemeSummary

MOST_BESIDE, MOST_FILMS = 5, 10
_AT_ONCE = 1 << 16


def sum_themes(rows: pa.Table, looks: Looks) -> pa.Table:
    """The ThemeSummary table, most reviews first, of the rows of ReviewTheme: one a review and theme."""
    review = looks.of(rows.column("review_id"))
    rows, review = rows.filter(pa.array(review >= 0)), review[review >= 0]
    theme, ids = encode(rows.column("theme_id"))
    n = len(ids)
    beside = _beside(theme, review, n)
    films: list[Counter[str]] = [Counter() for _ in ids]
    years: list[Counter[int]] = [Counter() for _ in ids]
    for i, some in runs(theme):
        told = review[some]
        films[i] = _count(looks.film[told], looks.films)
        year, count = np.unique(looks.year[told][~np.isnan(looks.year[told])], return_counts=True)
        years[i] = Counter(dict(zip(year.astype(int).tolist(), count.tolist(), strict=True)))
    # Without words a theme is told of in a section, and no place shows it.
    shown = np.where(pc.binary_length(rows.column("text")).to_numpy() > 0, rows.column("score").to_numpy(), 0.0)
    example = best_rows(theme, shown, n)
    columns = {
        "theme_id": ids,
        "n_reviews": np.bincount(theme, minlength=n),
        "n_sections": np.bincount(theme, rows.column("n_sections").to_numpy(), n).astype(np.int64),
        "n_hits": np.bincount(theme, rows.column("n_hits").to_numpy(), n).astype(np.int64),
        "n_films": [len(some) for some in films],
        "stance": means(looks.stance[review], theme, n),
        "with_themes": [pairs(ranked(Counter(_named(row, ids)))[:MOST_BESIDE]) for row in beside.tolist()],
        "films": [pairs(ranked(some)[:MOST_FILMS]) for some in films],
        "years": [pairs(sorted(some.items())) for some in years],
        "review_id": cells(rows.column("review_id"), example).fill_null(""),
        "text": cells(rows.column("text"), example).fill_null(""),
        "start": cells(rows.column("start"), example),
        "end": cells(rows.column("end"), example),
    }
    return tables.from_columns(ThemeSummary, columns).sort_by([("n_reviews", "descending"), ("theme_id", "ascending")])


def _beside(theme: Ints, review: Ints, n: int) -> Ints:
    """(n themes, n themes): reviews that tell of both."""
    found = np.zeros((n, n))
    _, place = np.unique(review, return_inverse=True)
    for first in range(0, int(place.max(initial=-1)) + 1, _AT_ONCE):
        here = (place >= first) & (place < first + _AT_ONCE)
        told = np.zeros((_AT_ONCE, n), dtype=np.float32)
        told[place[here] - first, theme[here]] = 1
        found += told.T @ told
    np.fill_diagonal(found, 0)
    return found.astype(np.int64)


def _named(counts: list[int], names: list[str]) -> dict[str, int]:
    return {name: count for name, count in zip(names, counts, strict=True) if count}


def _count(numbers: Ints, names: list[str]) -> Counter[str]:
    found, count = np.unique(numbers, return_counts=True)
    named = zip((names[i] for i in found.tolist()), count.tolist(), strict=True)
    return Counter({name: n for name, n in named if name})
