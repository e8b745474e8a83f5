"""Mean, spread and bootstrap interval of a handful of numbers; the same numbers always give the same answer."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
"""Times that the numbers are drawn anew."""

FEWEST = 3
"""Numbers below which an interval would say nothing."""

_DRAWN_AT_ONCE = 1_000_000


def mean(values: Sequence[float]) -> float | None:
    """Arithmetic mean; None of nothing."""
    return sum(values) / len(values) if values else None


def spread(values: Sequence[float]) -> float | None:
    """Standard deviation of a sample (n - 1); None for fewer than two values."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def interval(values: Sequence[float], name: str) -> tuple[float | None, float | None]:
    """95 % interval of the mean by the percentile bootstrap (Efron 1979); the draws are seeded by `name`."""
    if len(values) < FEWEST:
        return None, None
    seed = int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8])
    draw = np.random.default_rng(seed)
    data = np.asarray(values, dtype=np.float64)
    step = max(1, _DRAWN_AT_ONCE // len(data))
    means = np.concatenate(
        [
            data[draw.integers(0, len(data), (min(step, RESAMPLES - done), len(data)))].mean(axis=1)
            for done in range(0, RESAMPLES, step)
        ]
    )
    means.sort()
    return _percentile(means, 2.5), _percentile(means, 97.5)


def _percentile(rising: NDArray[np.float64], percent: float) -> float:
    """As `np.percentile`, which asks more of what it is given than the whole drawing takes."""
    below, part = divmod((len(rising) - 1) * percent / 100, 1)
    low, high = rising[int(below)], rising[min(int(below) + 1, len(rising) - 1)]
    return float(low + (high - low) * part)
