"""rules.groups: groups of rows as arrays."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules import groups

GROUPED = st.lists(st.tuples(st.integers(0, 5), st.integers(-2, 3)), max_size=30)


def columns(rows):
    group, score = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    return group, score.astype(np.float64)


@given(GROUPED)
def test_the_best_row_is_the_first_of_the_highest_above_nought(rows):
    group, score = columns(rows)
    for i, best in enumerate(groups.best_rows(group, score, 6).tolist()):
        mine = [(-value, n) for n, (key, value) in enumerate(rows) if key == i and value > 0]
        assert best == (min(mine)[1] if mine else -1)


@given(GROUPED)
def test_runs_hold_each_row_once_in_order(rows):
    group, _ = columns(rows)
    found = {key: some.tolist() for key, some in groups.runs(group)}
    assert found == {key: [n for n, (one, _) in enumerate(rows) if one == key] for key in sorted(set(group.tolist()))}


@given(GROUPED)
def test_pairs_are_those_that_stand_together(rows):
    group, other = columns(rows)
    first, second, of_row = groups.pairs(group, (other + 2).astype(np.int64))
    found = list(zip(first.tolist(), second.tolist(), strict=True))
    assert found == sorted({(key, value + 2) for key, value in rows})
    assert [found[i] for i in of_row.tolist()] == [(key, value + 2) for key, value in rows]


def test_texts_are_numbered_as_they_come_and_row_minus_one_is_empty():
    column = pa.chunked_array([["b", "a"], ["b"]])
    numbers, texts = groups.encode(column)
    assert (numbers.tolist(), texts) == ([0, 1, 0], ["b", "a"])
    assert groups.firsts(numbers, 3).tolist() == [0, 1, -1]
    assert groups.cells(column, np.array([1, -1])).to_pylist() == ["a", None]
