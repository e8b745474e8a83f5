"""What reviews name -> who is the same over the corpus.

Each review gives an entity an id of its own making, from name, label and, for a character, film. Here ids that mean
the same are joined: misspelt names to the frequent ones, short names of a film's people to the full ones. Whatever a
user's own aliases name stays as it is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.records import Entity
from pipeline.rules.forms import fold, merge_forms, misspellings, plurals, slug
from pipeline.rules.groups import Ints, cells, encode, firsts, pairs, runs

PLURAL = frozenset({"GROUP", "EVENT"})
"""Labels whose names are used in the plural, too."""
SHOWN = 40
"""Aliases that are shown of an entity, most frequent first."""


@dataclass(frozen=True, slots=True)
class NameCount:
    """How often a review uses a form of an entity's name; made for the corpus, and not among the tables."""

    TABLE: ClassVar[str] = "name_counts"

    review_id: str
    """The review."""
    film_id: str
    """The film that it is about; empty if none."""
    entity_id: str
    """Id of the entity within the review."""
    name: str
    """The fullest form that the review uses."""
    label: str
    """PERSON, CHARACTER, WORK, ORG, PLACE, EVENT, CONDITION, DATE or GROUP."""
    form: str
    """A form of the name."""
    n: int
    """Mentions in that form; 0 where the review is a duplicate of another."""
    fixed: int
    """1 where a user's own aliases give the name."""


@dataclass(frozen=True, slots=True)
class Total:
    """What the corpus says of one id."""

    label: str
    name: str
    """The form to show."""
    n_reviews: int
    """Reviews that count, duplicates left out."""
    is_fixed: bool
    """Whether a user's own aliases give the name."""
    films: Set[str] = frozenset()
    """Films in whose reviews a person is named; of nothing else are they asked for."""


def entity_id(name: str, label: str, home: str) -> str:
    """The id of an entity: its name, its label unless it is a person, and the film (or review) of a character."""
    if label == "PERSON":
        return slug(name)
    if label == "CHARACTER":
        return f"{slug(name)}.{home}"
    return f"{slug(name)}.{label.lower()}"


def moved_home(counts: pa.Table, films: Mapping[str, str]) -> dict[str, str]:
    """The ids of characters whose film is another after all (`films`: new ids by old ones), old to new."""
    concerned = counts.filter(pc.equal(counts.column("label"), "CHARACTER"))
    concerned = concerned.filter(pc.is_in(concerned.column("film_id"), value_set=pa.array(films, type=pa.string())))
    rows = zip(*(concerned.column(name).to_pylist() for name in ("entity_id", "film_id")), strict=True)
    return {old: f"{old.removesuffix('.' + film)}.{films[film]}" for old, film in rows}


def merge_entities(counts: pa.Table) -> tuple[dict[str, str], pa.Table]:
    """The ids that change over the corpus, old to new, and the Entity table, by id; the order of rows is nothing.

    `counts` holds NameCount.
    """
    tally = _Tally(counts)
    totals = tally.totals()
    parents = find_parents(totals)
    renames = {old: new for old in sorted(totals) if (new := _root(parents, old)) != old}
    tally.rename(renames)
    return renames, tally.entities()


class _Tally:
    """The rows of NameCount as arrays, one number a row."""

    def __init__(self, counts: pa.Table) -> None:
        self._id, self._ids = encode(counts.column("entity_id"))
        self._review, _ = encode(counts.column("review_id"))
        self._film, self._films = encode(counts.column("film_id"))
        self._name, self._names = encode(counts.column("name"))
        self._form, self._forms = encode(counts.column("form"))
        self._labels = counts.column("label")
        self._n = counts.column("n").to_numpy()
        self._fixed = counts.column("fixed").to_numpy() > 0

    def rename(self, renames: Mapping[str, str]) -> None:
        """Give ids their new names."""
        new: dict[str, int] = {}
        number = [new.setdefault(renames.get(old, old), len(new)) for old in self._ids]
        self._id, self._ids = np.asarray(number, dtype=np.int64)[self._id], list(new)

    def totals(self) -> dict[str, Total]:
        """What the corpus says of each id."""
        labels = self._label()
        films: defaultdict[int, set[str]] = defaultdict(set)
        people = np.fromiter((label == "PERSON" for label in labels), dtype=np.bool_, count=len(labels))
        seen = np.flatnonzero(people[self._id])
        for who, film in zip(*(x.tolist() for x in pairs(self._id[seen], self._film[seen])[:2]), strict=True):
            if self._films[film]:
                films[who].add(self._films[film])
        fixed = np.bincount(self._id, self._fixed, len(self._ids)) > 0
        rows = zip(labels, self._shown(), self._reviews().tolist(), fixed.tolist(), strict=True)
        found = [Total(*row, films.get(i, frozenset())) for i, row in enumerate(rows)]
        return dict(zip(self._ids, found, strict=True))

    def entities(self) -> pa.Table:
        """The Entity table."""
        names = self._shown()
        columns = {
            "entity_id": self._ids,
            "name": names,
            "label": self._label(),
            "n_mentions": np.bincount(self._id, self._n, len(self._ids)).astype(np.int64),
            "n_reviews": self._reviews(),
            "aliases": self._aliases(names),
        }
        return tables.from_columns(Entity, columns).sort_by("entity_id")

    def _label(self) -> list[str]:
        found: list[str] = cells(self._labels, firsts(self._id, len(self._ids))).to_pylist()
        return found

    def _reviews(self) -> Ints:
        counted = self._n > 0
        return np.bincount(pairs(self._id[counted], self._review[counted])[0], minlength=len(self._ids))

    def _shown(self) -> list[str]:
        """Of each id the form to show: the most frequent full one, then the longer, the one with accents, by letters."""
        key, name, pair = pairs(self._id, self._name)
        count = np.bincount(pair, self._n > 0)
        found = [""] * len(self._ids)
        for i, rows in runs(key):
            if len(rows) == 1:
                found[i] = self._names[name[rows[0]]]
            else:
                forms = [(-count[row], self._names[name[row]]) for row in rows.tolist()]
                found[i] = min(forms, key=lambda one: (one[0], *_looks(one[1])))[1]
        return found

    def _aliases(self, names: Sequence[str]) -> list[str]:
        """Of each id its other forms, most frequent first."""
        key, form, pair = pairs(self._id, self._form)
        count = np.bincount(pair, self._n)
        found = [""] * len(self._ids)
        for i, rows in runs(key):
            if len(rows) > 1 or self._forms[form[rows[0]]] != names[i]:
                forms = sorted((-count[row], self._forms[form[row]]) for row in rows.tolist())
                aliases = [alias for _, alias in forms if alias != names[i]]
                found[i] = "|".join(alias.replace("|", " ") for alias in aliases[:SHOWN])
        return found


def _looks(form: str) -> tuple[bool, bool, bool, int, str]:
    return form.isupper(), form.islower(), form.isascii(), -len(form), form


def find_parents(totals: Mapping[str, Total]) -> dict[str, str]:
    """Ids that are another's -> that other's."""
    parents: dict[str, str] = {}
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key, total in totals.items():
        home = key.rpartition(".")[2] if total.label == "CHARACTER" else ""
        groups[total.label, home].append(key)
    for (label, _), ids in sorted(groups.items()):
        if label == "DATE" or len(ids) == 1:
            continue
        counts = {fold(totals[key].name): totals[key].n_reviews for key in sorted(ids)}
        by_name = {fold(totals[key].name): key for key in sorted(ids, reverse=True)}
        if label == "CHARACTER":
            full = merge_forms(counts)
            found = {key: by_name[fold(full[key])] for key in counts if full[key] != key}
        elif label in PLURAL:
            found = {many: by_name[one] for many, one in plurals(counts).items()}
        else:
            found = {rare: by_name[frequent] for rare, frequent in misspellings(counts).items()}
        for name, parent in found.items():
            if not totals[by_name[name]].is_fixed and by_name[name] != parent:
                parents[by_name[name]] = parent
    parents |= _surnames(totals, parents)
    return parents


def _surnames(totals: Mapping[str, Total], parents: Mapping[str, str]) -> dict[str, str]:
    """People of one word -> the one person of that surname whom other reviews of all the same films name in full."""
    by_last: defaultdict[str, list[str]] = defaultdict(list)
    for key, total in totals.items():
        if total.label == "PERSON" and "-" in key and key not in parents:
            by_last[key.rpartition("-")[2]].append(key)
    found = {}
    for key in sorted(totals):
        total = totals[key]
        if total.label == "PERSON" and "-" not in key and not total.is_fixed and total.films and key not in parents:
            same = [full for full in by_last[key] if total.films <= totals[full].films]
            if len(same) == 1:
                found[key] = same[0]
    return found


def _root(parents: Mapping[str, str], key: str) -> str:
    """The last of a chain of parents; chains are short, and no key is met twice."""
    seen = set()
    while key in parents and key not in seen:
        seen.add(key)
        key = parents[key]
    return key
