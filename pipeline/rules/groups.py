"""Columns of a whole corpus -> groups of their rows, as arrays: nothing here touches a row by itself."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def encode(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """(n rows,): the number of each row's text, and the texts, in the order in which they first stand there."""
    known = column.combine_chunks().dictionary_encode()
    return known.indices.to_numpy().astype(np.int64), known.dictionary.to_pylist()


def numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """(n rows,): a column of numbers; NaN where a cell is empty."""
    found: NDArray[np.float64] = column.combine_chunks().cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def some_rows(table: pa.Table, rows: Ints) -> pa.Table:
    """Rows of a table, by rising numbers; the table itself if these are all, for a copy of a corpus is large."""
    return table if len(rows) == table.num_rows else table.take(pa.array(rows))


def pairs(first: Ints, second: Ints) -> tuple[Ints, Ints, Ints]:
    """The pairs of two numbers that stand in a row together: their first, their second, and the pair of each row.

    Pairs rise, by their first number and then by their second.
    """
    wide = int(second.max(initial=0)) + 1
    found, of_row = np.unique(first * wide + second, return_inverse=True)
    return found // wide, found % wide, of_row


def firsts(group: Ints, n_groups: int) -> Ints:
    """(n groups,): the first row of each group; -1 of one without rows."""
    found = np.full(n_groups, -1, dtype=np.int64)
    found[group[::-1]] = np.arange(len(group))[::-1]
    return found


def best_rows(group: Ints, score: NDArray[np.float64], n_groups: int) -> Ints:
    """(n groups,): the row of each group with the highest score, the first of equals; -1 where no score is above 0."""
    rows = np.flatnonzero(score > 0)
    rows = rows[np.lexsort((rows, -score[rows]))]
    found = firsts(group[rows], n_groups)
    return np.where(found >= 0, rows[found] if len(rows) else -1, -1)


def runs(group: Ints) -> Iterator[tuple[int, Ints]]:
    """Each group that has rows, rising, and its rows in their order."""
    order = np.argsort(group, kind="stable")
    rising = group[order]
    begins = np.flatnonzero(np.diff(rising, prepend=-1))
    bounds = [*begins.tolist(), len(order)]
    for number, (begin, end) in zip(rising[begins].tolist(), pairwise(bounds), strict=True):
        yield number, order[begin:end]


def cells(column: pa.ChunkedArray, rows: Ints) -> pa.Array:
    """The cells of some rows of a column; empty ones for row -1."""
    return column.combine_chunks().take(pa.array(rows, mask=rows < 0))
