"""A proportional-odds model (McCullagh 1980) of three ordered classes, for a few features and few examples."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]


def chances(x: NDArray[np.floating], slope: Array, cuts: tuple[float, float]) -> Array:
    """(n, 3): probabilities of the lowest, the middle and the highest class."""
    scale = x @ slope
    high = 1 / (1 + np.exp(cuts[1] - scale))
    low = 1 / (1 + np.exp(scale - cuts[0]))
    return np.stack([low, 1 - low - high, high], axis=1)


def fit_ordinal(x: NDArray[np.floating], y: NDArray[np.int64], penalty: float) -> tuple[Array, tuple[float, float]]:
    """Slopes (k,) and the two cuts; slopes of standardised features are drawn towards 0.3."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    z = (x - mean) / spread
    k = x.shape[1]

    def loss(flat: Array) -> float:
        p = chances(z, flat[:k], (float(flat[k]), float(flat[k] + np.exp(flat[k + 1]))))
        said = np.log(np.maximum(p[np.arange(len(y)), y], 1e-9)).mean()
        return float(penalty * ((flat[:k] - 0.3) ** 2).sum() - said)

    flat = minimize(loss, np.append(np.full(k, 0.3), [-1.0, 0.7]), method="L-BFGS-B").x
    slope = flat[:k] / spread
    shift = float(mean @ slope)
    return slope, (flat[k] + shift, flat[k] + np.exp(flat[k + 1]) + shift)
