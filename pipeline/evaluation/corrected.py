"""Outputs against what readers have corrected, or found right, in the file that `closeup correct` keeps.

Where the outputs have a correction put in already, it is held against what we had said before: a run is not praised
for what it was told.
"""

from collections import defaultdict
from pathlib import Path

from pipeline.errors import CorpusError
from pipeline.evaluation.measures import Confusion, Figure, accuracy, confusion
from pipeline.evaluation.tables import Outputs
from pipeline.records import STANCES, VERDICTS, VOICES
from pipeline.rules.corrections import NONE, OF_REVIEW, Correction, parse
from pipeline.rules.found import Found, Shelf

_ORDERS = {"voice": VOICES, "stance": STANCES, "verdict": VERDICTS}
"""What is shown as a table of labels and answers, too."""


def is_corrections(path: Path) -> bool:
    """Whether a file is one of corrections."""
    with path.open("rb") as file:
        return file.read(200).decode("utf-8-sig", "replace").startswith("what,review_id,sha256,")


def score_corrections(path: Path, outputs: Outputs, applied: Path) -> tuple[list[Figure], list[Confusion], list[str]]:
    """Figures, confusions and remarks; `applied` is the file of corrections that the outputs were made with, if any.

    Raises:
        CorpusError: no correction is of a text in the outputs.
    """
    known = {review.sha256: review.review_id for review in outputs.reviews}
    gold = parse(path.read_bytes())
    put_in = {one.key for one in parse(applied.read_bytes())} if applied.is_file() else set()
    shelf = Shelf(outputs.rows)
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in gold:
        if one.sha256 in known:
            answer = one.was or NONE if one.key in put_in else _answer(one, shelf, known[one.sha256])
            pairs[one.what].append((one.label, answer))
    if not pairs:
        raise CorpusError(
            "no correction is of a text in the outputs",
            where=str(path),
            fix="Run `closeup run` on the corpus that was corrected, and name its outputs with --outputs.",
        )
    figures = [Figure(f"corrected {what}, accuracy", accuracy(some), len(some)) for what, some in sorted(pairs.items())]
    confusions = [confusion(what, pairs[what], order) for what, order in _ORDERS.items() if what in pairs]
    n_left = len(gold) - sum(map(len, pairs.values()))
    remarks = [f"{n_left} of {len(gold)} corrections are of texts that are not in the outputs"] if n_left else []
    remarks.append("Sheets hold what is least certain: over all rows the figures would be higher.")
    return figures, confusions, remarks


def _answer(one: Correction, shelf: Shelf, review_id: str) -> str:
    """What the outputs say of the thing that a correction is about."""
    same = [found for found in shelf.found(review_id) if found.what == one.what and _is_there(found, one)]
    labels = [found.label for found in same]
    # Several themes or aspects may be shown by the same words.
    return one.label if one.label in labels else next(iter(labels), NONE)


def _is_there(found: Found, one: Correction) -> bool:
    if one.what in OF_REVIEW:
        return True
    if one.what in ("voice", "stance"):
        return bool(found.span.start <= (one.start + one.end) // 2 < found.span.end)
    return bool((found.span.start, found.span.end) == (one.start, one.end))
