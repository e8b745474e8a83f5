"""Sentences -> names: runs of tokens with a label and a calibrated score, by a small neural tagger of our own.

`name_net` gives each token a probability of each tag; here tags become names, the places of a name agree on what it is
(`name_votes`), and dates and lists add what they know (`name_lists`). Weights, training, figures: NAMES_CARD.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.models import gazetteer, name_features, name_lists, name_net, name_votes
from pipeline.records import LABELS

FILE = Path(__file__).with_suffix(".npz")
PERSON, CHARACTER, WORK = (LABELS.index(x) for x in ("PERSON", "CHARACTER", "WORK"))
DATE, GROUP, CONDITION = (LABELS.index(x) for x in ("DATE", "GROUP", "CONDITION"))
LISTED = (0.97, 0.8)
"""Score of dates and of the listed groups and conditions, and of other listed names that the tagger did not see: about their
precision on the gold reviews to train on."""
_PRIOR, _PRIOR_HEAD = 0.5, 0.3
"""Belief that a listed name is what its list says, and that a name is what its last word says, before the tagger is asked."""


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
    """Calibrated probability that the tokens are just such a name, 0-1; of people and characters, that they name either."""
    alternatives: NDArray[np.float64]
    """(k, len(LABELS)): probability of each label, given that it is a name; rows sum to 1."""

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights and what is known beforehand."""

    weights: name_net.Weights
    known: name_features.Known

    def with_names(self, people: Iterable[str] = (), titles: Iterable[str] = ()) -> "Tagger":
        """This tagger, which also knows a user's own names."""
        names = self.known.names.with_extra(people, titles)
        return Tagger(self.weights, name_features.Known(names, self.known.lower, self.known.share))


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
    rows = name_net.near(places.candidate, places.sentence, name_net.REACH)
    chance = name_net.tag_chances(tagger.weights, types, places, tokens.text, rows)
    found = _with_initials(_whole_words(_spans(chance, rows, places), tokens, types), types, places)
    found = _whole_quotations(found, types, places)
    end = np.where(places.sentence >= 0, sents.last[places.sentence], 0).astype(np.int64)
    opens = gazetteer.contains(name_lists.lists().first, types.key)[types.of] & (places.sentence >= 0)
    listed = name_lists.find(tokens, end, types.upper[types.of], np.flatnonzero(opens))
    dates = name_lists.find_dates(tokens, types.words, types.of, types.figure)
    found, told = _relabelled(found, tokens, listed, tagger.known.names.people)
    found = _scored(_voted(found, tokens), tagger.weights["calibration"], told)
    films = _titles(tokens, end, types, places, tagger.known.names.titles)
    return _with_lists(found, listed, name_lists.within(dates, end), films, len(tokens))


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
    token = np.repeat(starts - np.cumsum(size) + size, size) + np.arange(size.sum())
    first = np.cumsum(size) - size
    logs = np.add.reduceat(np.log(belief[token]), first, axis=0)
    named = np.round(logs - logs.max(axis=1, keepdims=True), 5)
    label = np.argmax(named, axis=1)
    share = np.exp(named)
    share /= share.sum(axis=1, keepdims=True)
    # How sure it is that these are the words of a name: as sure as of the word that it is least sure of.
    whole: NDArray[np.float64] = np.minimum.reduceat(1 - tags[token, 0], first)
    # Dates are told by rule, which knows a year from another number.
    good = np.bitwise_or.reduceat(places.candidate[rows[token]], first) & (label != DATE)
    made = NameSpans(rows[starts], rows[starts] + size, label, np.round(whole, 6), share)
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


_INITIAL = re.compile(r"[^\W\d_]\.|[B-HJ-Z]")
"""An initial; "I" and "A" have a stop where they are one."""


def _with_initials(found: NameSpans, types: name_features.Types, places: name_features.Places) -> NameSpans:
    """`found`, the names of people with the initials before them."""
    kind = np.fromiter((bool(_INITIAL.fullmatch(word[:3])) for word in types.words), np.bool_, len(types.words))
    initial = kind[types.of] & types.upper[types.of]
    people = (found.label == PERSON) | (found.label == CHARACTER)
    first = found.first.copy()
    for _ in range(2):
        rows = np.flatnonzero(people & (first > 0))
        at = first[rows] - 1
        first[rows[initial[at] & (places.sentence[at] == places.sentence[at + 1])]] -= 1
    # What lies before a name that has grown gives way if it was but an initial, and else the name stays as it was.
    end = np.concatenate([[0], found.last[:-1]])
    begin = np.concatenate([[0], found.first[:-1]])
    first = np.where((begin < first) & (first < end), found.first, first)
    keep = np.ones(len(found), dtype=np.bool_)
    keep[:-1] = found.first[:-1] < first[1:]
    return _choose(NameSpans(first, found.last, found.label, found.score, found.alternatives), keep)


def _whole_quotations(found: NameSpans, types: name_features.Types, places: name_features.Places) -> NameSpans:
    """`found`, works within a quotation that is written like a title grown to the whole of it."""
    quoted = places.signs[:, name_features.QUOTED] > 0
    edges = np.flatnonzero(np.diff(quoted, prepend=False, append=False))
    begin, end = edges[::2], edges[1::2]
    if not len(begin) or not len(found):
        return found
    signs = types.signs[types.of]
    upper, figure = types.upper[types.of], types.figure[types.of]
    mark, short = signs[:, name_features.MARK] > 0, signs[:, list(name_features.SHORT)].any(axis=1)
    end = end - (mark[end - 1] & (end - begin > 1))
    plain = np.concatenate([[0], np.cumsum(~upper & ~figure & ~mark & ~short)])
    titled = (upper | figure)[begin] & (upper | figure)[end - 1] & (plain[end] == plain[begin])
    row = np.maximum(np.searchsorted(begin, found.first, "right") - 1, 0)
    inside = titled[row] & (found.first >= begin[row]) & (found.last <= end[row])
    grown = inside & (found.label == WORK)
    first, last = np.where(grown, begin[row], found.first), np.where(grown, end[row], found.last)
    # One work a quotation, and nothing beside it.
    sole = np.zeros(len(found), dtype=np.bool_)
    sole[np.flatnonzero(grown)[np.unique(row[grown], return_index=True)[1]]] = True
    keep = sole | ~(inside & np.isin(row, row[grown]))
    return _choose(NameSpans(first, last, found.label, found.score, found.alternatives), keep)


def _voted(found: NameSpans, tokens: nlp.Tokens) -> NameSpans:
    """`found`, with one label for all places of a name in a text."""
    if not len(found):
        return found
    norms = tokens.norm.tolist()
    words = [tuple(norms[a:b]) for a, b in zip(found.first.tolist(), found.last.tolist(), strict=True)]
    text = tokens.text[found.first].astype(np.int64)
    label, alternatives = name_votes.vote(text, words, found.label, found.score, found.alternatives)
    return NameSpans(found.first, found.last, label, found.score, alternatives)


def _relabelled(
    found: NameSpans, tokens: nlp.Tokens, listed: name_lists.Found, people: NDArray[np.uint32]
) -> tuple[NameSpans, NDArray[np.int64]]:
    """`found`, its belief moved toward what lists, the gazetteer's `people` or the last word say; what lists say, or -1."""
    of = np.full(len(tokens), -1, dtype=np.int64)
    of[listed.first] = np.arange(len(listed.first))
    row = of[found.first]
    same = (row >= 0) & (found.label != DATE)
    same[same] = listed.last[row[same]] == found.last[same]
    alternatives, label = found.alternatives.copy(), found.label.copy()
    alternatives[same] *= 1 - _PRIOR
    alternatives[np.flatnonzero(same), listed.label[row[same]]] += _PRIOR
    size = found.last - found.first
    star = ~same & (gazetteer.find(people, tokens.norm, size, found.first, 2) == size) & (size > 1)
    alternatives[star] *= 1 - _PRIOR
    alternatives[star, PERSON] += _PRIOR
    head = np.where(
        ~same & ~star & (size > 1), name_lists.told_by_head(gazetteer.keys(tokens.norm[found.last - 1])), -1
    )
    headed = head >= 0
    alternatives[headed] *= 1 - _PRIOR_HEAD
    alternatives[np.flatnonzero(headed), head[headed]] += _PRIOR_HEAD
    moved = same | star | headed
    label[moved] = np.argmax(np.round(alternatives[moved], 6), axis=1)
    told = np.full(len(found), -1, dtype=np.int64)
    told[same] = listed.label[row[same]]
    return NameSpans(found.first, found.last, label, found.score, alternatives), told


def _scored(found: NameSpans, calibration: NDArray[np.float32], told: NDArray[np.int64]) -> NameSpans:
    """`found`, its score the calibrated probability of words and label together; a person may be a character.

    What a list says just so (`told`: its label, or -1) is as sure as if the tagger had not seen it.
    """
    belief = found.alternatives[np.arange(len(found)), found.label]
    people = (found.label == PERSON) | (found.label == CHARACTER)
    belief = np.where(people, found.alternatives[:, PERSON] + found.alternatives[:, CHARACTER], belief)
    raw = np.clip(found.score * belief, 1e-4, 1 - 1e-4)
    score = 1 / (1 + np.exp(-(calibration[0] * np.log(raw / (1 - raw)) + calibration[1])))
    score = np.where(told == found.label, np.maximum(score, LISTED[1]), score)
    return NameSpans(found.first, found.last, found.label, np.round(score, 6), found.alternatives)


def _titles(
    tokens: nlp.Tokens,
    sentence_end: NDArray[np.int64],
    types: name_features.Types,
    places: name_features.Places,
    titles: NDArray[np.uint32],
) -> name_lists.Found:
    """Titles of films of several words, the first and the last of them with a capital.

    In comments, where "Saturday Night" and "BORN AGAIN" are seldom films, three words or more and not shouted.
    """
    upper = types.upper[types.of]
    starts = np.flatnonzero(upper & places.candidate)
    size = gazetteer.find(titles, tokens.norm, sentence_end[starts] - starts, starts, 2)
    comment = places.signs[starts, name_features.COMMENT] > 0
    good = size > 1 + comment
    last = starts + np.maximum(size, 1) - 1
    good &= upper[last] & ~(comment & (types.signs[types.of[last], name_features.SHOUTED] > 0))
    first, last = starts[good], starts[good] + size[good]
    return name_lists.apart(name_lists.Found(first, last, np.full(len(first), WORK, dtype=np.int64)))


def _with_lists(
    found: NameSpans, listed: name_lists.Found, dates: name_lists.Found, films: name_lists.Found, size: int
) -> NameSpans:
    """The tagger's names, and those of dates and lists that stand outside of them; `size` is the number of tokens.

    A name of the tagger gives way to a date and to a listed group or condition that it is part of.
    """
    sure = (listed.label == GROUP) | (listed.label == CONDITION)
    first = np.concatenate([dates.first, listed.first[sure], listed.first[~sure], films.first])
    last = np.concatenate([dates.last, listed.last[sure], listed.last[~sure], films.last])
    label = np.concatenate([dates.label, listed.label[sure], listed.label[~sure], films.label])
    n_sure = len(dates.first) + int(sure.sum())
    owner = np.full(size, -1, dtype=np.int64)
    for i, (a, b) in enumerate(zip(found.first.tolist(), found.last.tolist(), strict=True)):
        owner[a:b] = i
    keep = np.ones(len(found), dtype=np.bool_)
    new = []
    for i, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        held = set(owner[a:b].tolist()) - {-1}
        if not held or (i < n_sure and all(k >= 0 and found.first[k] >= a and found.last[k] <= b for k in held)):
            keep[list(held)] = False
            owner[a:b] = -2
            new.append(i)
    chosen = _choose(found, keep)
    extra = np.zeros((len(new), len(LABELS)))
    extra[np.arange(len(new)), label[new]] = 1
    order = np.argsort(np.concatenate([chosen.first, first[new]]), kind="stable")
    return NameSpans(
        np.concatenate([chosen.first, first[new]])[order],
        np.concatenate([chosen.last, last[new]])[order],
        np.concatenate([chosen.label, label[new]])[order],
        np.concatenate([chosen.score, np.where(np.array(new, dtype=np.int64) < n_sure, *LISTED)])[order],
        np.concatenate([chosen.alternatives, extra])[order],
    )


def _choose(spans: NameSpans, keep: NDArray[np.bool_]) -> NameSpans:
    return NameSpans(
        spans.first[keep], spans.last[keep], spans.label[keep], spans.score[keep], spans.alternatives[keep]
    )


def _nothing() -> NameSpans:
    none = np.zeros(0, dtype=np.int64)
    return NameSpans(none, none, none, np.zeros(0), np.zeros((0, len(LABELS))))
