"""Themes of each review -> how often each theme is told, where, when, and beside which others."""

from collections import Counter

import numpy as np
import pyarrow as pa

from pipeline import tables
from pipeline.rules.counts import pairs, ranked
from pipeline.rules.groups import Ints, best_rows, cells, encode, runs, some_rows
from pipeline.rules.tallies import Looks, Pick, means
from pipeline.summaries import ThemeSummary

MOST_BESIDE, MOST_FILMS = 5, 10
_AT_ONCE = 1 << 16


COUNTED = ("review_id", "theme_id", "n_sections", "n_hits", "score", "start")
"""Columns of ReviewTheme that are summed up."""


def sum_themes(rows: pa.Table, pick: Pick, looks: Looks) -> pa.Table:
    """The ThemeSummary table, most reviews first, of columns COUNTED of ReviewTheme; `pick` gives its words.

    There is one row a review and theme.
    """
    review = looks.of(rows.column("review_id"))
    numbers = np.flatnonzero(review >= 0)
    rows, review = some_rows(rows, numbers), review[numbers]
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
    is_shown = rows.column("start").is_valid().to_numpy()
    example = best_rows(theme, np.where(is_shown, rows.column("score").to_numpy(), 0.0), n)
    known = np.unique(example[example >= 0])
    words = pick(("review_id", "text", "start", "end"), numbers[known])
    place = np.where(example >= 0, np.searchsorted(known, example), -1)
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
        "review_id": cells(words.column("review_id"), place).fill_null(""),
        "text": cells(words.column("text"), place).fill_null(""),
        "start": cells(words.column("start"), place),
        "end": cells(words.column("end"), place),
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
