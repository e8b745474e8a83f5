"""Counts as ranks and as cells of a table."""

from collections import Counter
from collections.abc import Iterable


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Names and counts, most first, equals by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def pairs(counts: Iterable[tuple[object, int]]) -> str:
    """Names and counts as `name:count`, separated by `|`."""
    return "|".join(f"{name}:{count}" for name, count in counts)
