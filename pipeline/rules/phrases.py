"""Runs of words in tokens, many patterns at once, by one pass of array look-ups.

A pattern is written as in lexicon/themes.toml: words in all their inflected forms, "=word" in this form alone,
"a|b" either, "<list>" any word of a list, "x?" may be missing, "..." at most three words of any kind. All patterns
together make one non-deterministic automaton; its edges lie in one sorted array, so that a step of all its
live states, at all places of a batch, is one binary search.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from pipeline import nlp
from pipeline.errors import LexiconError
from pipeline.lexicon.inflections import forms

GAP = 3
"""Most words that "..." stands for."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matches:
    """Where patterns matched, one row a match (n rows), by pattern's first token, then last."""

    pattern: Ints
    """(n,): number of the pattern."""
    first: Ints
    """(n,): its first token."""
    last: Ints
    """(n,): one past its last token."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Patterns made ready to be found."""

    words: NDArray[np.uint64]
    """(w,): hashes of all word forms that any pattern knows, rising."""
    keys: Ints
    """(e,): state * w + word of each edge, rising."""
    targets: Ints
    """(e,): the state that the edge leads to."""
    skip: Ints
    """(s,): the state after any one word, or -1."""
    begin: Ints
    """(s + 1,): patterns begin[i]:begin[i + 1] of `ends` are complete in state i."""
    ends: Ints
    """Numbers of patterns."""

    def find(self, norm: NDArray[np.uint64], stop: Ints) -> Matches:
        """All matches in tokens with these norms; no match goes past `stop[i]`, one past the last token of i's sentence.

        Tokens that must not match have norm 0.
        """
        place = np.minimum(np.searchsorted(self.words, norm), len(self.words) - 1)
        word = np.where(self.words[place] == norm, place, -1)
        first = np.flatnonzero(word >= 0)
        state, token = np.zeros(len(first), dtype=np.int64), first
        found: list[tuple[Ints, Ints, Ints]] = []
        while len(first):
            known = word[token] >= 0
            key = state * len(self.words) + word[token]
            low = np.searchsorted(self.keys, key)
            count = np.where(known, np.searchsorted(self.keys, key, side="right") - low, 0)
            rows, edges = _ranges(low, count)
            skipped = np.flatnonzero(self.skip[state] >= 0)
            rows = np.concatenate([rows, skipped])
            state = np.concatenate([self.targets[edges], self.skip[state[skipped]]])
            first, token = first[rows], token[rows] + 1
            done, slots = _ranges(self.begin[state], self.begin[state + 1] - self.begin[state])
            if len(done):
                found.append((self.ends[slots], first[done], token[done]))
            alive = token < stop[first]
            first, token, state = first[alive], token[alive], state[alive]
        if not found:
            empty = np.zeros(0, dtype=np.int64)
            return Matches(empty, empty, empty)
        table = np.unique(np.stack([np.concatenate(column) for column in zip(*found, strict=True)], axis=1), axis=0)
        table = table[np.lexsort((table[:, 2], table[:, 1]))]
        return Matches(table[:, 0], table[:, 1], table[:, 2])


def _ranges(low: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Row numbers, each repeated `count` times, and low, low + 1, … beside them."""
    rows = np.repeat(np.arange(len(low)), count)
    offset = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    return rows, low[rows] + offset


@dataclass
class _Builder:
    """The automaton while it grows."""

    lists: Mapping[str, Sequence[str]]
    where: str
    word: dict[str, int] = field(default_factory=dict)
    edges: set[tuple[int, int, int]] = field(default_factory=set)
    skip: list[int] = field(default_factory=lambda: [-1])
    ends: list[set[int]] = field(default_factory=lambda: [set()])
    after: dict[tuple[tuple[int, ...], str], int] = field(default_factory=dict)
    numbers: dict[str, list[list[int]]] = field(default_factory=dict)
    """Of each choice that was met, the words that may stand for each of its tokens."""

    def state(self) -> int:
        self.skip.append(-1)
        self.ends.append(set())
        return len(self.skip) - 1

    def add(self, number: int, pattern: str) -> None:
        """Lead pattern `number` through the automaton."""
        parts = pattern.split()
        if not parts or parts[0] == "..." or parts[-1] == "..." or all(part.endswith("?") for part in parts):
            raise LexiconError(
                f"the pattern {pattern!r} begins or ends with no word",
                where=self.where,
                fix='Let it begin and end with a word that must be there; "..." stands between words.',
            )
        here: tuple[int, ...] = (0,)
        for part in parts:
            if part == "...":
                here = self._gap(here)
                continue
            text = part.removesuffix("?")
            after = self._step(here, text)
            here = (*here, after) if part.endswith("?") else (after,)
        for state in here:
            if state:
                self.ends[state].add(number)

    def _gap(self, here: tuple[int, ...]) -> tuple[int, ...]:
        reached = list(here)
        for state in here:
            for _ in range(GAP):
                if self.skip[state] < 0:
                    self.skip[state] = self.state()
                state = self.skip[state]
                reached.append(state)
        return tuple(dict.fromkeys(reached))

    def _step(self, here: tuple[int, ...], text: str) -> int:
        if (here, text) in self.after:
            return self.after[here, text]
        target = self.after[here, text] = self.state()
        for choice in self._choices(text):
            tokens = self._tokens(choice)
            froms = here
            for i, words in enumerate(tokens, 1):
                step = target if i == len(tokens) else self.state()
                self.edges.update((state, word, step) for state in froms for word in words)
                froms = (step,)
        return target

    def _tokens(self, choice: str) -> list[list[int]]:
        if choice not in self.numbers:
            norms = _norms(choice.removeprefix("=").lower())
            ways: list[tuple[str, ...]] = [(norm,) for norm in norms[:-1]]
            ways += [(norm,) if choice.startswith("=") else forms(norm) for norm in norms[-1:]]
            self.numbers[choice] = [[self.word.setdefault(form, len(self.word)) for form in some] for some in ways]
        return self.numbers[choice]

    def _choices(self, text: str) -> list[str]:
        choices: list[str] = []
        for choice in text.split("|"):
            if choice.startswith("<") and choice.endswith(">"):
                if choice[1:-1] not in self.lists:
                    raise LexiconError(
                        f"there is no list {choice}",
                        where=self.where,
                        fix="Use one of " + ", ".join(f"<{name}>" for name in sorted(self.lists)) + ".",
                    )
                choices += self.lists[choice[1:-1]]
            else:
                choices.append(choice)
        return choices


def _norms(text: str) -> list[str]:
    """The norms of the tokens of a text."""
    tokenizer: Any = nlp.english().tokenizer
    # Most are one plain word, for which it would be long to ask.
    if text.isascii() and text.isalpha() and text not in tokenizer.rules:
        return [text]
    return [token.norm_ for token in tokenizer(text)]


def compile_phrases(patterns: Sequence[str], lists: Mapping[str, Sequence[str]], where: str) -> Phrases:
    """The patterns, numbered in their order, ready to be found. Raises LexiconError, naming `where`."""
    builder = _Builder(lists, where)
    for number, pattern in enumerate(patterns):
        builder.add(number, pattern)
    hashes = np.array([get_string_id(form) for form in builder.word] or [0], dtype=np.uint64)
    order = np.argsort(hashes)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    edges = np.array(sorted(builder.edges), dtype=np.int64).reshape(-1, 3)
    keys = edges[:, 0] * len(hashes) + rank[edges[:, 1]]
    along = np.lexsort((edges[:, 2], keys))
    sizes = [len(ends) for ends in builder.ends]
    return Phrases(
        words=hashes[order],
        keys=keys[along],
        targets=edges[along, 2],
        skip=np.array(builder.skip, dtype=np.int64),
        begin=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        ends=np.array([number for ends in builder.ends for number in sorted(ends)], dtype=np.int64),
    )
