"""Sentences -> names: runs of tokens with a label and a calibrated score, by a small neural tagger of our own.

A word is the sum of hashed rows (norm, prefix, suffix, shape, runs of three letters) and of signs about it and its
place (`name_features`); convolutions over three tokens carry what stands around it. What the first layers think of a
word is averaged over all its places in the review and handed to the last layer, so that one telling place ("Chloe
(Kiera Allen)") helps the others. The net runs only near words that may be names. Weights, training and figures:
NAMES_CARD.md.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.models import gazetteer, name_features, name_lists, name_votes
from pipeline.records import LABELS

FILE = Path(__file__).with_suffix(".npz")
N_TAGS = 1 + 2 * len(LABELS)
"""No name; then for each label the tag of its first token and that of the others."""
REACH = 3
"""Tokens at each side of a candidate that the net sees."""
_CHUNK = 1500
"""Tokens that the net reads at once, give or take a text."""
DATE, GROUP, CONDITION = LABELS.index("DATE"), LABELS.index("GROUP"), LABELS.index("CONDITION")
_LISTED = 0.97
"""Score of what dates and lists find: their precision on the gold reviews to train on."""

Weights = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class NameSpans:
    """Names found (k rows), in order, without overlap."""

    first: NDArray[np.int64]
    """First token."""
    last: NDArray[np.int64]
    """One past the last token."""
    label: NDArray[np.int64]
    """Index in records.LABELS."""
    score: NDArray[np.float64]
    """Calibrated probability that the tokens are just such a name, 0-1."""
    alternatives: NDArray[np.float64]
    """(k, len(LABELS)): probability of each label, given that it is a name; rows sum to 1."""

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights and what is known beforehand."""

    weights: Weights
    known: name_features.Known


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> Tagger:
    """The tagger whose weights lie beside this module (or at `path`), read once a process."""
    with np.load(path, allow_pickle=False) as arrays:
        stored = {name: arrays[name] for name in arrays.files}
    known = name_features.Known(gazetteer.load(), stored.pop("lower"), stored.pop("share"))
    return Tagger({name: np.ascontiguousarray(value, dtype=np.float32) for name, value in stored.items()}, known)


def tag(
    tokens: nlp.Tokens,
    sents: nlp.Sentences,
    emphasis: NDArray[np.bool_] | None = None,
    tagger: Tagger | None = None,
) -> NameSpans:
    """The names in `sents`; `emphasis` (n tokens,) marks those in italics, where that is known."""
    if not len(tokens) or not len(sents):
        return _nothing()
    tagger = tagger or load()
    types = name_features.types_of(tokens, tagger.known)
    places = name_features.places_of(tokens, sents, types, tagger.known, emphasis)
    rows = near(places.candidate, places.sentence, REACH)
    chance = tag_chances(tagger.weights, types, places, tokens.text, rows)
    found = _voted(_whole_words(_spans(chance, rows, places), tokens, types), tokens)
    return _with_lists(found, tokens, sents, types, places, tagger.weights["calibration"])


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
    breaks = np.flatnonzero((np.diff(rows) != 1) | (np.diff(places.sentence[rows]) != 0))
    x += _convolve(x, breaks, weights, "1")
    x += _sentence_mean(x, places.sentence[rows]) @ weights["around"]
    x += _convolve(x, breaks, weights, "2")
    early = _softmax(x @ weights["early"] + weights["early_bias"])
    x += _pool(early, places, rows) @ weights["pool"]
    x += _convolve(x, breaks, weights, "3")
    return _softmax(x @ weights["late"] + weights["late_bias"])


def _embed(weights: Weights, types: name_features.Types, used: NDArray[np.int64]) -> NDArray[np.float32]:
    """(len(used), width): the part of the first layer that depends on the word alone."""
    first = types.gram_first
    last = np.append(first[1:], len(types.grams))
    size = (last - first)[used]
    begin = np.cumsum(size) - size
    inside = np.repeat(first[used] - begin, size) + np.arange(size.sum())
    letters = np.add.reduceat(weights["grams"][types.grams[inside]], begin, axis=0)
    x = (
        weights["norms"][types.norm[used]]
        + weights["prefixes"][types.prefix[used]]
        + weights["suffixes"][types.suffix[used]]
    )
    x += weights["shapes"][types.shape[used]]
    x += letters / size[:, None].astype(np.float32)
    return np.asarray(
        x @ weights["mix"] + types.signs[used] @ weights["type_signs"] + weights["bias"], dtype=np.float32
    )


def _convolve(x: NDArray[np.float32], breaks: NDArray[np.int64], weights: Weights, layer: str) -> NDArray[np.float32]:
    """Each token with its two neighbours; no token of `breaks` is a neighbour of the one after it."""
    width = x.shape[1]
    y = x @ weights["layer" + layer]
    y[breaks, :width] = 0
    y[breaks + 1, 2 * width :] = 0
    here: NDArray[np.float32] = y[:, width : 2 * width]
    here += weights["bias" + layer]
    here[1:] += y[:-1, :width]
    here[:-1] += y[1:, 2 * width :]
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


def _spans(chance: NDArray[np.float32], rows: NDArray[np.int64], places: name_features.Places) -> NameSpans:
    """Runs of tokens that are a name by the sum over labels, then the label of each run."""
    # Rounded, so that the last bit of a sum, which may depend on the batch, decides nothing.
    tags = np.round(chance.astype(np.float64), 6)
    begin, inside = tags[:, 1::2].sum(axis=1), tags[:, 2::2].sum(axis=1)
    state = np.argmax(np.stack([np.round(tags[:, 0], 5), np.round(begin, 5), np.round(inside, 5)], axis=1), axis=1)
    fresh = np.ones(len(rows), dtype=np.bool_)
    fresh[1:] = (np.diff(rows) != 1) | (np.diff(places.sentence[rows]) != 0)
    before = np.concatenate([[0], state[:-1]])
    starts = np.flatnonzero((state == 1) | ((state == 2) & (fresh | (before == 0))))
    if not len(starts):
        return _nothing()
    stop = np.flatnonzero((state != 2) | fresh)
    place = np.searchsorted(stop, starts, "right")
    ends = np.append(stop, len(rows))[place]
    size = ends - starts
    belief = tags[:, 1::2] + tags[:, 2::2] + 1e-6
    run = np.repeat(np.arange(len(starts)), size)
    token = np.repeat(starts - np.cumsum(size) + size, size) + np.arange(size.sum())
    first = np.cumsum(size) - size
    logs = np.add.reduceat(np.log(belief[token]), first, axis=0)
    named = np.round(logs - logs.max(axis=1, keepdims=True), 5)
    label = np.argmax(named, axis=1)
    share = np.exp(named)
    share /= share.sum(axis=1, keepdims=True)
    mean = np.exp(logs[np.arange(len(starts)), label] / size)
    least = np.minimum.reduceat(belief[token, label[run]], first)
    # Dates are told by rule, which knows a year from another number.
    good = np.bitwise_or.reduceat(places.candidate[rows[token]], first) & (label != DATE)
    made = NameSpans(rows[starts], rows[starts] + size, label, mean * 0.5 + least * 0.5, share)
    return _choose(made, good)


def _whole_words(found: NameSpans, tokens: nlp.Tokens, types: name_features.Types) -> NameSpans:
    """`found`, with the second half of a double-barrelled name where the tagger stopped at the hyphen."""
    last = found.last.copy()
    hyphen = np.fromiter((word in "-–" for word in types.words), dtype=np.bool_, count=len(types.words))
    limit = tokens.bounds[tokens.text[found.first] + 1] - 1
    for _ in range(2):
        rows = np.flatnonzero(last < limit)
        at = last[rows]
        joined = (tokens.start[at] == tokens.end[at - 1]) & (tokens.start[at + 1] == tokens.end[at])
        last[rows[joined & hyphen[types.of[at]] & types.upper[types.of[at + 1]]]] += 2
    apart = np.ones(len(last), dtype=np.bool_)
    apart[1:] = found.first[1:] >= np.maximum.accumulate(last)[:-1]
    return _choose(NameSpans(found.first, last, found.label, found.score, found.alternatives), apart)


def _voted(found: NameSpans, tokens: nlp.Tokens) -> NameSpans:
    """`found`, with one label for all places of a name in a text."""
    if not len(found):
        return found
    norms = tokens.norm.tolist()
    words = [tuple(norms[a:b]) for a, b in zip(found.first.tolist(), found.last.tolist(), strict=True)]
    text = tokens.text[found.first].astype(np.int64)
    label, alternatives = name_votes.vote(text, words, found.label, found.score, found.alternatives)
    return NameSpans(found.first, found.last, label, found.score, alternatives)


def _with_lists(
    found: NameSpans,
    tokens: nlp.Tokens,
    sents: nlp.Sentences,
    types: name_features.Types,
    places: name_features.Places,
    calibration: NDArray[np.float32],
) -> NameSpans:
    """The tagger's names, scored, and those of dates and lists that stand outside of them."""
    raw = np.clip(found.score, 1e-4, 1 - 1e-4)
    score = 1 / (1 + np.exp(-(calibration[0] * np.log(raw / (1 - raw)) + calibration[1])))
    upper = types.upper[types.of]
    end = np.where(places.sentence >= 0, sents.last[places.sentence], 0).astype(np.int64)
    opens = gazetteer.contains(name_lists.lists().first, types.key)[types.of]
    listed = name_lists.find(tokens, end, upper, np.flatnonzero(opens & (places.sentence >= 0)))
    dates = name_lists.find_dates(tokens, types.words, types.of, types.figure)
    sure = (listed.label == GROUP) | (listed.label == CONDITION)
    first = np.concatenate([dates.first, listed.first[sure]])
    last = np.concatenate([dates.last, listed.last[sure]])
    label = np.concatenate([dates.label, listed.label[sure]])
    # A name that the tagger found gives way only to a longer one of a list, or to the same one.
    owner = np.full(len(tokens) + 1, -1, dtype=np.int64)
    for i, (a, b) in enumerate(zip(found.first.tolist(), found.last.tolist(), strict=True)):
        owner[a:b] = i
    keep = np.ones(len(found), dtype=np.bool_)
    new = []
    for i, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        held = {k for k in owner[a:b].tolist() if k >= 0}
        if all(found.first[k] >= a and found.last[k] <= b for k in held) and places.sentence[a] >= 0:
            keep[list(held)] = False
            owner[a:b] = -1
            new.append(i)
    chosen = _choose(found, keep)
    extra = np.zeros((len(new), len(LABELS)))
    extra[np.arange(len(new)), label[new]] = 1
    order = np.argsort(np.concatenate([chosen.first, first[new]]), kind="stable")
    return NameSpans(
        np.concatenate([chosen.first, first[new]])[order],
        np.concatenate([chosen.last, last[new]])[order],
        np.concatenate([chosen.label, label[new]])[order],
        np.round(np.concatenate([score[keep], np.full(len(new), _LISTED)]), 6)[order],
        np.concatenate([chosen.alternatives, extra])[order],
    )


def _choose(spans: NameSpans, keep: NDArray[np.bool_]) -> NameSpans:
    return NameSpans(
        spans.first[keep], spans.last[keep], spans.label[keep], spans.score[keep], spans.alternatives[keep]
    )


def _nothing() -> NameSpans:
    none = np.zeros(0, dtype=np.int64)
    return NameSpans(none, none, none, np.zeros(0), np.zeros((0, len(LABELS))))
