"""Sentences -> whose voice it is: the reviewer's judgement, the story's, background, anything else.

What the net read in the sentence is weighed with what stands around it: its neighbours, its section, the rest of
the review, and its place in it.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.models import encoder
from pipeline.nlp import Sentences, Tokens
from pipeline.records import KINDS

Floats = NDArray[np.float32]

PLACES = ("title", "deck", "heading", "quote")
"""Kinds of section that tell something; all others are like body."""


def softmax(logits: NDArray[np.floating]) -> Floats:
    """(n, k) logits -> probabilities, float32."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def log(probabilities: Floats) -> Floats:
    """Logarithms, nothing below one in a thousand."""
    return np.log(np.maximum(probabilities, np.float32(1e-3)))


def others(group: NDArray[np.int32], values: Floats) -> Floats:
    """(n, k): mean of `values` over the other members of each row's group; zeros where it is alone.

    `group` rises, so that members stand side by side.
    """
    if not len(group):
        return values
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    size = np.diff(np.concatenate([starts, [len(group)]]))
    total = np.repeat(np.add.reduceat(values, starts, axis=0), size, axis=0)
    rest = np.repeat(size, size)[:, None] - 1
    return np.asarray(np.where(rest > 0, (total - values) / np.maximum(rest, 1), 0), dtype=np.float32)


def beside(text: NDArray[np.int32], values: Floats, step: int) -> Floats:
    """(n, k): `values` of the sentence `step` rows further in the same review; zeros where there is none."""
    moved = np.zeros_like(values)
    if step > 0:
        same = text[step:] == text[:-step]
        moved[:-step][same] = values[step:][same]
    else:
        same = text[:step] == text[-step:]
        moved[-step:][same] = values[:step][same]
    return moved


def place(sents: Sentences) -> Floats:
    """(n, 7): kind of section, then first, last, and how far into the review, for reviews of several sentences."""
    kinds = [(sents.kind == KINDS.index(kind)) for kind in PLACES]
    alone = others(sents.text, np.ones((len(sents), 1), np.float32))[:, 0] == 0
    first = (sents.position == 0) & ~alone
    last = (sents.position == 1) & ~alone
    return np.stack([*kinds, first, last, np.where(alone, 0.5, sents.position)], axis=1).astype(np.float32)


def features(reading: encoder.Reading, sents: Sentences) -> Floats:
    """(n, k): evidence of the voice of each sentence."""
    own = softmax(reading.voice)
    short = np.stack([reading.words <= 3, reading.words <= 7, reading.words >= 25], axis=1).astype(np.float32)
    return np.concatenate(
        [
            log(own),
            log(softmax(reading.stance)),
            np.tanh(reading.pairs[:, 1:] / 2),
            reading.pairs[:, 1:],
            beside(sents.text, own, -1),
            beside(sents.text, own, 1),
            beside(sents.text, own, -2),
            beside(sents.text, own, 2),
            others(sents.section, own),
            others(sents.text, own),
            place(sents),
            short,
        ],
        axis=1,
    )


@lru_cache(maxsize=1)
def weights() -> dict[str, Floats]:
    """`weight` (k, 4) and `bias` (4,)."""
    with np.load(Path(__file__).with_name("voice.npz"), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def predict(tokens: Tokens, sents: Sentences) -> Floats:
    """(n, 4): calibrated probabilities of the voices, in the order of records.VOICES."""
    known = weights()
    return softmax(features(encoder.read(tokens, sents), sents) @ known["weight"] + known["bias"])
