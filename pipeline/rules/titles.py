"""A page -> words that may be the title of its film, and the places where a title stands.

Candidates come from headlines, front matter, italics, quotes and runs of capitalised words.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipeline.lexicon.load import read
from pipeline.lexicon.names import NEVER_FIRST
from pipeline.rules.forms import fold
from pipeline.rules.names import SPACES, UPPER
from pipeline.rules.pages import Page

LONGEST = 12
"""Words of the longest title."""
MOST_RUNS = 300
"""Runs of capitalised words that are looked at, the most frequent first, then by place."""

SMALL_WORDS = frozenset(
    [
        "of",
        "the",
        "in",
        "and",
        "a",
        "an",
        "to",
        "for",
        "with",
        "by",
        "at",
        "on",
        "from",
        "is",
        "or",
        "de",
        "la",
        "le",
        "les",
        "et",
        "del",
        "&",
        "vs",
        "no",
        "nor",
    ]
)
"""Words that stand in titles with a small letter."""

_SMALL = r"(?:of|the|in|and|a|an|to|for|with|by|at|on|from|is|or|de|la|le|les|et|del|&|vs\.?|no|nor|my|de la)"
_WORD = rf"(?:{UPPER}[\w’'.-]*\w|{UPPER}|\d{{1,4}}(?:th|st|nd|rd)?)"
_WORDS = rf"{_WORD}(?:(?: {_SMALL}){{0,3}} {_WORD})*"
_TITLE_RUN = re.compile(rf"(?<![\w’'-]){_WORDS}(?::(?: {_SMALL}){{0,2}} {_WORDS})?")
_QUOTED = re.compile(r"[“\"‘']([^“”\"‘\n]{1,80}?)[,.]?[”\"’'](?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])([*_]{1,2})([^*_\n]{1,80})\1(?![\w*])")
_PARTS = re.compile(rf"{SPACES}(?:[:|]| [–—-] )\s*")
_DATED = re.compile(rf"(.+?){SPACES}[\[(]((?:18|19|20)\d\d)[\])]")


@dataclass(slots=True)
class Candidate:
    """Words that may be the title."""

    title: str
    forms: dict[str, None] = field(default_factory=dict)
    """Spellings met, in order: with and without an article, in capitals."""
    signs: dict[str, float] = field(default_factory=dict)
    year: int | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)


@cache
def compiled(part: str) -> tuple[re.Pattern[str], ...]:
    """The patterns of a part of films.toml."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in read("films")[part]["patterns"])


def bare(line: str) -> str:
    """A headline without marks of emphasis and the like."""
    return re.sub(r"[*_`#]+", "", line).strip()


def strip_headline(line: str) -> tuple[str, int | None, bool]:
    """A headline without what says that it is a review: title, year, and whether there was something to strip."""
    line = bare(line)
    for pattern in compiled("headline"):
        if match := pattern.match(line):
            year = match.groupdict().get("year")
            title = match["title"].strip(' :|–—-“”"')
            inner = _DATED.match(title)
            if inner:
                title, year = inner[1], inner[2]
            return title, int(year) if year else None, True
    return line.strip('“”" '), None, False


def marked_titles(headline: str) -> list[str]:
    """What stands in quotes or between marks of emphasis in a headline: there, titles do."""
    marked = [match[match.lastindex or 0] for pattern in (_QUOTED, _EMPHASIS) for match in pattern.finditer(headline)]
    return [words for words in marked if _begins_as_title(words)]


def _begins_as_title(words: str) -> bool:
    return words[:1].isupper() or words[:1].isdigit()


def gather(page: Page) -> dict[str, Candidate]:
    """All candidates of a page, by folded title."""
    found: dict[str, Candidate] = {}

    def add(title: str, sign: str) -> Candidate | None:
        title = title.strip(" \n\t,.;:*_–—-")
        if not title or len(title) > 90 or title.count(" ") >= LONGEST:
            return None
        key = fold(title)
        if not key or (
            sign.endswith("run") and (key in NEVER_FIRST or len(key) < 2 or (key.isdigit() and len(key) < 4))
        ):
            return None
        one = found.setdefault(key, Candidate(title))
        if sign in ("given", "headline") and not {"given", "headline"} & one.signs.keys():
            one.title, one.forms = title, {title: None}
        elif not {"given", "headline"} & one.signs.keys():
            one.forms[title] = None
        one.signs[sign] = 1.0
        return one

    given = page.document.given
    if given.get("film"):
        add(given["film"], "given")
    for line in page.headlines:
        title, year, stripped = strip_headline(line)
        one = add(title, "headline" if stripped else "headline_bare")
        if one and year:
            one.year = year
            one.signs["dated"] = 1.0
        parts = _PARTS.split(title)
        if len(parts) > 1:
            for part in parts:
                add(part, "headline_part")
        for match in _TITLE_RUN.finditer(title):
            add(match.group(), "headline_run")
        for words in marked_titles(line):
            add(words, "headline_quoted")
        if one and (given.get("year") or given.get("director")) and line == given.get("title"):
            # Who writes down the film's year or its director has its title there, too.
            one.signs["told"] = 1.0
    for line in page.decks:
        add(strip_headline(line)[0], "deck")
        for match in _TITLE_RUN.finditer(line):
            add(match.group(), "headline_run")
    for title in _pictured(page):
        add(title, "image_known")
    text = page.document.text
    for start, end in page.document.emphasis:
        if end - start <= 90:
            words = text[start:end].strip()
            if _begins_as_title(words) and "\n" not in words:
                add(words, "emphasis")
    runs: Counter[str] = Counter()
    for start, end in page.body:
        piece = text[start:end]
        if "“" in piece or '"' in piece or "‘" in piece or "'" in piece:
            for match in _QUOTED.finditer(piece):
                words = match[1].strip()
                if _begins_as_title(words) and words.count(" ") < 9:
                    add(words, "quoted")
        runs.update(match.group() for match in _TITLE_RUN.finditer(piece))
    for run, _ in runs.most_common(MOST_RUNS):
        for words in variants(run):
            add(words, "run")
    return found


def _pictured(page: Page) -> Iterator[str]:
    """Titles of three words and more that are known beforehand and are in the names of pictures: "up-in-the-air.jpg"."""
    words = [word for word in fold(page.images).split() if word.isalpha()][:24]
    for i in range(len(words)):
        for j in range(min(i + 6, len(words)), i + 2, -1):
            title = " ".join(w if w in SMALL_WORDS and k else w.capitalize() for k, w in enumerate(words[i:j]))
            if page.years_of(title):
                yield title
                return


def variants(run: str) -> Iterator[str]:
    """A run of capitalised words, and it without words that only begin a sentence, or without whose film it is."""
    yield run
    words = run.split(" ")
    first = 0
    while first < len(words) - 1 and words[first].lower() in NEVER_FIRST and words[first] not in ("The", "A", "An"):
        first += 1
    if first:
        yield " ".join(words[first:])
    for i, word in enumerate(words[:-1]):
        if word.endswith(("’s", "'s", "’", "'")):
            yield " ".join(words[i + 1 :])


@lru_cache(maxsize=1)
def pronouns() -> frozenset[str]:
    """Titles that are words of every sentence."""
    return frozenset(read("films")["words"]["pronouns"].split())


@lru_cache(maxsize=1)
def _not_after() -> re.Pattern[str]:
    words = "|".join(read("films")["words"]["not_after"].split())
    return re.compile(rf" (?:{words})\b|[.!?…]")


def title_spans(page: Page, title: str, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where a title stands in any of `parts`, front matter and captions among them."""
    return list(occurrences(page, title, parts)) if title else []


def occurrences(page: Page, title: str, parts: Sequence[tuple[int, int]] | None = None) -> Iterator[tuple[int, int]]:
    """Where a title stands in the running text, in order: as written; in any case from three words on.

    A single ordinary word counts at the start of a sentence only where what follows can follow a title.
    """
    text = page.document.text
    words = title.replace("’", "'")
    where = page.plain
    if title.count(" ") > 1 and len(page.lower) == len(where):
        words, where = words.lower(), page.lower
    is_single = " " not in title
    is_pronoun = is_single and fold(title) in pronouns()
    for start, end in page.body if parts is None else parts:
        a = where.find(words, start, end)
        while a >= 0:
            b = a + len(words)
            if _is_whole(text, a, b) and not (is_single and _begins_sentence(page, start, a, b, is_pronoun)):
                yield a, b
            a = where.find(words, b, end)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on before or after; a possessive may follow."""
    before, after = text[start - 1 : start], text[end : end + 3]
    if before.isalnum() or after[:1].isalnum():
        return False
    return not (after[:1] in ("'", "’") and after[1:2].isalnum() and not (after[1] == "s" and not after[2:3].isalnum()))


def _begins_sentence(page: Page, first: int, start: int, end: int, is_pronoun: bool) -> bool:
    """Whether a word that may be a title only begins a sentence there: neither marked nor followed as titles are."""
    text = page.document.text
    if text[start - 1 : start] in ("“", '"', "‘") or _is_marked(page.document.emphasis, start, end):
        return False
    before = text[max(first, start - 3) : start].rstrip(" *_")
    if before and before[-1] not in '.!?:…\n“"':
        return False
    return is_pronoun or _not_after().match(text, end) is not None


def _is_marked(marked: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    i = bisect_left(marked, (start + 1,)) - 1
    return i >= 0 and marked[i][0] <= start and end <= marked[i][1]
