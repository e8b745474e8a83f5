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
    """Check every row that has offsets; the number of rows checked, and the mismatches in words.

    Raises:
        OutputsError: there are no outputs to check.
    """
    cursors = {kind: _by_review(outputs, stage, kind) for stage, kind in _written(outputs)}
    if Review not in cursors:
        raise OutputsError("no tables to verify", where=str(outputs), fix="Run `closeup run` first.")
    n_checked = 0
    wrong: list[str] = []
    for shard in cut(corpus, text_key):
        documents, _ = read_items(shard.items)
        raws = {item.review_id: item.raw for item in shard.items}
        for document in documents:
            rows = {kind: cursor.take(document.review_id) for kind, cursor in cursors.items()}
            n_checked += sum(map(len, rows.values()))
            wrong += _mismatches(document, raws[document.review_id], rows)
    for kind, cursor in cursors.items():
        wrong += [f"{kind.TABLE}: {name}: no such review in the corpus" for name in cursor.rest()]
    return n_checked, wrong


def _written(outputs: Path) -> Iterator[tuple[str, Kind]]:
    for stage in STAGES:
        for kind in stage.writes:
            names = kind.__dataclass_fields__
            is_checked = kind is Review or {"review_id", "start", "end", "text"} <= set(names)
            if is_checked and (outputs / stage.name / f"{kind.TABLE}.parquet").is_file():
                yield stage.name, kind


class _by_review:  # noqa: N801 - reads as a function where it is used
    """The rows of a table, review by review, in the order of the corpus."""

    def __init__(self, outputs: Path, stage: str, kind: Kind) -> None:
        path = outputs / stage / f"{kind.TABLE}.parquet"
        batches = pq.ParquetFile(path).iter_batches(batch_size=20_000)
        rows = (row for batch in batches for row in batch.to_pylist())
        self._groups = groupby(rows, key=lambda row: row["review_id"])
        self._next = self._pull()

    def _pull(self) -> tuple[str, list[dict[str, Any]]] | None:
        for name, rows in self._groups:
            return name, list(rows)
        return None

    def take(self, review_id: str) -> list[dict[str, Any]]:
        """The rows of this review, if they come next."""
        if self._next is None or self._next[0] != review_id:
            return []
        rows = self._next[1]
        self._next = self._pull()
        return rows

    def rest(self) -> Iterator[str]:
        """Reviews whose rows nobody took, at most MOST."""
        for _ in range(MOST):
            if self._next is None:
                return
            yield self._next[0]
            self._next = self._pull()


def _mismatches(document: Document, raw: Raw, rows: dict[Kind, list[dict[str, Any]]]) -> Iterator[str]:
    name = document.review_id
    source = source_text(raw)
    if not rows[Review]:
        yield f"reviews: {name}: in the corpus, but not in the table"
        return
    if rows[Review][0]["sha256"] != document.sha256:
        yield f"reviews: {name}: the source has changed since it was read"
        return
    yield from _wrong_runs(document, source)
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


def _wrong_runs(document: Document, source: str) -> Iterator[str]:
    """Verbatim runs of the clean text that are not what stands in the source."""
    offsets = document.offsets
    if not offsets.clean:
        if document.text != source:
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
