"""Numbers and ids as people read them."""

import re
from urllib.parse import quote as quote_url

VERDICT_WORDS = {"positive": "positive", "mixed": "mixed", "negative": "negative", "": "not scored"}
"""What a verdict is called on a page."""

VERDICT_SIGNS = {"positive": "▲", "mixed": "◆", "negative": "▼", "": "–"}

VOICE_WORDS = {"opinion": "opinion", "plot": "story", "fact": "fact", "other": "aside", "": ""}
"""What a voice is called on a page."""

MINUS = "−"


def name_of(slug: str) -> str:
    """A theme's id as words: `control-and-abuse` is "control and abuse"."""
    return re.sub(r"[-_]+", " ", slug)


def signed(value: float | None) -> str:
    """A number from -1 to 1 with its sign and two decimals; a dash for none."""
    if value is None:
        return "–"
    text = f"{abs(value):.2f}"
    if text == "0.00":
        return "0.00"
    return ("+" if value > 0 else MINUS) + text


def plain(value: float | None) -> str:
    """A number from 0 to 1 with two decimals; a dash for none."""
    return "–" if value is None else f"{value:.2f}"


def count(n: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 review", "12 reviews"; thousands are set apart."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def percent(part: float | None) -> str:
    """A share as per cent; a dash for none."""
    return "–" if part is None else f"{round(part * 100)} %"


def review_path(review_id: str) -> str:
    """Path of a review's page from the index, as a URL."""
    return f"reviews/{quote_url(review_id)}.html"


def film_path(title: str) -> str:
    """Address of the index with the reviews of a film, by its title as the table of reviews has it."""
    return f"index.html#film={quote_url(title, safe='')}"


def shorten(text: str, most: int) -> str:
    """The text on one line, cut at a word after `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"
