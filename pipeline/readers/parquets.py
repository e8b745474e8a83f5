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


def read_parquet(stream: io.BufferedReader, text_key: str) -> Iterator[Row]:
    """The rows of a Parquet file; ValueError or OSError if it is none."""
    # Imported late: only those who have such files wait for it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    with tempfile.TemporaryFile() as unpacked:
        seekable = isinstance(stream.raw, io.FileIO)
        if not seekable:  # a packed file: Parquet is read from its end
            while piece := stream.read(PIECE):
                unpacked.write(piece)
        source = stream if seekable else unpacked
        size = source.seek(0, io.SEEK_END)
        try:
            types = {field.name: field.type for field in pq.read_schema(source) if not pa.types.is_struct(field.type)}
            column = text_column(tuple(types), text_key)
            if not column:
                raise TableError(list(types))
            is_text = pa.types.is_string(types[column]) or pa.types.is_binary(types[column])
            # A text that stands in many rows is kept once: a small file may unfold to more than memory holds.
            file = pq.ParquetFile(source, read_dictionary=[column] if is_text else None)
            wanted = {column, *id_columns(tuple(types)), *keys_of(tuple(types)).values()}
            kept = [name for name in types if name in wanted]
            length = 0
            for batch in file.iter_batches(batch_size=ROWS, columns=kept, use_threads=False):
                columns = [batch.column(batch.schema.names.index(name)) for name in kept]
                for i in range(batch.num_rows):
                    row = {name: _cell(values[i]) for name, values in zip(kept, columns, strict=True)}
                    length += len(str(row[column]))
                    check_growth(length, size)
                    yield row
        except pa.ArrowException as error:
            raise ValueError(str(error)) from None


def _cell(scalar: Any) -> object:
    """A cell as Python sees it; as words where Python has nothing like it."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return str(scalar)
