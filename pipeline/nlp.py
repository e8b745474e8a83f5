"""Texts -> tokens and sentences as flat arrays, over spaCy's tokenizer.

Everything that reads words shares the arrays made here, so that a text is tokenised once. Models look at
64-bit hashes of spaCy's token attributes, which are the same in every process and on every machine.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.attrs import LENGTH, NORM, ORTH, PREFIX, SHAPE, SPACY, SUFFIX
from spacy.language import Language
from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a batch of texts, white-space tokens included, one row a token (n rows)."""

    docs: list[Doc]
    """spaCy's own objects, one a text; not to be touched outside the memory zone that made them."""
    bounds: NDArray[np.int64]
    """(number of texts + 1,): tokens bounds[i]:bounds[i + 1] are those of text i."""
    text: NDArray[np.int32]
    """(n,): number of the text."""
    start: NDArray[np.int32]
    """(n,): first character, in its own text."""
    end: NDArray[np.int32]
    """(n,): one past the last character, in its own text."""
    orth: NDArray[np.uint64]
    """(n,): hash of the words as written."""
    norm: NDArray[np.uint64]
    """(n,): hash of spaCy's norm: lower case, "n't" is "not", curly quotes are straight."""
    shape: NDArray[np.uint64]
    """(n,): hash of the shape, "Xxxxx" for "Diane"."""
    prefix: NDArray[np.uint64]
    """(n,): hash of the first character."""
    suffix: NDArray[np.uint64]
    """(n,): hash of the last three characters."""

    def __len__(self) -> int:
        return len(self.orth)


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a batch of texts in order, one row a sentence (n rows)."""

    text: NDArray[np.int32]
    """(n,): number of the text that it stands in."""
    first: NDArray[np.int32]
    """(n,): its first token, in Tokens."""
    last: NDArray[np.int32]
    """(n,): one past its last token, in Tokens."""
    kind: NDArray[np.int8]
    """(n,): kind of its section, as index in records.KINDS."""
    section: NDArray[np.int32]
    """(n,): number of its section in the batch, rising."""
    position: NDArray[np.float32]
    """(n,): place in the review, 0 the first sentence, 1 the last."""

    def __len__(self) -> int:
        return len(self.first)


@lru_cache(maxsize=1)
def english() -> Language:
    """spaCy's blank English pipeline, built once a process."""
    return spacy.blank("en")


MOST_WARMING = 1_000_000
"""Characters that a process reads before its first zone, at most: some ten megabytes of words that stay."""


class _Warmth:
    """How much this process has read to warm the tokenizer."""

    n_characters = 0


def warm_up(texts: Iterable[str]) -> None:
    """Let the tokenizer meet the words of `texts` for good, until it has met enough in this process.

    Inside a memory zone it remembers no word, and it is several times slower on words that it does not remember.
    """
    for text in texts:
        left = MOST_WARMING - _Warmth.n_characters
        if left <= 0:
            return
        _doc(text[:left])
        _Warmth.n_characters += len(text)


def memory_zone() -> AbstractContextManager[object]:
    """A zone at whose end spaCy forgets the strings that it met in it; zones cannot be nested."""
    return english().memory_zone()


def string_of(value: int) -> str:
    """The string behind one of spaCy's hashes; known within the memory zone that met it."""
    return english().vocab.strings[int(value)]


_LONG = re.compile(r"\S{200,}")
_PIECE = re.compile(r"\w{1,100}|[^\w\s]")


def tokenize(texts: Iterable[str]) -> Tokens:
    """The tokens of `texts`, by spaCy's English tokenizer."""
    return tokens_of([_doc(text) for text in texts])


def _doc(text: str) -> Doc:
    """One text as spaCy cuts it, but for what runs on for 200 characters without white space: no word is as long.

    The tokenizer takes the square of such a run's length, when it is of brackets or the like.
    """
    make = english().tokenizer
    if not _LONG.search(text):
        return make(text)
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for run in [*_LONG.finditer(text), None]:
        for token in make(text[at : run.start() if run else len(text)]):
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
        if run:
            pieces = _PIECE.findall(run[0])
            words += pieces
            spaces += [False] * len(pieces)
            at = run.end()
    return Doc(english().vocab, words=words, spaces=spaces)


def tokens_of(docs: Sequence[Doc]) -> Tokens:
    """The tokens of docs that are there already, as a spaCy component gets them."""
    docs = list(docs)
    sizes = np.fromiter((len(doc) for doc in docs), dtype=np.int64, count=len(docs))
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    attributes = [ORTH, NORM, SHAPE, PREFIX, SUFFIX, LENGTH, SPACY]
    arrays = [doc.to_array(attributes) for doc in docs if len(doc)]
    table = np.concatenate(arrays) if arrays else np.zeros((0, len(attributes)), dtype=np.uint64)
    length = table[:, 5].astype(np.int64)
    after = np.cumsum(length + table[:, 6].astype(np.int64))
    number = np.repeat(np.arange(len(docs)), sizes)
    before = np.concatenate([[0], after])[bounds[:-1]]
    end = after - table[:, 6].astype(np.int64) - before[number]
    return Tokens(
        docs=docs,
        bounds=bounds,
        text=number.astype(np.int32),
        start=(end - length).astype(np.int32),
        end=end.astype(np.int32),
        orth=table[:, 0],
        norm=table[:, 1],
        shape=table[:, 2],
        prefix=table[:, 3],
        suffix=table[:, 4],
    )


def sentences_of(
    tokens: Tokens,
    text: Sequence[int],
    start: Sequence[int],
    end: Sequence[int],
    kind: Sequence[int],
    section: Sequence[int],
) -> Sentences:
    """Sentences given by their offsets in each text, as runs of tokens.

    A token belongs to the sentence in which it starts. The arguments are parallel, in order of text and start.
    """
    number = np.asarray(text, dtype=np.int64)
    # One rising key for text and offset, so that one binary search finds the tokens of all sentences.
    wide = np.int64(1) << 32
    keys = tokens.text.astype(np.int64) * wide + tokens.start
    first = np.searchsorted(keys, number * wide + np.asarray(start, dtype=np.int64))
    last = np.searchsorted(keys, number * wide + np.asarray(end, dtype=np.int64))
    count = np.bincount(number, minlength=1) if len(number) else np.zeros(1, dtype=np.int64)
    begin = np.concatenate([[0], np.cumsum(count)])
    place = np.arange(len(number)) - begin[number] if len(number) else np.zeros(0)
    span = np.maximum(count[number] - 1, 1) if len(number) else np.ones(0)
    return Sentences(
        text=number.astype(np.int32),
        first=first.astype(np.int32),
        last=last.astype(np.int32),
        kind=np.asarray(kind, dtype=np.int8),
        section=np.asarray(section, dtype=np.int32),
        position=(place / span).astype(np.float32),
    )


def select(sents: Sentences, rows: NDArray[np.integer[Any]]) -> Sentences:
    """Some of the sentences, in their order; they keep their sections and their places in the review."""
    return Sentences(*(getattr(sents, field.name)[rows] for field in fields(sents)))
