"""Linear models for training: softmax and logistic regression with a quadratic penalty, by L-BFGS."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]


def softmax_regression(
    x: NDArray[np.floating], target: NDArray[np.floating], sample: NDArray[np.floating], penalty: float
) -> tuple[Array, Array]:
    """Weights (k, classes) and bias (classes,) for rows `x` that count `sample` each.

    `target` (n, classes) has the probability of each class, 1 for the right one where it is known.
    """
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = (x - mean) / spread
    k = z.shape[1]
    share = sample / sample.sum()
    classes = target.shape[1]

    def loss(flat: Array) -> tuple[float, Array]:
        w, b = flat[:-classes].reshape(k, classes), flat[-classes:]
        logits = z @ w + b
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits)
        total = p.sum(axis=1, keepdims=True)
        value = -(share[:, None] * target * (logits - np.log(total))).sum() + penalty * (w**2).sum()
        g = (p / total - target) * share[:, None]
        return float(value), np.concatenate([(z.T @ g + 2 * penalty * w).ravel(), g.sum(axis=0)])

    flat = minimize(loss, np.zeros(k * classes + classes), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    w = flat[:-classes].reshape(k, classes) / spread[:, None]
    return w, flat[-classes:] - mean @ w


def calibration_error(probability: NDArray[np.floating], right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error of the scores of the labels given, over bins of equal width."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    size = np.bincount(place, minlength=bins)
    gap = np.bincount(place, weights=probability, minlength=bins) - np.bincount(place, weights=right, minlength=bins)
    return float(np.abs(gap).sum() / size.sum())


def macro_f1(gold: NDArray[np.int64], guess: NDArray[np.int64], labels: list[int]) -> float:
    """Mean F1 over the labels that occur in `gold`."""
    scores = []
    for label in labels:
        hit, wanted, given = ((gold == label) & (guess == label)).sum(), (gold == label).sum(), (guess == label).sum()
        if wanted:
            scores.append(2 * hit / (wanted + given))
    return float(np.mean(scores))
