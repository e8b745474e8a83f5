"""Print weights for `lexicon/films.toml`: how much each sign counts for a candidate title.

    python -m pipeline.training.films --data DIR [--most N]

DIR as for training.people. A conditional logit over the candidates of each review and "none", which has the score
films.THRESHOLD; weights are drawn to those that stand in films.toml, which were set by hand to begin with, since these
reviews have no headlines. What is printed is pasted there. Needs the `train` extra.
"""

import argparse
import gzip
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline.config import Config
from pipeline.lexicon.load import read
from pipeline.rules import films
from pipeline.rules.forms import fold
from pipeline.rules.pages import Page
from pipeline.stages import entities
from pipeline.training import names_sets as sets
from pipeline.training.people import SHARD, batch_of

SPREAD = 0.5
"""Standard deviation of the weights around those that stand in the lexicon."""


def observed(reviews: list[dict[str, str]]) -> list[Page]:
    """The pages of a shard of reviews, as the stage shows them to the finder of films."""
    pages: list[Page] = []
    find = films.find_film

    def note(page: Page) -> films.Film:
        pages.append(page)
        return find(page)

    films.find_film = note
    try:
        list(entities.map_entities(batch_of(reviews), Config()))
    finally:
        films.find_film = find
    return pages


def fit(rows: list[tuple[NDArray[np.float64], int]], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights for rows of (candidates, signs) with the number of the right candidate, -1 for none."""

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value = ((w - start) ** 2).sum() / (2 * SPREAD**2)
        slope = (w - start) / SPREAD**2
        for x, right in rows:
            scores = np.append(x @ w, films.THRESHOLD)
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            value -= np.log(chance[right] + 1e-12)
            slope += chance[:-1] @ x - (x[right] if right >= 0 else 0.0)
        return float(value), slope

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def main() -> None:
    """Fit and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=int, default=3000, help="reviews read")
    args = parser.parse_args()
    known = json.loads((args.data / "films.json").read_text(encoding="utf-8"))
    with gzip.open(args.data / "linked.jsonl.gz", "rt", encoding="utf-8") as stream:
        reviews = [row for row in map(json.loads, stream) if not sets.kept_back(row["film"])][: args.most]
    weights = read("films")["weights"]
    names = list(weights)
    rows = []
    for i in range(0, len(reviews), SHARD):
        shard = reviews[i : i + SHARD]
        for review, page in zip(shard, observed(shard), strict=True):
            film = known[review["film"]]
            wanted = {fold(title) for title in (film["title"], film["originalTitle"], film["title"].split(":")[0])}
            candidates = [one for _, one in films.score_candidates(page)]
            right = next((k for k, one in enumerate(candidates) if fold(one.title) in wanted), -1)
            if candidates:
                rows.append((np.array([[one.signs.get(name, 0.0) for name in names] for one in candidates]), right))
    for name, value in zip(names, fit(rows, np.array([weights[name] for name in names])), strict=True):
        print(f"{name} = {value:.2f}")


if __name__ == "__main__":
    main()
