"""Fits models/verdict.npz: words and sentences on IMDB's ratings, then the verdict on reviews read by hand.

python -m pipeline.training.verdict --data DIR --gold DIR --texts DIR
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags, vstack

from pipeline import models, nlp
from pipeline.models import encoder, ngrams, stance, verdict, voice
from pipeline.records import KINDS, VERDICTS
from pipeline.training import data
from pipeline.training.linear import softmax_regression
from pipeline.training.voice import batch_of

BITS = 19
PENALTY_WORDS = 1.2e-6
PENALTY_SENTENCES = 1e-4
PENALTY_VERDICT = 0.003
OF_IMDB = 0.4
"""What the verdict of a review of IMDB counts beside one of a blog or a paper."""

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
    w, b = softmax_regression(
        evidence[train], np.stack([1 - y, y], axis=1)[train], np.ones(train.sum()), PENALTY_SENTENCES
    )
    weight, shift = w[:, 1] - w[:, 0], float(b[1] - b[0])
    right = ((evidence @ weight + shift > 0) == (y > 0))[back].mean()
    print(f"IMDB, the tenth kept back: {right:.4f} of {back.sum()}")
    scale = np.quantile(np.abs(table[table != 0]), 0.9995) / 127
    arrays: dict[str, Any] = {
        "table": np.clip(np.rint(table / scale), -127, 127).astype(np.int8),
        "scale": np.float32(scale),
        "weight": weight.astype(np.float32),
        "bias": np.float32(shift + weight[-1] * bias),
    }
    judge, judge_bias = verdicts(arguments, arrays)
    arrays |= {"judge": judge.astype(np.float32), "judge_bias": judge_bias.astype(np.float32)}
    np.savez_compressed(Path(models.__file__).with_name("verdict.npz"), **arrays)


def verdicts(arguments: argparse.Namespace, arrays: dict[str, Any]) -> tuple[Array, Array]:
    """Weights and bias of the verdict, from the reviews read by hand, those of blogs and papers in front."""
    reviews = data.read_verdicts(arguments.data, arguments.gold, arguments.texts)
    x, y = [], np.array([VERDICTS.index(verdict) for *_, verdict in reviews])
    table = arrays["table"].astype(np.float32) * arrays["scale"]
    for i in range(0, len(reviews), STEP):
        tokens, sents = batch_of([review for review, _ in reviews[i : i + STEP]])
        n = len(tokens.bounds) - 1
        voices = voice.predict(tokens, sents)
        stances = stance.predict(tokens, sents, voices)
        heard = verdict.worded(tokens, sents, n, table)
        evidence = np.concatenate([verdict.features(sents, voices, stances, n), heard[:, None]], axis=1)
        x.append(verdict.signs(sents, voices, stances, evidence @ arrays["weight"] + arrays["bias"], n))
    seen = np.concatenate(x)
    weight = np.array([1.0 if not review.name.startswith("aclImdb") else OF_IMDB for review, _ in reviews])
    target, fold = np.eye(3)[y], np.arange(len(y)) % 10
    guess = np.zeros(len(y), dtype=np.int64)
    for left in range(10):
        some = fold != left
        w, b = softmax_regression(seen[some], target[some], weight[some], PENALTY_VERDICT)
        guess[~some] = (seen[~some] @ w + b).argmax(axis=1)
    for name, part in (("all", weight > 0), ("blogs and papers", weight == 1)):
        low = part & (y > 0)
        print(
            f"verdicts of {name}, ten folds: {(guess == y)[part].mean():.3f} of {part.sum()}, "
            f"not positive {(guess == y)[low].mean():.3f} of {low.sum()}"
        )
    return softmax_regression(seen, target, weight, PENALTY_VERDICT)


if __name__ == "__main__":
    main()
