"""What speaks for a theme in a section -> the probability that the section tells of it.

Logistic regressions with few weights, nearly the same for every theme: for our own themes and for a user's, in reviews and in
brief ones. Learned on the reviews of gold/train, and on motivations as brief reviews (THEMES_CARD.md).
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LIKELY = ((0.28, 0.28), (0.24, 0.16))
"""Probability from which a section is said to tell of a theme: one of ours, in a review and in a brief one; a user's, likewise.
The less is known of a theme, the lower the probability at which more is won than lost."""
BRIEF = 3
"""Sentences of a review of one section, up to which it is read as a motivation is: as words that were chosen to tell a theme."""
MOST, LONG = 3, 6
"""Cues or hints, and words of a cue, beyond which more say no more."""
FEATURES = (
    "bias",
    "a cue where the plot is told",
    "a cue where the film is judged",
    "a cue elsewhere",
    "log of cues",
    "log of the words of the longest cue",
    "a cue or hint named as what the film is about",
    "no cue earlier in the review",
    "log of other themes with a cue",
    "log of hints",
    "logit of the best sentence",
    "logit of the best sentence with a cue",
    "logit times a cue",
    "title, deck or heading",
    "part of the other sections with a cue",
    "logit of the review's best other section",
    "log of sentences",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, for S sections and T themes."""

    cues: Floats
    """(3, S, T): cues in plot, in opinion, elsewhere."""
    longest: Ints
    """(S, T): words of the longest cue, 0 where there is none."""
    told: Floats
    """(S, T): 1 where a cue or hint is named as what the film is about."""
    hints: Floats
    """(S, T): hints."""
    logit: Floats
    """(S, T): the model's logit for the best sentence of the section."""
    cued: Floats
    """(S, T): the same among the sentences with a cue; that of the section's best where there is none."""
    review: Ints
    """(S,): number of the review, rising."""
    is_head: NDArray[np.bool_]
    """(S,): title, deck or heading."""
    n_sentences: Ints
    """(S,): sentences that were looked at."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature adds to the logit."""

    shared: Floats
    """(2, len(FEATURES)): for our own themes, which the net was taught, in a review and in a brief one."""
    own: Floats
    """(2, len(FEATURES)): for a user's, whose logit tells how near a sentence is to what the theme's block says."""
    theme: Floats
    """(K,): what a cue of each of our own themes adds in a review."""


def features(found: Evidence) -> Floats:
    """What the regression sees, (S, T, len(FEATURES))."""
    n_cues = found.cues.sum(0)
    has_cue = n_cues > 0
    logit, cued = np.clip(found.logit, -8, 4) + 4, np.clip(found.cued, -8, 4) + 4
    first = np.flatnonzero(np.diff(found.review, prepend=-1))
    size = np.diff(np.append(first, len(found.review)))
    of_review = np.repeat(np.arange(len(first)), size)
    others = np.maximum(size - 1, 1)[of_review][:, None]
    elsewhere = (np.add.reduceat(has_cue, first, axis=0, dtype=np.float64)[of_review] - has_cue) / others
    so_far = np.cumsum(has_cue, axis=0)
    before = so_far - has_cue - (so_far - has_cue)[first][of_review]
    n_themes = has_cue.sum(1, keepdims=True)
    shape = n_cues.shape
    columns = (
        np.ones(shape),
        found.cues[0] > 0,
        found.cues[1] > 0,
        found.cues[2] > 0,
        np.log1p(np.minimum(n_cues, MOST)),
        np.where(has_cue, np.log(np.clip(found.longest, 1, LONG)), 0.0),
        found.told,
        has_cue & (before == 0),
        np.where(has_cue, np.log1p(np.maximum(n_themes - 1, 0)), 0.0),
        np.log1p(np.minimum(found.hints, MOST)),
        logit,
        np.where(has_cue, cued, 0.0),
        np.where(has_cue, logit, 0.0),
        np.broadcast_to(found.is_head[:, None], shape),
        np.where(has_cue, elsewhere, 0.0),
        _best_elsewhere(logit, first, of_review),
        np.broadcast_to(np.log1p(found.n_sentences)[:, None], shape),
    )
    return np.stack([column.astype(np.float64) for column in columns], axis=2)


def _best_elsewhere(logit: Floats, first: Ints, of_review: Ints) -> Floats:
    """(S, T): the highest logit of the review's other sections, 0 if it has none."""
    best = np.maximum.reduceat(logit, first, axis=0)[of_review]
    is_best = logit >= best
    second = np.maximum.reduceat(np.where(is_best, 0.0, logit), first, axis=0)[of_review]
    n_best = np.add.reduceat(is_best, first, axis=0, dtype=np.int64)[of_review]
    return np.where(is_best & (n_best == 1), second, best)


def brief(found: Evidence) -> Ints:
    """(S,): 1 where the section is all of a brief review, else 0."""
    size = np.bincount(found.review)[found.review]
    kind: Ints = ((size == 1) & (found.n_sentences <= BRIEF)).astype(np.int64)
    return kind


def score(found: Evidence, weights: Weights) -> tuple[Floats, NDArray[np.bool_]]:
    """(S, T) twice: probabilities, rounded to six decimals so that no sum's last bit decides, and which are likely enough."""
    if not len(found.review):
        return np.zeros(found.hints.shape), np.zeros(found.hints.shape, dtype=bool)
    seen, known, kind = features(found), len(weights.theme), brief(found)
    ours = np.einsum("stf,sf->st", seen[:, :known], weights.shared[kind])
    ours += weights.theme * (found.cues.sum(0)[:, :known] > 0) * (kind == 0)[:, None]
    logit = np.concatenate([ours, np.einsum("stf,sf->st", seen[:, known:], weights.own[kind])], axis=1)
    rounded: Floats = np.round(1 / (1 + np.exp(-logit)), 6)
    is_own = np.arange(rounded.shape[1]) >= known
    return rounded, rounded >= np.array(LIKELY)[is_own.astype(np.int64), kind[:, None]]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights beside this module."""
    with np.load(Path(__file__).with_name("theme_scores.npz"), allow_pickle=False) as arrays:
        return Weights(*(arrays[name].astype(np.float64) for name in ("shared", "own", "theme")))
