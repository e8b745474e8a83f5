"""Which of many sentences tells most: the pull quotes of the report.

A pull quote is a sentence of the reviewer's own opinion, to the letter, of a length that can be quoted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipeline.records import Sentence

SHORT, LONG = 6, 40
"""Words within which a sentence is quoted at its full worth; shorter and longer ones count for less."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence, and how telling it is."""

    text: str = ""
    start: int | None = None
    """First character in the source text."""
    end: int | None = None
    """One past its last character."""
    score: float = 0.0
    """How telling it is, 0-1."""
    review_id: str = ""

    def columns(self, side: str) -> dict[str, Any]:
        """Its text and place as columns `<side>_text`, `<side>_start` and `<side>_end`."""
        return {f"{side}_text": self.text, f"{side}_start": self.start, f"{side}_end": self.end}


NO_QUOTE = Quote()


def quote(sentence: Sentence, weight: float) -> Quote:
    """A sentence as a quote; `weight` (0-1) says how sure and how strong its judgement is."""
    n_words = len(sentence.text.split())
    length = min(1.0, n_words / SHORT, LONG / max(n_words, 1))
    # Rounded before it is compared, so that the choice never hangs on the last bit of a float.
    return Quote(sentence.text, sentence.start, sentence.end, round(weight * length, 4), sentence.review_id)


def best(quotes: Iterable[Quote]) -> Quote:
    """The most telling quote, the first of equals; an empty one if there is none."""
    return max(quotes, key=lambda one: one.score, default=NO_QUOTE)
