"""Files as streams of bytes, unpacked if they are packed, within bounds."""

import gzip
import io
import zlib
from pathlib import Path
from typing import IO, Any

import zstandard

PACKED = (".gz", ".zst")
BOMB_RATIO = 200
"""Times its own size that a packed file may grow to; text packs to a fifth, seldom to a fiftieth."""
BOMB_FREE = 64_000_000
"""Bytes that any packed file may grow to."""
WIDEST_WINDOW = 2**27
"""Bytes of memory that a zstd stream may ask for."""
BUFFER = 1 << 16
UNPACK_ERRORS = (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError)


class BombError(OSError):
    """A packed file that unpacks to far more than it should."""


def check_growth(size: int, packed: int) -> None:
    """BombError if `size` is more than `packed` bytes may unpack to."""
    if size > BOMB_FREE and size > BOMB_RATIO * max(1, packed):
        raise BombError(f"unpacks to more than {BOMB_RATIO} times its size")


class _Bounded(io.RawIOBase):
    """Unpacked bytes, counted against the packed ones."""

    def __init__(self, unpacked: Any, packed: IO[bytes]) -> None:
        self._unpacked, self._packed, self._size = unpacked, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._unpacked.read(len(buffer))
        buffer[: len(piece)] = piece
        self._size += len(piece)
        check_growth(self._size, self._packed.tell())
        return len(piece)

    def close(self) -> None:
        self._unpacked.close()
        self._packed.close()
        super().close()


def open_bytes(path: Path) -> io.BufferedReader:
    """The bytes of the file, unpacked. OSError or one of UNPACK_ERRORS, now or while it is read."""
    raw: Any = path.open("rb")
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(_Bounded(gzip.GzipFile(fileobj=raw), raw), BUFFER)
    if path.suffix.lower() == ".zst":
        unpacker = zstandard.ZstdDecompressor(max_window_size=WIDEST_WINDOW)
        return io.BufferedReader(_Bounded(unpacker.stream_reader(raw, read_across_frames=True), raw), BUFFER)
    return raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw, BUFFER)
