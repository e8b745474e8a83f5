"""Entities of each review -> where each is named, and the sentences that praise or blame it most."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from pipeline.rules.statistics import mean
from pipeline.rules.tallies import Looks, Sides
from pipeline.summaries import EntitySummary, ReviewEntity


@dataclass(slots=True)
class _EntityTotal:
    label: str = ""
    name: str = ""
    n_reviews: int = 0
    n_mentions: int = 0
    n_praise: int = 0
    n_blame: int = 0
    films: set[str] = field(default_factory=set)
    stances: list[float] = field(default_factory=list)
    sides: Sides = field(default_factory=Sides)


def sum_entities(rows: Iterable[ReviewEntity], looks: Looks, names: Mapping[str, str]) -> Iterator[EntitySummary]:
    """A row an entity, most reviews first; the rows of a review must stand together.

    `names` are those that the corpus gives; an entity that is not among them has the longest of its own.
    """
    totals: dict[str, _EntityTotal] = defaultdict(_EntityTotal)
    for review_id, group in groupby(rows, attrgetter("review_id")):
        look = looks.get(review_id)
        if look is None:
            continue
        balance: Counter[str] = Counter()
        for row in group:
            # Two names of one review may turn out to be one entity of the corpus: its counts are added up,
            # the review is counted once.
            total = totals[row.entity_id]
            total.label = row.label
            total.name = max(total.name, row.name, key=len)
            total.n_mentions += row.n_mentions
            total.sides.see(row)
            balance[row.entity_id] += row.n_praise - row.n_blame
        for entity_id, sign in balance.items():
            total = totals[entity_id]
            total.n_reviews += 1
            total.n_praise += sign > 0
            total.n_blame += sign < 0
            if look.film_id:
                total.films.add(look.film_id)
            if look.stance is not None:
                total.stances.append(look.stance)
    for entity_id, total in sorted(totals.items(), key=lambda item: (-item[1].n_reviews, item[0])):
        yield EntitySummary(
            entity_id=entity_id,
            name=names.get(entity_id, total.name),
            label=total.label,
            n_reviews=total.n_reviews,
            n_mentions=total.n_mentions,
            n_films=len(total.films),
            stance=mean(total.stances),
            n_praise=total.n_praise,
            n_blame=total.n_blame,
            **total.sides.columns(),
        )
