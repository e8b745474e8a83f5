"""Probabilities of sentences, with certainty where a reader has said which it is.

What is corrected in a sentence is told to the models that read on from it, so that its section, the verdict, the shares,
the story's valence and the aspects say what they would have said, had we known.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Sentence
from pipeline.rules.corrections import Place
from pipeline.stage import Batch

Floats = NDArray[np.float32]


def put_in(batch: Batch, row: NDArray[np.int64], probabilities: Floats, what: str, labels: Sequence[str]) -> Floats:
    """(n, k): the probabilities of n sentences, those that a reader has corrected exchanged for 1 and 0.

    `row` (n,) numbers the sentences among the rows of Sentence; `what` is voice or stance, `labels` its k labels.
    """
    known: dict[str, list[Place]] = defaultdict(list)
    for place in batch.tables.get(Place, ()):
        if place.one.what == what:
            known[place.review_id].append(place)
    if not known:
        return probabilities
    probabilities = probabilities.copy()
    sentences = batch.rows(Sentence)
    for i, number in enumerate(row.tolist()):
        sentence = sentences[number]
        for place in known.get(sentence.review_id, ()):
            # A sentence may begin and end elsewhere than when it was corrected: its middle says which it is.
            if sentence.start <= (place.start + place.end) // 2 < sentence.end:
                probabilities[i] = np.eye(len(labels), dtype=np.float32)[labels.index(place.one.label)]
    return probabilities
