"""Sentences -> which way each leans toward the film: praise, neither, blame.

The net reads the words; how sure it is that they judge the film depends on whose voice it is, and on what the
review says around them.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.models import encoder
from pipeline.models.voice import beside, log, others, place, softmax
from pipeline.nlp import Sentences, Tokens

Floats = NDArray[np.float32]


def value(probabilities: Floats) -> Floats:
    """(n,): p(praise) - p(blame), rounded so that nothing hangs on the last bits."""
    return np.asarray(np.round(probabilities[:, 0] - probabilities[:, 2], 6), dtype=np.float32)


def features(reading: encoder.Reading, sents: Sentences, voice: Floats) -> Floats:
    """(n, k): evidence of the stance of each sentence."""
    own = softmax(reading.stance)
    lean = (log(own[:, :1]) - log(own[:, 2:])) / 4
    opinion = voice[:, :1]
    said = np.tanh(reading.pairs[:, :1] / 4)
    heard = opinion * (own[:, :1] - own[:, 2:])
    return np.concatenate(
        [
            log(own),
            lean,
            lean * opinion,
            said,
            said * opinion,
            np.abs(said),
            np.abs(lean) * opinion,
            voice,
            beside(sents.text, heard, -1),
            beside(sents.text, heard, 1),
            others(sents.section, heard),
            others(sents.text, heard),
            others(sents.text, heard) * opinion,
            place(sents),
        ],
        axis=1,
    )


@lru_cache(maxsize=1)
def weights() -> dict[str, Floats]:
    """`weight` (k, 3) and `bias` (3,)."""
    with np.load(Path(__file__).with_name("stance.npz"), allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def predict(tokens: Tokens, sents: Sentences, voice: Floats) -> Floats:
    """(n, 3): calibrated probabilities of the stances, in the order of records.STANCES."""
    known = weights()
    return softmax(features(encoder.read(tokens, sents), sents, voice) @ known["weight"] + known["bias"])
