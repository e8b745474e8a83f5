"""What the summaries of the corpus must know of each review, and the best sentences of those seen so far."""

from dataclasses import dataclass, field
from typing import Any

from pipeline.rules.statistics import interval, spread
from pipeline.rules.telling import NO_QUOTE, Quote, best
from pipeline.summaries import ReviewAspect, ReviewEntity, ReviewSummary


@dataclass(frozen=True, slots=True)
class Look:
    """A review that counts, in three words."""

    film_id: str
    year: int | None
    """Year of the film."""
    stance: float | None


Looks = dict[str, Look]
"""By review_id; a review that is not in it is a duplicate."""


@dataclass(slots=True)
class Sides:
    """The best sentence for and against, of those seen so far."""

    praise: Quote = NO_QUOTE
    blame: Quote = NO_QUOTE

    def see(self, row: ReviewSummary | ReviewAspect | ReviewEntity) -> None:
        """Take note of the two sentences of a row."""
        praise = Quote(row.for_text, row.for_start, row.for_end, row.for_score, row.review_id)
        blame = Quote(row.against_text, row.against_start, row.against_end, row.against_score, row.review_id)
        self.praise = best((self.praise, praise))
        self.blame = best((self.blame, blame))

    def columns(self) -> dict[str, Any]:
        """Both as columns of a summary."""
        return {
            **({"for_review_id": self.praise.review_id if self.praise.text else ""} | self.praise.columns("for")),
            **({"against_review_id": self.blame.review_id if self.blame.text else ""} | self.blame.columns("against")),
        }


@dataclass(slots=True)
class Scores:
    """A number for each review, and what they say together."""

    by_review: dict[str, float] = field(default_factory=dict)

    def columns(self, name: str) -> dict[str, Any]:
        """Spread, interval and the reviews that disagree most, as columns; `name` seeds the interval."""
        values = list(self.by_review.values())
        low, high = interval(values, name)
        # `max` and `min` give the first of equals, in the order of the corpus.
        apart = len(values) > 1 and min(values) < max(values)
        return {
            "spread": spread(values),
            "low": low,
            "high": high,
            "warmest": max(self.by_review, key=self.by_review.__getitem__) if apart else "",
            "coldest": min(self.by_review, key=self.by_review.__getitem__) if apart else "",
        }
