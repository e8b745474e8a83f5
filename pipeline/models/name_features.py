"""What the name tagger sees of each token: hashes of its letters, and signs that it names something.

Words are looked at once a kind (`Types`), whatever the number of times they are used; the places where they
stand (`Places`) add how the review uses them: its capitals, quotes, brackets, repetitions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.models import gazetteer
from pipeline.records import KINDS

NORMS, AFFIXES, SHAPES, GRAMS = 16384, 4096, 1024, 6144
"""Rows of the tables of hashed norms, prefixes and suffixes (each), shapes and runs of three letters."""
LETTERS = 18
"""Letters of a word that are looked at; the rest of a longer one adds nothing."""
TYPE_SIGNS = 20
PLACE_SIGNS = 22 + len(KINDS)
_QUOTES = {'"', "“", "”", "„", "«", "»", "``", "''"}
_TICKS = {"'", "‘", "’", "`", "´"}
"""Single quotation marks, which may be apostrophes: they stand outside at one side and close to a word at the other."""
_QUOTED = 12
"""Tokens of the longest quotation that may be a title."""
_SHORT = 60
"""Tokens from which a text is no mere comment: those are often written without capitals."""
_RARE = np.uint64(0x2545F4914F6CDD1D)


@dataclass(frozen=True, slots=True)
class Types:
    """The different words of a batch (m rows)."""

    of: NDArray[np.int64]
    """(n,): row of each token."""
    words: list[str]
    """(m,): as written."""
    key: NDArray[np.uint32]
    """(m,): key of the word in gazetteers."""
    norm: NDArray[np.int64]
    prefix: NDArray[np.int64]
    suffix: NDArray[np.int64]
    shape: NDArray[np.int64]
    """(m,) each: rows of the tables."""
    grams: NDArray[np.int64]
    """Rows of the table of letters, type after type."""
    gram_first: NDArray[np.int64]
    """(m,): first of `grams` of each type; every type has one at least."""
    signs: NDArray[np.float32]
    """(m, TYPE_SIGNS): see `_type_signs`."""
    upper: NDArray[np.bool_]
    """(m,): begins with a capital."""
    alpha: NDArray[np.bool_]
    """(m,): begins with a letter."""
    figure: NDArray[np.bool_]
    """(m,): begins with a figure."""
    quote: NDArray[np.bool_]
    """(m,): is a double quotation mark."""
    tick: NDArray[np.bool_]
    """(m,): is a single quotation mark or an apostrophe."""
    bracket: NDArray[np.int8]
    """(m,): 1 opens, -1 closes a round bracket."""


@dataclass(frozen=True, slots=True)
class Places:
    """The tokens of a batch (n rows)."""

    signs: NDArray[np.float32]
    """(n, PLACE_SIGNS): see `places_of`."""
    candidate: NDArray[np.bool_]
    """(n,): may be part of a name: capitals that stand for something, figures, words mostly written with capitals."""
    same: NDArray[np.int64]
    """(n,): number of the word within its text: equal for tokens of one text with the same norm."""
    sentence: NDArray[np.int64]
    """(n,): number of the sentence; -1 outside of all."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of words beforehand."""

    names: gazetteer.Gazetteer
    lower: NDArray[np.uint32]
    """Sorted keys of words whose share of lower case was counted."""
    share: NDArray[np.uint8]
    """Parallel to `lower`: share written in lower case within sentences, 0-100."""


def types_of(tokens: nlp.Tokens, known: Known) -> Types:
    """The different words of `tokens`."""
    orth, where, of = np.unique(tokens.orth, return_index=True, return_inverse=True)
    words: list[str] = [tokens.docs[0].vocab.strings[value] for value in orth.tolist()]
    heads = [word[:LETTERS] for word in words]
    lower = [f"\x02{head.lower()}\x03" for head in heads]
    codes = np.frombuffer("".join(lower).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    size = np.fromiter(map(len, lower), dtype=np.int64, count=len(lower))
    end = np.cumsum(size)
    first = end - size
    three = _roll(codes, 3)
    gram = np.ones(len(codes), dtype=np.bool_)
    # A run of three letters begins at every letter but the last two of a word.
    gram[end - 1] = False
    gram[np.maximum(end - 2, 0)] = False
    count = np.cumsum(gram)
    upper = np.fromiter((word[0].isupper() for word in words), dtype=np.bool_, count=len(words))
    whole = np.fromiter((len(word) > 1 and word.isupper() for word in heads), dtype=np.bool_, count=len(words))
    alpha = np.fromiter((word[0].isalpha() for word in words), dtype=np.bool_, count=len(words))
    figure = np.fromiter((word[0].isdigit() for word in words), dtype=np.bool_, count=len(words))
    mixed = np.fromiter((word[1:] != word[1:].lower() for word in heads), dtype=np.bool_, count=len(words)) & ~whole
    quote = np.fromiter((word in _QUOTES for word in words), dtype=np.bool_, count=len(words))
    tick = np.fromiter((word in _TICKS for word in words), dtype=np.bool_, count=len(words))
    bracket = np.fromiter(((word == "(") - (word == ")") for word in words), dtype=np.int8, count=len(words))
    norms = tokens.norm[where]
    keys = gazetteer.keys(norms)
    signs = _type_signs(keys, known, upper, whole, alpha, figure, mixed, size - 2)
    return Types(
        of=of,
        words=words,
        key=keys,
        norm=_row(norms, NORMS),
        prefix=_row(_four(codes, first, size, 0), AFFIXES),
        suffix=_row(_four(codes, first, size, -4), AFFIXES),
        shape=_row(tokens.shape[where], SHAPES),
        grams=_row(three[gram], GRAMS),
        gram_first=count[first] - 1,
        signs=signs,
        upper=upper,
        alpha=alpha,
        figure=figure,
        quote=quote,
        tick=tick,
        bracket=bracket,
    )


def _type_signs(
    keys: NDArray[np.uint32],
    known: Known,
    upper: NDArray[np.bool_],
    whole: NDArray[np.bool_],
    alpha: NDArray[np.bool_],
    figure: NDArray[np.bool_],
    mixed: NDArray[np.bool_],
    size: NDArray[np.int64],
) -> NDArray[np.float32]:
    counted = gazetteer.contains(known.lower, keys)
    share = np.full(len(keys), -1, dtype=np.int64)
    share[counted] = known.share[np.searchsorted(known.lower, keys[counted])]
    signs = np.zeros((len(keys), TYPE_SIGNS), dtype=np.float32)
    for i, column in enumerate(
        (
            upper,
            whole,
            alpha,
            figure,
            mixed,
            share < 0,
            (share >= 0) & (share <= 3),
            (share > 3) & (share <= 15),
            (share > 15) & (share <= 50),
            (share > 50) & (share <= 85),
            (share > 85) & (share <= 97),
            share > 97,
            gazetteer.contains(known.names.first, keys),
            gazetteer.contains(known.names.last, keys),
            gazetteer.contains(known.names.titles, keys),
            size == 1,
            size == 2,
            size == 3,
            size > 8,
            ~alpha & ~figure,
        )
    ):
        signs[:, i] = column
    return signs


GAZETTEER_SIGNS = (12, 13, 14)
"""Columns of Types.signs that come from the gazetteer; training leaves them out at times."""
SHOUTED, SHORT, MARK = 1, (15, 16, 17), 19
"""Columns of Types.signs that rules look at, too: all capitals, three letters at most, neither letter nor figure first."""
QUOTED, COMMENT = 7, 19
"""Columns of Places.signs that rules look at, too: within a quotation, in a short text."""
LATER_GAZETTEER_SIGNS = (14, 15, 16, 17, 18)
"""Columns of Places.signs that come from the gazetteer."""


def places_of(
    tokens: nlp.Tokens,
    sents: nlp.Sentences,
    types: Types,
    known: Known,
    emphasis: NDArray[np.bool_] | None = None,
) -> Places:
    """How the tokens are used; `emphasis` (n,) marks those in italics, where that is known."""
    n = len(tokens)
    signs = np.zeros((n, PLACE_SIGNS), dtype=np.float32)
    sentence = np.full(n, -1, dtype=np.int64)
    size = (sents.last - sents.first).astype(np.int64)
    inside = np.repeat(sents.first.astype(np.int64) - np.cumsum(size) + size, size) + np.arange(size.sum())
    sentence[inside] = np.repeat(np.arange(len(sents)), size)
    of = types.of
    upper, alpha = types.upper[of], types.alpha[of]
    begins = np.zeros(n, dtype=np.bool_)
    begins[sents.first[size > 0]] = True
    opening = _first_word(sents, size, alpha | types.figure[of])
    unseen = types.signs[of, 5] > 0
    shouted = types.signs[of, 1] > 0

    _, same = np.unique(_text_key(tokens), return_inverse=True)
    free = upper & ~opening & (sentence >= 0)
    n_words = int(same.max()) + 1 if n else 0
    n_free = np.bincount(same[free], minlength=n_words)[same]
    n_lower = np.bincount(same[alpha & ~upper], minlength=n_words)[same]
    n_upper = np.bincount(same[upper], minlength=n_words)[same]

    letters = np.bincount(sentence[inside], weights=alpha[inside], minlength=len(sents))
    capitals = np.bincount(sentence[inside], weights=upper[inside], minlength=len(sents))
    loud = np.bincount(sentence[inside], weights=shouted[inside], minlength=len(sents))
    share = np.zeros(n)
    share[inside] = (capitals / np.maximum(letters, 1))[sentence[inside]]
    cries = np.zeros(n)
    cries[inside] = (loud / np.maximum(letters, 1))[sentence[inside]]
    of_text = np.bincount(tokens.text[alpha], minlength=len(tokens.docs))
    upper_of_text = np.bincount(tokens.text[upper], minlength=len(tokens.docs))
    flat = (upper_of_text < 0.02 * of_text)[tokens.text] if n else np.zeros(0, dtype=np.bool_)

    quoted, depth = _quoted(types, sentence)
    quoted |= _ticked(tokens, types, sentence)
    marked = emphasis if emphasis is not None else np.zeros(n, dtype=np.bool_)
    short = (np.diff(tokens.bounds) < _SHORT)[tokens.text]
    common = types.signs[of, 11] > 0
    names_often = types.signs[of, 6] + types.signs[of, 7] > 0
    long = types.signs[of, 15] + types.signs[of, 16] == 0
    # Words that have their capital from their place alone: "I", and a common word that opens a sentence.
    inner = upper & ~opening
    follows = np.concatenate([inner[1:], [False]])
    single = types.signs[of, 15] > 0
    idle = upper & ~follows & ~quoted & ~marked
    idle &= (opening & common) | (single & ~np.concatenate([[False], inner[:-1]]))
    candidate = (sentence >= 0) & (
        (upper & ~idle)
        | types.figure[of]
        | (alpha & long & names_often)
        | (alpha & long & unseen)
        | ((flat | short) & alpha & ~common)
    )
    starts = np.flatnonzero(candidate & (upper | types.figure[of] | flat | short))
    room = sents.last[sentence[starts]].astype(np.int64) - starts
    people = gazetteer.find(known.names.people, tokens.norm, room, starts, 2)
    titles = gazetteer.find(known.names.titles, tokens.norm, room, starts, 2)
    for column, found in ((14, people), (16, titles)):
        hit = found > 0
        signs[starts[hit], column] = 1
        signs[_cover(starts[hit] + 1, found[hit] - 1), column + 1] = 1
    hit = titles > 2
    signs[_cover(starts[hit], titles[hit]), 18] = 1

    for i, column in enumerate(
        (
            begins,
            opening,
            upper & ~opening,
            (n_lower > 0),
            (n_free > 0),
            (n_upper > 1),
            (n_upper > 3),
            quoted,
            marked,
            (share > 0.6),
            (cries > 0.6),
            flat,
            depth,
            (n_free > 0) & (n_lower == 0),
        )
    ):
        signs[:, i] = column
    signs[:, COMMENT] = short
    signs[:, 20] = size[sentence] <= 4
    signs[:, 21] = candidate
    kind = sents.kind[sentence].astype(np.int64)
    signs[np.arange(n), 22 + kind] = sentence >= 0
    return Places(signs=signs, candidate=candidate, same=same, sentence=sentence)


def _first_word(sents: nlp.Sentences, size: NDArray[np.int64], word: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Marks the first word of each sentence, be there quotes or dashes before it."""
    places = np.flatnonzero(word)
    opening = np.zeros(len(word), dtype=np.bool_)
    if len(places):
        index = np.searchsorted(places, sents.first)
        first = places[np.minimum(index, len(places) - 1)]
        opening[first[(index < len(places)) & (first < sents.last) & (size > 0)]] = True
    return opening


def _quoted(types: Types, sentence: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Marks the tokens in a short quotation, and those in round brackets."""
    n = len(types.of)
    marks = np.flatnonzero(types.quote[types.of])
    quoted = np.zeros(n, dtype=np.bool_)
    if len(marks) > 1:
        near = (np.diff(marks) <= _QUOTED + 1) & (sentence[marks[1:]] == sentence[marks[:-1]])
        # Marks pair up in turn from the first of each run of near ones, so that what lies between two
        # quotations is in none.
        run = np.concatenate([[True], ~near[:-1]]) if len(near) else np.zeros(0, dtype=np.bool_)
        begin = np.maximum.accumulate(np.where(run, np.arange(len(near)), 0))
        pair = near & ((np.arange(len(near)) - begin) % 2 == 0)
        quoted[_cover(marks[:-1][pair] + 1, np.diff(marks)[pair] - 1)] = True
    turn = types.bracket[types.of].astype(np.int64)
    level = np.cumsum(turn)
    new = np.flatnonzero(np.concatenate([[True], sentence[1:] != sentence[:-1]])) if n else np.zeros(0, dtype=np.int64)
    base = np.concatenate([[0], level])[new]
    length = np.diff(np.concatenate([new, [n]]))
    return quoted, np.asarray(level - np.repeat(base, length) > 0, dtype=np.bool_)


def _ticked(tokens: nlp.Tokens, types: Types, sentence: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Marks the tokens in a short quotation by single marks: 'Twister', not "the boys' and girls'"."""
    ticked = np.zeros(len(tokens), dtype=np.bool_)
    marks = np.flatnonzero(types.tick[types.of])
    if len(marks) < 2:
        return ticked
    joined = np.concatenate([[False], (tokens.start[1:] == tokens.end[:-1]) & (np.diff(tokens.text) == 0), [False]])
    before, behind = joined[marks], joined[marks + 1]
    opens, closes = marks[behind & ~before], marks[before]
    if not len(closes):
        return ticked
    close = closes[np.minimum(np.searchsorted(closes, opens), len(closes) - 1)]
    size = close - opens
    pair = (size > 1) & (size <= _QUOTED + 1) & (sentence[close] == sentence[opens])
    ticked[_cover(opens[pair] + 1, size[pair] - 1)] = True
    return ticked


def _cover(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers starts[i] .. starts[i] + sizes[i] - 1, for all i."""
    total = int(sizes.sum())
    return np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(total)


def _text_key(tokens: nlp.Tokens) -> NDArray[np.uint64]:
    return tokens.norm ^ (tokens.text.astype(np.uint64) * _RARE)


def _row(wide: NDArray[np.uint64], rows: int) -> NDArray[np.int64]:
    """Row of a table for each hash: of its upper bits, which are well mixed by the product."""
    mixed = (wide * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
    return (mixed % np.uint64(rows)).astype(np.int64)


def _roll(codes: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Hash of each run of `size` code points, at where it begins."""
    padded = np.concatenate([codes, np.zeros(size, dtype=np.uint64)])
    value = np.zeros(len(codes), dtype=np.uint64)
    for i in range(size):
        value = value * np.uint64(0x100000001B3) + padded[i : i + len(codes)]
    return value


def _four(
    codes: NDArray[np.uint64], first: NDArray[np.int64], size: NDArray[np.int64], where: int
) -> NDArray[np.uint64]:
    """Hash of the first (where 0) or last (where -4) four code points of each word, its edge mark among them."""
    value = np.full(len(first), 7 if where else 3, dtype=np.uint64)
    begin = first if where == 0 else first + np.maximum(size - 4, 0)
    for i in range(4):
        place = np.minimum(begin + i, len(codes) - 1)
        letter = np.where(begin + i < first + size, codes[place] if len(codes) else 0, 0).astype(np.uint64)
        value = value * np.uint64(0x100000001B3) + letter
    return value
