"""Records <-> Parquet and CSV, and the description of every table: the one door out.

Every file takes its place whole, so that a reader never sees half of one. Parquet is exact; CSV is for people: UTF-8
with a BOM, and a text cell that a spreadsheet would run as a formula starts with `'`.
"""

import ast
import inspect
import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import fields
from functools import lru_cache
from importlib.abc import MetaPathFinder
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.errors import OutputsError
from pipeline.records import Kind
from pipeline.splice import Splicer
from pipeline.storage import replacing

DECIMALS = 4
"""Floats are rounded to this many decimals before they are written."""

BOM = "\ufeff"

GROUP_ROWS = 1 << 16
"""Rows that are packed at once, at most."""

_ARROW: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    int | None: pa.int64(),
    float | None: pa.float64(),
}
_FRICTIONLESS = {"string": "string", "int64": "integer", "double": "number"}

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection), and the full-width forms of it.
_FORMULA = "^[=+\\-@\t\r\\x00＝＋－＠]"
_QUOTED = '[",\r\n]'


def forgo_pandas() -> None:
    """Let Arrow do without pandas, until it is asked for a frame.

    As soon as it is handed a list it imports pandas, which takes a fifth of a second, to see whether the list is a
    frame. That is for a process of our own: in a notebook, lists may be frames.
    """
    if "pandas" not in sys.modules:
        hider = _Hider()
        sys.meta_path.insert(0, hider)
        pa.array([""])
        sys.meta_path.remove(hider)


class _Hider(MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: Any = None) -> None:
        """Find nothing, and pandas not even elsewhere."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def schema(kind: Kind) -> pa.Schema:
    """Arrow schema of a record class."""
    return pa.schema([(f.name, _ARROW[f.type]) for f in fields(kind)])


def to_arrow(kind: Kind, rows: Sequence[Any]) -> pa.Table:
    """Rows as an Arrow table, floats rounded."""
    names = [f.name for f in fields(kind)]
    return from_columns(kind, {name: [getattr(row, name) for row in rows] for name in names})


def from_columns(kind: Kind, columns: Mapping[str, Any]) -> pa.Table:
    """Columns by name, each a sequence or an array of all rows, as an Arrow table; floats rounded."""
    arrays = []
    for f in fields(kind):
        values = columns[f.name]
        if _ARROW[f.type] == pa.float64():
            # Adding 0.0 turns -0.0 into 0.0.
            values = [None if v is None else round(float(v), DECIMALS) + 0.0 for v in values]
        arrays.append(pa.array(values, type=_ARROW[f.type]))
    return pa.Table.from_arrays(arrays, schema=schema(kind))


def to_rows(kind: Kind, table: pa.Table) -> list[Any]:
    """Rows of an Arrow table as records."""
    if not table.num_rows:
        return []
    return list(map(kind, *(table.column(f.name).to_pylist() for f in fields(kind))))


def with_new_ids(table: pa.Table, name: str, new: Mapping[str, str]) -> pa.Table:
    """The table with the ids of a column exchanged for new ones, where there are any."""
    known = table.column(name).combine_chunks().dictionary_encode()
    after = pa.array([new.get(old, old) for old in known.dictionary.to_pylist()], type=pa.string())
    return table.set_column(table.column_names.index(name), table.schema.field(name), after.take(known.indices))


def parquet_bytes(table: pa.Table) -> bytes:
    """The table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def empty_parquet(kind: Kind) -> bytes:
    """A Parquet file of a record class without rows."""
    sink = io.BytesIO()
    pq.ParquetWriter(sink, schema(kind), compression="zstd").close()
    return sink.getvalue()


def read_parquet(content: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """The table that is in the bytes of a Parquet file, or some of its columns."""
    file = pq.ParquetFile(pa.BufferReader(content))
    return file.read(list(columns) if columns else None, use_threads=False)


def splice(kind: Kind, parquets: Iterable[bytes]) -> bytes:
    """Parquet files of a record class as one."""
    out = io.BytesIO()
    whole = Splicer(out, empty_parquet(kind))
    for parquet in parquets:
        whole.add(parquet)
    whole.close()
    return out.getvalue()


def read_rows(content: bytes, columns: Sequence[str], rows: NDArray[np.int64]) -> pa.Table:
    """Some columns of some rows, rising, of a Parquet file; no more than a row group is unpacked at once."""
    file = pq.ParquetFile(pa.BufferReader(content))
    found, begin = [file.schema_arrow.empty_table().select(columns)], 0
    for group in range(file.num_row_groups):
        end = begin + file.metadata.row_group(group).num_rows
        first, last = np.searchsorted(rows, (begin, end))
        if first < last:
            table = file.read_row_group(group, list(columns), use_threads=False)
            found.append(table.take(pa.array(rows[first:last] - begin)))
        begin = end
    return pa.concat_tables(found)


def guard(cell: str) -> str:
    """The cell as a spreadsheet may show it: never a formula."""
    return "'" + cell if re.match(_FORMULA, cell) else cell


def csv_header(kind: Kind) -> str:
    """First line of the CSV file of a record class, with its BOM."""
    return BOM + ",".join(f.name for f in fields(kind)) + "\r\n"


def csv_lines(table: pa.Table) -> bytes:
    """The rows of a table as lines of CSV, UTF-8, without the header; all columns at once, never a cell by itself."""
    if not table.num_rows:
        return b""
    cells = [_cells(column.combine_chunks()) for column in table.columns]
    lines = pc.binary_join_element_wise(*cells, ",", null_handling="replace")
    ended = pc.binary_join_element_wise(lines, "", "\r\n")
    # The words of an Arrow column lie one behind the other: that is the file.
    return ended.buffers()[2].to_pybytes()  # type: ignore[no-any-return]


def _cells(column: pa.Array) -> pa.Array:
    """The cells of a column as they stand in a CSV file."""
    if pa.types.is_floating(column.type):
        # As Python writes them; rounded numbers are few, however many rows there are.
        known = column.dictionary_encode()
        return pa.array(map(repr, known.dictionary.to_pylist()), type=pa.string()).take(known.indices)
    if not pa.types.is_string(column.type):
        return column.cast(pa.string())
    is_formula = pc.match_substring_regex(column, _FORMULA)
    if pc.any(is_formula).as_py():
        column = pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)
    is_quoted = pc.match_substring_regex(column, _QUOTED)
    if pc.any(is_quoted).as_py():
        doubled = pc.replace_substring(column, '"', '""')
        column = pc.if_else(is_quoted, pc.binary_join_element_wise('"', doubled, '"', ""), column)
    return column


class TableWriter:
    """One table of the outputs, written piece by piece as `<name>.parquet` and `<name>.csv`."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        self._folder = folder
        self._kind = kind
        self._stack = ExitStack()

    def __enter__(self) -> "TableWriter":
        name = self._kind.TABLE
        with self._stack:
            self._csv = self._stack.enter_context(replacing(self._folder / f"{name}.csv"))
            self._csv.write(csv_header(self._kind).encode("utf-8"))
            parquet = self._stack.enter_context(replacing(self._folder / f"{name}.parquet"))
            self._parquet = Splicer(parquet, empty_parquet(self._kind))
            self._stack = self._stack.pop_all()
        return self

    def add_packed(self, parquet: bytes, lines: bytes) -> None:
        """Add a piece that is packed already, as Parquet file and as lines of CSV."""
        self._parquet.add(parquet)
        self._csv.write(lines)

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        for first in range(0, table.num_rows, GROUP_ROWS):
            piece = table.slice(first, GROUP_ROWS)
            self.add_packed(parquet_bytes(piece), csv_lines(piece))

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is None:
            self._parquet.close()
        self._stack.__exit__(kind, error, trace)


def read_table(outputs: Path, stage: str, kind: Kind, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of the outputs, or some of its columns.

    Raises:
        OutputsError: it is not there.
    """
    path = outputs / stage / f"{kind.TABLE}.parquet"
    if not path.is_file():
        raise OutputsError("no such table yet", where=str(path), fix=f"Run `closeup {stage}` or `closeup run` first.")
    with path.open("rb") as handle:
        return pq.ParquetFile(handle).read(list(columns) if columns else None)


def column_help(kind: Kind) -> dict[str, str]:
    """Meaning of each column: the string under the field in the class body."""
    body = _classes(kind.__module__)[kind.__name__].body
    found = {}
    for before, after in pairwise(body):
        if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(before.target, ast.Name):
            found[before.target.id] = " ".join(ast.literal_eval(after.value).split())
    return found


@lru_cache(maxsize=8)
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes of a module, as they are written."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def datapackage(kinds: Mapping[str, Sequence[Kind]]) -> str:
    """The Data Package (version 2) of the outputs: every table, every column, its meaning.

    `kinds` gives the record classes of each stage.
    """
    resources = [_resource(stage, kind) for stage, classes in kinds.items() for kind in classes]
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "closeup-outputs",
        "title": "Closeup: close reading of film reviews",
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(stage: str, kind: Kind) -> dict[str, Any]:
    meaning = column_help(kind)
    columns = [
        {"name": f.name, "type": _FRICTIONLESS[str(_ARROW[f.type])], "description": meaning[f.name]}
        for f in fields(kind)
    ]
    return {
        "name": kind.TABLE,
        "title": " ".join((kind.__doc__ or "").split()),
        "path": f"{stage}/{kind.TABLE}.csv",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fields": columns},
    }


def describe(kinds: Mapping[str, Sequence[Kind]]) -> str:
    """Every table and column in words, as Markdown: the body of outputs/README.md."""
    lines = []
    for stage, classes in kinds.items():
        for kind in classes:
            name = kind.TABLE
            lines += [
                f"### {stage}/{name}",
                "",
                " ".join((kind.__doc__ or "").split()),
                "",
                "| column | type | meaning |",
                "|---|---|---|",
            ]
            help_of = column_help(kind)
            lines += [
                f"| {f.name} | {_FRICTIONLESS[str(_ARROW[f.type])]} | {help_of[f.name].replace('|', chr(92) + '|')} |"
                for f in fields(kind)
            ]
            lines.append("")
    return "\n".join(lines)
