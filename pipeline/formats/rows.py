"""The rows of a long table as HTML, column by column: a corpus has tens of thousands of them."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup
from markupsafe import escape as escape_any

from pipeline.formats.listing import NUMERIC, VERDICTS, Column
from pipeline.formats.words import film_path, plain, review_path, signed

_CLASSES = NUMERIC | {"verdict": "verdict"}
_TONES = {"positive": "praise", "negative": "blame", "mixed": "mixedc"}
_LEAN = 0.2
"""Stance from which a number is coloured as praise or as blame."""

_MARKUP = re.compile("[&<>'\"]")


def table_rows(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Markup:
    """A line `<tr>` for each row; the first cell is its head."""
    made = []
    for number, column in enumerate(columns):
        tag, head = ("td", "") if number else ("th", ' scope="row"')
        of_kind = f' class="{_CLASSES[column.kind]}"' if column.kind in _CLASSES else ""
        write = _WRITE.get(column.kind, _text)
        made.append([f"<{tag}{head}{of_kind}>{write(row[number])}</{tag}>" for row in rows])
    return Markup("".join(f"<tr>{''.join(cells)}</tr>\n" for cells in zip(*made, strict=True)))


def escape(text: str) -> str:
    """Text that no mark-up can be in; most cells need nothing for that, and to ask costs a tenth of the doing."""
    return str(escape_any(text)) if _MARKUP.search(text) else text


def _text(value: str | None) -> str:
    return "" if value is None else escape(value)


def _year(value: int | None) -> str:
    return "–" if value is None else str(value)


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _signed(value: float | None) -> str:
    if value is None:
        return "–"
    tone = "praise" if value > _LEAN else "blame" if value < -_LEAN else ""
    return f'<span class="{tone}">{signed(value)}</span>'


def _verdict(value: str) -> str:
    return f'<span class="{_TONES.get(value, "dim")}">{VERDICTS[value]}</span>'


def _list(values: Sequence[str]) -> str:
    return ", ".join(map(escape, values))


def _review(value: tuple[str, str]) -> str:
    title, review_id = value
    return f'<a href="{escape(review_path(review_id))}">{escape(title or review_id)}</a>'


def _films(value: tuple[str, str]) -> str:
    name, title = value
    return f'<a href="{escape(film_path(title))}">{escape(name)}</a>'


def _cited(value: tuple[int, str, int | None]) -> str:
    number, review_id, place = value
    return f'<a href="{escape(review_path(review_id))}#c{place}">{number:,}</a>' if review_id else f"{number:,}"


def _interval(value: tuple[float, float] | None) -> str:
    return "–" if value is None else f"{signed(value[0])} to {signed(value[1])}"


def _link(value: tuple[str, str]) -> str:
    words, address = value
    return f'<a href="{escape(address)}">{escape(words)}</a>' if address else ""


_WRITE: dict[str, Callable[[Any], str]] = {
    "number": _number,
    "cited": _cited,
    "films": _films,
    "interval": _interval,
    "year": _year,
    "share": plain,
    "signed": _signed,
    "tone": signed,
    "verdict": _verdict,
    "list": _list,
    "review": _review,
    "link": _link,
}
"""How a cell's value is written, by the kind of its column."""
