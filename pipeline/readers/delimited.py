"""CSV and TSV -> rows: one dict a row, or the reason why a row cannot be read."""

import csv
import io
from collections.abc import Iterator

from pipeline.readers.columns import Row, TableError, text_column
from pipeline.readers.streams import LONGEST, read_lines

DELIMITERS = ",;\t|"


def read_csv(stream: io.BufferedReader, text_key: str) -> Iterator[Row]:
    """The rows of a CSV; what parts its columns is found out from the header."""
    yield from _read(stream, text_key, DELIMITERS)


def read_tsv(stream: io.BufferedReader, text_key: str) -> Iterator[Row]:
    """The rows of a TSV."""
    yield from _read(stream, text_key, "\t,;|")


def _read(stream: io.BufferedReader, text_key: str, delimiters: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST)
    lines = read_lines(stream)
    first = next((line for line in lines if line.strip()), "")
    headers = {delimiter: _header(first, delimiter) for delimiter in delimiters}
    delimiter = next((each for each in headers if text_column(tuple(headers[each]), text_key)), "")
    if not delimiter:
        raise TableError(headers[delimiters[0]])
    header = headers[delimiter]
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"cannot be read as a row: {error}"
            continue
        if not row:
            continue
        if len(row) != len(header):
            yield f"has {len(row)} fields where the header has {len(header)}"
        else:
            yield dict(zip(header, row, strict=True))


def _header(line: str, delimiter: str) -> list[str]:
    """The names of the columns; none if the line is not a row at all."""
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []
