"""Fits models/voice.npz and models/stance.npz: what the net says, weighed with what stands around a sentence.

    python -m pipeline.training.voice --data DIR --gold DIR --texts DIR

Prints what five folds of reviews give, then fits on all.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import models, nlp
from pipeline.models import encoder, stance, voice
from pipeline.records import KINDS
from pipeline.training import data
from pipeline.training.linear import calibration_error, macro_f1, softmax_regression
from pipeline.training.templates import template_rows

PENALTY = 1e-2
LEANING = 1.35
"""What a sentence that praises or blames counts beside one that does neither."""

ALONE = {"voice": 0.3, "stance": 0.9, "written": 0.15, "templates": 0.1}
"""What the single sentences of Subj, of SST, and of those written and made for this project that were kept back count
together, beside all reviews; the last two for voice and stance alike."""

Batch = tuple[nlp.Tokens, nlp.Sentences]


def reviews(folder: Path, gold: Path, texts: Path) -> tuple[Batch, NDArray[np.int64], NDArray[np.int64]]:
    """The reviews labelled by hand as one batch, with the labels of voice and stance, -1 where there is none."""
    known = [
        data.Labelled(g.name, g.text, g.spans, g.kinds, g.sections, g.voices, g.stances) for g in data.gold(gold, texts)
    ]
    known += data.by_hand(folder, "weighing")
    tokens = nlp.tokenize([review.text for review in known])
    places = [
        (number, start, end, KINDS.index(kind), 1000 * number + section)
        for number, review in enumerate(known)
        for (start, end), kind, section in zip(review.spans, review.kinds, review.sections, strict=True)
    ]
    text, start, end, kind, section = zip(*places, strict=True)
    voices = np.array([v for review in known for v in review.voices])
    stances = np.array([s for review in known for s in review.stances])
    return (tokens, nlp.sentences_of(tokens, text, start, end, kind, section)), voices, stances


def single(texts: list[str]) -> Batch:
    """Reviews of one sentence each."""
    tokens = nlp.tokenize(texts)
    n = range(len(texts))
    body = [KINDS.index("body")] * len(texts)
    return tokens, nlp.sentences_of(tokens, n, [0] * len(texts), [len(text) for text in texts], body, n)


def main() -> None:
    """Cross-validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "gold", "texts"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    (tokens, sents), voices, stances = reviews(arguments.data, arguments.gold, arguments.texts)
    reading = encoder.read(tokens, sents)
    evidence = voice.features(reading, sents)
    subj = [row for row in data.subj(arguments.data) if data.kept_back(row.text)]
    sst = [row for row in data.sst_fine(arguments.data) if data.kept_back(row.text)]
    alone_voice = single([row.text for row in subj])
    alone_stance = single([row.text for row in sst] + [data.written(row.text) for row in sst])
    subj_evidence = voice.features(encoder.read(*alone_voice), alone_voice[1])
    subj_labels = np.array([row.voice for row in subj])
    sst_reading = encoder.read(*alone_stance)
    sst_evidence = voice.features(sst_reading, alone_stance[1])
    sst_labels = np.array([row.stance for row in sst] * 2)
    own = [row for row in data.written_rows() if data.kept_back(row.text) or data.kept_back(row.text, 1)]
    made = [row for row in template_rows() if data.kept_back(row.text)][:600]
    of_own = np.concatenate(
        [np.full(len(rows), ALONE[name] / len(rows)) for name, rows in (("written", own), ("templates", made))]
    )
    own += made
    alone_own = single([row.text for row in own])
    own_reading = encoder.read(*alone_own)
    own_evidence = voice.features(own_reading, alone_own[1])
    own_voices, own_stances = np.array([row.voice for row in own]), np.array([row.stance for row in own])
    fold = sents.text % 5
    guesses = np.zeros((len(sents), 4)), np.zeros((len(sents), 3))
    for left in (0, 1, 2, 3, 4, -1):
        seen = (voices >= 0) & (fold != left)
        n = seen.sum()
        weight = np.concatenate([np.ones(n), np.full(len(subj), ALONE["voice"] * n / len(subj)), of_own * n])
        of_voice = softmax_regression(
            np.concatenate([evidence[seen], subj_evidence, own_evidence]),
            np.concatenate([voices[seen], subj_labels, own_voices]),
            weight,
            4,
            PENALTY,
        )
        said = voice.softmax(evidence @ of_voice[0] + of_voice[1])
        sst_said = voice.softmax(sst_evidence @ of_voice[0] + of_voice[1])
        own_said = voice.softmax(own_evidence @ of_voice[0] + of_voice[1])
        lean = stance.features(reading, sents, said)
        share = ALONE["stance"] * n / len(sst_labels)
        of_stance = softmax_regression(
            np.concatenate(
                [
                    lean[seen],
                    stance.features(sst_reading, alone_stance[1], sst_said),
                    stance.features(own_reading, alone_own[1], own_said),
                ]
            ),
            np.concatenate([stances[seen], sst_labels, own_stances]),
            np.concatenate([np.where(stances[seen] == 1, 1, LEANING), np.full(len(sst_labels), share), of_own * n]),
            3,
            PENALTY,
        )
        guesses[0][fold == left] = said[fold == left]
        guesses[1][fold == left] = voice.softmax(lean @ of_stance[0] + of_stance[1])[fold == left]
    for name, labels, guess in (("voice", voices, guesses[0]), ("stance", stances, guesses[1])):
        known = labels >= 0
        best = guess[known].argmax(axis=1)
        error = calibration_error(guess[known].max(axis=1), best == labels[known])
        score = macro_f1(labels[known], best, [0, 1, 2])
        print(f"{name}: accuracy {(best == labels[known]).mean():.3f}, macro-F1 {score:.3f}, calibration {error:.3f}")
    folder = Path(models.__file__).parent
    for name, (weight, bias) in (("voice", of_voice), ("stance", of_stance)):
        np.savez_compressed(folder / f"{name}.npz", weight=weight.astype(np.float32), bias=bias.astype(np.float32))


if __name__ == "__main__":
    main()
