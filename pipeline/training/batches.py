"""Texts in batches of like length, so that little of a batch is padding: at random to learn from, in order to ask about."""

from collections.abc import Iterator, Sequence, Sized

import numpy as np

AT_ONCE = 40
"""Batches whose texts are sorted by length together."""


def at_random(rng: np.random.Generator, texts: Sequence[Sized], size: int) -> list[list[int]]:
    """All texts once, texts of like length together, in random order."""
    found = []
    order = rng.permutation(len(texts))
    for start in range(0, len(order), size * AT_ONCE):
        near = sorted(order[start : start + size * AT_ONCE].tolist(), key=lambda i: len(texts[i]))
        found += [near[i : i + size] for i in range(0, len(near), size)]
    return [found[i] for i in rng.permutation(len(found))]


def by_length(texts: Sequence[Sized], size: int) -> Iterator[list[int]]:
    """The numbers of all texts once, the shortest first, `size` at a time."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for at in range(0, len(order), size):
        yield order[at : at + size]
