"""JSON Lines and JSON -> rows, streamed: one dict a row, or the reason why a row cannot be read."""

import io
import json
import re
from collections.abc import Iterator

from pipeline.readers.columns import Row
from pipeline.readers.streams import LONGEST, read_lines, read_pieces

SPACE = re.compile(r"[\s,]*")
BRACKET = re.compile(r'["{}\[\]]')
STRING = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
PLAIN = re.compile(r"[^\s,:{}\[\]\"]++")
KEY_END = re.compile(r"\s*:\s*")
BLANK = " \t\n\r\v\f"
"""What a line may be made of and hold no row; the same characters as of bytes, so that rows can be counted there."""
DEEPEST = 200
"""Brackets within brackets that a review's row may hold."""


def read_jsonl(stream: io.BufferedReader, text_key: str) -> Iterator[Row]:
    """The rows of a JSON Lines file, one a line."""
    for line in read_lines(stream):
        if line.strip(BLANK):
            yield row_of(line)


def read_json(stream: io.BufferedReader, text_key: str) -> Iterator[Row]:
    """The rows of a JSON file: a list of them, an object that holds such a list, or one object alone."""
    window = Window(read_pieces(stream))
    while (begin := window.skip(SPACE)) != "":
        if begin == "[":
            yield from _elements(window)
        elif begin == "{":
            yield from _object(window)
        else:
            yield f"is not JSON: {window.value()[:40]!r} stands where a row should"


def _elements(window: "Window") -> Iterator[Row]:
    """The elements of the list that begins here."""
    window.at += 1
    while (begin := window.skip(SPACE)) != "":
        if begin == "]":
            window.at += 1
            return
        yield row_of(window.value())
    yield "the list does not end: the file is cut off"


def _object(window: "Window") -> Iterator[Row]:
    """The object that begins here: a row, or the holder of lists of rows."""
    window.at += 1
    pairs: list[str] = []
    held = False
    while (begin := window.skip(SPACE)) != "":
        if begin == "}":
            window.at += 1
            if not held:
                yield row_of("{" + ",".join(pairs) + "}")
            return
        key = window.value()
        window.skip(KEY_END)
        if window.skip(SPACE) == "[" and window.holds_objects():
            held = True
            yield from _elements(window)
        else:
            pairs.append(f"{key}:{window.value()}")
    yield "the object does not end: the file is cut off"


def row_of(text: str) -> Row:
    """The row that `text` holds, or why it holds none."""
    if "\x00" in text:
        return text.replace("\x00", "").strip() or "holds NULs or bytes that are in no known encoding"
    try:
        value = json.loads(text)
    except ValueError as error:
        return f"is not JSON: {error}"
    except RecursionError:
        return "is not a row: too many brackets within brackets"
    if isinstance(value, str):
        return {"text": value}
    return value if isinstance(value, dict) else "is not an object with a text"


class Window:
    """A part of a long text that moves along it."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self.at = 0
        """Where reading stands, in the part."""

    def _more(self) -> bool:
        """Read on, twice as far each time in a row, so that starting over stays cheap; whether there was more."""
        self._text = self._text[self.at :]
        self.at = 0
        parts, wanted = [self._text], max(1, len(self._text))
        for piece in self._pieces:
            parts.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        self._text = "".join(parts)
        return len(parts) > 1

    def skip(self, what: re.Pattern[str]) -> str:
        """Skip what is between values; the character after it, or nothing at the end."""
        while True:
            found = what.match(self._text, self.at)
            if found is not None:
                self.at = found.end()
            if self.at < len(self._text) or not self._more():
                return self._text[self.at : self.at + 1]

    def holds_objects(self) -> bool:
        """Whether the list that begins here has an object as its first element."""
        while True:
            found = re.compile(r"\[\s*(\S)").match(self._text, self.at)
            if found is not None:
                return found[1] == "{"
            if not self._more():
                return False

    def value(self) -> str:
        """The JSON value that begins here, whole; what is left of it at the end of the text."""
        end = self._end()
        text = self._text[self.at : end]
        self.at = end
        return text

    def _end(self) -> int:
        """Where the value ends that begins here, by its brackets and quotes alone."""
        depth, ahead = 0, 0
        while True:
            start = self.at + ahead
            if depth == 0 and (plain := PLAIN.match(self._text, start)) is not None:
                if plain.end() < len(self._text) or not self._more():
                    return plain.end()
                continue
            found = BRACKET.search(self._text, start)
            if found is None:
                if len(self._text) - self.at > LONGEST or not self._more():
                    return len(self._text)
                continue
            if found[0] == '"':
                closed = STRING.match(self._text, found.end())
                if closed is None:
                    if len(self._text) - self.at > LONGEST or not self._more():
                        return len(self._text)
                    continue
                ahead = closed.end() - self.at
            else:
                depth += 1 if found[0] in "{[" else -1
                ahead = found.end() - self.at
            if depth <= 0:
                return self.at + max(ahead, 1)
