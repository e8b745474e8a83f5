"""The two meters as a picture: how the reviewers judge, against how dark or bright the story is that they tell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.summaries import ReviewSummary

WIDTH, HEIGHT = 640.0, 440.0
MARGIN = 46.0

MOST_DOTS = 800
"""Reviews drawn one by one; more are counted in squares."""

GRID = 21
"""Squares along each side."""

LEAST = 4.0
"""Side of the smallest square: less would not show whether it is filled."""

LEVEL = 0.2
"""A meter nearer to nought than this leans neither way."""

ROWS = ("bright", "neither", "dark")
COLUMNS = ("blamed", "neither", "praised")


@dataclass(frozen=True, slots=True)
class Dot:
    """One review in the picture."""

    x: float
    y: float
    row: ReviewSummary


@dataclass(frozen=True, slots=True)
class Square:
    """Reviews at about the same place."""

    x: float
    y: float
    side: float
    n: int
    verdict: str
    """The most frequent verdict among them."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture and the table behind it."""

    dots: tuple[Dot, ...]
    squares: tuple[Square, ...]
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    """How many reviews tell the story in which way and judge it in which: a row for each of ROWS."""
    n: int
    width: float = WIDTH
    height: float = HEIGHT
    margin: float = MARGIN


def picture(reviews: Sequence[ReviewSummary]) -> Picture:
    """The reviews that have both meters."""
    shown = [row for row in reviews if row.stance is not None and row.plot_valence is not None]
    table = Counter((_lean(row.plot_valence), _lean(row.stance)) for row in shown)
    counts = tuple(
        (name, tuple(table[lean, side] for side in (-1, 0, 1))) for name, lean in zip(ROWS, (1, 0, -1), strict=True)
    )
    if len(shown) <= MOST_DOTS:
        dots = tuple(Dot(_x(row.stance), _y(row.plot_valence), row) for row in shown)
        return Picture(dots, (), counts, len(shown))
    return Picture((), tuple(_squares(shown)), counts, len(shown))


def _squares(reviews: Sequence[ReviewSummary]) -> list[Square]:
    cells: dict[tuple[int, int], Counter[str]] = {}
    for row in reviews:
        cell = (round(((row.stance or 0) + 1) / 2 * (GRID - 1)), round(((row.plot_valence or 0) + 1) / 2 * (GRID - 1)))
        cells.setdefault(cell, Counter())[row.verdict] += 1
    most = max(verdicts.total() for verdicts in cells.values())
    widest = (HEIGHT - 2 * MARGIN) / (GRID - 1)
    return [
        Square(
            x=_x(i / (GRID - 1) * 2 - 1),
            y=_y(j / (GRID - 1) * 2 - 1),
            # The area of a square, not its side, is what the eye compares.
            side=round(max((verdicts.total() / most) ** 0.5 * widest, LEAST), 1),
            n=verdicts.total(),
            verdict=max(sorted(verdicts), key=verdicts.__getitem__),
        )
        for (i, j), verdicts in sorted(cells.items())
    ]


def _lean(value: float | None) -> int:
    level = value or 0.0
    return (level > LEVEL) - (level < -LEVEL)


def _x(stance: float | None) -> float:
    return round(MARGIN + ((stance or 0.0) + 1) / 2 * (WIDTH - 2 * MARGIN), 1)


def _y(valence: float | None) -> float:
    return round(HEIGHT - MARGIN - ((valence or 0.0) + 1) / 2 * (HEIGHT - 2 * MARGIN), 1)
