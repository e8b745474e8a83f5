"""How good the tagger of names is, on the sets that are kept for measuring.

    python -m pipeline.training.names_measure --data DIR
    python -m pipeline.training.names_measure --data DIR --folds FILE FILE FILE FILE FILE
    python -m pipeline.training.names_measure --data DIR --folds FOLDER … --ner

Exact spans of WNUT-17 dev, and reviews of the tenth of movielog's films that is kept back, through the whole stage: cast
named in full and found as PERSON, roles, titles, and the pairs of actor and character that the text puts side by side.

With `--folds`: Universal NER and the reviews read by hand, a fifth at a time, each read by weights that have not seen it
(`training/names.py --fold N`, in the order of N; the first fifths, where fewer are given), counted together; with `--ner`
by spaCy pipelines instead (`training/names_spacy.py`).
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from pipeline import nlp
from pipeline.config import Config
from pipeline.evaluation.names import fold_name, is_same_name
from pipeline.models import gazetteer, names, spacy_names
from pipeline.records import LABELS, Credit, Mention
from pipeline.rules.mentions import is_sure
from pipeline.stages import entities
from pipeline.training import names_sets as sets
from pipeline.training.people import batch_of

Found = list[tuple[int, int, int, float]]
"""Names of a sample: start, end, label, score."""
Reader = Callable[[list[sets.Sample]], Iterable[Found]]
"""Finds the names of samples."""
PEOPLE = {sets.PERSON, sets.CHARACTER}
WNUT_KINDS = {"person": PEOPLE, "creative-work": {sets.WORK}}
UNER_KINDS = {"PER": PEOPLE, "LOC": {sets.PLACE}, "ORG": {sets.ORG}}
"""Which of our labels each of an open set's own is."""
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


def tag(samples: list[sets.Sample], tagger: names.Tagger, is_all: bool = False) -> Iterable[Found]:
    """The names of each sample; without `is_all` those that become mentions."""
    for low in range(0, len(samples), SHARD):
        part = samples[low : low + SHARD]
        with nlp.memory_zone():
            tokens = nlp.tokenize(sample.text for sample in part)
            rows = [(i, *s) for i, sample in enumerate(part) for s in (sample.sents or [(0, len(sample.text), 3)])]
            text, start, end, kind = (list(column) for column in zip(*rows, strict=True))
            sents = nlp.sentences_of(tokens, text, start, end, kind, list(range(len(rows))))
            found = names.tag(tokens, sents, None, tagger)
            made: list[Found] = [[] for _ in part]
            for first, last, label, score in zip(found.first, found.last, found.label, found.score, strict=True):
                if is_all or is_sure(LABELS[label], score):
                    span = int(tokens.start[first]), int(tokens.end[last - 1]), int(label), float(score)
                    made[tokens.text[first]].append(span)
        yield from made


def tag_with(samples: list[sets.Sample], pipeline: str) -> Iterable[Found]:
    """The names of each sample by a spaCy pipeline."""
    for spans in spacy_names.tag_texts([sample.text for sample in samples], pipeline):
        yield [(start, end, LABELS.index(label), 1.0) for start, end, label in spans]


def spans_of_set(tally: Tally, name: str, samples: list[sets.Sample], kinds: dict[str, set[int]], read: Reader) -> None:
    """Exact spans of an open set; `kinds` says which of our labels each of its own is."""
    for sample, found in zip(samples, read(samples), strict=True):
        for kind, labels in kinds.items():
            wanted = {(a, b) for a, b, own in sample.spans if set(own) <= labels}
            tally.add(f"{name}, {kind}", wanted, {(a, b) for a, b, label, _ in found if label in labels})


def names_of_reviews(tally: Tally, samples: list[sets.Sample], read: Reader) -> None:
    """Names of reviews read by hand, each name and label once a review, by the tagger alone."""
    for sample, found in zip(samples, read(samples), strict=True):
        for label, title in enumerate(LABELS):
            if title != "DATE":
                ours = {fold_name(sample.text[a:b]) for a, b, own, _ in found if own == label}
                theirs = {fold_name(sample.text[a:b]) for a, b, own in sample.spans if own == (label,)}
                tally.add("reviews, all", {(n, label) for n in theirs}, {(n, label) for n in ours})
                tally.add(f"reviews, {title}", theirs, ours)


def fifths(data: Path, readers: list[Reader]) -> None:
    """Each fifth of Universal NER and of the reviews read by hand, by a reader of its own; WNUT-17 dev by each of them."""
    tally = Tally()
    news, hand, posts = sets.open_set(data, sets.UNER), sets.by_hand(data), wnut_dev(data)
    n_words, seconds = 0, 0.0
    for fold, read in enumerate(readers):
        spans_of_set(tally, "Universal NER", [row for row in news if row.group % 5 == fold], UNER_KINDS, read)
        own = [row for row in hand if row.group % 5 == fold]
        began = time.process_time()
        names_of_reviews(tally, own, read)
        seconds += time.process_time() - began
        n_words += sum(len(row.text.split()) for row in own)
        spans_of_set(tally, "WNUT-17 dev, each", posts, WNUT_KINDS, read)
    tally.show()
    print(f"the reviews, from texts to names: {n_words / seconds:,.0f} words a CPU second")


def wnut_dev(data: Path) -> list[sets.Sample]:
    """WNUT-17 dev."""
    return sets.open_set(data, sets.WNUT)[sets.WNUT_TRAIN :]


def calibration(samples: list[sets.Sample], tagger: names.Tagger) -> tuple[float, float]:
    """Slope and shift of the scores' logits that fit reviews read by hand best (names.CALIBRATION in training)."""
    x, y = [], []
    for sample, found in zip(samples, tag(samples, tagger, is_all=True), strict=True):
        labels = {(a, b): set(own) for a, b, own in sample.spans}
        for start, end, label, score in found:
            if label != sets.DATE and score not in names.LISTED:
                own = labels.get((start, end), set())
                x.append(
                    (np.log(score / (1 - score)) - tagger.weights["calibration"][1]) / tagger.weights["calibration"][0]
                )
                y.append(float(bool(own & (PEOPLE if label in PEOPLE else {label}))))
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
    parser.add_argument("--folds", type=Path, nargs="+", help="weights that have not seen a fifth, in order")
    parser.add_argument("--ner", action="store_true", help="the folds are folders of spaCy pipelines")
    args = parser.parse_args()
    if args.ner:
        fifths(args.data, [partial(tag_with, pipeline=str(path)) for path in args.folds])
    elif args.folds:
        taggers = [names.load(path) for path in args.folds]
        fifths(args.data, [partial(tag, tagger=tagger) for tagger in taggers])
        hand = sets.by_hand(args.data)
        for fold, tagger in enumerate(taggers):
            own = [row for row in hand if row.group % 5 == fold]
            print("calibration that fits fifth {}: {:.2f} {:.2f}".format(fold, *calibration(own, tagger)))
    else:
        tally = Tally()
        spans_of_set(tally, "WNUT-17 dev", wnut_dev(args.data), WNUT_KINDS, partial(tag, tagger=names.load()))
        tally.show()
        films_kept_back(args.data)


if __name__ == "__main__":
    main()
