"""Verdicts against ratings: what the words say beside what the stars say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import VERDICTS
from pipeline.summaries import ReviewSummary

BINS = 10
WIDTH, HEIGHT = 640.0, 220.0
FOOT = 34.0

LOW, HIGH = 0.4, 0.6
"""A rating up to the one and a positive verdict, or from the other and a negative one, part company."""

MOST_APART = 8


@dataclass(frozen=True, slots=True)
class Block:
    """The reviews of one verdict in one bin, as a part of a bar."""

    x: float
    y: float
    width: float
    height: float
    verdict: str
    n: int


@dataclass(frozen=True, slots=True)
class Top:
    """How many reviews a whole bar stands for, and where that is written."""

    x: float
    y: float
    n: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """The picture, the table behind it, and the reviews whose words and stars disagree."""

    blocks: tuple[Block, ...]
    tops: tuple[Top, ...]
    ticks: tuple[tuple[float, str], ...]
    """Places along the foot, and the ratings there."""
    rows: tuple[tuple[str, dict[str, int]], ...]
    """Range of ratings, and reviews by verdict."""
    apart: tuple[ReviewSummary, ...]
    n: int
    n_apart: int
    width: float = WIDTH
    height: float = HEIGHT


def ratings(reviews: Sequence[ReviewSummary]) -> Ratings:
    """The reviews that have both a verdict and a rating."""
    rated = [row for row in reviews if row.rating is not None and row.verdict]
    counts = Counter((min(int((row.rating or 0) * BINS), BINS - 1), row.verdict) for row in rated)
    most = max((sum(counts[i, verdict] for verdict in VERDICTS) for i in range(BINS)), default=0) or 1
    slot, tall = WIDTH / BINS, HEIGHT - FOOT - 18
    blocks, tops = [], []
    for i in range(BINS):
        y = HEIGHT - FOOT
        for verdict in reversed(VERDICTS):
            n = counts[i, verdict]
            if n:
                height = n / most * tall
                y -= height
                blocks.append(
                    Block(round(i * slot + 6, 1), round(y, 1), round(slot - 12, 1), round(height, 1), verdict, n)
                )
        if total := sum(counts[i, verdict] for verdict in VERDICTS):
            tops.append(Top(round((i + 0.5) * slot, 1), round(y - 5, 1), total))
    rows = tuple(
        (f"{i / BINS:.1f}–{(i + 1) / BINS:.1f}", {verdict: counts[i, verdict] for verdict in VERDICTS})
        for i in range(BINS)
    )
    apart = [
        row
        for row in rated
        if (row.verdict == "positive" and (row.rating or 0) <= LOW)
        or (row.verdict == "negative" and (row.rating or 0) >= HIGH)
    ]
    apart.sort(key=lambda row: (-_distance(row), row.review_id))
    ticks = tuple((i * slot, f"{i / BINS:.1f}") for i in range(0, BINS + 1, 2))
    return Ratings(tuple(blocks), tuple(tops), ticks, rows, tuple(apart[:MOST_APART]), len(rated), len(apart))


def _distance(row: ReviewSummary) -> float:
    """How far words and stars part, weighted by how sure the verdict is."""
    gap = 1 - (row.rating or 0) if row.verdict == "positive" else (row.rating or 0)
    return round(gap * (row.verdict_score or 0), 6)
