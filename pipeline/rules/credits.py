"""Masked text -> credits: who did what for the film, and which name in brackets is the actor's.

Patterns are declared in lexicon/credits.toml; a match gives people and, for actors, characters, as numbers of
names. Pairs like "Chloe (Kiera Allen)" do not say which is which: `decide` weighs what the whole review tells.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.lexicon import names as lexicon
from pipeline.lexicon.load import read
from pipeline.rules.names import MASK, Masked

_S = r"(?:['’]s|['’](?=\s))"
_STOP = "who|that|which|with|of|in|by|at|on|from|to|was|is|are|and|or|but|when|while|where|than|for|as|has|had|into|not"
_FILL = rf"(?:(?!(?:{_STOP})\b)[a-z][\w’'-]* ){{0,5}}"
_COMMA = r"(?:, (?:and |& |plus |a )?| (?:and|&|plus) (?:(?:a|the) (?:[a-z-]+ ){0,3})?)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a text says about who made the film."""

    role: str
    people: tuple[int, ...]
    """Numbers of the names of the people."""
    character: int
    """Number of the name of the character; -1 if none is named."""
    start: int
    """First character of the words that say so, in the unmasked text."""
    end: int
    """One past their last character."""
    weight: float
    """How much the pattern is to be trusted, 0-1."""
    undecided: bool = False
    """Whether `people` and `character` may have to be exchanged."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of credits.toml, ready to be matched."""

    role: str
    regex: re.Pattern[str]
    weak: bool
    """Whether it only hints: the rest of the review must bear it out."""


def compile_pattern(source: str) -> re.Pattern[str]:
    """A pattern of credits.toml as a regular expression over masked text."""
    nouns = {f"noun_{role}": words for role, words in read("credits")["nouns"].items()}
    people = rf"{MASK}(?:{_COMMA}{MASK}){{0,8}}"
    macros = {
        "person": f"(?P<person>{MASK})",
        "character": f"(?P<character>{MASK})",
        "people": f"(?P<people>{people})",
        "list": f"(?P<list>{MASK}(?:{_COMMA}{MASK})*)",
        "name": MASK,
        "fill": _FILL,
        "fill2": r"(?:,? (?:a|an|the|both|by|also|in|with|as|such|like)(?: [a-z-]+){0,2})?,?",
        "s": _S,
        **nouns,
    }
    expanded = re.sub(r"\{([a-z_]\w*)\}", lambda m: macros[m[1]], source).replace("§", MASK)
    return re.compile(_number_groups(expanded), re.IGNORECASE if False else 0)


def _number_groups(source: str) -> str:
    """Names of groups made different from one another, as alternatives may share one."""
    count: Counter[str] = Counter()

    def rename(match: re.Match[str]) -> str:
        count[match[1]] += 1
        return f"(?P<{match[1]}{count[match[1]]}>"

    return re.sub(r"\(\?P<(\w+)>", rename, source)


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """All patterns of credits.toml."""
    return tuple(
        Pattern(entry["role"], compile_pattern(entry["pattern"]), entry.get("weak", False))
        for entry in read("credits")["pattern"]
    )


def find_credits(masked: Masked) -> Iterator[Finding]:
    """What the patterns find, in no order that matters."""
    for pattern in patterns():
        for match in pattern.regex.finditer(masked.text):
            people: list[int] = []
            character = -1
            for group, place in match.groupdict().items():
                if place is None:
                    continue
                first = masked.name_at(match.start(group))
                if group.startswith("character"):
                    character = first
                else:
                    people += range(first, first + place.count(MASK))
            last = people + [character] if character >= 0 else people
            yield Finding(
                role=pattern.role,
                people=tuple(people),
                character=character,
                start=masked.unmask(match.start()),
                end=masked.spans[max(last)][1] if last else masked.unmask(match.end()),
                weight=0.5 if pattern.weak else 0.9,
            )
    yield from find_brackets(masked)


_BRACKET = re.compile(
    rf"(?P<before>{MASK}|(?<![\w’'-])(?P<noun>[a-z]+))(?P<s>{_S})?(?P<quote>[”\"'’]?) \((?:the |a |an )?(?:[a-z]+ly )?{MASK}(?P<after>\)|,| [–—-]| is | was | in | does | gives | who | at )"
)


def find_brackets(masked: Masked) -> Iterator[Finding]:
    """Pairs like "Chloe (Kiera Allen)" and actors behind a noun, "his wife (Rosemarie DeWitt)"."""
    for match in _BRACKET.finditer(masked.text):
        inner = masked.name_at(match.start("quote"))
        if match["noun"] is not None:
            noun = match["noun"]
            if noun in lexicon.PERSONS:
                yield Finding("actor", (inner,), -1, masked.spans[inner][0], masked.spans[inner][1], 0.8)
            continue
        outer = masked.name_at(match.start("before"))
        yield Finding("actor", (inner,), outer, masked.spans[outer][0], masked.spans[inner][1], 0.85, undecided=True)
