"""Findings about names -> the credits of a film and which names are persons' and which characters'.

"Chloe (Kiera Allen)" does not say who plays whom: each such pair is decided by what the names look like, how they
recur, what is known beforehand, and by the other pairs of the same review.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.lexicon import names as lexicon
from pipeline.rules.credits import Finding
from pipeline.rules.evidence import NO_PERSON, Evidence, Name
from pipeline.rules.forms import fold, merge_forms


@dataclass(frozen=True, slots=True)
class Said:
    """One credit, names in full."""

    person: str
    role: str
    character: str
    start: int
    end: int
    score: float


@dataclass(slots=True)
class Cast:
    """What a review says of names."""

    credits: list[Said] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """Form of a name -> PERSON or CHARACTER, where credits tell."""
    full: dict[tuple[str, str], str] = field(default_factory=dict)
    """Form and label -> the fullest form."""
    used: frozenset[int] = frozenset()
    """Numbers of the names that sure credits are about."""


Judge = Callable[[Sequence[tuple[int, int]], bool], tuple[float, float]]
"""Places of a person's name, and whether it is known beforehand -> how sure the person plays, and directed."""
PLAYS, DIRECTED = 0.65, 0.6
"""Probability from which a person without a stated role is credited."""


def cast_review(
    names: Sequence[Name],
    findings: Sequence[Finding],
    is_known_person: Callable[[str], bool],
    works: frozenset[str],
    judge: Judge,
    is_told: Callable[[int], bool],
) -> Cast:
    """The credits of a review.

    `works` are folded titles that are no people; `judge` looks at people without a stated role, where they stand
    in text that tells of the film, as `is_told` says of an offset.
    """
    counts = Counter(name.form for name in names)
    evidence = Evidence(names, counts, is_known_person, works)
    sure = [finding for finding in findings if not finding.undecided and finding.weight > 0.5]
    for finding in sure:
        evidence.note(finding)
    sure = _without_writers_who_are_authors(sure)
    pairs = [finding for finding in findings if finding.undecided]
    decided = decide(pairs, evidence)
    for finding in decided:
        evidence.note(finding)
    weak = [finding for finding in findings if finding.weight <= 0.5]
    used = frozenset(i for finding in (*sure, *decided) for i in (*finding.people, finding.character))
    cast = Cast(labels=evidence.labels(), used=used)
    pool = {
        form: n
        for form, n in counts.items()
        if cast.labels.get(form) != "CHARACTER" and evidence.tagged[form] not in NO_PERSON
    }
    cast.full |= {(form, "PERSON"): full for form, full in merge_forms(pool).items()}
    pool = {
        form: n
        for form, n in counts.items()
        if cast.labels.get(form) != "PERSON" and evidence.tagged[form] not in NO_PERSON
    }
    cast.full |= {(form, "CHARACTER"): full for form, full in merge_forms(pool).items()}
    rows = [row for finding in (*sure, *decided) for row in _rows(finding, names, cast, evidence)]
    roles = defaultdict(set)
    for row in rows:
        roles[row.person].add(row.role)
    for finding in weak:
        rows += _weak_rows(finding, names, cast, evidence, roles)
    cast.credits = unite(rows)
    cast.credits = unite(rows + list(_judged(names, cast, evidence, judge, is_told)))
    return cast


def _judged(
    names: Sequence[Name], cast: Cast, evidence: Evidence, judge: Judge, is_told: Callable[[int], bool]
) -> Iterator[Said]:
    """Credits of people of whom no pattern tells what they did."""
    credited = {fold(row.person) for row in cast.credits}
    places: defaultdict[str, list[Name]] = defaultdict(list)
    for name in names:
        full = cast.full.get((name.form, "PERSON"), name.form)
        if is_told(name.start) and fold(full) not in credited and evidence.is_real(name.form, full, cast.labels):
            places[full].append(name)
    for full, stands in places.items():
        plays, directed = judge([(name.start, name.end) for name in stands], evidence.known(full))
        first = max(stands, key=lambda name: (name.form == full, -name.start))
        if plays >= PLAYS:
            yield Said(full, "actor", "", first.start, first.end, plays)
        elif directed >= DIRECTED:
            yield Said(full, "director", "", first.start, first.end, directed)


def _without_writers_who_are_authors(findings: Sequence[Finding]) -> list[Finding]:
    """Findings less those that call a writer whom, in the same place, another calls the book's author."""
    authors = {i for finding in findings if finding.role == "author" for i in finding.people}
    return [f for f in findings if f.role != "writer" or not authors.issuperset(f.people)]


def decide(pairs: Sequence[Finding], evidence: Evidence) -> list[Finding]:
    """Pairs with actor and character told apart; pairs that are no actor and character are left out."""
    margins = []
    for finding in pairs:
        outer, inner = evidence.names[finding.character], evidence.names[finding.people[0]]
        margins.append(_margin(outer.form, inner.form, evidence))
    total = sum(1 if m > 1 else -1 if m < -1 else 0 for m in margins)
    lean = 1.0 if total > 0 else -1.0 if total < 0 else 0.0
    found = []
    for finding, margin in zip(pairs, margins, strict=True):
        outer, inner = evidence.names[finding.character], evidence.names[finding.people[0]]
        margin = margin + lean + 0.5
        person, character = (inner.form, outer.form) if margin > 0 else (outer.form, inner.form)
        if not _is_pair(person, character, evidence):
            continue
        if margin > 0:
            found.append(replace(finding, undecided=False))
        else:
            found.append(replace(finding, people=(finding.character,), character=finding.people[0], undecided=False))
    return found


def _is_pair(person: str, character: str, evidence: Evidence) -> bool:
    if evidence.is_work(person) or evidence.is_work(character):
        return False
    if evidence.tagged[person] in NO_PERSON or evidence.tagged[character] in NO_PERSON - {
        "WORK",
        "ORG",
        "PLACE",
        "GROUP",
    }:
        return False
    if fold(person) == fold(character):
        return False
    many = " " in evidence.merged.get(person, person)
    return (
        many or evidence.tagged[person] == "PERSON" or evidence.person[person] > 0 or evidence.character[character] > 0
    )


def _margin(outer: str, inner: str, evidence: Evidence) -> float:
    """How much speaks for `inner` being the actor, rather than `outer`."""
    return _person_like(inner, evidence) - _person_like(outer, evidence)


def _person_like(form: str, evidence: Evidence) -> float:
    """How much a name looks like a real person's rather than a character's."""
    words = form.split()
    value = 0.0
    full = evidence.merged.get(form, form)
    if len(words) > 1:
        value += 0.8
        first, last = words[0], words[-1]
        value += 0.6 * (evidence.words[last] > 0) - 0.9 * (evidence.words[first] > 0)
    elif " " in full:
        value += 0.3 if fold(full).endswith(" " + fold(form)) else -1.0
    if fold(words[0]) in lexicon.TITLES and len(words) > 1:
        value -= 2.0
    if evidence.known(form) or (full != form and evidence.known(full)):
        value += 1.5
    value += 1.2 * min(evidence.person[form], 2) - 1.2 * min(evidence.character[form], 2)
    if full != form:
        value += 0.8 * min(evidence.person[full], 1) - 0.8 * min(evidence.character[full], 1)
    value += 2.0 * (evidence.tag_share(form, "PERSON") - evidence.tag_share(form, "CHARACTER"))
    return value - 0.15 * min(evidence.counts[form] - 1, 4)


def _rows(finding: Finding, names: Sequence[Name], cast: Cast, evidence: Evidence) -> list[Said]:
    character = ""
    if finding.character >= 0:
        form = names[finding.character].form
        if cast.labels.get(form) == "PERSON" and evidence.person[form] > evidence.character[form]:
            return []
        character = cast.full.get((form, "CHARACTER"), form)
    rows = []
    for i in finding.people:
        form = names[i].form
        if (
            cast.labels.get(form) == "CHARACTER"
            or evidence.is_work(form)
            or evidence.tagged[form] in NO_PERSON - {"ORG"}
        ):
            continue
        if not lexicon.ROLE_WORDS.isdisjoint(fold(form).split()):  # "Best Actress"
            continue
        person = cast.full.get((form, "PERSON"), form)
        if fold(person) == fold(character):
            continue
        rows.append(
            Said(
                person,
                finding.role,
                character if len(finding.people) == 1 else "",
                finding.start,
                finding.end,
                finding.weight,
            )
        )
    return rows


def _weak_rows(
    finding: Finding, names: Sequence[Name], cast: Cast, evidence: Evidence, roles: Mapping[str, set[str]]
) -> list[Said]:
    """Credits that only hints tell of: for people who have no other role, and look like real people."""
    rows = []
    for i in finding.people:
        form = names[i].form
        person = cast.full.get((form, "PERSON"), form)
        if not evidence.is_real(form, person, cast.labels) or (roles.get(person) and finding.role not in roles[person]):
            continue
        character, end = "", names[i].end
        if finding.character >= 0:
            character, end = names[finding.character].form, max(end, names[finding.character].end)
            if not evidence.is_invented(character, cast.labels):
                continue
            character = cast.full.get((character, "CHARACTER"), character)
        rows.append(Said(person, finding.role, character, names[i].start, end, 0.6))
    return rows


def unite(rows: Sequence[Said]) -> list[Said]:
    """One row a person, role and character, the surest; an actor without a character only if there is none with."""
    best: dict[tuple[str, str, str], Said] = {}
    playing = {fold(row.person) for row in rows if row.role == "actor" and row.character}
    for row in rows:
        if row.role == "actor" and not row.character and fold(row.person) in playing:
            continue
        key = fold(row.person), row.role, fold(row.character)
        if key not in best or (row.score, -row.start) > (best[key].score, -best[key].start):
            best[key] = row
    return sorted(best.values(), key=lambda row: (row.start, row.end, row.role, row.person))
