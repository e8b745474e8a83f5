"""What reviews name -> who is the same over the corpus.

Each review gives an entity an id of its own making, from name, label and, for a character, film. Here ids that mean
the same are joined: misspelt names to the frequent ones, short names of a film's people to the full ones. Whatever a
user's own aliases name stays as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pipeline.records import Entity
from pipeline.rules.forms import fold, merge_forms, misspellings, plurals, slug

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


@dataclass(slots=True)
class Total:
    """What the corpus says of one id."""

    label: str
    names: Counter[str] = field(default_factory=Counter)
    """Fullest forms, by reviews that use them as such."""
    forms: Counter[str] = field(default_factory=Counter)
    """All forms, by mentions."""
    films: set[str] = field(default_factory=set)
    reviews: set[str] = field(default_factory=set)
    """Reviews that count, duplicates left out."""
    fixed: bool = False

    def add(self, other: "Total") -> None:
        """Take in what is said of another id."""
        self.names.update(other.names)
        self.forms.update(other.forms)
        self.films |= other.films
        self.reviews |= other.reviews
        self.fixed = self.fixed or other.fixed

    def name(self) -> str:
        """The form to show: the most frequent full one, then the longer, the one with accents, by letters."""
        return min(
            self.names,
            key=lambda form: (-self.names[form], form.isupper(), form.islower(), form.isascii(), -len(form), form),
        )


def entity_id(name: str, label: str, home: str) -> str:
    """The id of an entity: its name, its label unless it is a person, and the film (or review) of a character."""
    if label == "PERSON":
        return slug(name)
    if label == "CHARACTER":
        return f"{slug(name)}.{home}"
    return f"{slug(name)}.{label.lower()}"


def move_home(row: NameCount, films: Mapping[str, str]) -> NameCount:
    """A row with the film that its review is about after all (`films`: new ids by old ones), its characters among them."""
    new = films.get(row.film_id)
    if new is None:
        return row
    if row.label != "CHARACTER":
        return replace(row, film_id=new)
    return replace(row, film_id=new, entity_id=f"{row.entity_id.removesuffix('.' + row.film_id)}.{new}")


def merge_entities(rows: Iterable[NameCount]) -> tuple[dict[str, str], list[Entity]]:
    """The ids that change over the corpus, old to new, and one row an entity, by id; the order of `rows` is nothing."""
    totals = sum_up(rows)
    parents = find_parents(totals)
    renames = {old: new for old in sorted(totals) if (new := _root(parents, old)) != old}
    merged: dict[str, Total] = {}
    for old in sorted(totals):
        merged.setdefault(renames.get(old, old), Total(totals[old].label)).add(totals[old])
    return renames, [_row(key, merged[key]) for key in sorted(merged)]


def _row(key: str, total: Total) -> Entity:
    name = total.name()
    aliases = sorted((form for form in total.forms if form != name), key=lambda form: (-total.forms[form], form))
    shown = "|".join(alias.replace("|", " ") for alias in aliases[:SHOWN])
    return Entity(key, name, total.label, sum(total.forms.values()), len(total.reviews), shown)


def sum_up(rows: Iterable[NameCount]) -> dict[str, Total]:
    """What the corpus says of each id."""
    totals: dict[str, Total] = {}
    for row in rows:
        total = totals.setdefault(row.entity_id, Total(row.label))
        total.names[row.name] += 1 if row.n else 0
        total.forms[row.form] += row.n
        if row.film_id:
            total.films.add(row.film_id)
        if row.n:
            total.reviews.add(row.review_id)
        total.fixed = total.fixed or bool(row.fixed)
    return totals


def find_parents(totals: Mapping[str, Total]) -> dict[str, str]:
    """Ids that are another's -> that other's."""
    parents: dict[str, str] = {}
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key, total in totals.items():
        home = key.rpartition(".")[2] if total.label == "CHARACTER" else ""
        groups[total.label, home].append(key)
    for (label, _), ids in sorted(groups.items()):
        if label == "DATE":
            continue
        counts = {fold(totals[key].name()): len(totals[key].reviews) for key in sorted(ids)}
        by_name = {fold(totals[key].name()): key for key in sorted(ids, reverse=True)}
        if label == "CHARACTER":
            full = merge_forms(counts)
            found = {key: by_name[fold(full[key])] for key in counts if full[key] != key}
        elif label in PLURAL:
            found = {many: by_name[one] for many, one in plurals(counts).items()}
        else:
            found = {rare: by_name[frequent] for rare, frequent in misspellings(counts).items()}
        for name, parent in found.items():
            if not totals[by_name[name]].fixed and by_name[name] != parent:
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
        if total.label == "PERSON" and "-" not in key and not total.fixed and total.films and key not in parents:
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
