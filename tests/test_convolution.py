"""The two layers that both nets read with, against the sums they stand for."""

import numpy as np

from pipeline.models import convolution
from pipeline.models.convolution import STEP


def test_blocks_are_the_sums_of_two_layers_over_each_sentence_alone() -> None:
    rng = np.random.default_rng(0)
    sizes, types, channels, deep = [4, 0, 1, 7, 4], 9, 5, 3
    kind = rng.integers(0, types, sum(sizes))
    near = rng.normal(size=(types, 3 * channels)).astype(np.float32)
    near_bias, far_bias = rng.normal(size=channels).astype(np.float32), rng.normal(size=deep).astype(np.float32)
    far = rng.normal(size=(3, channels, deep)).astype(np.float32)
    first = np.cumsum(sizes) - sizes
    found = {}
    for block in convolution.blocks(kind, first, near, near_bias, far, far_bias):
        for row, place, values in zip(block.row.tolist(), block.place, block.deep, strict=True):
            assert place.tolist() == list(range(first[row], first[row] + sizes[row]))
            found[row] = values
    assert sorted(found) == [0, 2, 3, 4]
    near = np.concatenate([near, np.zeros((1, 3 * channels), np.float32)])
    after, itself, before = near[:, :channels], near[:, channels : 2 * channels], near[:, 2 * channels :]
    for row, values in found.items():
        words = [types, *kind[first[row] : first[row] + sizes[row]], types]
        hidden = np.zeros((sizes[row] + 2 * STEP, channels))
        for at in range(sizes[row]):
            total = after[words[at]] + itself[words[at + 1]] + before[words[at + 2]] + near_bias
            hidden[at + STEP] = np.maximum(total, 0)
        taps = [hidden[i * STEP : i * STEP + sizes[row]] @ far[i] for i in range(3)]
        assert np.allclose(values, np.maximum(sum(taps) + far_bias, 0), atol=1e-5)


def test_means_are_weighed_by_what_attends() -> None:
    deep = np.array([[[1.0, 0.0], [0.0, 2.0]]], np.float32)
    pooled, share = convolution.pooled(deep, np.array([[np.log(3)], [0]], np.float32))
    assert np.allclose(share[0, :, 0], [0.75, 0.25])
    assert np.allclose(pooled[0, 2:], [0.75, 0.5])
    assert pooled[0, :2].tolist() == [1, 2]
