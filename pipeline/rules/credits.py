"""Masked text -> credits: who did what for the film, and which name in brackets is the actor's.

Patterns are declared in lexicon/credits.toml; a match gives people and, for actors, characters, as numbers of
names. Pairs like "Chloe (Kiera Allen)" do not say which is which: `decide` weighs what the whole review tells.
"""

import re
from bisect import bisect_left
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
_NOTE = r"(?: \([^()\n]{1,60}\))?"
_COMMA = r"(?:, (?:and |& |plus |a )?| (?:and|&|plus) (?:(?:a|the) (?:[a-z-]+ ){0,3})?)"


_NAMES = {
    "person": MASK,
    "character": MASK,
    "characters": rf"{MASK}(?:{_COMMA}{MASK}(?! as\b))*",
    "people": rf"{MASK}(?:{_COMMA}{MASK}){{0,8}}",
    "list": rf"{MASK}(?:{_COMMA}{MASK})*",
    "cast": rf"{MASK}{_NOTE}(?:{_COMMA}{MASK}{_NOTE})*",
}
_MACROS = {
    "fill": _FILL,
    "fill2": r"(?:,? (?:a|an|the|both|by|also|in|with|as|such|like|marathon)(?: [a-z-]+){0,2})?,?",
    "s": _S,
}
STRONG, WEAK = 0.9, 0.5
"""Weight of what patterns find: for sure, or as hints."""


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
    cues: frozenset[str]
    """Lower-cased words of which a text must have one."""
    regex: re.Pattern[str]
    weak: bool
    """Whether it only hints: the rest of the review must bear it out."""


def compile_pattern(source: str) -> re.Pattern[str]:
    """A pattern of credits.toml as a regular expression over masked text."""
    count: Counter[str] = Counter()

    def expand(match: re.Match[str]) -> str:
        name = match[1]
        if name not in _NAMES:
            return _MACROS[name]
        count[name] += 1  # alternatives may use a macro twice, groups may not share a name
        return f"(?P<{name}{count[name]}>{_NAMES[name]})"

    return re.compile(re.sub(r"\{([a-z]\w*)\}", expand, source).replace("§", MASK))


@lru_cache(maxsize=1)
def patterns() -> tuple[Pattern, ...]:
    """All patterns of credits.toml."""
    return tuple(
        Pattern(
            entry["role"], frozenset(entry["cues"].split()), compile_pattern(entry["pattern"]), entry.get("weak", False)
        )
        for entry in read("credits")["pattern"]
    )


_WORD = re.compile(r"[a-z]+(?:[-/][a-z]+)*")


def find_credits(masked: Masked, text: str) -> Iterator[Finding]:
    """What the patterns find, in no order that matters."""
    words = set(_WORD.findall(masked.text.lower()))
    for pattern in patterns():
        if pattern.cues.isdisjoint(words):
            continue
        for match in pattern.regex.finditer(masked.text):
            yield from _read_match(pattern, match, masked)
    yield from find_brackets(masked, text)


def _read_match(pattern: Pattern, match: re.Match[str], masked: Masked) -> Iterator[Finding]:
    people: list[int] = []
    characters: list[int] = []
    for group, words in match.groupdict().items():
        if words is not None:
            first = masked.name_at(match.start(group))
            named = [first + i for i in _outside_brackets(words)]
            if match.end() <= masked.places[named[-1]] + 1:
                named[-1] = _owned(masked, named[-1])
            (characters if group.startswith("character") else people).extend(named)
    start, end = masked.unmask(match.start()), masked.spans[max(people + characters)][1]
    weight = WEAK if pattern.weak else STRONG
    if characters and len(people) == len(characters):
        for person, character in zip(people, characters, strict=True):
            yield Finding(pattern.role, (person,), character, start, end, weight)
    elif characters:
        # "Tom Hanks and Meg Ryan as Annie": the one next to the words that say so.
        yield Finding(
            pattern.role, (people[-1] if people[0] < characters[0] else people[0],), characters[0], start, end, weight
        )
    else:
        yield Finding(pattern.role, tuple(people), -1, start, end, weight)


_OWNED = re.compile(rf"['’]s? {MASK}")


def _owned(masked: Masked, number: int) -> int:
    """The name itself, or, of "Portishead’s Geoff Barrow", the one it owns."""
    return number + 1 if _OWNED.match(masked.text, masked.places[number] + 1) else number


def _outside_brackets(words: str) -> Iterator[int]:
    """Numbers, among all names in `words`, of those that stand in no brackets."""
    is_inside, number = False, 0
    for sign in words:
        if sign == MASK:
            if not is_inside:
                yield number
            number += 1
        elif sign in "()":
            is_inside = sign == "("


def _is_noun(text: str, masked: Masked, number: int) -> bool:
    """Whether a name is but a noun with a capital, "the Senator (Kirk Douglas)", and named nowhere else."""
    word = text[slice(*masked.spans[number])]
    return word.lower() in lexicon.PERSONS and text.count(word) == 1


_PRAISE = (
    r"(?:(?:the|a|an|then|young|newcomer|veteran|played by|as) )?(?:(?!(?:like|see|son|wife|with|from|by|of|in|and|or)\b)[a-z-]+,? ){0,3}?"
    r"(?:(?:performance|turn|portrayal) (?:by|from) )?"
)
_BRACKET = re.compile(
    rf"(?:(?P<fuller>{MASK}),? (?:or|aka|a\.k\.a\.|AKA|alias|better known as|nicknamed) [“\"]?)?"
    rf"(?P<before>{MASK}|(?<![\w’'-])(?P<noun>[a-z]+))(?P<s>{_S}|’s|'s)?(?P<quote>[”\"'’]?),? ?[(\[] ?{_PRAISE}{MASK}(?:{_S}|['’])?"
    r"(?: ?[)\]]|[,!]| [–—-]| is | was | in | does | gives | who | at )"
)

_INNER = re.compile(rf"[(\[] ?{_PRAISE}{MASK}")
_BEFORE = 120
"""Characters before a bracket that are looked at."""


def _brackets(text: str) -> Iterator[re.Match[str]]:
    """The matches of _BRACKET, looked for only where a bracket begins with a name."""
    last = 0
    for inner in _INNER.finditer(text):
        if inner.start() >= last and (match := _BRACKET.search(text, max(last, inner.start() - _BEFORE))):
            yield match
            last = match.end()


_OTHERS = "reviews?|take|verdict|opinion|essay|article|piece|roles?|performances?|turn|character|scores?|songs?|scripts?|screenplay|novel|book|play|story"
"""What somebody has of a film, or of another name, without having made it: "Peter Bradshaw’s review of Melancholia"."""

_POSSESSIVE = re.compile(rf"['’]s?,? (?:(?!(?:{_OTHERS})\b)[\w-]+,? ){{0,3}}[“\"‘*_]?$")


def find_makers(text: str, masked: Masked, titles: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Directors by possessive: "Jordan Peele’s Get Out", for titles of the film (or films) that a text is about."""
    starts = [start for start, _ in masked.spans]
    for start, end in titles:
        number = bisect_left(starts, start) - 1
        if number >= 0:
            last = masked.spans[number][1]
            if start - last < 50 and _POSSESSIVE.fullmatch(text, last, start):
                yield Finding("director", (number,), -1, masked.spans[number][0], end, WEAK)


def find_brackets(masked: Masked, text: str) -> Iterator[Finding]:
    """Pairs like "Chloe (Kiera Allen)" and actors behind a noun, "his wife (Rosemarie DeWitt)"."""
    for match in _brackets(masked.text):
        inner = masked.name_at(match.start("quote"))
        if match["noun"] is not None:
            noun = match["noun"]
            if noun in lexicon.PERSONS:
                yield Finding("actor", (inner,), -1, *masked.spans[inner], 0.8)
            continue
        outer = masked.name_at(match.start("fuller" if match["fuller"] else "before"))
        if _is_noun(text, masked, outer):
            yield Finding("actor", (inner,), -1, *masked.spans[inner], 0.8)
            continue
        yield Finding("actor", (inner,), outer, masked.spans[outer][0], masked.spans[inner][1], 0.85, undecided=True)
