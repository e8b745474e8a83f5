"""Parquet files of one schema -> one Parquet file, by copying bytes: no column is decoded or packed again.

A Parquet file is the bytes of its row groups and, behind them, a footer that says where each column of each group lies.
The bytes of a group are good wherever they stand; only the places in the footer move with them. The footer is a struct
in Thrift's compact protocol (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md) as declared in
parquet.thrift (github.com/apache/parquet-format); of it is read here what must be, and the rest is copied.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

MAGIC = b"PAR1"
_BOOLEANS, _BYTE, _DOUBLE, _BINARY, _LISTS, _MAP, _STRUCT = (1, 2), 3, 7, 8, (9, 10), 11, 12

_PLACES = {(2,), (4,), (6,), (3, 9), (3, 10), (3, 11), (3, 14)}
"""Fields of a ColumnChunk, and of the ColumnMetaData in it, that are places in the file."""
_GROUPS, _ROWS_OF_FILE = 4, 3
"""Fields of FileMetaData: its row groups, its number of rows."""
_COLUMNS, _ROWS, _PLACE, _ORDINAL = 1, 3, 5, 7
"""Fields of a RowGroup: its columns, its number of rows, its place, its number in the file."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a footer says of a row group, with the numbers that depend on where it stands taken out."""

    n_rows: int
    words: tuple[bytes, ...]
    """What stands between those numbers: one more than there are numbers."""
    places: tuple[int, ...]
    """Places in the file that they are, counted from behind its first four bytes; -1 for the group's own number."""

    def footer(self, number: int, start: int) -> bytes:
        """As it stands in the footer of a file in which it is group `number`, and the bytes of the file it comes from start at `start`."""
        out = [self.words[0]]
        for place, word in zip(self.places, self.words[1:], strict=True):
            # The number in the file is 16 bits wide, and nobody needs it.
            out += [_zigzag(place + start if place >= 0 else min(number, 2**15 - 1)), word]
        return b"".join(out)


def cut_groups(content: bytes) -> list[Group]:
    """What the footer of a Parquet file says of its row groups, empty ones left out."""
    reader = _Reader(content, _footer_start(content))
    for name, kind, start in reader.fields():
        if name == _GROUPS:
            return [group for begin in reader.elements(start) if (group := _cut_group(reader, begin)).n_rows]
        reader.skip(kind)
    return []


class Splicer:
    """A Parquet file made of the row groups of others of the same schema."""

    def __init__(self, out: IO[bytes], empty: bytes) -> None:
        """`empty` is a Parquet file of the schema without rows, whose footer serves as the frame."""
        self._out = out
        self._empty = empty
        self._groups: list[bytes] = []
        self._n_rows = 0
        self._at = out.write(MAGIC)

    def add(self, content: bytes) -> None:
        """Add the row groups of a Parquet file."""
        groups = cut_groups(content)
        if groups:
            for group in groups:
                self._groups.append(group.footer(len(self._groups), self._at))
                self._n_rows += group.n_rows
            self._at += self._out.write(memoryview(content)[len(MAGIC) : _footer_start(content)])

    def close(self) -> None:
        """Write the footer."""
        reader = _Reader(self._empty, _footer_start(self._empty))
        footer, done = [], reader.at
        for name, kind, start in reader.fields():
            if name in (_ROWS_OF_FILE, _GROUPS):
                footer.append(self._empty[done:start])
                reader.skip(kind)
                done = reader.at
                footer.append(_zigzag(self._n_rows) if name == _ROWS_OF_FILE else self._list())
            else:
                reader.skip(kind)
        footer.append(self._empty[done : reader.at])
        text = b"".join(footer)
        self._out.write(text + struct.pack("<I", len(text)) + MAGIC)

    def _list(self) -> bytes:
        count = len(self._groups)
        head = bytes([count << 4 | _STRUCT]) if count < 15 else bytes([0xF0 | _STRUCT]) + _varint(count)
        return head + b"".join(self._groups)


def _footer_start(content: bytes) -> int:
    return len(content) - 8 - int(struct.unpack_from("<I", content, len(content) - 8)[0])


def _cut_group(reader: "_Reader", begin: int) -> Group:
    """Cut the RowGroup that begins here at each number that depends on where it stands."""
    words, places, n_rows, done = [], [], 0, begin

    def cut(start: int, place: int) -> None:
        nonlocal done
        words.append(reader.content[done:start])
        places.append(place)
        done = reader.at

    for name, kind, start in reader.fields():
        if name == _COLUMNS:
            for _ in reader.elements(start):
                for path, at, value in _numbers(reader):
                    # A file_offset of 0 is what newer writers put for "not said".
                    if path in _PLACES and value:
                        cut(at, value - len(MAGIC))
            continue
        value = reader.number() if name in (_ROWS, _PLACE, _ORDINAL) else reader.skip(kind)
        if name == _ROWS:
            n_rows = value
        elif name == _PLACE and value:
            cut(start, value - len(MAGIC))
        elif name == _ORDINAL:
            cut(start, -1)
    words.append(reader.content[done : reader.at])
    return Group(n_rows, tuple(words), tuple(places))


def _numbers(reader: "_Reader") -> Iterator[tuple[tuple[int, ...], int, int]]:
    """Path, place and value of the whole numbers of a ColumnChunk and of its ColumnMetaData."""
    for name, kind, start in reader.fields():
        if kind == _STRUCT and name == 3:
            for inner, inner_kind, inner_start in reader.fields():
                if (name, inner) in _PLACES:
                    yield (name, inner), inner_start, reader.number()
                else:
                    reader.skip(inner_kind)
        elif (name,) in _PLACES:
            yield (name,), start, reader.number()
        else:
            reader.skip(kind)


class _Reader:
    """A place in bytes of Thrift's compact protocol, which moves on as values are read."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content = content
        self.at = at

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.content[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def number(self) -> int:
        """A whole number."""
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def fields(self) -> Iterator[tuple[int, int, int]]:
        """Name, kind and first byte of each field of a struct; the caller reads or skips the value."""
        name = 0
        while (head := self.content[self.at]) != 0:
            self.at += 1
            name = name + (head >> 4) if head >> 4 else self.number()
            yield name, head & 0x0F, self.at
        self.at += 1

    def elements(self, start: int) -> Iterator[int]:
        """First byte of each element of the list that starts here; the caller reads or skips it."""
        self.at = start
        for _ in range(self._size()[0]):
            yield self.at

    def _size(self) -> tuple[int, int]:
        head = self.content[self.at]
        self.at += 1
        return (self._varint() if head >> 4 == 15 else head >> 4), head & 0x0F

    def skip(self, kind: int) -> int:
        """Go behind a value of a kind."""
        if kind == _BINARY:
            size = self._varint()
            self.at += size
        elif kind == _STRUCT:
            for _, inner, _ in self.fields():
                self.skip(inner)
        elif kind in _LISTS:
            size, inner = self._size()
            for _ in range(size):
                # In a list a truth value takes a byte, in a struct it is the field's kind.
                self.skip(_BYTE if inner in _BOOLEANS else inner)
        elif kind == _BYTE:
            self.at += 1
        elif kind == _DOUBLE:
            self.at += 8
        elif kind == _MAP:
            raise ValueError("a map, which no footer of Parquet has")
        elif kind not in _BOOLEANS:
            self._varint()
        return 0


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(value: int) -> bytes:
    return _varint(value << 1)
