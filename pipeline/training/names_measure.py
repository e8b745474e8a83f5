"""How good the tagger of names is, on the sets that are kept for measuring.

    python -m pipeline.training.names_measure --data DIR [--weights FILE] [--fold N]

WNUT-17 dev, by exact spans; with `--fold`, that fifth of Universal NER and of the reviews read by hand, which the
weights must not have seen (`training/names.py --fold`); reviews of the tenth of movielog's films that is kept back, through
the whole stage: cast named in full and found as PERSON, roles, titles, and the pairs of actor and character that the text
puts side by side.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from pipeline import nlp
from pipeline.config import Config
from pipeline.evaluation.names import fold_name, is_same_name
from pipeline.models import gazetteer, names
from pipeline.records import LABELS, Credit, Mention
from pipeline.rules.mentions import LEAST
from pipeline.stages import entities
from pipeline.training import names_sets as sets
from pipeline.training.people import batch_of

SHARD = 200
NEAR = 40
"""Characters between an actor and a character whom a text puts side by side, with no other name between them."""


class Tally:
    """Counts behind precision, recall and F1, by name of the figure."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.wanted: Counter[str] = Counter()

    def add(self, name: str, wanted: set[Any], found: set[Any]) -> None:
        """Count what was found of what was wanted."""
        self.right[name] += len(wanted & found)
        self.found[name] += len(found)
        self.wanted[name] += len(wanted)

    def show(self) -> None:
        """A line a figure."""
        for name in self.wanted:
            right, found, wanted = self.right[name], self.found[name], self.wanted[name]
            f1 = 2 * right / max(1, found + wanted)
            print(
                f"{name}: F1 {f1:.3f} (precision {right / max(1, found):.3f}, recall {right / max(1, wanted):.3f}; {wanted})",
                flush=True,
            )


def tag(
    samples: list[sets.Sample], tagger: names.Tagger, is_all: bool = False
) -> Iterable[list[tuple[int, int, int, float]]]:
    """Start, end, label and score of the names of each sample; without `is_all` those that become mentions."""
    for low in range(0, len(samples), SHARD):
        part = samples[low : low + SHARD]
        with nlp.memory_zone():
            tokens = nlp.tokenize(sample.text for sample in part)
            rows = [(i, *s) for i, sample in enumerate(part) for s in (sample.sents or [(0, len(sample.text), 3)])]
            text, start, end, kind = (list(column) for column in zip(*rows, strict=True))
            sents = nlp.sentences_of(tokens, text, start, end, kind, list(range(len(rows))))
            found = names.tag(tokens, sents, None, tagger)
            made: list[list[tuple[int, int, int, float]]] = [[] for _ in part]
            for first, last, label, score in zip(found.first, found.last, found.label, found.score, strict=True):
                if is_all or score >= LEAST:
                    span = int(tokens.start[first]), int(tokens.end[last - 1]), int(label), float(score)
                    made[tokens.text[first]].append(span)
        yield from made


def spans_of_set(name: str, samples: list[sets.Sample], kinds: dict[str, set[int]], tagger: names.Tagger) -> None:
    """Exact spans of an open set; `kinds` says which of our labels each of its own is."""
    tally = Tally()
    for sample, found in zip(samples, tag(samples, tagger), strict=True):
        for kind, labels in kinds.items():
            wanted = {(a, b) for a, b, own in sample.spans if set(own) <= labels}
            tally.add(f"{name}, {kind}", wanted, {(a, b) for a, b, label, _ in found if label in labels})
    tally.show()


def names_of_reviews(samples: list[sets.Sample], tagger: names.Tagger) -> None:
    """Names of reviews read by hand, each name and label once a review, by the tagger alone."""
    tally = Tally()
    for sample, found in zip(samples, tag(samples, tagger), strict=True):
        for label, title in enumerate(LABELS):
            if title != "DATE":
                ours = {fold_name(sample.text[a:b]) for a, b, own, _ in found if own == label}
                theirs = {fold_name(sample.text[a:b]) for a, b, own in sample.spans if own == (label,)}
                tally.add("reviews, all", {(n, label) for n in theirs}, {(n, label) for n in ours})
                tally.add(f"reviews, {title}", theirs, ours)
    tally.show()


def calibration(samples: list[sets.Sample], tagger: names.Tagger) -> tuple[float, float]:
    """Slope and shift of the scores' logits that fit reviews read by hand best (names.CALIBRATION in training)."""
    people = {sets.PERSON, sets.CHARACTER}
    x, y = [], []
    for sample, found in zip(samples, tag(samples, tagger, is_all=True), strict=True):
        labels = {(a, b): set(own) for a, b, own in sample.spans}
        for start, end, label, score in found:
            if label != sets.DATE and score not in names.LISTED:
                own = labels.get((start, end), set())
                x.append(
                    (np.log(score / (1 - score)) - tagger.weights["calibration"][1]) / tagger.weights["calibration"][0]
                )
                y.append(float(bool(own & (people if label in people else {label}))))
    model = LogisticRegression(C=1e3).fit(np.array(x)[:, None], np.array(y))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def pairs_in(text: str, cast: list[tuple[str, str]], sents: list[tuple[int, int, int]]) -> set[tuple[str, str]]:
    """The pairs of actor and character that stand side by side in one sentence."""
    found = set()
    for actor, role in cast:
        spots = []
        for name in (actor, role):
            words = name.split()
            forms = {name, words[-1], words[0]} if len(words[0]) > 2 else {name, words[-1]}
            forms = {form for form in forms if form.lower().rstrip(".") not in sets.TITLES}
            wide = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
            spots.append([m.span() for m in re.finditer(rf"(?<!\w)(?:{wide})(?!\w)", text)])
        for a, b in spots[0]:
            for c, d in spots[1]:
                low, high = min(b, d), max(a, c)
                between = text[low:high]
                inside = any(start <= min(a, c) and max(b, d) <= end for start, end, _ in sents)
                if low <= high and high - low <= NEAR and inside and not re.search(r"\b[A-Z]", between):
                    found.add((actor, role))
    return found


def films_kept_back(data: Path) -> None:
    """Reviews of films kept back, through the whole stage with the weights of the package."""
    films = json.loads((data / "films.json").read_text(encoding="utf-8"))
    known = gazetteer.load()
    with gzip.open(data / "linked.jsonl.gz", "rt", encoding="utf-8") as stream:
        reviews = [row for row in map(json.loads, stream) if sets.kept_back(row["film"])]
    tally = Tally()
    n_words, seconds = 0, 0.0
    for low in range(0, len(reviews), SHARD):
        part = reviews[low : low + SHARD]
        n_words += sum(len(row["text"].split()) for row in part)
        with nlp.memory_zone():
            batch = batch_of(part)
            _ = batch.sentences
            began = time.process_time()
            rows = list(entities.map_entities(batch, Config()))
            seconds += time.process_time() - began
        for number, review in enumerate(part):
            film, text = films[review["film"]], review["text"]
            own = [row for row in rows if getattr(row, "review_id", "") == str(number)]
            found: dict[str, set[str]] = {}
            for row in own:
                if isinstance(row, Mention):
                    found.setdefault(fold_name(row.text), set()).add(row.label)
            people = [p["name"] for key in ("performers", "directors", "writers") for p in film[key]]
            full = {name for name in people if " " in name and re.search(rf"\b{re.escape(name)}\b", text)}
            right = {name for name in full if "PERSON" in found.get(fold_name(name), ())}
            tally.add("cast and makers named in full, as PERSON (recall)", full, right)
            for where, test in (("has", known.has_person), ("lacks", lambda name: not known.has_person(name))):
                tally.add(f"… whom the gazetteer {where}", {n for n in full if test(n)}, {n for n in right if test(n)})
            silver = sets.silver_names(film)
            roles = {
                n
                for n, kinds in silver.items()
                if kinds == {sets.CHARACTER} and re.search(rf"\b{re.escape(n)}\b", text)
            }
            tally.add(
                "roles, as CHARACTER (recall)", roles, {n for n in roles if "CHARACTER" in found.get(fold_name(n), ())}
            )
            titles = {film["title"]} if re.search(rf"\b{re.escape(film['title'])}\b", text) else set()
            tally.add(
                "the film's title, as WORK (recall)",
                titles,
                {n for n in titles if "WORK" in found.get(fold_name(n), ())},
            )
            cast = [(p["name"], role) for p in film["performers"] for role in _roles(p) if " " in p["name"]]
            linked = pairs_in(text, cast, sets.sentences(text, "body"))
            told = [(r.person, r.character) for r in own if isinstance(r, Credit) and r.role == "actor" and r.character]
            hit = {
                (a, c)
                for a, c in linked
                if any(is_same_name(a, person) and is_same_name(c, role) for person, role in told)
            }
            tally.add("actor and character side by side, as a credit (recall)", linked, hit)
    tally.show()
    print(f"the stage, its tokens at hand: {n_words / seconds:,.0f} words a CPU second")


def _roles(person: dict[str, Any]) -> list[str]:
    names_of = sets.silver_names(
        {"performers": [person], "directors": [], "writers": [], "title": "", "originalTitle": ""}
    )
    return [name for name, labels in names_of.items() if name and labels == {sets.CHARACTER}]


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=names.FILE)
    parser.add_argument("--fold", type=int, default=-1)
    args = parser.parse_args()
    tagger = names.load(args.weights)
    people = {sets.PERSON, sets.CHARACTER}
    dev = sets.open_set(args.data, sets.WNUT)[sets.WNUT_TRAIN :]
    spans_of_set("WNUT-17 dev", dev, {"person": people, "creative-work": {sets.WORK}}, tagger)
    if args.fold >= 0:
        rows = [row for row in sets.open_set(args.data, sets.UNER) if row.group % 5 == args.fold]
        kinds = {"PER": people, "LOC": {sets.PLACE}, "ORG": {sets.ORG}}
        spans_of_set("Universal NER's fifth", rows, kinds, tagger)
        hand = [row for row in sets.by_hand(args.data) if row.group % 5 == args.fold]
        names_of_reviews(hand, tagger)
        print("calibration that fits them: {:.2f} {:.2f}".format(*calibration(hand, tagger)))
    if args.weights == names.FILE:
        films_kept_back(args.data)


if __name__ == "__main__":
    main()
