"""Entities of each review -> where each is named, and the sentences that praise or blame it most."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.rules.groups import best_rows, cells, encode, firsts, pairs, some_rows
from pipeline.rules.tallies import Looks, Pick, best_sentences, means, side_scores
from pipeline.summaries import EntitySummary

COUNTED = ("review_id", "entity_id", "label", "name", "n_mentions", "n_praise", "n_blame", "for_score", "against_score")
"""Columns of ReviewEntity that are summed up."""


def sum_entities(rows: pa.Table, pick: Pick, looks: Looks, names: Mapping[str, str]) -> pa.Table:
    """The EntitySummary table, most reviews first, of columns COUNTED of ReviewEntity; `pick` gives its words.

    `names` are those that the corpus gives; an entity that is not among them has the longest of its own.
    """
    review = looks.of(rows.column("review_id"))
    numbers = np.flatnonzero(review >= 0)
    rows, review = some_rows(rows.drop_columns("review_id"), numbers), review[numbers]
    entity, ids = encode(rows.column("entity_id"))
    n = len(ids)
    # Two names of one review may turn out to be one entity of the corpus: its counts are added up, the review is
    # counted once.
    who, where, of_row = pairs(entity, review)
    praise, blame = rows.column("n_praise").to_numpy(), rows.column("n_blame").to_numpy()
    balance = np.bincount(of_row, praise - blame, len(who))
    film = looks.film[where]
    has_film = looks.has_film[where]
    length = pc.utf8_length(rows.column("name")).to_numpy().astype(np.float64)
    longest = cells(rows.column("name"), best_rows(entity, length, n)).to_pylist()
    columns = {
        "entity_id": ids,
        "name": [names.get(key, own) for key, own in zip(ids, longest, strict=True)],
        "label": cells(rows.column("label"), firsts(entity, n)),
        "n_reviews": np.bincount(who, minlength=n),
        "n_mentions": np.bincount(entity, rows.column("n_mentions").to_numpy(), n).astype(np.int64),
        "n_films": np.bincount(pairs(who[has_film], film[has_film])[0], minlength=n),
        "stance": means(looks.stance[where], who, n),
        "n_praise": np.bincount(who[balance > 0], minlength=n),
        "n_blame": np.bincount(who[balance < 0], minlength=n),
        **best_sentences(pick, side_scores(rows), entity, numbers, n),
    }
    return tables.from_columns(EntitySummary, columns).sort_by(
        [("n_reviews", "descending"), ("entity_id", "ascending")]
    )
