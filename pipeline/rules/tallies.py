"""What the summaries of the corpus must know of each review, and what numbers and sentences of many say together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.rules.groups import Ints, best_rows, cells, encode, numbers
from pipeline.rules.statistics import interval, spread


@dataclass(frozen=True, slots=True)
class Looks:
    """The reviews that count, in the order of the corpus: all but the duplicates; one number a review (n reviews)."""

    review_ids: pa.Array
    """(n,): names."""
    film: Ints
    """(n,): number of the film that it is about, in `films`."""
    films: list[str]
    """Ids of films; an empty one stands for none."""
    year: NDArray[np.float64]
    """(n,): year of the film; NaN if not known."""
    stance: NDArray[np.float64]
    """(n,): stance toward the film; NaN if not scored."""

    def of(self, review_ids: pa.ChunkedArray) -> Ints:
        """(n rows,): the number of the review that each row is about; -1 if it does not count."""
        found = pc.index_in(review_ids.combine_chunks(), value_set=self.review_ids)
        numbers_found: Ints = found.fill_null(-1).to_numpy().astype(np.int64)
        return numbers_found

    @property
    def has_film(self) -> NDArray[np.bool_]:
        """(n,): whether a review is about one film."""
        return np.asarray([bool(film) for film in self.films], dtype=np.bool_)[self.film]


def look_at(summaries: pa.Table) -> Looks:
    """What columns review_id, film_id, year and stance of ReviewSummary say, duplicates left out."""
    film, films = encode(summaries.column("film_id"))
    return Looks(
        summaries.column("review_id").combine_chunks(),
        film,
        films,
        numbers(summaries.column("year")),
        numbers(summaries.column("stance")),
    )


SIDES = ("for", "against")
"""What the columns of the best sentences of praise and of blame begin with."""

Pick = Callable[[Sequence[str], Ints], pa.Table]
"""Gives some columns of some rows, by rising numbers."""


def best_sentences(
    pick: Pick, scores: Mapping[str, NDArray[np.float64]], group: Ints, rows: Ints, n_groups: int
) -> dict[str, pa.Array]:
    """The best sentences for and against of each group of rows, as columns of a summary.

    `scores` are those of each side, `rows` the numbers by which `pick` knows the rows.
    """
    found = {}
    for side, score in scores.items():
        best = best_rows(group, score, n_groups)
        known = np.unique(best[best >= 0])
        names = ("review_id", f"{side}_text", f"{side}_start", f"{side}_end")
        picked = pick(names, rows[known])
        place = np.where(best >= 0, np.searchsorted(known, best), -1)
        for name in names:
            taken = cells(picked.column(name), place)
            column = name if name.startswith(side) else f"{side}_{name}"
            found[column] = pc.fill_null(taken, "") if pa.types.is_string(taken.type) else taken
    return found


def side_scores(rows: pa.Table) -> dict[str, NDArray[np.float64]]:
    """How telling the best sentences of each row are, by side."""
    return {side: rows.column(f"{side}_score").to_numpy() for side in SIDES}


def means(values: NDArray[np.float64], group: Ints, n_groups: int) -> list[float | None]:
    """(n groups,): the mean of the values of each group, NaN left out; None of nothing."""
    told = ~np.isnan(values)
    total = np.bincount(group[told], values[told], n_groups)
    count = np.bincount(group[told], minlength=n_groups)
    return [total[i] / n if n else None for i, n in enumerate(count.tolist())]


def scores(values: Sequence[float], review_ids: Sequence[str], name: str) -> Mapping[str, Any]:
    """Spread, interval and the reviews that disagree most, as columns; `name` seeds the interval."""
    low, high = interval(values, name)
    # The first of equals, in the order of the corpus.
    warmest = max(range(len(values)), key=values.__getitem__, default=0)
    coldest = min(range(len(values)), key=values.__getitem__, default=0)
    apart = len(values) > 1 and values[coldest] < values[warmest]
    return {
        "spread": spread(values),
        "low": low,
        "high": high,
        "warmest": review_ids[warmest] if apart else "",
        "coldest": review_ids[coldest] if apart else "",
    }
