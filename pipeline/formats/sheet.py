"""The sheet that a reader corrects: its columns, and rows to and from CSV, whatever a spreadsheet makes of it."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = (
    "what",
    "text",
    "label",
    "ok",
    "may_be",
    "score",
    "before",
    "after",
    "our_label",
    "our_text",
    "source",
    "review_id",
    "start",
    "end",
    "sha256",
)
"""A reader edits `label`, to one of those under `may_be`, and, of a name, `text`; or puts an x under `ok` where all is
right. The others say where a row belongs and are best left alone."""

NEEDED = ("what", "text", "label", "review_id")
"""Columns without which a sheet cannot be read."""

# What spreadsheets make of quotes, dashes and spaces as they are typed; one for one, so that offsets stay.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑–—−", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
    }
)


def sheet_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as CSV, UTF-8 with a BOM."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def parse_sheet(content: bytes) -> list[dict[str, str]]:
    """The rows of a sheet: columns in any order, with commas, semicolons or tabs; a missing cell is empty.

    Raises:
        KeyError: a column that is needed is not there.
    """
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    names = [cell.strip().lower() for cell in next(rows, [])]
    for name in NEEDED:
        if name not in names:
            raise KeyError(name)
    found = []
    for row in rows:
        if any(cell.strip() for cell in row):
            cells = dict(zip(names, row, strict=False))
            found.append({name: cells.get(name, "") for name in COLUMNS})
    return found


def plain(text: str) -> str:
    """The text as a typewriter has it, character for character."""
    return text.translate(_PLAIN)
