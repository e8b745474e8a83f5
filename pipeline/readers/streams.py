"""Text from streams of bytes that may be larger than memory: line by line, or piece by piece."""

import codecs
import io
from collections.abc import Iterator

from pipeline.readers.decode import BOMS

LONGEST = 200_000_000
"""Bytes of one review, and of one line; what is longer is no review."""
TOO_LONG = "\x00 longer than a review can be\n"
"""Stands for such a line. What cannot be decoded becomes NULs, too: no text of ours may hold them."""
PIECE = 1 << 20
MIXED = "closeup-cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are not UTF-8 as cp1252, those that are not even that as NULs."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    text = error.object[error.start : error.end].decode("cp1252", "replace")
    return text.replace("\ufffd", "\x00"), error.end


codecs.register_error(MIXED, _as_cp1252)


def take_mark(stream: io.BufferedReader) -> str:
    """The encoding that the byte order mark tells, taken off the stream; empty without one."""
    head = stream.peek(4)[:4]
    for mark, codec in BOMS:
        if head.startswith(mark):
            stream.read(len(mark))
            return codec
    return ""


def read_lines(stream: io.BufferedReader) -> Iterator[str]:
    """The lines, ends kept. A line that is not UTF-8 is read as cp1252."""
    codec = take_mark(stream)
    if codec not in ("", "utf-8"):
        yield from io.TextIOWrapper(stream, encoding=codec, errors="replace", newline="")
    else:
        yield from decoded_lines(stream)


def decoded_lines(stream: io.BufferedReader) -> Iterator[str]:
    """The lines, ends kept, of a stream without a mark, of which no more is read than is asked for."""
    while line := stream.readline(LONGEST):
        if len(line) == LONGEST and not line.endswith(b"\n"):
            while (rest := stream.readline(PIECE)) and not rest.endswith(b"\n"):
                pass
            yield TOO_LONG
            continue
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode("cp1252", "replace").replace("\ufffd", "\x00")


def read_pieces(stream: io.BufferedReader) -> Iterator[str]:
    """The text in pieces of about a megabyte; bytes that are not UTF-8 are read as cp1252."""
    decoder = codecs.getincrementaldecoder(take_mark(stream) or "utf-8")(MIXED)
    while piece := stream.read(PIECE):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)
