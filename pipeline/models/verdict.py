"""Reviews -> verdict and stance, from the sentences weighed by what they are and from the review's words.

Opinion counts and plot does not; last words, first words and headings have weights of their own, which were
learned. Beside the sentences stand the words and pairs of words of the whole review, in a linear model.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.models import encoder, ngrams
from pipeline.models.stance import value
from pipeline.models.voice import softmax
from pipeline.nlp import Sentences, Tokens
from pipeline.records import KINDS

Floats = NDArray[np.float32]

HEADINGS = [KINDS.index(kind) for kind in ("title", "deck", "heading")]


def worded(tokens: Tokens, sents: Sentences, n_texts: int, table: Floats) -> Floats:
    """(n_texts,): what the words of each review's sentences say, by the weights of their buckets."""
    inside = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.add.at(inside, sents.first, 1)
    np.add.at(inside, sents.last, -1)
    keep = (np.cumsum(inside[:-1]) > 0) & ~np.isin(tokens.norm, encoder.BLANKS)
    return ngrams.weigh(tokens.norm[keep], tokens.text[keep], n_texts, table[:, None])[:, 0]


def _places(sents: Sentences, n_texts: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(n,) each: how many sentences of the same review stand before each sentence, and after it."""
    count = np.bincount(sents.text, minlength=n_texts)
    number = np.arange(len(sents)) - (np.cumsum(count) - count)[sents.text]
    return number, count[sents.text] - 1 - number


def features(sents: Sentences, voice: Floats, stance: Floats, n_texts: int) -> Floats:
    """(n_texts, k): what the sentences of each review say, each group of them as a weighed mean and as a sum."""
    lean = value(stance).astype(np.float64)
    opinion = voice[:, 0].astype(np.float64)
    number, left = _places(sents, n_texts)
    heading = np.isin(sents.kind, HEADINGS)
    columns: list[NDArray[np.float64]] = []

    def add(weight: NDArray[np.float64]) -> None:
        sums = np.bincount(sents.text, weights=weight * lean, minlength=n_texts)
        size = np.bincount(sents.text, weights=weight, minlength=n_texts)
        columns.append(sums / (size + 0.5))
        columns.append(sums / np.sqrt(size + 1))

    add(opinion)
    add(opinion * (lean < 0))
    add(opinion * (left < 1))
    add(opinion * (left < 3))
    add(opinion * (number < 2))
    add(opinion * heading)
    add(1 - opinion)
    columns.append(np.log1p(np.bincount(sents.text, minlength=n_texts)))
    return np.stack(columns, axis=1).astype(np.float32)


def signs(
    sents: Sentences, voice: Floats, stance: Floats, lean: NDArray[np.floating], n_texts: int
) -> NDArray[np.float64]:
    """(n_texts, 7): what the verdict of each review is told by.

    The logit of its stance, praise less blame as part of both, shares of praise and of blame in what is opinion, how
    much there is of both, and the mean stance of opinion at the end and at the start.
    """
    opinion = voice[:, 0].astype(np.float64)
    number, left = _places(sents, n_texts)
    heading = np.isin(sents.kind, HEADINGS)

    def total(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(sents.text, weight, n_texts), dtype=np.float64)

    praise, blame = (total(opinion * stance[:, i]) for i in (0, 2))
    said = total(opinion) + 0.5
    toward = opinion * value(stance)
    ends = [
        total(toward * some) / (total(opinion * some) + 0.5) for some in ((left < 3) & ~heading, heading | (number < 2))
    ]
    both = np.sqrt(praise * blame) / said
    columns = [lean, (praise - blame) / (praise + blame + 0.5), praise / said, blame / said, both, *ends]
    return np.asarray(np.stack(columns, axis=1).round(5), dtype=np.float64)


@lru_cache(maxsize=1)
def weights() -> dict[str, Floats]:
    """The arrays.

    `table` (buckets,) says what each bucket of words is worth; `weight` (k + 1,) and `bias` make the stance of what
    `features` and `worded` give; `judge` (7, 3) and `judge_bias` (3,) make the verdict of what `signs` gives.
    """
    with np.load(Path(__file__).with_name("verdict.npz"), allow_pickle=False) as arrays:
        read = {name: arrays[name].astype(np.float32) for name in arrays.files}
    read["table"] *= read.pop("scale")
    return read


def sigmoid(x: NDArray[np.floating]) -> Floats:
    """The logistic function, float32."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), dtype=np.float32)


def predict(tokens: Tokens, sents: Sentences, voice: Floats, stance: Floats) -> tuple[Floats, Floats]:
    """(n_texts, 3) calibrated probabilities in the order of records.VERDICTS, and (n_texts,) stance, -1 to 1."""
    known = weights()
    n_texts = len(tokens.bounds) - 1
    says = np.concatenate(
        [features(sents, voice, stance, n_texts), worded(tokens, sents, n_texts, known["table"])[:, None]], axis=1
    )
    lean = np.round(says @ known["weight"] + known["bias"], 5)
    judged = signs(sents, voice, stance, lean, n_texts) @ known["judge"] + known["judge_bias"]
    return softmax(judged), 2 * sigmoid(lean) - 1


def section_stance(sents: Sentences, voice: Floats, stance: Floats, n_sections: int) -> Floats:
    """(n_sections,): stance of each section, by its opinion sentences; by all where there is none; nan without any."""
    lean = value(stance).astype(np.float64)
    said = np.round(voice, 6).argmax(axis=1) == 0
    weight = np.where(said, voice[:, 0], 0).astype(np.float64)
    silent = np.bincount(sents.section, weights=weight, minlength=n_sections) == 0
    weight = np.where(silent[sents.section], 1.0, weight)
    size = np.bincount(sents.section, weights=weight, minlength=n_sections)
    total = np.bincount(sents.section, weights=weight * lean, minlength=n_sections)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / size, dtype=np.float32)
