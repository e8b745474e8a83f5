"""The motivations of the Literary Theme Ontology, with the themes of lexicon/themes.toml that they are written for."""

import hashlib
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.rules.theme_blocks import our_themes
from pipeline.training.data import lines, split

WORDS = 26000
"""Words that get a vector of their own."""
SHORTEST, MOST = 6, 45
"""Words of a sentence that is used without a label."""
SENTENCES = (
    ("imdb_unlabelled", "text", 60000),
    ("wiki_movies", "extract", 60000),
    ("lto_stories_train", "description", 30000),
)
"""Sets of such sentences: the column that holds them, and how many at most."""


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
    apart: NDArray[np.bool_]
    """(n,): of another story in twelve, by which thresholds are chosen; no net learns from it."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The themes of the ontology, in the order of their names."""

    names: list[str]
    descriptions: list[str]
    below: list[tuple[int, int]]
    """Number of a theme, number of one right below it."""


def nodes(data: Path) -> Nodes:
    """The ontology."""
    found = sorted(lines(data, "lto_themes"), key=lambda row: row["theme"])
    names = [row["theme"] for row in found]
    number = {name: i for i, name in enumerate(names)}
    pairs = [(number[parent], number[row["theme"]]) for row in found for parent in row["parents"] if parent in number]
    return Nodes(names, [f"{row['theme']}: {row['description']}" for row in found], sorted(pairs))


def motivations(data: Path, known: Nodes) -> Motivations:
    """The motivations of the training stories. A theme of ours stands for its `lto` nodes and all below them."""
    ours = tells(known)
    number = {name: i for i, name in enumerate(known.names)}
    texts, labels, written_for, back, apart = [], [], [], [], []
    for story in lines(data, "lto_stories_train"):
        by_text: dict[str, list[str]] = {}
        for theme in story["themes"]:
            if text := theme["motivation"].strip():
                by_text.setdefault(text, []).append(theme["theme"])
        tens, ones = divmod(int(hashlib.sha1(story["story"].encode()).hexdigest(), 16), 10)
        for text, names in by_text.items():
            row = np.zeros(len(our_themes()), dtype=np.uint8)
            row[[i for name in names for i in ours.get(name, ())]] = 1
            texts.append(text)
            labels.append(row)
            written_for.append([number[name] for name in names if name in number])
            back.append(ones == 0)
            apart.append(ones != 0 and tens % 12 == 0)
    return Motivations(texts, np.array(labels), written_for, np.array(back), np.array(apart))


def tells(known: Nodes) -> dict[str, list[int]]:
    """The themes of ours that each theme of the ontology, by its name, tells."""
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


def best_f1(truth: NDArray[np.uint8], logits: NDArray[np.float32]) -> tuple[float, float, float]:
    """The one threshold for all themes with the highest micro-F1, and micro- and macro-F1 there."""
    found = [(*f1(truth, logits > at), float(at)) for at in np.arange(-9, 2, 0.1)]
    micro, macro, at = max(found)
    return at, micro, macro


def sentences(data: Path) -> list[str]:
    """Sentences that nobody has labelled: of reviews, of synopses, of the ontology's own descriptions of stories."""
    rng = random.Random(0)
    found = []
    for name, column, most in SENTENCES:
        of_set = (part for row in lines(data, name) for part in split((row[column] or "").replace("<br />", "\n")))
        usable = sorted({one for one in of_set if SHORTEST <= one.count(" ") + 1 <= MOST})
        found += rng.sample(usable, min(most, len(usable)))
    return found


def learnt(told: Motivations, known: Nodes, left: frozenset[int] = frozenset()) -> NDArray[np.int64]:
    """Numbers of the motivations that are learned from; those that were written for nothing but the themes `left` are not."""
    ours = tells(known)
    rows = np.flatnonzero(~told.kept_back & ~told.apart).tolist()
    return np.array(
        [i for i in rows if not left or any(left.isdisjoint(ours.get(known.names[n], ())) for n in told.nodes[i])]
    )


def texts_of(data: Path, told: Motivations, known: Nodes) -> list[str]:
    """All texts that a net may learn from: motivations, definitions of the ontology, sentences that nobody has labelled."""
    return [*told.texts, *known.descriptions, *sentences(data)]


def words(data: Path) -> list[str]:
    """The norms that get a vector of their own: those of motivations, definitions and cues that come twice, then the most usual."""
    known = nodes(data)
    told = motivations(data, known)
    ours = [text for theme in our_themes() for text in (theme.definition, *theme.told, *theme.cues)]
    learn = [text for text, is_back in zip(told.texts, told.kept_back, strict=True) if not is_back]
    first = _counts([*learn, *known.descriptions, *ours])
    usual = _counts(sentences(data))
    often = [word for word, count in first.items() if count > 1]
    rest = (word for word, _ in usual.most_common() if first[word] < 2)
    return sorted([*often, *rest][:WORDS])


def _counts(texts: list[str]) -> Counter[str]:
    with nlp.memory_zone():
        norms, counts = np.unique(nlp.tokenize(texts).norm, return_counts=True)
        found = {nlp.string_of(norm): int(count) for norm, count in zip(norms, counts, strict=True)}
    return Counter({word: count for word, count in sorted(found.items()) if not word.isspace()})
