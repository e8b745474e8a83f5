"""Make `models/people.npz`: does a person who is named without a role play in the film, or has directed it?

    python -m pipeline.training.people --data DIR

DIR holds films.json (movielog's data/titles by IMDb id) and linked.jsonl.gz (aclImdb's reviews of these films: id,
text, film). Every real person whom the pipeline finds in such a review without a credit is one row; its class is what
the film's cast and directors say. Films kept back for measuring are left out. Needs the `train` extra.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.config import Config
from pipeline.documents import Document
from pipeline.models import people
from pipeline.records import Section, Sentence
from pipeline.rules.forms import fold
from pipeline.stage import Batch
from pipeline.stages import entities
from pipeline.training import names_sets as sets

LEAST = 12
"""Rows in which a sign must be seen."""
PENALTY = 0.1
"""Inverse strength of the penalty, chosen on the last quarter of the reviews."""
SHARD = 100

Row = tuple[int, dict[str, float]]


def batch_of(reviews: list[dict[str, str]]) -> Batch:
    """Reviews as a shard: one section of running text each."""
    documents, sections, sentences = [], [], []
    for number, review in enumerate(reviews):
        text = review["text"]
        documents.append(Document(str(number), f"{number}.txt", "", text))
        sections.append(Section(f"{number}.s1", str(number), "body", "", "en", 0, len(text), text))
        for i, (start, end, _) in enumerate(sets.sentences(text, "body")):
            row = Sentence(f"{number}.s1.{i}", f"{number}.s1", str(number), start, end, text[start:end])
            sentences.append(row)
    return Batch(documents, {Section: sections, Sentence: sentences})


def rows_of(reviews: list[dict[str, str]], films: dict[str, Any]) -> Iterator[Row]:
    """Class and signs of the people without a role in a shard of reviews."""
    seen: list[tuple[str, str, dict[str, float]]] = []

    def note(text: str, places: list[tuple[int, int]], is_known: bool) -> tuple[float, float]:
        start, end = max(places, key=lambda place: place[1] - place[0])
        seen.append((text, text[start:end], people.signs(text, places, is_known)))
        return 0.0, 0.0

    judge = people.judge
    people.judge = note  # type: ignore[assignment]
    try:
        list(entities.map_entities(batch_of(reviews), Config()))
    finally:
        people.judge = judge
    film_of = {review["text"]: films[review["film"]] for review in reviews}
    for text, name, signs in seen:
        film = film_of.get(text)
        if film is not None:
            cast = {fold(person["name"]) for person in film["performers"]}
            made = {fold(person["name"]) for person in film["directors"]}
            yield (1 if fold(name) in cast else 2 if fold(name) in made else 0), signs


def main() -> None:
    """Fit the model, say how good it is, write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=people.FILE)
    parser.add_argument("--most", type=int, default=100_000, help="reviews read")
    args = parser.parse_args()
    films = json.loads((args.data / "films.json").read_text(encoding="utf-8"))
    with gzip.open(args.data / "linked.jsonl.gz", "rt", encoding="utf-8") as stream:
        reviews = [row for row in map(json.loads, stream) if not sets.kept_back(row["film"])][: args.most]
    rows = [row for i in range(0, len(reviews), SHARD) for row in rows_of(reviews[i : i + SHARD], films)]
    seen = Counter(sign for _, signs in rows for sign in signs)
    kept = [{sign: value for sign, value in signs.items() if seen[sign] >= LEAST} for _, signs in rows]
    vectors = DictVectorizer()
    x, y = vectors.fit_transform(kept), np.array([label for label, _ in rows])
    first = len(y) * 3 // 4
    trial = LogisticRegression(C=PENALTY, max_iter=2000).fit(x[:first], y[:first])
    plays = trial.predict_proba(x[first:])[:, 1] >= 0.65
    right = (y[first:] == 1)[plays].sum()
    print(f"{len(y)} people, {Counter(y.tolist())}; last quarter, actors at 0.65:", end=" ")
    print(f"precision {right / max(1, plays.sum()):.3f}, recall {right / max(1, (y[first:] == 1).sum()):.3f}")
    model = LogisticRegression(C=PENALTY, max_iter=2000).fit(x, y)
    np.savez_compressed(
        args.out,
        signs=np.array(vectors.feature_names_),
        weights=model.coef_.T.astype(np.float16),
        bias=model.intercept_.astype(np.float32),
    )


if __name__ == "__main__":
    main()
