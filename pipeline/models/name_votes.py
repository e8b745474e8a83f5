"""One review means one thing by a name: the places of a name vote on what it is.

A single word votes with the longer name of a person or character that it begins or ends, if there is just one
("Ryan" with "Ryan Bingham"). A work may share its name with a character (*Carrie*), so that works do not vote.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from pipeline.records import LABELS

PERSON, CHARACTER, WORK = LABELS.index("PERSON"), LABELS.index("CHARACTER"), LABELS.index("WORK")
_PEOPLE = (PERSON, CHARACTER)


def vote(
    text: NDArray[np.int64],
    names: list[tuple[int, ...]],
    label: NDArray[np.int64],
    score: NDArray[np.float64],
    alternatives: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """New `label` and `alternatives` of names (k rows), given their text, their norms and what the tagger thinks."""
    label, alternatives = label.copy(), alternatives.copy()
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    voters = np.flatnonzero(label != WORK).tolist()
    texts = text.tolist()
    for i in voters:
        groups[(texts[i], *names[i])].append(i)
    owner: dict[tuple[int, int], tuple[int, ...] | None] = {}
    for key, members in groups.items():
        if len(key) > 2 and any(label[i] in _PEOPLE for i in members):
            for word in {key[1], key[-1]}:
                # None once two names share the word: "Chris" is then nobody's.
                owner[key[0], word] = None if (key[0], word) in owner else key
    merged: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for key, members in groups.items():
        whole = owner.get((key[0], key[1])) if len(key) == 2 and any(label[i] in _PEOPLE for i in members) else None
        merged[whole or key] += members
    for members in merged.values():
        if len(members) < 2:
            continue
        rows = np.array(sorted(members))
        weight = np.round(score[rows], 6)[:, None]
        belief = (alternatives[rows] * weight).sum(axis=0) / weight.sum()
        belief[WORK] = 0
        belief /= belief.sum()
        label[rows] = np.argmax(np.round(belief, 6))
        alternatives[rows] = belief
    return label, alternatives
