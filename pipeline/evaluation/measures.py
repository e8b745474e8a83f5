"""Figures of how well answers fit labels: shares of right ones, F1, calibration, rank correlation."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

BINS = 10
"""Bins of equal width in which confidence is held against the share of right answers."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of an evaluation."""

    name: str
    value: float
    n: int
    """Labels that it rests on."""

    def __str__(self) -> str:
        return f"{self.name:34s} {self.value:7.3f}   n={self.n}"


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each label was answered with what."""

    name: str
    labels: tuple[str, ...]
    answers: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    """A row a label, a column an answer."""

    def __str__(self) -> str:
        head = f"{self.name + ' (rows: label)':24s}" + "".join(f"{answer or '(none)':>10s}" for answer in self.answers)
        rows = [
            f"{label:24s}" + "".join(f"{n:10d}" for n in row)
            for label, row in zip(self.labels, self.counts, strict=True)
        ]
        return "\n".join([head, *rows])


def accuracy(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """Share of (label, answer) pairs that are equal; 0 for none."""
    return sum(label == answer for label, answer in pairs) / len(pairs) if pairs else 0.0


def f1(right: float, answered: float, wanted: float) -> float:
    """Harmonic mean of precision and recall from counts; 1 where nothing was wanted and nothing answered."""
    return 2 * right / (answered + wanted) if answered + wanted else 1.0


def f1_of(pairs: Sequence[tuple[Hashable, Hashable]], label: Hashable) -> float:
    """F1 of one label over (label, answer) pairs."""
    right = sum(a == b == label for a, b in pairs)
    return f1(right, sum(b == label for _, b in pairs), sum(a == label for a, _ in pairs))


def macro_f1(pairs: Sequence[tuple[Hashable, Hashable]], labels: Sequence[Hashable]) -> float:
    """Mean F1 of those labels that occur."""
    there = [label for label in labels if any(a == label for a, _ in pairs)]
    return sum(f1_of(pairs, label) for label in there) / len(there) if there else 0.0


def confusion(name: str, pairs: Sequence[tuple[str, str]], order: Sequence[str]) -> Confusion:
    """Counts of each (label, answer) pair, in the order given, answers that are no label last."""
    labels = tuple(label for label in order if any(a == label for a, _ in pairs))
    others = sorted({b for _, b in pairs} - set(order))
    answers = tuple([label for label in order if any(label in pair for pair in pairs)] + others)
    counts = tuple(tuple(sum(pair == (a, b) for pair in pairs) for b in answers) for a in labels)
    return Confusion(name, labels, answers, counts)


def calibration_error(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error: mean gap, over BINS bins, between confidence and share of right answers."""
    if not scores:
        return 0.0
    said, hit = np.asarray(scores, dtype=np.float64), np.asarray(right, dtype=np.float64)
    at = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = np.abs(np.bincount(at, said, BINS) - np.bincount(at, hit, BINS))
    return float(gaps.sum() / len(said))


def spearman(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Rank correlation, ties sharing the mean of their ranks; 0 where either side is constant."""
    if len(xs) < 2 or len(set(xs)) < 2 or len(set(ys)) < 2:
        return 0.0
    return float(np.corrcoef(_ranks(xs), _ranks(ys))[0, 1])


def _ranks(values: Sequence[float]) -> np.ndarray:
    _, place, count = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[place]


def count_matches(wanted: Sequence[Item], answered: Sequence[Item], same: Callable[[Item, Item], bool]) -> int:
    """How many wanted items find an answer that is the same, each answer used once, first come first served."""
    left = list(answered)
    found = 0
    for item in wanted:
        for number, answer in enumerate(left):
            if same(item, answer):
                del left[number]
                found += 1
                break
    return found
