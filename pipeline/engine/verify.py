"""Outputs against the corpus: every source is read again and every row held to the words that it points at."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.documents import Document
from pipeline.engine.shards import cut
from pipeline.engine.work import read_items
from pipeline.errors import OutputsError
from pipeline.plan import STAGES
from pipeline.readers.parse import source_text
from pipeline.readers.raw import Raw
from pipeline.records import Kind, Review, Section, Sentence

MOST = 20
"""Mismatches that are told one by one."""


def verify(corpus: Path, outputs: Path, text_key: str = "") -> tuple[int, list[str]]:
    """Check every row that points at words; the number of spans checked, and the mismatches in words.

    Raises:
        OutputsError: there are no outputs to check.
    """
    tables = list(_written(outputs))
    if Review not in [kind for _, kind, _ in tables]:
        raise OutputsError("no tables to verify", where=str(outputs), fix="Run `closeup run` first.")
    readers = {kind: (_Whole if is_whole else _Ordered)(outputs, stage, kind) for stage, kind, is_whole in tables}
    n_checked = 0
    wrong: list[str] = []
    for shard in cut(corpus, text_key):
        documents, _ = read_items(shard.items)
        raws = {item.review_id: item.raw for item in shard.items if item.raw}
        for document in documents:
            rows = {kind: reader.take(document.review_id) for kind, reader in readers.items()}
            n_checked += sum(map(len, rows.values()))
            wrong += _mismatches(document, raws[document.review_id], rows)
    for kind, reader in readers.items():
        wrong += [f"{kind.TABLE}: {name}: no such review in the corpus" for name in reader.rest()]
    return n_checked, wrong


def _prefixes(kind: Kind) -> dict[str, str]:
    """What the columns of a span begin with, and the column that names the review that it stands in."""
    names = set(kind.__dataclass_fields__)
    found = {}
    for prefix in ("", "for_", "against_"):
        if {f"{prefix}start", f"{prefix}end", f"{prefix}text"} <= names:
            found[prefix] = f"{prefix}review_id" if f"{prefix}review_id" in names else "review_id"
    return found


def _written(outputs: Path) -> Iterator[tuple[str, Kind, bool]]:
    """Stage and class of each table to check, and whether it is one of the corpus as a whole."""
    for stage in STAGES:
        for kind in stage.writes:
            is_there = (outputs / stage.name / f"{kind.TABLE}.parquet").is_file()
            if is_there and (kind is Review or _prefixes(kind)):
                yield stage.name, kind, kind in stage.reduces


def _spans(outputs: Path, stage: str, kind: Kind) -> Iterator[dict[str, Any]]:
    """The rows of a table, those with several spans once for each; rows without words are left out."""
    prefixes = _prefixes(kind)
    for batch in pq.ParquetFile(outputs / stage / f"{kind.TABLE}.parquet").iter_batches(batch_size=20_000):
        for row in batch.to_pylist():
            if not prefixes:
                yield row
            for prefix, review in prefixes.items():
                span = {name: row[f"{prefix}{name}"] for name in ("start", "end", "text")}
                if row[review] and span["start"] is not None:
                    yield row | span | {"review_id": row[review]}


class _Ordered:
    """The spans of a table that follows the corpus, review by review; one review in memory at a time."""

    def __init__(self, outputs: Path, stage: str, kind: Kind) -> None:
        self._groups = groupby(_spans(outputs, stage, kind), key=lambda row: row["review_id"])
        self._next = self._pull()

    def _pull(self) -> tuple[str, list[dict[str, Any]]] | None:
        for name, rows in self._groups:
            return name, list(rows)
        return None

    def take(self, review_id: str) -> list[dict[str, Any]]:
        """The spans of this review, if they come next."""
        if self._next is None or self._next[0] != review_id:
            return []
        rows = self._next[1]
        self._next = self._pull()
        return rows

    def rest(self) -> Iterator[str]:
        """Reviews whose spans nobody took, at most MOST."""
        for _ in range(MOST):
            if self._next is None:
                return
            yield self._next[0]
            self._next = self._pull()


class _Whole:
    """The spans of a table of the corpus as a whole, which is small, in memory."""

    def __init__(self, outputs: Path, stage: str, kind: Kind) -> None:
        self._spans: dict[str, list[dict[str, Any]]] = {}
        for row in _spans(outputs, stage, kind):
            self._spans.setdefault(row["review_id"], []).append(row)

    def take(self, review_id: str) -> list[dict[str, Any]]:
        """The spans of this review."""
        return self._spans.pop(review_id, [])

    def rest(self) -> Iterator[str]:
        """Reviews whose spans nobody took, at most MOST."""
        yield from list(self._spans)[:MOST]


def _mismatches(document: Document, raw: Raw, rows: dict[Kind, list[dict[str, Any]]]) -> Iterator[str]:
    name = document.review_id
    source = source_text(raw)
    if not rows[Review]:
        yield f"reviews: {name}: in the corpus, but not in the table"
        return
    if rows[Review][0]["sha256"] != document.sha256:
        yield f"reviews: {name}: the source has changed since it was read"
        return
    yield from wrong_runs(document, source)
    for kind, some in rows.items():
        if kind is not Review:
            for row in some:
                problem = _wrong_span(document, source, row)
                if problem:
                    yield f"{kind.TABLE}: {name}: {problem}"
    if Section in rows:
        yield from _gaps(document, rows[Section])
    if Section in rows and Sentence in rows:
        spans = {row["section_id"]: (row["start"], row["end"]) for row in rows[Section]}
        for row in rows[Sentence]:
            start, end = spans.get(row["section_id"], (0, -1))
            if not start <= row["start"] < row["end"] <= end:
                yield f"sentences: {row['sentence_id']} does not lie in its section"


def wrong_runs(document: Document, source: str) -> Iterator[str]:
    """Verbatim runs of the clean text that are not what stands in the source."""
    offsets = document.offsets
    if not offsets.clean:
        if not source.startswith(document.text) or (document.markup == "text" and document.text != source):
            yield f"{document.review_id}: the text is not the source"
        return
    ends = (*offsets.clean[1:], len(document.text))
    for clean, end, start, width in zip(offsets.clean, ends, offsets.source, offsets.width, strict=True):
        if width == 1 and end - clean > 1 and document.text[clean:end] != source[start : start + end - clean]:
            yield f"{document.review_id}: characters {start} to {start + end - clean} are not what the text says"
            return


def _wrong_span(document: Document, source: str, row: dict[str, Any]) -> str:
    start, end = row["start"], row["end"]
    if not 0 <= start < end <= len(source):
        return f"{start}:{end} lies outside the source"
    first, last = document.offsets.to_clean(start, end)
    if document.text[first:last] != row["text"]:
        return f"{start}:{end} reads {document.text[first:last]!r:.60}, the row says {row['text']!r:.60}"
    if not row["text"].strip() or row["text"] != row["text"].strip():
        return f"{start}:{end} is blank at its edge"
    return ""


def _gaps(document: Document, sections: list[dict[str, Any]]) -> Iterator[str]:
    """Text that no section holds, or two do."""
    at = 0
    for row in sections:
        first, last = document.offsets.to_clean(row["start"], row["end"])
        if first < at:
            yield f"sections: {row['section_id']} overlaps the one before"
        if document.text[at:first].strip():
            yield f"sections: {document.review_id}: {document.text[at:first].strip()!r:.60} lies in no section"
        at = max(at, last)
    if document.text[at:].strip():
        yield f"sections: {document.review_id}: {document.text[at:].strip()!r:.60} lies in no section"
