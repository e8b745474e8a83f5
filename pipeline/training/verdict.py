"""Fits models/verdict.npz: words and sentences on IMDB's ratings, then the verdict on reviews read by hand.

python -m pipeline.training.verdict --data DIR --gold DIR --texts DIR
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags, vstack

from pipeline import models, nlp
from pipeline.models import encoder, ngrams, stance, verdict, voice
from pipeline.records import KINDS, VERDICTS
from pipeline.training import data
from pipeline.training.linear import softmax_regression
from pipeline.training.ordinal import chances, fit_ordinal

BITS = 19
PENALTY_WORDS = 1.2e-6
PENALTY_SENTENCES = 1e-4
PENALTY_VERDICT = 0.02
GOOD = 7
"""Ratings from here on are praise; the set has none of 5 and 6."""

STEP = 400
Array = NDArray[np.float64]


def logistic(x: csr_matrix, y: Array, penalty: float) -> tuple[Array, float]:
    """Weights and bias of a logistic regression with a quadratic penalty."""

    def loss(flat: Array) -> tuple[float, Array]:
        scores = x @ flat[:-1] + flat[-1]
        gap = (1 / (1 + np.exp(-scores)) - y) / len(y)
        value = (np.logaddexp(0, scores) - y * scores).mean() + penalty * flat[:-1] @ flat[:-1]
        return float(value), np.append(x.T @ gap + 2 * penalty * flat[:-1], gap.sum())

    flat = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 80}).x
    return flat[:-1], float(flat[-1])


def words(x: csr_matrix, y: Array) -> tuple[Array, float]:
    """Weights of buckets and bias: a regression on counts scaled by naive Bayes' ratios (Wang & Manning 2012)."""
    present = x.copy()
    present.data[:] = 1
    good = 1 + np.asarray(present[y > 0].sum(axis=0)).ravel()
    bad = 1 + np.asarray(present[y == 0].sum(axis=0)).ravel()
    ratio = np.log(good / good.sum()) - np.log(bad / bad.sum())
    weight, bias = logistic((x @ diags(ratio)).tocsr(), y, PENALTY_WORDS)
    return weight * ratio, bias


def sentences(texts: list[str]) -> tuple[nlp.Tokens, nlp.Sentences]:
    """Reviews of running text, split as the encoder's were."""
    tokens = nlp.tokenize(texts)
    rows: list[tuple[int, int, int]] = []
    for number, text in enumerate(texts):
        at = 0
        for sentence in data.split(text):
            start = text.index(sentence, at)
            at = start + len(sentence)
            rows.append((number, start, at))
    texts_of, starts, ends = zip(*rows, strict=True)
    return tokens, nlp.sentences_of(tokens, texts_of, starts, ends, [KINDS.index("body")] * len(rows), texts_of)


def main() -> None:
    """Fit, print what the tenth kept back gives, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "gold", "texts"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    known = list(data.lines(arguments.data, "imdb_train"))
    y = np.array([float(r["rating"] >= GOOD) for r in known])
    back = np.array([data.kept_back(r["text"]) for r in known])
    said: list[NDArray[np.float32]] = []
    rows: list[csr_matrix] = []
    for i in range(0, len(known), STEP):
        with nlp.memory_zone():
            tokens, sents = sentences([r["text"] for r in known[i : i + STEP]])
            n = len(tokens.bounds) - 1
            voices = voice.predict(tokens, sents)
            said.append(verdict.features(sents, voices, stance.predict(tokens, sents, voices), n))
            keep = ~np.isin(tokens.norm, encoder.BLANKS)
            bucket, text = ngrams.buckets(tokens.norm[keep], tokens.text[keep], BITS)
            part = csr_matrix((np.ones(len(bucket)), (text, bucket)), shape=(n, 1 << BITS))
            rows.append(diags(1 / np.sqrt(np.maximum(np.bincount(text, minlength=n), 1))) @ part)
    x = vstack(rows).tocsr()
    # What words say of a review is learned from the other half, so that sentences are weighed against it fairly.
    half = np.arange(len(y)) % 2
    heard = np.zeros(len(y))
    for side in (0, 1):
        weight, bias = words(x[~back & (half != side)], y[~back & (half != side)])
        heard[half == side] = (x @ weight + bias)[half == side]
    table, bias = words(x[~back], y[~back])
    heard[back] = (x @ table + bias)[back]
    evidence = np.concatenate([np.concatenate(said), heard[:, None]], axis=1)
    train = ~back
    w, b = softmax_regression(evidence[train], y[train].astype(int), np.ones(train.sum()), 2, PENALTY_SENTENCES)
    weight, shift = w[:, 1] - w[:, 0], float(b[1] - b[0])
    right = ((evidence @ weight + shift > 0) == (y > 0))[back].mean()
    print(f"IMDB, the tenth kept back: {right:.4f} of {back.sum()}")
    scale = np.quantile(np.abs(table[table != 0]), 0.9995) / 127
    arrays = {
        "table": np.clip(np.rint(table / scale), -127, 127).astype(np.int8),
        "scale": np.float32(scale),
        "weight": weight.astype(np.float32),
        "bias": np.float32(shift + weight[-1] * bias),
    }
    slope, cuts = verdicts(arguments, arrays)
    arrays |= {"slope": slope.astype(np.float32), "cuts": np.array(cuts, dtype=np.float32)}
    np.savez_compressed(Path(models.__file__).with_name("verdict.npz"), **arrays)


def verdicts(
    arguments: argparse.Namespace, arrays: dict[str, NDArray[np.generic]]
) -> tuple[Array, tuple[float, float]]:
    """Slope and cuts of the verdict, from the reviews read by hand."""
    gold = data.gold(arguments.gold, arguments.texts)
    tokens = nlp.tokenize([review.text for review in gold])
    places = [
        (number, start, end, KINDS.index(kind), 1000 * number + section)
        for number, review in enumerate(gold)
        for (start, end), kind, section in zip(review.spans, review.kinds, review.sections, strict=True)
    ]
    text, start, end, kind, section = zip(*places, strict=True)
    sents = nlp.sentences_of(tokens, text, start, end, kind, section)
    voices = voice.predict(tokens, sents)
    stances = stance.predict(tokens, sents, voices)
    table = arrays["table"].astype(np.float32) * arrays["scale"]
    heard = verdict.worded(tokens, sents, len(gold), table)
    evidence = np.concatenate([verdict.features(sents, voices, stances, len(gold)), heard[:, None]], axis=1)
    lean = evidence @ arrays["weight"] + arrays["bias"]
    x = np.stack([lean, verdict.balance(sents, voices, stances, len(gold))], axis=1)
    y = np.array([2 - VERDICTS.index(review.verdict) for review in gold])
    left_out = [
        chances(x[i : i + 1], *fit_ordinal(np.delete(x, i, axis=0), np.delete(y, i), PENALTY_VERDICT))[0].argmax()
        == y[i]
        for i in range(len(y))
    ]
    print(f"verdicts, each review left out in turn: {np.mean(left_out):.3f} of {len(y)}")
    return fit_ordinal(x, y, PENALTY_VERDICT)


if __name__ == "__main__":
    main()
