"""Two findings of themes -> what changed between them, section by section."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.records import SectionTheme, ThemeHit


@dataclass(frozen=True, slots=True)
class Change:
    """A section that one finding gives a theme and the other does not."""

    section_id: str
    theme_id: str
    is_gained: bool
    """Whether the later finding has it; else it is lost."""
    n_hits: int
    """Runs of words that show it."""
    words: str
    """These words, separated by ` | `."""


Finding = tuple[Iterable[SectionTheme], Iterable[ThemeHit]]


def preview(before: Finding, after: Finding) -> list[Change]:
    """The sections that gain or lose a theme from `before` to `after`, by section in the order found, then theme."""
    early, late = _words(before), _words(after)
    order = {section: i for i, section in enumerate(dict.fromkeys(key[0] for key in (*early, *late)))}
    changed = sorted(early.keys() ^ late.keys(), key=lambda key: (order[key[0]], key[1]))
    return [
        Change(section, theme, (section, theme) in late, len(words), " | ".join(words))
        for section, theme in changed
        for words in [late.get((section, theme)) or early.get((section, theme), [])]
    ]


def _words(finding: Finding) -> dict[tuple[str, str], list[str]]:
    sections, hits = finding
    words: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for hit in hits:
        words[hit.section_id, hit.theme_id].append(hit.text)
    return {key: words[key] for row in sections for key in [(row.section_id, row.theme_id)]}
