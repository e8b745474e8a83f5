"""Parquet -> rows, a few at a time."""

import io
import tempfile
from collections.abc import Iterator

from pipeline.readers.columns import Row, TableError, text_column
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
        file = pq.ParquetFile(stream if seekable else unpacked)
        names = [field.name for field in file.schema_arrow]
        if not text_column(tuple(names), text_key):
            raise TableError(names)
        kept = [
            field.name
            for field in file.schema_arrow
            if not pa.types.is_nested(field.type) or pa.types.is_list(field.type)
        ]
        for batch in file.iter_batches(batch_size=ROWS, columns=kept, use_threads=False):
            yield from batch.to_pylist()
