"""What a review tells of each form of a name: a real person, a character, or neither."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.lexicon import names as lexicon
from pipeline.rules.credits import Finding
from pipeline.rules.forms import fold, merge_forms

NO_PERSON = frozenset(("WORK", "ORG", "PLACE", "EVENT", "GROUP", "DATE", "CONDITION"))


@dataclass(frozen=True, slots=True)
class Name:
    """One name where it stands."""

    start: int
    end: int
    form: str
    """Its words."""
    label: str = ""
    """What a tagger says that it is; empty if it says nothing."""
    score: float = 0.0
    """How sure the tagger is."""


class Evidence:
    """What is known of each form of a name."""

    def __init__(
        self,
        names: Sequence[Name],
        counts: Mapping[str, int],
        is_known_person: Callable[[str], bool],
        works: frozenset[str],
    ) -> None:
        self.names = names
        self.counts = counts
        self.works = works
        self.person: Counter[str] = Counter()
        self.character: Counter[str] = Counter()
        self._is_known_person = is_known_person
        self._known: dict[str, bool] = {}
        tags: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for name in names:
            if name.label:
                tags[name.form][name.label] += name.score
        self.tags = tags
        self.tagged: defaultdict[str, str] = defaultdict(str)
        for form, votes in tags.items():
            label, weight = max(votes.items(), key=lambda pair: (pair[1], pair[0]))
            if weight >= 0.6 * counts[form]:
                self.tagged[form] = label
        self.words = Counter(form for form in counts if " " not in form)
        self.merged = merge_forms(counts)

    def known(self, form: str) -> bool:
        """Whether a name of several words is one of people of films."""
        if form not in self._known:
            self._known[form] = " " in form and self._is_known_person(form)
        return self._known[form]

    def tag_share(self, form: str, label: str) -> float:
        """Mean score with which the tagger gives a label to a form, 0-1."""
        votes = self.tags.get(form)
        return votes[label] / self.counts[form] if votes else 0.0

    def note(self, finding: Finding) -> None:
        """Count what a finding says of its names."""
        for i in finding.people:
            self.person[self.names[i].form] += 1
        if finding.character >= 0:
            self.character[self.names[finding.character].form] += 1

    def labels(self) -> dict[str, str]:
        """Forms that findings call persons or characters; with both, the more frequent, then what the tagger says."""
        found = {}
        for form in self.person.keys() | self.character.keys():
            p = self.person[form] + self.tag_share(form, "PERSON") + 0.5 * self.known(form)
            c = self.character[form] + self.tag_share(form, "CHARACTER")
            found[form] = "PERSON" if p >= c else "CHARACTER"
        return found

    def is_real(self, form: str, full: str, labels: Mapping[str, str]) -> bool:
        """Whether a name is a real person's, by its label, the tagger or the gazetteer, and has several words in full."""
        if labels.get(form) == "CHARACTER" or labels.get(full) == "CHARACTER" or self.is_work(form):
            return False
        if self.tagged[form] in NO_PERSON or self.tagged[form] == "CHARACTER" or self.character[full]:
            return False
        if " " not in full or fold(full).split()[0] in lexicon.TITLES:
            return False
        return self.known(full) or self.tag_share(full, "PERSON") > 0.5 or labels.get(full) == "PERSON"

    def is_invented(self, form: str, labels: Mapping[str, str]) -> bool:
        """Whether a name may be a character's."""
        return labels.get(form) != "PERSON" and self.tagged[form] not in NO_PERSON and not self.known(form)

    def is_work(self, form: str) -> bool:
        """Whether a name is rather a title."""
        return fold(form) in self.works or self.tagged[form] == "WORK"
