"""The sample corpus comes out as it did: to the letter what rules make, within a tolerance what models score."""

import csv
from pathlib import Path

import pytest
from golden import GOLDEN, TABLES

TOLERANCE = 0.02
"""Of a score: matrix products may differ in their last bits from one processor to another."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def same(a: str, b: str) -> bool:
    try:
        return abs(float(a) - float(b)) <= TOLERANCE
    except ValueError:
        return a == b


@pytest.mark.parametrize("name", TABLES)
def test_the_sample_comes_out_as_it_did(sample_outputs, name):
    expected = rows(GOLDEN / f"{Path(name).name}.csv")
    found = rows(sample_outputs / f"{name}.csv")
    different = [
        (a, b) for a, b in zip(expected, found, strict=False) if any(not same(a[key], b.get(key, "")) for key in a)
    ]
    assert len(found) == len(expected)
    assert not different, "run `make golden` and look at the difference"
