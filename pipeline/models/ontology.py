"""The Literary Theme Ontology (MIT licence): its 2,955 themes by name, which lies below which, a vector for each.

Vectors are `models.themes.definitions` of name and description; THEMES_CARD.md says how they were made.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import LexiconError


@dataclass(frozen=True, slots=True)
class Ontology:
    """The themes, in the order of their names."""

    names: tuple[str, ...]
    number: dict[str, int]
    """Place of each name."""
    below: dict[int, list[int]]
    """The themes right below a theme."""
    vectors: NDArray[np.float32]
    """(themes, U), of length 1."""

    def under(self, name: str) -> list[int]:
        """The theme and all that lie below it, rising."""
        found: set[int] = set()
        waiting = [self.number[name]]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.below.get(one, [])
        return sorted(found)


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    """The ontology in the file beside this module."""
    with np.load(Path(__file__).with_name("ontology.npz"), allow_pickle=False) as arrays:
        names = tuple(arrays["names"].tobytes().decode("utf-8").split("\n"))
        pairs: list[tuple[int, int]] = [tuple(pair) for pair in arrays["below"].tolist()]
        vectors = arrays["vectors"].astype(np.float32)
    below: dict[int, list[int]] = {}
    for parent, child in pairs:
        below.setdefault(parent, []).append(child)
    length = np.sqrt((vectors * vectors).sum(1, keepdims=True))
    return Ontology(names, {name: i for i, name in enumerate(names)}, below, vectors / np.maximum(length, 1e-9))


def check_names(names: Iterable[str], where: str) -> None:
    """Raises LexiconError, naming `where`, if one of the names is no theme of the ontology."""
    known = ontology()
    for name in names:
        if name not in known.number:
            near = difflib.get_close_matches(name, known.names, n=3, cutoff=0.5)
            raise LexiconError(
                f"the Literary Theme Ontology has no theme {name!r}",
                where=where,
                fix=f"Did you mean {' or '.join(map(repr, near))}?"
                if near
                else "Use names as the ontology writes them.",
            )
