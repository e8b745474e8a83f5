"""Parquet -> rows, a few at a time."""

import io
import tempfile
from collections.abc import Iterator
from typing import Any

from pipeline.readers.columns import Row, TableError, id_columns, text_column
from pipeline.readers.given import keys_of
from pipeline.readers.packed import check_growth
from pipeline.readers.streams import PIECE

ROWS = 256
"""Rows that are in memory at once."""


def open_parquet(stream: io.BufferedReader, dictionary: list[str] | None = None) -> Any:
    """A Parquet file that can be read from any place; ValueError or OSError if it is none."""
    # Imported late: only those who have such files wait for it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(stream, read_dictionary=dictionary)
    except pa.ArrowException as error:
        raise ValueError(str(error)) from None


def read_parquet(stream: io.BufferedReader, text_key: str, wanted: tuple[int, int] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file, or those from a first to one before a last; ValueError or OSError if it is none."""
    import pyarrow as pa

    with tempfile.TemporaryFile() as unpacked:
        if not stream.seekable():  # a packed file: Parquet is read from its end
            while piece := stream.read(PIECE):
                unpacked.write(piece)
        source: Any = stream if stream.seekable() else unpacked
        size = source.seek(0, io.SEEK_END)
        try:
            fields = open_parquet(source).schema_arrow
            types = {field.name: field.type for field in fields if not pa.types.is_struct(field.type)}
            column = text_column(tuple(types), text_key)
            if not column:
                raise TableError(list(types))
            is_text = pa.types.is_string(types[column]) or pa.types.is_binary(types[column])
            # A text that stands in many rows is kept once: a small file may unfold to more than memory holds.
            file = open_parquet(source, [column] if is_text else None)
            known = {column, *id_columns(tuple(types)), *keys_of(tuple(types)).values()}
            kept = [name for name in types if name in known]
            length = 0
            for row in _rows(file, kept, wanted or (0, file.metadata.num_rows)):
                length += len(str(row[column]))
                check_growth(length, size)
                yield row
        except pa.ArrowException as error:
            raise ValueError(str(error)) from None


def _rows(file: Any, kept: list[str], wanted: tuple[int, int]) -> Iterator[dict[str, object]]:
    """Rows from a first to one before a last; row groups without any of them are not read."""
    first, last = wanted
    end = 0
    for group in range(file.metadata.num_row_groups):
        begin, end = end, end + file.metadata.row_group(group).num_rows
        if begin >= last or end <= first:
            continue
        at = begin
        for batch in file.iter_batches(batch_size=ROWS, row_groups=[group], columns=kept, use_threads=False):
            columns = [batch.column(batch.schema.names.index(name)) for name in kept]
            for i in range(max(0, first - at), min(batch.num_rows, last - at)):
                yield {name: _cell(values[i]) for name, values in zip(kept, columns, strict=True)}
            at += batch.num_rows
            if at >= last:
                return


def _cell(scalar: Any) -> object:
    """A cell as Python sees it; as words where Python has nothing like it."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return str(scalar)
