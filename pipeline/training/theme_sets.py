"""The motivations of the Literary Theme Ontology, with the themes of lexicon/themes.toml that they are written for."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.rules.theme_blocks import our_themes


@dataclass(frozen=True, slots=True)
class Motivations:
    """Sentences that say why a story has a theme (n rows); one row a text of a story."""

    texts: list[str]
    labels: NDArray[np.uint8]
    """(n, 50): the themes that the text is written for; none for themes of the ontology that are not ours."""
    nodes: list[list[int]]
    """Themes of the ontology that it is written for."""
    kept_back: NDArray[np.bool_]
    """(n,): of a story of the tenth that is kept back to measure."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The themes of the ontology, in the order of their names."""

    names: list[str]
    descriptions: list[str]
    below: list[tuple[int, int]]
    """Number of a theme, number of one right below it."""


def rows(data: Path, name: str) -> list[dict[str, Any]]:
    """The rows of an open set below `data`."""
    with gzip.open(data / "open" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def nodes(data: Path) -> Nodes:
    """The ontology."""
    found = sorted(rows(data, "lto_themes"), key=lambda row: row["theme"])
    names = [row["theme"] for row in found]
    number = {name: i for i, name in enumerate(names)}
    pairs = [(number[parent], number[row["theme"]]) for row in found for parent in row["parents"] if parent in number]
    return Nodes(names, [f"{row['theme']}: {row['description']}" for row in found], sorted(pairs))


def motivations(data: Path, known: Nodes) -> Motivations:
    """The motivations of the training stories. A theme of ours stands for its `lto` nodes and all below them."""
    ours = _ours(known)
    number = {name: i for i, name in enumerate(known.names)}
    texts, labels, written_for, back = [], [], [], []
    for story in rows(data, "lto_stories_train"):
        by_text: dict[str, list[str]] = {}
        for theme in story["themes"]:
            if text := theme["motivation"].strip():
                by_text.setdefault(text, []).append(theme["theme"])
        is_back = int(hashlib.sha1(story["story"].encode()).hexdigest(), 16) % 10 == 0
        for text, names in by_text.items():
            row = np.zeros(len(our_themes()), dtype=np.uint8)
            row[[i for name in names for i in ours.get(name, ())]] = 1
            texts.append(text)
            labels.append(row)
            written_for.append([number[name] for name in names if name in number])
            back.append(is_back)
    return Motivations(texts, np.array(labels), written_for, np.array(back))


def _ours(known: Nodes) -> dict[str, list[int]]:
    below: dict[str, list[str]] = {}
    for parent, child in known.below:
        below.setdefault(known.names[parent], []).append(known.names[child])
    found: dict[str, list[int]] = {}
    for i, theme in enumerate(our_themes()):
        seen: set[str] = set()
        waiting = list(theme.lto)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += below.get(name, [])
        for name in sorted(seen):
            found.setdefault(name, []).append(i)
    return found


def f1(truth: NDArray[np.uint8], found: NDArray[np.bool_]) -> tuple[float, float]:
    """Micro- and macro-F1 over the themes."""
    both = (truth & found).sum(0)
    total = truth.sum(0) + found.sum(0)
    return float(2 * both.sum() / total.sum()), float(np.mean(2 * both / np.maximum(total, 1)))
