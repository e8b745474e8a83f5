"""What a stage is, and the shard of reviews that it is handed.

A stage is a function from records to records. `map` sees a batch of reviews with all that earlier stages said
of them and yields rows that depend on each review alone; `reduce`, where the whole corpus must be seen, takes
tables and yields tables. Neither opens a file, prints, or knows another stage.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import pyarrow as pa

from pipeline import nlp
from pipeline.config import Config
from pipeline.documents import Document
from pipeline.records import KINDS, Kind, Section, Sentence

Row = TypeVar("Row")


Columns = Callable[..., pa.Table]
"""Gives columns of a record class over the whole corpus, in its order: `columns(Mention, "entity_id", "text")`.

With `rows=…`, rising numbers, those rows alone: of words, which are too much to hold of all, the few that are shown.
"""

RENAMED = ("entity_id", "target", "film_id")
"""Columns of ids that a review gives and the corpus may change."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Ids as single reviews give them, and those that the things have over the corpus."""

    ids: Mapping[str, str]
    """New ids by old ones."""
    columns: tuple[str, ...] = ("entity_id", "target")
    """Those of RENAMED in which they stand."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """A table that the corpus as a whole gives."""

    kind: Kind
    table: pa.Table


@dataclass
class Batch:
    """The reviews of a shard: documents, and the rows that stages made of them so far."""

    documents: list[Document]
    tables: dict[Kind, list[Any]] = field(default_factory=dict)
    """Rows by record class, in the order in which they were made: by review, then by place."""

    def rows(self, kind: type[Row]) -> list[Row]:
        """The rows of `kind`; KeyError if no stage has made them, which is our bug."""
        return self.tables[kind]

    @cached_property
    def tokens(self) -> nlp.Tokens:
        """The tokens of the clean texts, one tokenisation for all stages."""
        return nlp.tokenize(document.text for document in self.documents)

    @cached_property
    def number(self) -> dict[str, int]:
        """Place of each review in `documents`, by review_id."""
        return {document.review_id: i for i, document in enumerate(self.documents)}

    @cached_property
    def sentences(self) -> nlp.Sentences:
        """The rows of Sentence as runs of tokens, parallel to `rows(Sentence)`."""
        place = {section.section_id: i for i, section in enumerate(self.rows(Section))}
        kinds = [KINDS.index(section.kind) for section in self.rows(Section)]
        text, start, end, kind, section = [], [], [], [], []
        for row in self.rows(Sentence):
            i = self.number[row.review_id]
            first, last = self.documents[i].offsets.to_clean(row.start, row.end)
            text.append(i)
            start.append(first)
            end.append(last)
            section.append(place[row.section_id])
            kind.append(kinds[place[row.section_id]])
        return nlp.sentences_of(self.tokens, text, start, end, kind, section)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the plan; its name is its command, its make target and its folder below outputs."""

    name: str
    help: str
    """What it does, in one line, for `--help` and `make`."""
    reads: tuple[Kind, ...]
    """Record classes of earlier stages that it looks at."""
    writes: tuple[Kind, ...]
    """Record classes that become its tables."""
    map: Callable[[Batch, Config], Iterator[Any]]
    """Rows that depend on each review alone."""
    reduce: Callable[[Columns], Iterator[Rename | Reduced]] | None = None
    """Tables over the whole corpus, and ids that change over it. None where reviews say it all."""
    partials: tuple[Kind, ...] = ()
    """Record classes that `map` makes for `reduce` alone."""
    reduces: tuple[Kind, ...] = ()
    """Those of `writes` that `reduce` makes."""
    settings: tuple[str, ...] = ()
    """Fields of Config on which its rows depend."""

    @property
    def maps(self) -> tuple[Kind, ...]:
        """Record classes that `map` makes."""
        return tuple(kind for kind in self.writes if kind not in self.reduces) + self.partials
