"""A page -> the film that it is about.

Candidates for the title are scored by how the page uses them, and the best is taken if it is good enough. The year
is one that the text gives.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.lexicon.load import read
from pipeline.rules.forms import fold, is_misspelt
from pipeline.rules.names import UPPER
from pipeline.rules.pages import Page
from pipeline.rules.titles import SMALL_WORDS, Candidate, bare, compiled, gather, marked_titles, occurrences, pronouns

TOP = 8
"""Candidates that are looked at closely."""
THRESHOLD = 2.0
"""Score from which a title is believed."""

_OPENING = "“\"‘'*_"
_MARKS = " " + _OPENING
_OPEN = rf" [{_OPENING}]*$"
_KIND = "film|movie|drama|comedy|thriller|documentary"
_AFTER_YEAR = re.compile(r"[”\"’'*_]*,? ?[(\[|] ?((?:18[89]|19\d|20\d)\d)[)\]]?")
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_TOLD = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|s)")
_AFTER_PERSON = re.compile(rf"[’']s? |, who |,? \({UPPER}[\w’'-]+ {UPPER}")
_CUE_DIRECTED = re.compile(r"[”\"’'*_]*(?: \(\d{4}\))?,? (?:is |was )?(?:written and )?(?:directed|helmed) by")
_BEFORE_FILM = (
    *_KIND.split("|"),
    *[
        "horror",
        "sequel",
        "remake",
        "hit",
        "western",
        "called",
        "titled",
        "entitled",
        "of",
        "in",
        "watched",
        "saw",
        "see",
        "watch",
        "reviewing",
        "seen",
    ],
)
_BEFORE_THE_FILM = re.compile(
    rf"\b(?:[Tt]he|[Tt]his|new|latest|of the|today[’']s) (?:\w+ ){{0,2}}(?:{_KIND}|picture)(?:,| is| of| called)?{_OPEN}"
)
_BEFORE_POSSESSIVE = re.compile(rf"{UPPER}\w{{1,60}}[’']s?{_OPEN}")
_BEFORE_COMPARE = re.compile(
    r"(?:like|unlike|than|reminiscent of|similar to|remake of|sequel to|director of|star of|as in|from|also|and|or|as"
    r"|as with|fame|veins? of|last seen in|creator of|of|including|e\.g\.|since)"
    r" (?:the |in |original |[\w’' ]{0,20})?[“\"‘'*_]*$"
)
_BEFORE_PERSON = re.compile(r"(?:Mr|Mrs|Ms|Dr|his|her)\.? $|\($")


@dataclass(frozen=True, slots=True)
class Film:
    """What a text is about."""

    title: str
    """Empty where it is not about one film."""
    year: int | None
    score: float
    """How sure the title is, 0-1."""


GIVEN = 0.99
"""How sure a title is that a column or front matter gives."""


def find_film(page: Page) -> Film:
    """The film that a page is about."""
    if is_about_several(page):
        return Film("", None, 0.5)
    candidates = score_candidates(page)
    if given := page.document.given.get("film", "").strip():
        # A column or front matter that names the film is its author's word, not evidence to be weighed.
        named = next((one for _, one in candidates if fold(one.title) == fold(given)), Candidate(given))
        return Film(given, find_year(page, named), GIVEN)
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
    if any(pattern.search(line) for pattern in compiled("several") for line in page.headlines):
        return True
    if any(len(set(marked_titles(line))) > 1 for line in page.headlines):
        return True
    with_year = next(pattern for pattern in compiled("headline") if "year" in pattern.groupindex)
    dated = {fold(m["title"]) for line in page.headings for m in [with_year.match(line.strip())] if m}
    return len(dated) > 2


@lru_cache(maxsize=1)
def _kind_cue() -> re.Pattern[str]:
    kinds = "|".join(sorted(read("films")["kinds"]["words"].split()))
    return re.compile(
        rf"[”\"’'*_]*(?: \(\d{{4}}\))?(?:,[^.\n]{{1,80}}?,)?,? (?:is|was|’s|isn[’']t|remains|makes for)(?: [\w’',-]+){{0,9}}? (?:{kinds})\b"
    )


def score_candidates(page: Page) -> list[tuple[float, Candidate]]:
    """The likeliest candidates with their scores, best first."""
    candidates = gather(page)
    weights = read("films")["weights"]
    scored = []
    slug = slug_of(page.document.source)
    _join_misspelt(candidates)
    headlines = [f" {fold(bare(line))} " for line in (*page.headlines, *page.decks)]
    front = f" {fold(page.tags)} " if page.tags else ""
    image = f" {fold(page.images)} " if page.images else ""
    named = [f" {key} " for key, one in candidates.items() if _is_named(one)]
    for key, one in candidates.items():
        if named and any(f" {key} " in longer and len(key) + 2 < len(longer) for longer in named):
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
    for _, _, one in scored[:TOP]:
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
    return sum(word[:1].islower() for word in words if word not in SMALL_WORDS) / len(words)


def _total(one: Candidate, weights: dict[str, float]) -> float:
    return sum([weights.get(sign, 0.0) * value for sign, value in one.signs.items() if value])


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
    signs["pronoun"] = float(key in pronouns())
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
        elif _comes_after(before, _BEFORE_FILM):
            signs["in_before"] = 1.0
        if _BEFORE_POSSESSIVE.search(before):
            possessive += 1
        elif _BEFORE_COMPARE.search(before):
            compared += 1
        if _AFTER_PERSON.match(after) or _BEFORE_PERSON.search(before):
            people += 1
        if not before.strip(_MARKS) or before.rstrip(_MARKS)[-1:] in ".!?\n":
            starts += 1
    begin = page.body[0][0] if page.body else 0
    told = ("year_after", "directed", "is_kind", "film_before")
    signs["opening"] = float(spans[0][0] - begin < 100 and any(sign in signs for sign in told))
    signs["possessive"] = possessive / seen
    signs["compare"] = compared / seen
    signs["person"] = people / seen
    signs["starts"] = float(starts == seen and " " not in one.title)


def _comes_after(before: str, words: tuple[str, ...]) -> bool:
    """Whether a text ends with one of `words`, but for a comma, a space and marks that open a title."""
    bare = before.rstrip(_OPENING)
    return bare.endswith(" ") and bare[:-1].removesuffix(",").endswith(words)


def find_year(page: Page, film: Candidate) -> int | None:
    """The year of the film as the page gives it: beside the title, in columns, in front matter, in the text."""
    given = page.document.given.get("year", "")
    if found := re.search(r"(?:18|19|20)\d\d", given):
        return int(found[0])
    if film.year:
        return film.year
    slug = fold(page.document.source).replace(" ", "-")
    title = fold(film.title).replace(" ", "-")
    if title in slug and (match := re.search(rf"(?:^|-){re.escape(title)}-((?:18[89]|19\d|20\d)\d)(?:-|$)", slug)):
        return int(match[1])
    known = page.years_of(film.title)
    body = [piece for start, end in page.body if _YEAR.search(piece := page.document.text[start:end])]
    for pattern in compiled("release"):
        for piece in (page.front, *body):
            for match in pattern.finditer(piece):
                return int(match["year"])
    told = {int(y) for piece in body for y in _TOLD.findall(piece)}
    fitting = told & set(known)
    return min(fitting) if len(fitting) == 1 else None
