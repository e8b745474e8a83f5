"""Fits the linear part of models/encoder.npz: words and pairs of words, for stance and for plot against opinion."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags

from pipeline.models import ngrams
from pipeline.training import data, rows

BITS = 18
SHARES = {"phrases": 1.0, "fine": 1.0, "polarity": 0.7, "snippets": 0.5, "unlabelled": 0.6}
"""What a row of each set counts for stance."""

PENALTIES = {"stance": 1e-6, "voice": 3e-6}
Array = NDArray[np.float64]


def column(x: csr_matrix, y: Array, weight: Array, penalty: float) -> Array:
    """(buckets,): logistic regression on counts scaled by naive Bayes' ratios, for targets from 0 to 1."""
    present = x.copy()
    present.data[:] = 1
    good, bad = 1 + present.T @ (weight * y), 1 + present.T @ (weight * (1 - y))
    ratio = np.log(good / good.sum()) - np.log(bad / bad.sum())
    scaled = (x @ diags(ratio)).tocsr()

    def loss(flat: Array) -> tuple[float, Array]:
        scores = scaled @ flat[:-1] + flat[-1]
        gap = weight * (1 / (1 + np.exp(-scores)) - y) / weight.sum()
        value = (weight * (np.logaddexp(0, scores) - y * scores)).sum() / weight.sum()
        return float(value + penalty * flat[:-1] @ flat[:-1]), np.append(
            scaled.T @ gap + 2 * penalty * flat[:-1], gap.sum()
        )

    start = np.zeros(x.shape[1] + 1)
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 70}).x
    return np.asarray(fitted[:-1] * ratio, dtype=np.float64)


def fit(taught: list[tuple[str, data.Row]], words: rows.Words, soft: NDArray[np.float32]) -> dict[str, Any]:
    """`pairs` (1 << BITS, 2) as int8 and `pairs_scale` (2,)."""
    owner = np.repeat(np.arange(len(taught)), words.length)
    bucket, row = ngrams.buckets(words.norm, owner, BITS)
    counts = csr_matrix((np.ones(len(bucket)), (row, bucket)), shape=(len(taught), 1 << BITS))
    root = np.sqrt(np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1))
    x = (diags(1 / root) @ counts).tocsr()
    names = np.array([name for name, _ in taught])
    stance = np.array([member.stance for _, member in taught])
    voice = np.array([member.voice for _, member in taught])
    # Labels where there are some, else what the teacher says of those that lean at all.
    sure = np.nan_to_num(soft[:, 0] + soft[:, 2])
    lean = np.nan_to_num(soft[:, 0] / np.maximum(soft[:, 0] + soft[:, 2], 1e-6))
    polar = (stance == 0) | (stance == 2)
    share = np.array([SHARES.get(name, 0.0) for name in names]) * np.where(polar, 1, sure * (names == "unlabelled"))
    some = share > 0
    first = column(x[some], np.where(polar, stance == 0, lean)[some].astype(float), share[some], PENALTIES["stance"])
    told = np.where(names == "subj", 1.0, np.where((names == "snippets") & (np.arange(len(names)) % 8 == 0), 0.3, 0))
    some = told > 0
    second = column(x[some], (voice == 1)[some].astype(float), told[some], PENALTIES["voice"])
    table = np.stack([first, second], axis=1)
    scale = np.array([np.quantile(np.abs(c[c != 0]), 0.9995) / 127 for c in table.T])
    return {
        "pairs": np.clip(np.rint(table / scale), -127, 127).astype(np.int8),
        "pairs_scale": scale.astype(np.float32),
    }
