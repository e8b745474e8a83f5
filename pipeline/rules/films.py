"""A review's text and what is given with it -> the film that it is about.

Candidates come from headlines, front matter, italics, quotes and runs of capitalised words; each is scored by
how the review uses it, and the best is taken if it is good enough. The year is one that the text gives.
"""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipeline.documents import Document
from pipeline.lexicon.load import read
from pipeline.lexicon.names import NEVER_FIRST
from pipeline.rules.forms import fold, is_misspelt
from pipeline.rules.names import UPPER

LONGEST = 12
"""Words of the longest title."""
TOP = 8
"""Candidates that are looked at closely."""
THRESHOLD = 2.0
"""Score from which a title is believed."""

_SMALL = r"(?:of|the|in|and|a|an|to|for|with|by|at|on|from|is|or|de|la|le|les|del|&|vs\.?|no|nor|my|de la)"
_TWORD = rf"(?:{UPPER}[\w’'.-]*\w|{UPPER}|\d{{1,4}}(?:th|st|nd|rd)?)"
_TITLE_RUN = re.compile(rf"(?<![\w’'-]){_TWORD}(?:(?: {_SMALL}){{0,3}} {_TWORD})*(?::(?: {_SMALL}){{0,2}} {_TWORD}(?:(?: {_SMALL}){{0,3}} {_TWORD})*)?")
_QUOTED = re.compile(r"[“\"‘']([^“”\"‘\n]{1,80}?)[,.]?[”\"’'](?!\w)")
_AFTER_YEAR = re.compile(r"[”\"’'*_]*,? ?[(\[|] ?((?:18[89]|19\d|20\d)\d)[)\]]?")
_CUE_DIRECTED = re.compile(r"[”\"’'*_]*(?: \(\d{4}\))?,? (?:is |was )?(?:written and )?(?:directed|helmed) by")
_BEFORE_FILM = re.compile(r"(?:film|movie|drama|comedy|thriller|documentary|horror|sequel|remake|hit|western|called|titled|entitled|of|in|watched|saw|see|watch|reviewing|seen),? [“\"‘'*_]*$")
_BEFORE_THE_FILM = re.compile(r"\b(?:[Tt]he|[Tt]his|new|latest|of the|today’s|today's) (?:\w+ ){0,2}(?:film|movie|drama|comedy|thriller|documentary|picture)(?:,| is| of| called)? [“\"‘'*_]*$")
_BEFORE_POSSESSIVE = re.compile(rf"{UPPER}\w+[’']s? [“\"‘'*_]*$")
_BEFORE_COMPARE = re.compile(r"(?:like|unlike|than|reminiscent of|similar to|remake of|sequel to|director of|star of|as in|from|also|and|or|as|as with|fame|veins? of|last seen in|creator of|of|including|e\.g\.|since) (?:the |in |original |[\w’' ]{0,20})?[“\"‘'*_]*$")


_PARTS = re.compile(r"\s*(?:[:|]| [–—-] )\s*")
_AFTER_PERSON = re.compile(rf"[’']s? |, who |,? \({UPPER}[\w’'-]+ {UPPER}")
_BEFORE_PERSON = re.compile(r"(?:Mr|Mrs|Ms|Dr|his|her)\.? $|\($")
_MARKS = " “\"‘'*_"
_SMALL_WORDS = frozenset(["of", "the", "in", "and", "a", "an", "to", "for", "with", "by", "at", "on", "from", "is", "or", "de", "la", "le", "les", "del", "&", "vs", "no", "nor"])


@dataclass(frozen=True, slots=True)
class Film:
    """What a text is about."""

    title: str
    """Empty where it is not about one film."""
    year: int | None
    score: float
    """How sure the title is, 0-1."""


@dataclass(slots=True)
class Candidate:
    """Words that may be the title."""

    title: str
    forms: dict[str, None] = field(default_factory=dict)
    """Spellings met, in order: with and without an article, in capitals."""
    signs: dict[str, float] = field(default_factory=dict)
    year: int | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """What the finder looks at, all in clean offsets."""

    document: Document
    headlines: tuple[str, ...]
    """Texts of title sections and headings before the first body, and titles that are given."""
    decks: tuple[str, ...]
    """Texts of the lines under the title."""
    headings: tuple[str, ...]
    """Texts of all headings and titles."""
    body: tuple[tuple[int, int], ...]
    """Offsets of the running text, headings, decks and titles, in order."""
    front: str
    """Text of the front matter."""
    tags: str = ""
    """Its lists: tags, keywords, former addresses."""
    images: str = ""
    """Its names of pictures."""
    people: frozenset[str] = frozenset()
    """Folded names that credits give to people and characters."""
    tagged: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Folded names -> how sure a tagger is that they are works, and that they are something else, 0-1 each."""
    plain: str = ""
    """The document's text with straight apostrophes."""
    lower: str = ""
    """The same in small letters."""
    years_of: Callable[[str], list[int]] = lambda title: []
    """Years of the films of a title that are known beforehand."""


def find_film(page: Page) -> Film:
    """The film that a page is about."""
    if is_about_several(page):
        return Film("", None, 0.5)
    candidates = score_candidates(page)
    if not candidates:
        return Film("", None, 0.5)
    total, best = candidates[0]
    sure = 1 / (1 + math.exp(THRESHOLD - total))
    if total < THRESHOLD:
        return Film("", None, round(1 - sure, 4))
    return Film(best.title, find_year(page, best), round(sure, 4))


def is_about_several(page: Page) -> bool:
    """Whether headlines say that the text is about many films, or several headings name films with years."""
    if page.document.given.get("film"):
        return False
    if any(pattern.search(line) for pattern in _compiled("several") for line in page.headlines):
        return True
    dated = {fold(m["title"]) for line in page.headings for m in [_compiled("headline")[1].match(line.strip())] if m}
    return len(dated) > 2


@cache
def _compiled(part: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in read("films")[part]["patterns"])


@lru_cache(maxsize=1)
def _kind_cue() -> re.Pattern[str]:
    kinds = "|".join(sorted(read("films")["kinds"]["words"].split()))
    return re.compile(
        rf"[”\"’'*_]*(?: \(\d{{4}}\))?(?:,[^.\n]{{1,80}}?,)?,? (?:is|was|’s|isn[’']t|remains|makes for)(?: [\w’',-]+){{0,9}}? (?:{kinds})\b"
    )


def strip_headline(line: str) -> tuple[str, int | None, bool]:
    """A headline without what says that it is a review: title, year, and whether there was something to strip."""
    line = re.sub(r"[*_`#]+", "", line).strip()
    for pattern in _compiled("headline"):
        if match := pattern.match(line):
            year = match.groupdict().get("year")
            title = match["title"].strip(" :|–—-“”\"")
            inner = re.match(r"(.+?)\s*[\[(]((?:18|19|20)\d\d)[\])]", title)
            if inner:
                title, year = inner[1], inner[2]
            return title, int(year) if year else None, True
    return line.strip("“”\" "), None, False


def gather(page: Page) -> dict[str, Candidate]:
    """All candidates of a page, by folded title."""
    found: dict[str, Candidate] = {}

    def add(title: str, sign: str) -> Candidate | None:
        title = title.strip(" \n\t,.;:*_–—-")
        if not title or len(title) > 90 or title.count(" ") >= LONGEST:
            return None
        key = fold(title)
        if not key or (sign.endswith("run") and (key in NEVER_FIRST or len(key) < 2 or (key.isdigit() and len(key) < 4))):
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
            if (words[:1].isupper() or words[:1].isdigit()) and "\n" not in words:
                add(words, "emphasis")
    runs: Counter[str] = Counter()
    for start, end in page.body:
        piece = text[start:end]
        if "“" in piece or '"' in piece or "‘" in piece or "'" in piece:
            for match in _QUOTED.finditer(piece):
                words = match[1].strip()
                if (words[:1].isupper() or words[:1].isdigit()) and words.count(" ") < 9:
                    add(words, "quoted")
        runs.update(match.group() for match in _TITLE_RUN.finditer(piece))
    for run in runs:
        for words in variants(run):
            add(words, "run")
    return found


def _pictured(page: Page) -> Iterator[str]:
    """Titles of three words and more that are known beforehand and are in the names of pictures: "up-in-the-air.jpg"."""
    words = [word for word in fold(page.images).split() if word.isalpha()][:24]
    for i in range(len(words)):
        for j in range(min(i + 6, len(words)), i + 2, -1):
            title = " ".join(w if w in _SMALL_WORDS and k else w.capitalize() for k, w in enumerate(words[i:j]))
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


def score_candidates(page: Page) -> list[tuple[float, Candidate]]:
    """The likeliest candidates with their scores, best first."""
    candidates = gather(page)
    weights = read("films")["weights"]
    scored = []
    slug = slug_of(page.document.source)
    _join_misspelt(candidates)
    headlines = [f" {fold(line)} " for line in (*page.headlines, *page.decks)]
    front = f" {fold(page.tags)} " if page.tags else ""
    image = f" {fold(page.images)} " if page.images else ""
    text = page.document.text
    begin = page.body[0][0] if page.body else 0
    named = [f" {key} " for key, one in candidates.items() if _is_named(one)]
    for key, one in candidates.items():
        if any(f" {key} " in longer and len(key) + 2 < len(longer) for longer in named):
            one.signs["part_of"] = 1.0
        survey(page, slug, headlines, front, key, one)
        if f" {key} " in image:
            one.signs["image"] = 1.0
        if key in page.people:
            one.signs["named"] = 1.0
        if key in page.tagged:
            one.signs["work"], one.signs["no_work"] = page.tagged[key]
        scored.append((round(_total(one, weights), 6), one.title, one))
    scored.sort(key=lambda row: (-row[0], row[1]))
    _compare(page, [row[2] for row in scored[:TOP]])
    top = []
    for _, title, one in scored[:TOP]:
        observe(page, one)
        top.append((round(_total(one, weights), 6), one))
    top.sort(key=lambda pair: (-pair[0], pair[1].title))
    return top


def _join_misspelt(candidates: dict[str, Candidate]) -> None:
    """Give what a headline says of a misspelt title, "Franz", to the one in italics or quotes, "Frantz"."""
    for key, one in list(candidates.items()):
        if "headline_run" in one.signs and "run" not in one.signs and len(key) > 4:
            for other, two in candidates.items():
                if ("emphasis" in two.signs or "quoted" in two.signs) and is_misspelt(key, other):
                    two.signs |= {"headline_run": 1.0, "title_has": 1.0}


def _compare(page: Page, candidates: Sequence[Candidate]) -> None:
    """Note which of the works is named most, and which first."""
    works = [one for one in candidates if one.signs.get("work", 0.0) > 0.4 and one.signs["count"]]
    for one in works:
        one.signs["work_count"] = one.signs["count"]
    if works:
        most = max(one.signs["count"] for one in works)
        leaders = [one for one in works if one.signs["count"] == most]
        if len(leaders) == 1:
            leaders[0].signs["most"] = 1.0
            leaders[0].signs["alone"] = float(len(works) == 1)
        begin = page.body[0][0] if page.body else 0
        first = min(works, key=lambda one: page.plain.find(one.title.replace("’", "'"), begin) % (1 << 60))
        first.signs["foremost"] = 1.0


def _is_named(one: Candidate) -> bool:
    """Whether a headline or what is given is the candidate, written as a title is."""
    if "headline" in one.signs or "given" in one.signs:
        return True
    return "headline_bare" in one.signs and _lower_share(one.title) == 0.0


def _lower_share(title: str) -> float:
    """Part of a title's words that begin with a small letter, small words left out."""
    words = title.split(" ")
    return sum(word[:1].islower() for word in words if word not in _SMALL_WORDS) / len(words)


def _total(one: Candidate, weights: dict[str, float]) -> float:
    return sum(weights.get(sign, 0.0) * value for sign, value in one.signs.items())


def slug_of(source: str) -> str:
    """The words of a file's name, joined by hyphens."""
    name = re.sub(r"(?:\.\w{1,7}){1,2}$", "", source.rpartition("#")[0] or source)
    return "-" + re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") + "-"


def survey(page: Page, slug: str, headlines: list[str], front: str, key: str, one: Candidate) -> None:
    """Note what is cheap to know of a candidate: where else its words stand, and how often."""
    signs = one.signs
    dashed = "-" + key.replace(" ", "-") + "-"
    if dashed in slug:
        signs["slug"] = 1.0 if re.search(re.escape(dashed) + r"(?:\d{4}-)?$", slug) else 0.3
    padded = f" {key} "
    if padded in front:
        signs["front"] = 1.0
    if any(padded in line for line in headlines):
        signs["title_has"] = 1.0
    count = _settle_form(page.plain, page.lower, page.body[0][0] if page.body else 0, one)
    signs["count"] = math.log2(1 + min(count, 15)) / 2
    signs["unseen"] = float(count == 0)
    if count:
        begin = page.body[0][0] if page.body else 0
        place = max(page.plain.find(one.title.replace("’", "'"), begin), begin) - begin
        signs["first"] = 1.0 if place < 300 else 0.5 if place < 900 else 0.0
    words = one.title.split(" ")
    signs["single"] = float(len(words) == 1)
    signs["long"] = float(len(words) > 5)
    signs["lower"] = _lower_share(one.title)
    signs["headline_title"] = float("headline_bare" in signs and signs["lower"] == 0.0 and count > 0)
    signs["ends"] = float(one.title[-1] in "?!,")
    signs["pronoun"] = float(key in _pronouns())
    signs["article"] = float(words[0] == "The" and len(words) > 1)


def _settle_form(plain: str, lower: str, begin: int, one: Candidate) -> int:
    """Choose the spelling that the text uses most; how often it does."""
    counts = {form: plain.count(form.replace("’", "'"), begin) for form in one.forms}
    if one.title.count(" ") > 1 and not any(counts.values()):
        return lower.count(one.title.replace("’", "'").lower(), begin)
    one.title = max(one.forms, key=lambda form: (counts[form], not form.isupper()))
    return counts[one.title]


def observe(page: Page, one: Candidate) -> None:
    """Note how the sentences of a page use a candidate."""
    text = page.document.text
    signs = one.signs
    one.spans = spans = list(occurrences(page, one.title))
    signs["known"] = float(bool(page.years_of(one.title)))
    if not spans:
        return
    signs["count"] = math.log2(1 + min(len(spans), 15)) / 2
    compared = people = starts = possessive = 0
    seen = min(len(spans), 12)
    for start, end in spans[:12]:
        before, after = text[max(0, start - 60) : start], text[end : end + 160]
        if (year := _AFTER_YEAR.match(after)) is not None:
            signs["year_after"] = 1.0
            one.year = one.year or int(year[1])
        if _CUE_DIRECTED.match(after):
            signs["directed"] = 1.0
        if _kind_cue().match(after):
            signs["is_kind"] = 1.0
        if _BEFORE_THE_FILM.search(before):
            signs["film_before"] = 1.0
        elif _BEFORE_FILM.search(before):
            signs["in_before"] = 1.0
        if _BEFORE_POSSESSIVE.search(before):
            possessive += 1
        elif _BEFORE_COMPARE.search(before):
            compared += 1
        if _AFTER_PERSON.match(after) or _BEFORE_PERSON.search(before):
            people += 1
        if not before.strip(_MARKS) or before.rstrip(_MARKS)[-1:] in ".!?\n":
            starts += 1
    signs["possessive"] = possessive / seen
    signs["compare"] = compared / seen
    signs["person"] = people / seen
    signs["starts"] = float(starts == seen and " " not in one.title)


@lru_cache(maxsize=1)
def _pronouns() -> frozenset[str]:
    return frozenset(read("films")["words"]["pronouns"].split())


@lru_cache(maxsize=1)
def _not_after() -> re.Pattern[str]:
    words = "|".join(read("films")["words"]["not_after"].split())
    return re.compile(rf" (?:{words})\b|[.!?…]")


def title_spans(page: Page, film: Film, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the film's title stands in any of `parts`, front matter and captions among them."""
    return list(occurrences(page, film.title, parts)) if film.title else []


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
    is_pronoun = is_single and fold(title) in _pronouns()
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
    if before and before[-1] not in ".!?:…\n“\"":
        return False
    return is_pronoun or _not_after().match(text, end) is not None


def _is_marked(marked: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    i = bisect_left(marked, (start + 1,)) - 1
    return i >= 0 and marked[i][0] <= start and end <= marked[i][1]


def find_year(page: Page, film: Candidate) -> int | None:
    """The year of the film as the page gives it: beside the title, in columns, in front matter, in the text."""
    given = page.document.given.get("year", "")
    if found := re.search(r"(?:18|19|20)\d\d", given):
        return int(found[0])
    if film.year:
        return film.year
    slug = fold(page.document.source).replace(" ", "-")
    if match := re.search(rf"(?:^|-){re.escape(fold(film.title).replace(' ', '-'))}-((?:18[89]|19\d|20\d)\d)(?:-|$)", slug):
        return int(match[1])
    known = page.years_of(film.title)
    pieces = [page.front] + [page.document.text[start:end] for start, end in page.body]
    for pattern in _compiled("release"):
        for piece in pieces:
            for match in pattern.finditer(piece):
                return int(match["year"])
    told = {int(y) for piece in pieces[1:] for y in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d|s)", piece)}
    fitting = told & set(known)
    return min(fitting) if len(fitting) == 1 else None
