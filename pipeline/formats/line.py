"""The line of stance along a review: one bar a sentence, up for praise, down for blame."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.formats.bundle import ReviewBundle
from pipeline.records import Sentence, SentenceSentiment

WIDTH, HEIGHT = 720.0, 150.0
MOST_BARS = 300
"""Sentences drawn one by one; in a longer review, a bar stands for several."""

BAR = 0.76
"""Part of its place that a bar fills."""

FAR = 6
"""Sentences without opinion over which the line is broken."""

SMOOTH = 2
"""Opinion sentences on either side that the curve is averaged over."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in units of the picture."""

    x: float
    y: float
    width: float
    height: float
    voice: str
    side: str
    """praise, blame or level."""
    first: Sentence
    """The sentence, or the first of those that the bar stands for."""
    stance: float
    n: int
    """Sentences that it stands for."""


@dataclass(frozen=True, slots=True)
class Line:
    """The picture."""

    bars: tuple[Bar, ...]
    curve: str
    """Path of the running mean over opinion sentences; empty for fewer than three."""
    breaks: tuple[float, ...]
    """Where a new section begins."""
    width: float = WIDTH
    height: float = HEIGHT


def stance_line(bundle: ReviewBundle) -> Line:
    """The picture of a review; without a scored sentence it has no bars."""
    rows = {row.sentence_id: row for row in bundle.sentence_sentiments}
    scored = [
        (sentence, rows[sentence.sentence_id])
        for sentence in bundle.sentences
        if sentence.sentence_id in rows and rows[sentence.sentence_id].stance is not None
    ]
    step = -(-len(scored) // MOST_BARS) or 1
    groups = [scored[i : i + step] for i in range(0, len(scored), step)]
    slot = WIDTH / max(len(groups), 12)
    bars = tuple(_bar(group, i * slot, slot) for i, group in enumerate(groups))
    breaks = tuple(
        round(i * slot, 1)
        for i in range(1, len(bars))
        if step == 1 and bars[i].first.section_id != bars[i - 1].first.section_id
    )
    return Line(bars, _curve(bars), breaks)


def _bar(group: Sequence[tuple[Sentence, SentenceSentiment]], x: float, slot: float) -> Bar:
    spoken = [row for _, row in group if row.voice == "opinion"] or [row for _, row in group]
    stance = sum(row.stance or 0.0 for row in spoken) / len(spoken)
    middle, reach = HEIGHT / 2, HEIGHT / 2 - 6
    tall = max(abs(stance) * reach, 1.5)
    return Bar(
        x=round(x + slot * 0.12, 1),
        y=round(middle - tall if stance >= 0 else middle, 1),
        width=round(slot * BAR, 1),
        height=round(tall, 1),
        voice=spoken[0].voice or "other",
        side="praise" if stance > 0.1 else "blame" if stance < -0.1 else "level",
        first=group[0][0],
        stance=round(stance, 4) + 0.0,
        n=len(group),
    )


def _curve(bars: Sequence[Bar]) -> str:
    spoken = [bar for bar in bars if bar.voice == "opinion"]
    if len(spoken) < 3:
        return ""
    points = []
    for i, bar in enumerate(spoken):
        near = spoken[max(0, i - SMOOTH) : i + SMOOTH + 1]
        level = sum(one.stance for one in near) / len(near)
        points.append((bar.x + bar.width / 2, HEIGHT / 2 - level * (HEIGHT / 2 - 6)))
    # Smooth through the points: each is the end of a quadratic curve whose handle is the point before.
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (ax, ay), (bx, by) in pairwise(points):
        if bx - ax > FAR * (bars[0].width / BAR):
            # Over a long stretch without opinion the line would say what nobody says.
            path.append(f"L{ax:.1f} {ay:.1f}M{bx:.1f} {by:.1f}")
        else:
            path.append(f"Q{ax:.1f} {ay:.1f} {(ax + bx) / 2:.1f} {(ay + by) / 2:.1f}")
    path.append(f"L{points[-1][0]:.1f} {points[-1][1]:.1f}")
    return "".join(path)
