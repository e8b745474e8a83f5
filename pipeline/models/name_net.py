"""The small net that gives each token a probability of each tag, in numpy.

A word is the sum of hashed rows (norm, prefix, suffix, shape, runs of three letters) and of signs about it and its
place (`name_features`); convolutions over three tokens carry what stands around it, a mean over the sentence what it is
about. What the first layers think of a word is averaged over all its places in the review and handed to the last
layer, so that one telling place ("Chloe (Kiera Allen)") helps the others. The net runs only near words that may be
names.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.models import name_features
from pipeline.records import LABELS

N_TAGS = 1 + 2 * len(LABELS)
"""No name; then for each label the tag of its first token and that of the others."""
REACH = 5
"""Tokens at each side of a candidate that the net sees."""
_CHUNK = 1500
"""Tokens that the net reads at once, give or take a text."""

Weights = dict[str, NDArray[np.float32]]


def near(candidate: NDArray[np.bool_], sentence: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """The tokens in sentences that are at most `reach` tokens from a candidate."""
    count = np.concatenate([np.zeros(reach + 1, dtype=np.int32), np.cumsum(candidate, dtype=np.int32)])
    count = np.append(count, np.repeat(count[-1], reach))
    return np.flatnonzero((count[2 * reach + 1 :] > count[: len(candidate)]) & (sentence >= 0))


def tag_chances(
    weights: Weights,
    types: name_features.Types,
    places: name_features.Places,
    text: NDArray[np.int32],
    rows: NDArray[np.int64],
) -> NDArray[np.float32]:
    """(len(rows), N_TAGS): probability of each tag at the tokens `rows`, which are in order; `text` as in Tokens."""
    used = np.zeros(len(types.norm), dtype=np.int64)
    used[types.of[rows]] = 1
    kinds = np.flatnonzero(used)
    used[kinds] = np.arange(len(kinds))
    chance = np.zeros((len(rows), N_TAGS), dtype=np.float32)
    if not len(rows):
        return chance
    words = _embed(weights, types, kinds)
    # Whole texts at a time, few enough to stay in the processor's cache.
    new = np.flatnonzero(np.concatenate([[True], np.diff(text[rows]) != 0]))
    cuts = [0]
    for place in [*new[1:].tolist(), len(rows)]:
        if place - cuts[-1] >= _CHUNK or place == len(rows):
            chance[cuts[-1] : place] = _chances(
                weights, words, used[types.of[rows[cuts[-1] : place]]], places, rows[cuts[-1] : place]
            )
            cuts.append(place)
    return chance


def _chances(
    weights: Weights,
    words: NDArray[np.float32],
    of: NDArray[np.int64],
    places: name_features.Places,
    rows: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The net itself, over one token at least."""
    x = words[of]
    x += places.signs[rows] @ weights["place_signs"]
    np.maximum(x, 0, out=x)
    run = np.cumsum(np.concatenate([[0], (np.diff(rows) != 1) | (np.diff(places.sentence[rows]) != 0)]))
    x += _convolve(x, run, weights, "1", 1)
    x += _sentence_mean(x, places.sentence[rows]) @ weights["around"]
    x += _convolve(x, run, weights, "2", 2)
    early = _softmax(x @ weights["early"] + weights["early_bias"])
    x += _pool(early, places, rows) @ weights["pool"]
    x += _convolve(x, run, weights, "3", 1)
    return _softmax(x @ weights["late"] + weights["late_bias"])


def _embed(weights: Weights, types: name_features.Types, used: NDArray[np.int64]) -> NDArray[np.float32]:
    """(len(used), width): the part of the first layer that depends on the word alone."""
    first = types.gram_first
    last = np.append(first[1:], len(types.grams))
    size = (last - first)[used]
    # The n-th run of letters of all words that have so many, the longest words first.
    order = np.argsort(-size, kind="stable")
    begin = first[used][order]
    table = weights["grams"]
    letters: NDArray[np.float32] = np.zeros((len(used), table.shape[1]), dtype=np.float32)
    counts = len(used) - np.searchsorted(np.sort(size), np.arange(1, size.max() + 1))
    for i, n in enumerate(counts.tolist()):
        np.add(letters[:n], table[types.grams[begin[:n] + i]], out=letters[:n])
    letters[order] = letters.copy()
    x = (
        weights["norms"][types.norm[used]]
        + weights["prefixes"][types.prefix[used]]
        + weights["suffixes"][types.suffix[used]]
    )
    x += weights["shapes"][types.shape[used]]
    np.divide(letters, size[:, None].astype(np.float32), out=letters)
    x += letters
    return np.asarray(
        x @ weights["mix"] + types.signs[used] @ weights["type_signs"] + weights["bias"], dtype=np.float32
    )


def _convolve(
    x: NDArray[np.float32],
    run: NDArray[np.int64],
    weights: Weights,
    layer: str,
    step: int,
) -> NDArray[np.float32]:
    """Each token with those `step` before and after it in its run of tokens (`run`: number of the run, n)."""
    width = x.shape[1]
    y = x @ weights["layer" + layer]
    breaks = np.flatnonzero(run[step:] != run[:-step])
    y[breaks, :width] = 0
    y[breaks + step, 2 * width :] = 0
    here: NDArray[np.float32] = y[:, width : 2 * width]
    here += weights["bias" + layer]
    here[step:] += y[:-step, :width]
    here[:-step] += y[step:, 2 * width :]
    np.maximum(here, 0, out=here)
    return here


def _sentence_mean(x: NDArray[np.float32], sentence: NDArray[np.int64]) -> NDArray[np.float32]:
    """The mean of a sentence's tokens, at each of them: whether it tells the story or speaks of the film."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(sentence) != 0]))
    size = np.diff(np.append(starts, len(sentence)))
    mean = np.add.reduceat(x, starts, axis=0) / size[:, None].astype(np.float32)
    return np.asarray(np.repeat(mean, size, axis=0), dtype=np.float32)


def _pool(early: NDArray[np.float32], places: name_features.Places, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(len(rows), 2 + 2 * len(LABELS)): mean and highest early belief over a word's candidate places in its text."""
    belief = np.concatenate([early[:, :1], early[:, 1::2] + early[:, 2::2]], axis=1)
    pooled = np.zeros((len(rows), 2 * belief.shape[1]), dtype=np.float32)
    chosen = np.flatnonzero(places.candidate[rows])
    if len(chosen):
        word = places.same[rows[chosen]]
        order = np.argsort(word, kind="stable")
        starts = np.flatnonzero(np.concatenate([[True], np.diff(word[order]) != 0]))
        size = np.diff(np.append(starts, len(order)))
        sorted_belief = belief[chosen[order]]
        mean = np.add.reduceat(sorted_belief, starts, axis=0) / size[:, None].astype(np.float32)
        most = np.maximum.reduceat(sorted_belief, starts, axis=0)
        pooled[chosen[order]] = np.repeat(np.concatenate([mean, most], axis=1), size, axis=0)
    return pooled


def _softmax(x: NDArray[np.float32]) -> NDArray[np.float32]:
    high = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(high / high.sum(axis=1, keepdims=True), dtype=np.float32)
