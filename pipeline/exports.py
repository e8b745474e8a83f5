"""All tables of a run -> one file: a workbook, a database, or lines for a labelling tool."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from pipeline.errors import OutputsError
from pipeline.formats.marks import find_words, places
from pipeline.plan import STAGES
from pipeline.records import Kind, Mention, Section, Sentence
from pipeline.rules.keys import KEYS
from pipeline.storage import replacing
from pipeline.tables import column_help, schema

CELL = 32_767
"""Characters that a cell of Excel holds."""
CUT = " […cut]"
"""Ends a cell that holds no more; the CSV and Parquet files have it whole."""
ROWS = 1_048_576
"""Rows that a sheet of Excel holds, the head included."""

TABLES: tuple[tuple[str, Kind], ...] = tuple((stage.name, kind) for stage in STAGES for kind in stage.writes)
"""Every table, and the stage that writes it."""

_REVIEWS = ("reviews", "review_id")
POINTERS = {
    "review_id": _REVIEWS,
    "section_id": ("sections", "section_id"),
    "sentence_id": ("sentences", "sentence_id"),
    "entity_id": ("entities", "entity_id"),
    "target": ("entities", "entity_id"),
    "film_id": ("film_summaries", "film_id"),
    "theme_id": ("theme_summaries", "theme_id"),
    **dict.fromkeys(("duplicate_of", "warmest", "coldest", "for_review_id", "against_review_id"), _REVIEWS),
}
"""Columns that name a row of another table, with that table and its key."""

INDEXED = ("label", "voice", "aspect", "verdict")
"""Other columns that people look rows up by."""

_SQL = {"string": "TEXT", "int64": "INTEGER", "double": "REAL"}


def pieces(outputs: Path, stage: str, kind: Kind) -> Iterator[pa.RecordBatch]:
    """A table of the outputs, some thousand rows at a time.

    Raises:
        OutputsError: it is not there.
    """
    path = outputs / stage / f"{kind.TABLE}.parquet"
    if not path.is_file():
        raise OutputsError("no such table yet", where=str(path), fix="Run `closeup run` first.")
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=8192)


def rows_of(outputs: Path, stage: str, kind: Kind) -> Iterator[Any]:
    """The rows of a table as records."""
    for piece in pieces(outputs, stage, kind):
        yield from map(kind, *(piece.column(f.name).to_pylist() for f in fields(kind)))


def to_xlsx(outputs: Path, file: Path) -> None:
    """A workbook: what each column means, then a sheet a table with frozen head and filters; no cell is a formula.

    Raises:
        OutputsError: a table is missing, or the file cannot be written.
    """
    with replacing(file) as handle:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(handle, options) as book:
            # A fixed day, so that the same tables give the same file.
            book.set_properties({"title": "Closeup", "created": datetime(2000, 1, 1)})
            head = book.add_format({"bold": True, "bottom": 1})
            meanings = [(kind.TABLE, name, text) for _, kind in TABLES for name, text in column_help(kind).items()]
            _sheet(book, "columns", ("table", "column", "meaning"), iter(meanings), head)
            for stage, kind in TABLES:
                names = tuple(f.name for f in fields(kind))
                values = (
                    row
                    for piece in pieces(outputs, stage, kind)
                    for row in zip(*(column.to_pylist() for column in piece.columns), strict=True)
                )
                _sheet(book, kind.TABLE, names, values, head)


def _sheet(
    book: xlsxwriter.Workbook, name: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]], head: Any
) -> None:
    """A table as a sheet; what is too long for one goes on in the next."""
    number, is_more = 1, True
    while is_more:
        sheet = book.add_worksheet(name if number == 1 else f"{name} ({number})")
        sheet.freeze_panes(1, 1)
        # On paper: as wide as a page, with the heads on every one.
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        for i, column in enumerate(columns):
            wide = column in ("text", "meaning") or column.endswith("_text")
            sheet.set_column(i, i, 80 if wide else 18)
        sheet.write_row(0, 0, columns, head)
        at = 0
        for at, row in enumerate(rows, 1):
            for i, value in enumerate(row):
                if isinstance(value, str):
                    # An empty string would make an empty cell that is not blank.
                    if value:
                        sheet.write_string(at, i, value if len(value) <= CELL else value[: CELL - len(CUT)] + CUT)
                elif value is not None:
                    sheet.write_number(at, i, value)
            if at == ROWS - 1:
                break
        sheet.autofilter(0, 0, at, len(columns) - 1)
        is_more = at == ROWS - 1
        number += 1


def to_sqlite(outputs: Path, file: Path) -> None:
    """A SQLite database: keys, indexes, and full-text search over sentences as `sentences_fts`.

    Raises:
        OutputsError: a table is missing, or the file cannot be written.
    """
    with replacing(file) as handle:
        try:
            with closing(sqlite3.connect(handle.name)) as base:
                # The file is not in its place yet: if this fails, nothing is lost.
                base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
                _fill(base, outputs)
        except sqlite3.Error as error:
            raise OutputsError(
                f"cannot write the database ({error})", where=str(file), fix="Free some space or choose another folder."
            ) from error


def _fill(base: sqlite3.Connection, outputs: Path) -> None:
    for stage, kind in TABLES:
        _create(base, kind)
        places = ",".join("?" * len(fields(kind)))
        pointers = [i for i, f in enumerate(fields(kind)) if f.name in POINTERS]
        for piece in pieces(outputs, stage, kind):
            values = zip(*(column.to_pylist() for column in piece.columns), strict=True)
            base.executemany(f"INSERT INTO {kind.TABLE} VALUES ({places})", _pointing(values, pointers))
    # Datasette offers a search where it finds the name of the table in brackets or double quotes.
    base.execute(
        "CREATE VIRTUAL TABLE sentences_fts USING fts5"
        "(text, content=[sentences], tokenize='porter unicode61 remove_diacritics 2')"
    )
    base.execute("INSERT INTO sentences_fts (sentences_fts) VALUES ('rebuild')")
    base.commit()


def _pointing(rows: Iterator[tuple[Any, ...]], pointers: list[int]) -> Iterator[tuple[Any, ...]]:
    """The rows with nothing where a pointer is empty: an empty string would point at no row."""
    for row in rows:
        if all(row[i] for i in pointers):
            yield row
        else:
            yield tuple((value or None) if i in pointers else value for i, value in enumerate(row))


def _create(base: sqlite3.Connection, kind: Kind) -> None:
    table, key = kind.TABLE, KEYS.get(kind, ())
    lines = [f"{column.name} {_SQL[str(column.type)]}" for column in schema(kind)]
    if key:
        lines.append(f"PRIMARY KEY ({', '.join(key)})")
    names = [f.name for f in fields(kind)]
    pointers = [name for name in names if name in POINTERS and POINTERS[name] != (table, name)]
    lines += [f"FOREIGN KEY ({name}) REFERENCES {{}} ({{}})".format(*POINTERS[name]) for name in pointers]
    base.execute(f"CREATE TABLE {table} ({', '.join(lines)})")
    for name in (*pointers, *(name for name in names if name in INDEXED)):
        if (name,) != key:
            base.execute(f"CREATE INDEX {table}_{name} ON {table} ({name})")


def to_jsonl(outputs: Path, file: Path) -> None:
    """One section a line with its names marked, for Prodigy (`spans`), doccano (`label`) and Label Studio (`data`).

    Offsets count in the line's own text; `meta` leads back to the source. A file named .json holds the same lines as
    one list: that is what Label Studio's import takes, and the others take it, too.

    Raises:
        OutputsError: a table is missing, or the file cannot be written.
    """
    sentences = _By(rows_of(outputs, "sections", Sentence))
    mentions = _By(rows_of(outputs, "entities", Mention))
    before, between, after = ("[\n", ",\n", "\n]\n") if file.suffix == ".json" else ("", "\n", "\n")
    with replacing(file) as handle:
        for section in rows_of(outputs, "sections", Section):
            line = _task(section, sentences.of(section), mentions.of(section))
            handle.write((before + json.dumps(line, ensure_ascii=False)).encode())
            before = between
        handle.write(after.encode())


class _By:
    """Rows of a table in the order of the sections, handed out section by section."""

    def __init__(self, rows: Iterator[Any]) -> None:
        self._reviews = groupby(rows, attrgetter("review_id"))
        self._review_id = ""
        self._sections: dict[str, list[Any]] = {}
        self._is_asked = True

    def of(self, section: Section) -> list[Any]:
        """The rows of a section; sections must be asked for in the order of the tables."""
        # Rows that have been asked for are of a review that is done with; rows that have not, of one still to come.
        if section.review_id != self._review_id and self._is_asked:
            self._review_id, rows = next(self._reviews, ("", ()))
            self._sections = {}
            for row in rows:
                self._sections.setdefault(row.section_id, []).append(row)
            self._is_asked = False
        if section.review_id != self._review_id:
            return []
        self._is_asked = True
        return self._sections.get(section.section_id, [])


def _task(section: Section, sentences: list[Sentence], mentions: list[Mention]) -> dict[str, Any]:
    found = find_words(sentences, places(section, sentences), mentions)
    spans = [(start, start + len(mention.text), mention.label, mention.text) for mention, start in found]
    spans.sort()
    return {
        "text": section.text,
        "spans": [{"start": start, "end": end, "label": label} for start, end, label, _ in spans],
        "label": [[start, end, label] for start, end, label, _ in spans],
        "data": {"text": section.text, "section_id": section.section_id},
        "predictions": [
            {
                "model_version": "closeup",
                "result": [
                    {
                        "from_name": "label",
                        "to_name": "text",
                        "type": "labels",
                        "value": {"start": start, "end": end, "text": text, "labels": [label]},
                    }
                    for start, end, label, text in spans
                ],
            }
        ],
        "meta": {
            "review_id": section.review_id,
            "section_id": section.section_id,
            "kind": section.kind,
            "lang": section.lang,
            "start": section.start,
            "end": section.end,
        },
    }
