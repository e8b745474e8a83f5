"""Outputs against a table of labels: a CSV file with a column `source` and `stance`, `verdict` or `rating`.

`source` is as in reviews.csv. `stance` is 1, 0, -1 or its name, and is held against the stance of the review, as
fits texts of one sentence; `rating` is any number that rises with praise.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import CorpusError
from pipeline.evaluation.measures import Confusion, Figure, accuracy, calibration_error, confusion, macro_f1, spearman
from pipeline.evaluation.rivals import leaning, polarities, rivals
from pipeline.evaluation.tables import Outputs
from pipeline.records import STANCES, TEXT_KINDS, VERDICTS, ReviewSentiment, Section

_STANCE = {"1": "positive", "0": "neutral", "-1": "negative"} | {name: name for name in STANCES}
_EDGE = 0.1
"""Stance of a review up to which it counts as neutral where three classes are asked for."""


def score_table(path: Path, outputs: Outputs) -> tuple[list[Figure], list[Confusion], list[str]]:
    """Figures, confusions and remarks. Raises CorpusError if no row of the table is a review of the outputs."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    id_of = {review.source: review.review_id for review in outputs.reviews}
    known = [(row, id_of[row["source"]]) for row in rows if row.get("source") in id_of]
    if not known:
        raise CorpusError(
            "no row names a review of the outputs",
            where=str(path),
            fix="Give the file a column `source` with the values of reviews.csv, and `stance`, `verdict` or `rating`.",
        )
    figures: list[Figure] = []
    confusions: list[Confusion] = []
    for column, score in (("stance", _stances), ("verdict", _verdicts), ("rating", _ratings)):
        labelled = [(row[column].strip(), review_id) for row, review_id in known if (row.get(column) or "").strip()]
        if labelled:
            figures += score(labelled, outputs)
    verdicts = _verdict_pairs([(row["verdict"], i) for row, i in known if row.get("verdict")], outputs)
    if verdicts:
        confusions.append(confusion("verdict", verdicts, VERDICTS))
    missing = len(rows) - len(known)
    return figures, confusions, [f"{missing} of {len(rows)} rows name no review of the outputs"] if missing else []


def _sentiment(outputs: Outputs, review_id: str) -> ReviewSentiment:
    row: ReviewSentiment = outputs.of(ReviewSentiment, review_id)[0]
    return row


def _text(outputs: Outputs, review_id: str) -> str:
    sections: list[Section] = outputs.of(Section, review_id)
    return "\n\n".join(section.text for section in sections if section.kind in TEXT_KINDS)


def _stances(labelled: list[tuple[str, str]], outputs: Outputs) -> Iterator[Figure]:
    labels = [_STANCE[label] for label, _ in labelled]
    stance = [_sentiment(outputs, review_id).stance or 0.0 for _, review_id in labelled]
    texts = [_text(outputs, review_id) for _, review_id in labelled]
    said = {"": stance} | {f": {name}": polarities(rival, texts) for name, rival in rivals().items()}
    for name, values in said.items():
        signs = [(label, "positive" if value > 0 else "negative") for label, value in zip(labels, values, strict=True)]
        judged = [pair for pair in signs if pair[0] != "neutral"]
        yield Figure(f"stance, sign of the judged{name}", accuracy(judged), len(judged))
        if "neutral" in labels:
            edge = _EDGE if not name else 0.0
            three = [
                (label, "neutral" if abs(value) < edge else leaning(value))
                for label, value in zip(labels, values, strict=True)
            ]
            yield Figure(f"stance, macro F1{name}", macro_f1(three, STANCES), len(three))


def _verdict_pairs(labelled: list[tuple[str, str]], outputs: Outputs) -> list[tuple[str, str]]:
    return [(label, _sentiment(outputs, review_id).verdict) for label, review_id in labelled]


def _verdicts(labelled: list[tuple[str, str]], outputs: Outputs) -> Iterator[Figure]:
    pairs = _verdict_pairs(labelled, outputs)
    scores = [_sentiment(outputs, review_id).verdict_score or 0.0 for _, review_id in labelled]
    yield Figure("verdict, accuracy", accuracy(pairs), len(pairs))
    yield Figure("verdict, macro F1", macro_f1(pairs, VERDICTS), len(pairs))
    yield Figure("verdict, calibration error", calibration_error(scores, [a == b for a, b in pairs]), len(pairs))


def _ratings(labelled: list[tuple[str, str]], outputs: Outputs) -> Iterator[Figure]:
    ratings = [float(label) for label, _ in labelled]
    texts = [_text(outputs, review_id) for _, review_id in labelled]
    stance = [_sentiment(outputs, review_id).stance or 0.0 for _, review_id in labelled]
    yield Figure("rating, rank correlation", spearman(ratings, stance), len(ratings))
    for name, rival in rivals().items():
        yield Figure(f"rating, rank correlation: {name}", spearman(ratings, polarities(rival, texts)), len(ratings))
