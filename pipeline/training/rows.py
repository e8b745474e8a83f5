"""The rows that the encoder is taught from, in a fixed order, and their words as hashes."""

import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.models import encoder
from pipeline.training import data
from pipeline.training.templates import template_rows
from pipeline.training.variants import variants

WEIGHTS = {"fine": 1.5, "phrases": 0.5, "snippets": 0.3, "polarity": 0.7, "subj": 1.0, "facts": 0.3, "unlabelled": 0.0}
WEIGHTS |= {"templates": 0.5, "hand": 1.5, "written": 1.5}
"""What a label of each set counts; those without labels are there for the teacher's."""

REPEATS = {"hand": 4, "written": 4}
"""How often the rows of a small set stand among the others."""

REVIEWS = {"imdb_train": 5000, "imdb_unlabelled": 26000, "blogs": 1000}
"""Reviews of each set that only the teacher labels."""

SENTENCES = 8
"""Of each of these reviews at most so many sentences, one after another."""

RARE = 4
"""Words seen less often are known by their last letters."""

SHAPES = 200


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of the training texts, the most frequent first."""

    strings: list[str]
    hashes: NDArray[np.uint64]
    shapes: NDArray[np.uint64]


def rows(folder: Path) -> list[tuple[str, data.Row]]:
    """(set, row) of all that is taught; a tenth of every large set, by hash, is kept back, and a fifth of written."""
    sets = {
        "fine": data.sst_fine(folder),
        "phrases": data.sst_phrases(folder),
        "snippets": data.snippets(folder),
        "polarity": data.polarity(folder),
        "subj": data.subj(folder),
        "facts": data.wiki_facts(folder),
        "templates": list(template_rows()),
        "hand": data.hand_rows(folder, "net"),
        "written": data.written_rows(is_kept_back=False),
    }
    for name in ("fine", "polarity", "subj"):
        sets[name] = sets[name] + [replace(row, text=data.written(row.text)) for row in sets[name]]
    back = "|".join(data.words(row.text) for row in sets["fine"] if data.kept_back(row.text))
    found = []
    for name, members in sets.items():
        for row in members:
            key = data.words(row.text)
            held = data.kept_back(row.text) and name != "hand"
            if not held and not (name == "phrases" and len(key) > 9 and key in back):
                found += [(name, replace(row, weight=WEIGHTS[name]))] * REPEATS.get(name, 1)
    shuffle = random.Random(1)
    read_by_hand = data.verdicts_by_hand().keys() | {review.name for review in data.by_hand(folder, "weighing")}
    for name, most in REVIEWS.items():
        reviews = [r for r in data.lines(folder, name) if not data.kept_back(r["text"]) and r["id"] not in read_by_hand]
        for review in shuffle.sample(reviews, min(most, len(reviews))):
            some = [s for s in data.split(review["text"]) if 2 <= len(s.split()) <= 60]
            begin = shuffle.randrange(max(1, len(some) - SENTENCES + 1))
            for sentence in some[begin : begin + SENTENCES]:
                found.append(("unlabelled", data.Row(sentence, weight=0.0, review=review["id"])))
    found += [("telling", data.Row(sentence, weight=0.0)) for sentence in telling(folder)]
    found += [("variants", row) for row in variants(sets["written"], VARIANTS)]
    return found


VARIANTS = 8
"""Sentences that are made of each of written.tsv, at most."""

TELLING = 120_000
TURNS = re.compile(
    r"\b(but|though|although|despite|yet|however|while|except|unless|instead|rather)\b"
    r"|\b(not|never|nothing|hardly|barely|without|nobody|none|neither|lacks?|fails?)\b|n't\b"
    r"|\b(than|as \w+ as|compared|unlike|better|worse|best|worst|least)\b"
    r"|\b(if|could have|should have|would have|supposed|wish|only|even|too)\b"
)
"""Words by which a sentence turns, negates, compares or wishes, a group a kind."""


def telling(folder: Path) -> list[str]:
    """TELLING sentences of IMDB's reviews with turns of two kinds, which a net of few words learns last."""
    found: dict[str, None] = {}
    for review in (r for name in ("imdb_train", "imdb_unlabelled") for r in data.lines(folder, name)):
        if not data.kept_back(review["text"]):
            for sentence in data.split(review["text"]):
                kinds = {match.lastindex or 0 for match in TURNS.finditer(sentence.lower())}
                if len(kinds) > 1 and 6 <= len(sentence.split()) <= 45:
                    found[sentence] = None
    return random.Random(8).sample(list(found), min(TELLING, len(found)))


WHOLE = 1200
"""Reviews whose every sentence the teacher labels, for the weighing of what the net says by what stands around it."""


def whole_reviews(folder: Path, taught: list[tuple[str, data.Row]]) -> list[data.Labelled]:
    """WHOLE reviews of which no sentence is among the rows `taught`, without labels."""
    taken = {row.review for name, row in taught if name == "unlabelled"} | data.verdicts_by_hand().keys()
    free = [r for r in data.lines(folder, "imdb_unlabelled") if r["id"] not in taken and not data.kept_back(r["text"])]
    found = []
    for r in random.Random(2).sample(free, WHOLE):
        spans = data.spans_of(r["text"], data.paragraphs_split(r["text"]))
        none = [-1] * len(spans)
        found.append(data.Labelled(r["id"], r["text"], spans, *data.as_body(r["text"], spans), none, none))
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """The words of rows, one after another."""

    norm: NDArray[np.uint64]
    shape: NDArray[np.uint64]
    suffix: NDArray[np.uint64]
    length: NDArray[np.int64]
    """(rows,)"""


def read(texts: list[str], step: int = 4000) -> tuple[Words, Vocabulary]:
    """The words of the texts, and their vocabulary."""
    parts: list[Words] = []
    words: Counter[int] = Counter()
    shapes: Counter[int] = Counter()
    for i in range(0, len(texts), step):
        tokens = nlp.tokenize(texts[i : i + step])
        keep = ~np.isin(tokens.norm, encoder.BLANKS)
        length = np.bincount(tokens.text[keep], minlength=len(tokens.docs))
        parts.append(Words(tokens.norm[keep], tokens.shape[keep], tokens.suffix[keep], length))
        words.update(parts[-1].norm.tolist())
        shapes.update(parts[-1].shape.tolist())
    known = [word for word, count in words.most_common() if count >= RARE]
    vocabulary = Vocabulary(
        [nlp.string_of(word) for word in known],
        np.array(known, dtype=np.uint64),
        np.sort(np.array([shape for shape, _ in shapes.most_common(SHAPES)], dtype=np.uint64)),
    )
    norm, shape, suffix, lengths = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("norm", "shape", "suffix", "length")
    )
    return Words(norm, shape, suffix, lengths), vocabulary
