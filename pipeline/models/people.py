"""The words around a real person's name -> whether the person plays in the film that is reviewed, or directed it.

For people of whom no pattern tells what they did: "I won't spoil how Rebecca De Mornay enters the story". A logistic
regression over the words at both sides of the name, within its sentence; weights, training and figures:
PEOPLE_CARD.md.
"""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".npz")
REACH = 8
"""Words looked at on each side."""
WIDEST = 90
"""Characters looked at on each side."""
MOST = 6
"""Places of one name that are looked at."""
CLASSES = ("none", "actor", "director")

_WORDS = re.compile(r"[^\W_]+|[^\w\s]")
_STOP = re.compile(r"[.!?](?=\s)|\n")


def signs(text: str, places: Sequence[tuple[int, int]], is_known: bool) -> dict[str, float]:
    """What is seen of a person: the words on the left (L) and right (R), and the nearest two of each (0 1, 2 3)."""
    found = {"known": float(is_known), "n": min(len(places), 4) / 2}
    for start, end in places[:MOST]:
        for sign in _around(text, start, end):
            found[sign] = 1.0
    return found


def _around(text: str, start: int, end: int) -> Iterator[str]:
    before = text[max(0, start - WIDEST) : start]
    before = before[max((match.end() for match in _STOP.finditer(before)), default=0) :]
    after = text[end : end + WIDEST]
    if stop := _STOP.search(after):
        after = after[: stop.end()]
    left = [_shape(word) for word in _WORDS.findall(before)[-REACH:]]
    right = [_shape(word) for word in _WORDS.findall(after)[:REACH]]
    yield from (f"L {word}" for word in left)
    yield from (f"R {word}" for word in right)
    yield f"1 {left[-1] if left else '^'}"
    yield f"2 {right[0] if right else '$'}"
    if len(left) > 1:
        yield f"0 {left[-2]}"
    if len(right) > 1:
        yield f"3 {right[1]}"


def _shape(word: str) -> str:
    """A word as a sign: names are all alike."""
    return "Cap" if word[:1].isupper() and word != "I" else word.lower()


@lru_cache(maxsize=1)
def _weights() -> tuple[dict[str, tuple[float, ...]], tuple[float, ...]]:
    with np.load(FILE, allow_pickle=False) as arrays:
        names = arrays["signs"].tolist()
        rows = arrays["weights"].astype(np.float64).tolist()
        bias = arrays["bias"].astype(np.float64).tolist()
    return dict(zip(names, map(tuple, rows), strict=True)), tuple(bias)


def judge(text: str, places: Sequence[tuple[int, int]], is_known: bool) -> tuple[float, float]:
    """Probability that the person named at `places` plays in the film, and that the person directed it."""
    weights, total = _weights()
    sums = list(total)
    for sign, value in sorted(signs(text, places, is_known).items()):
        if row := weights.get(sign):
            sums = [a + value * b for a, b in zip(sums, row, strict=True)]
    top = max(sums)
    parts = [math.exp(a - top) for a in sums]
    return round(parts[1] / sum(parts), 6), round(parts[2] / sum(parts), 6)
