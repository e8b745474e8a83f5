"""Rows of a table -> raw reviews: which column is the text, which tell of it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from pipeline.readers.decode import mend
from pipeline.readers.given import given_in
from pipeline.readers.raw import Raw, Refused

Row = dict[str, object] | str
"""A row by its columns, or the reason why it could not be read."""

TEXT_COLUMNS = ("text", "review", "body", "content")
ID_COLUMNS = ("id", "review_id")
PLAIN_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")
LONGEST_ID = 200
PEEKED_ROWS, PEEKED_CHARACTERS = 1_000, 4_000_000
"""Rows, or characters of them, from which the scale of a table's ratings is told."""
FIX_ROW = "Mend the row, or take it out."


class TableError(ValueError):
    """A table without a column of texts."""

    def __init__(self, columns: list[str]) -> None:
        super().__init__(f"no column holds the text: there are {', '.join(columns[:20]) or 'no columns'}")


def raws(
    rows: Iterator[Row], source: str, name: str, text_key: str, first: int = 1, scale: str | None = None
) -> Iterator[Raw | Refused]:
    """One raw review, or one refusal, for each row; rows are counted from `first`.

    `scale` is what the table's ratings are out of; None if it is to be told by the first rows.
    """
    if scale is None:
        peeked = _peek(rows)
        scale, rows = _scale(peeked), chain(peeked, rows)
    for number, row in enumerate(rows, first):
        if isinstance(row, str):
            yield Refused(f"{source}#{number}", row, FIX_ROW)
        else:
            yield _raw(row, number, source, name, text_key, scale)


def scale_of(rows: Iterator[Row]) -> str:
    """What a table's ratings are out of, told by the highest of its first rows; empty if they are no numbers."""
    return _scale(_peek(rows))


def _peek(rows: Iterator[Row]) -> list[Row]:
    peeked, size = [], 0
    for row in rows:
        peeked.append(row)
        size += sum(len(value) for value in row.values() if isinstance(value, str)) if isinstance(row, dict) else 0
        if len(peeked) == PEEKED_ROWS or size > PEEKED_CHARACTERS:
            break
    return peeked


def _raw(row: dict[str, object], number: int, source: str, name: str, text_key: str, scale: str) -> Raw | Refused:
    columns = tuple(row)
    key = next((as_text(row[column]) for column in id_columns(columns)), "")
    key = " ".join(mend(key).split())
    key = key if key and len(key) <= LONGEST_ID and "\x00" not in key else str(number)
    source, name = f"{source}#{key}", f"{name}-{key}"
    column = text_column(columns, text_key)
    if not column:
        return Refused(source, str(TableError(list(columns))), "Name the column with --text-key.")
    if row[column] is not None and not isinstance(row[column], str | bytes | int | float):
        return Refused(source, f"its {column} is not a text", FIX_ROW)
    text = mend(as_text(row[column]))
    if not text.strip():
        return Refused(source, "nothing to read", "Write a review into the row, or take it out.")
    if "\x00" in text:
        return Refused(source, "holds NULs or bytes that are in no known encoding", "Save the table as UTF-8.")
    given = given_in({each: as_texts(row[each]) for each in columns if each != column})
    if "rating" in given and scale:
        given["rating_scale"] = scale
    return Raw(source, name, text, "text", given)


@lru_cache(maxsize=256)
def text_column(columns: tuple[str, ...], text_key: str) -> str:
    """The column that holds the text; empty if there is none."""
    wanted = (text_key.strip().lower(),) if text_key else TEXT_COLUMNS
    named = {column.strip().lower(): column for column in reversed(columns)}
    return next((named[name] for name in wanted if name in named), "")


@lru_cache(maxsize=256)
def id_columns(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that hold the row's id, best first."""
    return tuple(column for name in ID_COLUMNS for column in columns if column.strip().lower() == name)


def as_text(value: object) -> str:
    """A cell as text; empty if it holds nothing, or more than one value."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or value != value or isinstance(value, bool | list | dict):
        return ""
    return str(value)


def as_texts(value: object) -> list[str]:
    """A cell as a list of texts: of each of its elements, or of the `name` of each."""
    values = value if isinstance(value, list) else [value]
    return [mend(as_text(each.get("name") if isinstance(each, dict) else each)) for each in values[:100]]


def _scale(rows: list[Row]) -> str:
    told = [
        given_in({key: as_texts(value) for key, value in row.items() if len(key) < 40})
        for row in rows
        if isinstance(row, dict)
    ]
    ratings = [given["rating"] for given in told if "rating" in given]
    if not ratings or not all(PLAIN_NUMBER.fullmatch(rating) for rating in ratings):
        return ""
    best = max(float(rating) for rating in ratings)
    if best <= 1 and any("." in rating.rstrip("0").rstrip(".") for rating in ratings):
        return "1"
    return "5" if best <= 5 else "10" if best <= 10 else "100"
