"""Cues of themes in tokens: what lexicon/themes.toml, or a user's file of the same form, knows of each theme."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.rules.phrases import Phrases, compile_phrases
from pipeline.rules.theme_blocks import Theme

REACH = 4
"""Words behind "about" and its like within which a cue is what they speak of."""
HINT, CUE, NOT = 0, 1, 2
"""How much a match says: together with other evidence, by itself, or that what it covers is no evidence."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cues:
    """Where the words of a batch tell of themes, one row a run of words (n rows), by theme, then place."""

    theme: Ints
    """(n,): place of the theme in the list of themes."""
    first: Ints
    """(n,): first token."""
    last: Ints
    """(n,): one past the last token."""
    strength: Ints
    """(n,): HINT or CUE."""
    is_told: NDArray[np.bool_]
    """(n,): named, close before, as what the film is about."""


@dataclass(frozen=True, slots=True)
class Finder:
    """The patterns of all themes."""

    phrases: Phrases
    theme: Ints
    """(patterns,): whose pattern it is."""
    strength: Ints
    """(patterns,): HINT, CUE or NOT."""
    about: Phrases
    """What goes before that which a film is said to be about."""

    def find(self, norm: NDArray[np.uint64], stop: Ints) -> Cues:
        """The cues and hints that stand, none of a theme overlapping another of it.

        `norm` and `stop` as in Phrases.find. Where two overlap, a cue goes before a hint, then the longer, then
        the earlier one.
        """
        found = self.phrases.find(norm, stop)
        theme, strength = self.theme[found.pattern], self.strength[found.pattern]
        # One axis for all themes, so that overlap within a theme is overlap on it.
        far = np.int64(len(norm) + 1)
        low, high = theme * far + found.first, theme * far + found.last
        hidden = _touched(low, high, low[strength == NOT], high[strength == NOT])
        rows = np.flatnonzero((strength != NOT) & ~hidden)
        rows = rows[np.lexsort((low[rows], low[rows] - high[rows], -strength[rows]))]
        rows = rows[_apart(low[rows], high[rows])]
        rows = rows[np.argsort(low[rows])]
        told = self._told(norm, stop)[found.first[rows]]
        return Cues(theme[rows], found.first[rows], found.last[rows], strength[rows], told)

    def _told(self, norm: NDArray[np.uint64], stop: Ints) -> NDArray[np.bool_]:
        """(n,): which tokens stand close behind "about" and its like, in the same sentence."""
        behind = self.about.find(norm, stop)
        place = behind.last[:, None] + np.arange(REACH)
        told = np.zeros(len(norm), dtype=bool)
        told[place[place < stop[behind.first][:, None]]] = True
        return told


def _touched(low: Ints, high: Ints, begin: Ints, end: Ints) -> NDArray[np.bool_]:
    """Which of low:high overlap any of begin:end."""
    order = np.argsort(begin)
    begin, furthest = begin[order], np.maximum.accumulate(end[order])
    before = np.searchsorted(begin, high)  # those that begin before `high`
    return (before > 0) & (furthest[np.maximum(before - 1, 0)] > low) if len(begin) else np.zeros(len(low), dtype=bool)


def _apart(low: Ints, high: Ints) -> Ints:
    """Rows kept when each that overlaps an earlier kept one is dropped."""
    taken: set[int] = set()
    kept = []
    for row, (a, b) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        if taken.isdisjoint(range(a, b)):
            taken.update(range(a, b))
            kept.append(row)
    return np.array(kept, dtype=np.int64)


def make_finder(
    themes: Sequence[Theme], lists: Mapping[str, Sequence[str]], where: str, about: Sequence[str] = ()
) -> Finder:
    """The finder of these themes. Raises LexiconError, naming `where`."""
    patterns = [
        (pattern, number, strength)
        for number, theme in enumerate(themes)
        for strength, cues in ((HINT, theme.hints), (CUE, theme.cues), (NOT, theme.hidden))
        for pattern in cues
    ]
    return Finder(
        compile_phrases([pattern for pattern, _, _ in patterns], lists, where),
        np.array([number for _, number, _ in patterns], dtype=np.int64),
        np.array([strength for _, _, strength in patterns], dtype=np.int64),
        compile_phrases(about, lists, where),
    )
