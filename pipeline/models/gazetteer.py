"""Names that are known beforehand: people of films and titles of films, as evidence and never as the answer.

`gazetteer.npz` holds 32-bit hashes of the words of names, sorted, made by `training/gazetteer.py` from Wikipedia's
lists of films. A name of several words is looked up by one hash over its words, so that a batch of texts is
looked up in a few binary searches.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp

FILE = Path(__file__).with_suffix(".npz")
LONGEST = 6
"""Words of the longest name that is looked up."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_WIDE = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Sorted hashes of names, by what they are."""

    first: NDArray[np.uint32]
    """First names of people, one word each."""
    last: NDArray[np.uint32]
    """Last names of people, one word each."""
    people: NDArray[np.uint32]
    """Whole names of people."""
    titles: NDArray[np.uint32]
    """Titles of films, one entry a film and year."""
    years: NDArray[np.uint16]
    """Year of each of `titles`; 0 where none is known."""

    def with_extra(self, people: Iterable[str] = (), titles: Iterable[str] = ()) -> "Gazetteer":
        """This gazetteer and a user's own names; titles without a year."""
        whole, first, last = _person_keys(people)
        extra = np.array(sorted({key for key in map(key_of, titles) if key}), dtype=np.uint32)
        title = np.concatenate([self.titles, extra])
        order = np.argsort(title, kind="stable")
        years = np.concatenate([self.years, np.zeros(len(extra), dtype=np.uint16)])
        return Gazetteer(
            first=np.union1d(self.first, first),
            last=np.union1d(self.last, last),
            people=np.union1d(self.people, whole),
            titles=title[order],
            years=years[order],
        )

    def years_of(self, title: str) -> list[int]:
        """Years of the films of that title, oldest first; empty if there is none."""
        key = np.uint32(key_of(title))
        low = int(self.titles.searchsorted(key))
        if low == len(self.titles) or self.titles[low] != key:
            return []
        high = int(self.titles.searchsorted(key, "right"))
        return sorted(year for year in self.years[low:high].tolist() if year)

    def has_person(self, name: str) -> bool:
        """Whether a person's whole name is here."""
        key = np.uint32(key_of(name))
        place = int(self.people.searchsorted(key))
        return place < len(self.people) and bool(self.people[place] == key)


@lru_cache(maxsize=1)
def load() -> Gazetteer:
    """The gazetteer that lies beside this module, read once a process."""
    with np.load(FILE, allow_pickle=False) as arrays:
        return Gazetteer(**{name: arrays[name] for name in Gazetteer.__slots__})


def keys(norms: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Keys of names of one word, from the hashes of their norms, any shape."""
    return fold(norms * _FACTOR)


def first_key_of(name: str) -> int:
    """The key of the first word of a name, which has one at least."""
    return (_norms(name)[0] * int(_FACTOR) & _WIDE) >> 32


def fold(wide: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The upper half of 64-bit hashes."""
    return (wide >> np.uint64(32)).astype(np.uint32)


def extend(wide: NDArray[np.uint64], norms: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Running hashes of names with one more word each; `fold` makes keys of them. Starts from zeros."""
    return (wide + norms) * _FACTOR


@lru_cache(maxsize=1 << 14)
def key_of(name: str) -> int:
    """The key of a name of one to LONGEST words; 0 if it has none or more."""
    norms = _norms(name)
    if not 1 <= len(norms) <= LONGEST:
        return 0
    wide = 0
    for norm in norms:
        wide = (wide + norm) * int(_FACTOR) & _WIDE
    return wide >> 32


def contains(table: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of `wanted` are in the sorted `table`."""
    if not len(table):
        return np.zeros(wanted.shape, dtype=np.bool_)
    place = np.searchsorted(table, wanted)
    return np.asarray(table[np.minimum(place, len(table) - 1)] == wanted, dtype=np.bool_)


def find(
    table: NDArray[np.uint32],
    norms: NDArray[np.uint64],
    room: NDArray[np.int64],
    starts: NDArray[np.int64],
    fewest: int,
) -> NDArray[np.int64]:
    """Words of the longest name of `table`, of `fewest` words at least, that begins at each of `starts`.

    `norms` are hashes of all tokens, `room` how many tokens there are from each of `starts` to where its
    sentence ends. Parallel to `starts`; 0 where no name begins.
    """
    longest = np.zeros(len(starts), dtype=np.int64)
    wide = np.zeros(len(starts), dtype=np.uint64)
    live = np.arange(len(starts))
    for size in range(1, LONGEST + 1):
        live = live[room[live] >= size]
        if not len(live):
            break
        wide[live] = extend(wide[live], norms[starts[live] + size - 1])
        if size >= fewest:
            longest[live[contains(table, fold(wide[live]))]] = size
    return longest


def _norms(name: str) -> list[int]:
    return [norm for word in name.split() for norm in _norms_of_word(word)]


@lru_cache(maxsize=1 << 16)
def _norms_of_word(word: str) -> tuple[int, ...]:
    """Hashes of the norms of what spaCy makes of a word: "don't" is two."""
    make = nlp.english().tokenizer
    if word.isascii() and word.isalpha() and word not in make.rules:  # type: ignore[union-attr]
        return (nlp.english().vocab.strings[word.lower()],)  # what the tokenizer would say, without asking it
    return tuple(token.norm for token in make(word))


def _person_keys(people: Iterable[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    whole, first, last = set(), set(), set()
    for name in people:
        words = name.split()
        if key := key_of(name):
            whole.add(key)
            if len(words) > 1:
                first.add(key_of(words[0]))
                last.add(key_of(words[-1]))
    made = [np.array(sorted(keys_ - {0}), dtype=np.uint32) for keys_ in (whole, first, last)]
    return made[0], made[1], made[2]
