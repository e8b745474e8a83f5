"""Fits models/voice.npz and models/stance.npz: what the net says, weighed with what stands around a sentence.

    python -m pipeline.training.voice --data DIR --gold DIR --texts DIR --soft FILE

`--soft` is what training/teacher.py wrote. Prints what five folds of reviews give, then fits on all.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import models, nlp
from pipeline.models import encoder, stance, voice
from pipeline.records import KINDS, STANCES, VOICES
from pipeline.training import data, rows
from pipeline.training.linear import calibration_error, macro_f1, softmax_regression
from pipeline.training.templates import template_rows

PENALTY = 3e-3
LEANING = 1.35
"""What a sentence that praises or blames counts beside one that does neither."""

SHARES = {"whole": 0.5, "subj": 0.25, "sst": 0.6, "written": 0.25, "templates": 0.05}
"""What all sentences of a part count together beside those of the reviews read by hand."""

ELSEWHERE = 0.5
"""What a sentence of a blog or of IMDB counts beside one of the gold's train part, which was read by other eyes."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences of one kind, as the net read them, and what is known of them."""

    reading: encoder.Reading
    sents: nlp.Sentences
    voice: NDArray[np.float64]
    """(n, 4): probabilities; zeros where nothing is known."""
    stance: NDArray[np.float64]
    """(n, 3): likewise."""
    share: float
    weight: NDArray[np.float64]
    """(n,): what each counts beside the others of its part."""
    fold: NDArray[np.int64]
    """(n,): in which fold a sentence is left out; -1 never."""


def certain(labels: Sequence[int], classes: int) -> NDArray[np.float64]:
    """(n, classes): 1 for the label, zeros where it is -1."""
    return np.eye(classes + 1)[np.array(labels, dtype=np.int64)][:, :classes]


def batch_of(reviews: Sequence[data.Labelled]) -> tuple[nlp.Tokens, nlp.Sentences]:
    """The sentences of reviews."""
    tokens = nlp.tokenize([review.text for review in reviews])
    places = [
        (number, start, end, KINDS.index(kind), 1000 * number + section)
        for number, review in enumerate(reviews)
        for (start, end), kind, section in zip(review.spans, review.kinds, review.sections, strict=True)
    ]
    text, start, end, kind, section = zip(*places, strict=True)
    return tokens, nlp.sentences_of(tokens, text, start, end, kind, section)


def of_reviews(reviews: Sequence[data.Labelled]) -> Part:
    """Reviews read by hand."""
    tokens, sents = batch_of(reviews)
    voices = certain([v for review in reviews for v in review.voices], len(VOICES))
    stances = certain([s for review in reviews for s in review.stances], len(STANCES))
    weight = np.array([ELSEWHERE if "/" in review.name else 1.0 for review in reviews])[sents.text]
    return Part(encoder.read(tokens, sents), sents, voices, stances, 1.0, weight, sents.text.astype(np.int64) % FOLDS)


def of_whole(reviews: Sequence[data.Labelled], said: NDArray[np.float32]) -> Part:
    """Reviews read by the teacher."""
    tokens, sents = batch_of(reviews)
    never = np.full(len(sents), -1)
    voices, stances = said[:, 3:].astype(float), said[:, :3].astype(float)
    return Part(encoder.read(tokens, sents), sents, voices, stances, SHARES["whole"], np.ones(len(sents)), never)


def of_single(sentences: Sequence[data.Row], share: float) -> Part:
    """Reviews of one sentence each; labels that do not tell all classes are left out but for voice of Subj's."""
    texts = [row.text for row in sentences]
    spans, body = [[(0, len(text))] for text in texts], ["body"]
    reviews = [
        data.Labelled("", text, span, body, [0], [row.voice], [-1 if row.binary else row.stance])
        for text, span, row in zip(texts, spans, sentences, strict=True)
    ]
    part = of_reviews(reviews)
    return replace(part, share=share, fold=np.full(len(texts), -1))


def parts_of(folder: Path, gold: Path, texts: Path, soft: Path) -> list[Part]:
    """All that the weighing is fitted on; of what the net was taught on only what was kept back."""
    known = data.read_reviews(folder, gold, texts, ("weighing",))
    sst = [row for row in data.sst_fine(folder) if data.kept_back(row.text)]
    sst += [data.Row(data.written(row.text), row.stance) for row in sst]
    subj = [data.Row(row.text, voice=row.voice) for row in data.subj(folder) if data.kept_back(row.text)]
    own = data.written_rows(is_kept_back=True)
    made = [row for row in template_rows() if data.kept_back(row.text)][:600]
    singles = {"sst": sst, "subj": subj, "written": own, "templates": made}
    whole = of_whole(rows.whole_reviews(folder, rows.rows(folder)), np.load(soft)["whole"])
    return [of_reviews(known), whole, *(of_single(some, SHARES[name]) for name, some in singles.items())]


def weights_of(parts: Sequence[Part], which: str, left: int) -> NDArray[np.float64]:
    """What each sentence of all parts counts: nothing where it is not labelled or left out."""
    n = (parts[0].weight * (getattr(parts[0], which).sum(axis=1) > 0)).sum()
    found = []
    for number, part in enumerate(parts):
        target = getattr(part, which)
        weight = part.weight * (target.sum(axis=1) > 0)
        if which == "stance":
            weight *= 1 + (LEANING - 1) * (1 - target[:, STANCES.index("neutral")])
        if number:
            weight *= part.share * n / max(1.0, weight.sum())
        found.append(np.where(part.fold == left, 0, weight) if left >= 0 else weight)
    return np.concatenate(found)


Fitted = tuple[NDArray[np.float64], NDArray[np.float64]]


def fit(parts: Sequence[Part], left: int) -> tuple[Fitted, Fitted]:
    """Weights and biases of voice and of stance, with fold `left` left out."""
    evidence = [voice.features(part.reading, part.sents) for part in parts]
    target = np.concatenate([part.voice for part in parts])
    weight = weights_of(parts, "voice", left)
    use = weight > 0
    of_voice = softmax_regression(np.concatenate(evidence)[use], target[use], weight[use], PENALTY)
    said = [voice.softmax(x @ of_voice[0] + of_voice[1]) for x in evidence]
    lean = np.concatenate([stance.features(p.reading, p.sents, v) for p, v in zip(parts, said, strict=True)])
    target, weight = np.concatenate([part.stance for part in parts]), weights_of(parts, "stance", left)
    use = weight > 0
    return of_voice, softmax_regression(lean[use], target[use], weight[use], PENALTY)


def apply(part: Part, of_voice: Fitted, of_stance: Fitted) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Probabilities of voice and stance of the sentences of a part."""
    said = voice.softmax(voice.features(part.reading, part.sents) @ of_voice[0] + of_voice[1])
    return said, voice.softmax(stance.features(part.reading, part.sents, said) @ of_stance[0] + of_stance[1])


def main() -> None:
    """Cross-validate, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "gold", "texts", "soft"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    parts = parts_of(arguments.data, arguments.gold, arguments.texts, arguments.soft)
    hand = parts[0]
    guesses = np.zeros_like(hand.voice), np.zeros_like(hand.stance)
    for left in range(FOLDS):
        for guess, said in zip(guesses, apply(hand, *fit(parts, left)), strict=True):
            guess[hand.fold == left] = said[hand.fold == left]
    for name, target, guess in (("voice", hand.voice, guesses[0]), ("stance", hand.stance, guesses[1])):
        known = target.sum(axis=1) > 0
        labels, best = target[known].argmax(axis=1), guess[known].argmax(axis=1)
        error = calibration_error(guess[known].max(axis=1), best == labels)
        print(
            f"{name}: {known.sum()} sentences, accuracy {(best == labels).mean():.3f}, "
            f"macro-F1 {macro_f1(labels, best, [0, 1, 2]):.3f}, calibration {error:.3f}"
        )
    folder = Path(models.__file__).parent
    for name, (weight, bias) in zip(("voice", "stance"), fit(parts, -1), strict=True):
        np.savez_compressed(folder / f"{name}.npz", weight=weight.astype(np.float32), bias=bias.astype(np.float32))


if __name__ == "__main__":
    main()
