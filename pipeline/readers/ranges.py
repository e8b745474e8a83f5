"""Large tables of JSON Lines and Parquet -> ranges that many processes read side by side.

JSON Lines are split by bytes, each range ending with a line; Parquet by its row groups. Splitting reads a few lines at the
borders, or the footer: never the whole. A row without an id is named by its number, so the rows of each range are counted
first, which is cheap; then every range can be read by itself, and any rows in it once more.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline import storage
from pipeline.readers.columns import Row, TableError, raws, scale_of
from pipeline.readers.jsons import BLANK, row_of
from pipeline.readers.packed import open_bytes
from pipeline.readers.parquets import open_parquet, read_parquet
from pipeline.readers.raw import Raw, Refused
from pipeline.readers.streams import PIECE, decoded_lines, take_mark

LARGE = 16_000_000
"""Bytes of a table from which it is split, and of each range."""


@dataclass(frozen=True, slots=True)
class Range:
    """Some rows of a large table that follow one another."""

    path: str
    """Path or URL of the file."""
    source: str
    """Path below the corpus."""
    start: int
    """First byte; of Parquet the first row."""
    stop: int
    """One past the last byte or row."""
    before: int = 0
    """Rows of the file that stand before it."""
    scale: str = ""
    """What the table's ratings are out of; empty if it does not tell."""


def ranges_of(path: Path, source: str, text_key: str) -> list[Range]:
    """The ranges of a large table, rows not yet counted; none of a file that is read whole."""
    suffix = path.suffix.lower()
    try:
        if suffix not in (".jsonl", ".parquet") or path.stat().st_size < 2 * LARGE:
            return []
        with open_bytes(path) as stream:
            borders = _lines(stream) if suffix == ".jsonl" else _groups(stream)
        found = [Range(str(path), source, start, stop) for start, stop in pairwise(borders)]
        if not found:
            return []
        whole = replace(found[0], stop=found[-1].stop)
        scale = scale_of(row for row, _ in _rows(whole, text_key))
        return [replace(one, scale=scale) for one in found]
    except (OSError, ValueError):
        # What is wrong with it is told by who reads it whole.
        return []


def count_rows(one: Range) -> int:
    """The rows of a range: of JSON Lines, the lines that are not blank."""
    if one.path.lower().endswith(".parquet"):
        return one.stop - one.start
    count, is_row = 0, False
    with _open(one) as stream:
        while piece := stream.read(PIECE):
            *ended, begun = piece.split(b"\n")
            for line in ended:
                count += is_row or bool(line.strip())
                is_row = False
            is_row = is_row or bool(begun.strip())
    return count + is_row


def read_range(one: Range, text_key: str) -> Iterator[tuple[Raw | Refused, int]]:
    """The reviews of a range, each with the byte or row behind it; what ends the reading is refused."""
    kind = PurePosixPath(one.source)
    name = str(kind.parent / kind.stem)
    at = one.start
    try:
        for number, (row, end) in enumerate(_rows(one, text_key), one.before + 1):
            at = end
            yield next(raws(iter([row]), one.source, name, text_key, number, one.scale)), at
    except TableError as error:
        yield Refused(one.source, str(error), "Name the column with --text-key."), one.stop
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        yield Refused(one.source, f"cannot be read: {reason}", "See that it opens elsewhere."), one.stop


def _rows(one: Range, text_key: str) -> Iterator[tuple[Row, int]]:
    if one.path.lower().endswith(".parquet"):
        with open_bytes(storage.locate(one.path)) as stream:
            yield from zip(
                read_parquet(stream, text_key, (one.start, one.stop)), range(one.start + 1, one.stop + 1), strict=False
            )
        return
    with _open(one) as stream:
        if one.start == 0:
            take_mark(stream)
        for line in decoded_lines(stream):
            if line.strip(BLANK):
                yield row_of(line), one.start + stream.tell()


def _open(one: Range) -> io.BufferedReader:
    return io.BufferedReader(_Slice(open_bytes(storage.locate(one.path)), one.start, one.stop), PIECE)


def _lines(stream: io.BufferedReader) -> list[int]:
    """Borders of ranges of JSON Lines, each behind a line; none if lines cannot be told by their bytes."""
    if take_mark(stream) not in ("", "utf-8"):
        return []
    size = stream.seek(0, io.SEEK_END)
    borders = [0]
    while (nominal := borders[-1] + LARGE) < size:
        stream.seek(nominal)
        while (piece := stream.readline(PIECE)) and not piece.endswith(b"\n"):
            pass
        borders.append(stream.tell())
    return borders if borders[-1] == size else [*borders, size]


def _groups(stream: io.BufferedReader) -> list[int]:
    """Borders of ranges of a Parquet file, in rows: as many row groups as make up a range, or one that is larger."""
    metadata = open_parquet(stream).metadata
    borders, size, row = [0], 0, 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        row += group.num_rows
        size += group.total_byte_size
        if size >= LARGE and row > borders[-1]:
            borders.append(row)
            size = 0
    return borders if borders[-1] == row else [*borders, row]


class _Slice(io.RawIOBase):
    """A part of a file as if it were a file."""

    def __init__(self, stream: io.BufferedReader, start: int, stop: int) -> None:
        self._stream, self._start, self._left = stream, start, stop - start
        self._size = stop - start
        stream.seek(start)

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size - self._left

    def seekable(self) -> bool:
        return False

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(min(len(buffer), self._left))
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()
