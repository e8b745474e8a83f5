"""The rows that an evaluation needs, by review, from a folder of outputs."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import tables
from pipeline.plan import STAGES
from pipeline.records import (
    Aspect,
    Credit,
    Entity,
    Film,
    Mention,
    Review,
    ReviewSentiment,
    Section,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)

NEEDED = (Section, Sentence, Film, Mention, Credit, SentenceSentiment, ReviewSentiment, Aspect, ThemeHit)
"""Record classes whose rows are sorted by review."""


@dataclass(slots=True)
class Outputs:
    """What a run wrote."""

    reviews: list[Review]
    entity: dict[str, Entity]
    """By entity_id."""
    rows: dict[type, dict[str, list[Any]]] = field(default_factory=dict)
    """Rows of each of NEEDED by review_id, in order of place."""

    def of(self, kind: type, review_id: str) -> list[Any]:
        """The rows of a review."""
        return self.rows[kind].get(review_id, [])


def read_outputs(outputs: Path) -> Outputs:
    """Read the tables below `outputs`. Raises OutputsError if one is missing."""
    stage_of = {kind: stage.name for stage in STAGES for kind in stage.writes}

    def read(kind: type) -> list[Any]:
        return tables.to_rows(kind, tables.read_table(outputs, stage_of[kind], kind))

    found = Outputs(read(Review), {entity.entity_id: entity for entity in read(Entity)})
    for kind in NEEDED:
        by_review: dict[str, list[Any]] = defaultdict(list)
        for row in read(kind):
            by_review[row.review_id].append(row)
        found.rows[kind] = dict(by_review)
    return found


def most_shared(rows: list[Any], start: int, end: int) -> Any | None:
    """The row that shares most characters of start:end, or None if none shares any."""
    best, most = None, 0
    for row in rows:
        shared = min(row.end, end) - max(row.start, start)
        if shared > most:
            best, most = row, shared
    return best
