"""Words and pairs of words as numbered buckets: what the linear parts of the meters look at."""

import numpy as np
from numpy.typing import NDArray

SINGLE = np.uint64(0x9E3779B97F4A7C15)
PAIR = np.uint64(0xC2B2AE3D27D4EB4F)
MIX = np.uint64(0xBF58476D1CE4E5B9)


def _mixed(key: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    key = (key ^ (key >> np.uint64(29))) * MIX
    return ((key ^ (key >> np.uint64(32))) & np.uint64((1 << bits) - 1)).astype(np.int64)


def buckets(
    norm: NDArray[np.uint64], group: NDArray[np.integer], bits: int
) -> tuple[NDArray[np.int64], NDArray[np.integer]]:
    """Buckets, below 1 << bits, of all words and of all pairs of neighbours in a group; and the group of each."""
    same = group[1:] == group[:-1]
    single = norm * SINGLE
    pair = (single[:-1] + norm[1:] * PAIR)[same]
    return np.concatenate([_mixed(single, bits), _mixed(pair, bits)]), np.concatenate([group, group[1:][same]])


def weigh(
    norm: NDArray[np.uint64], group: NDArray[np.integer], n_groups: int, table: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(n_groups, k): sums of the rows of `table` (1 << bits, k) over each group, by the root of their number."""
    bucket, owner = buckets(norm, group, len(table).bit_length() - 1)
    root = np.sqrt(np.maximum(np.bincount(owner, minlength=n_groups), 1))
    sums = [np.bincount(owner, column[bucket], n_groups) / root for column in table.T]
    return np.stack(sums, axis=1).astype(np.float32)
