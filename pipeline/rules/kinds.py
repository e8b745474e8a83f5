"""Paragraphs -> kinds: what each is for, by its mark-up, the cues in its words, its looks and its place.

What nothing tells apart is body: a wrong title or caption costs more than a missed one, as captions are not scored.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from pipeline.documents import Document
from pipeline.rules.looks import YEAR, Look, film_names

TITLE_WORDS, PLAIN_TITLE_WORDS, DECK_WORDS, STRAY_WORDS = 20, 12, 30, 20
TAGLINE_WORDS = 10
BODY_WORDS = 20
"""Words from which a paragraph shows that the text has begun."""
RUN = 4
"""Short lines in a row that make a list of facts."""
RUN_WORDS = 12
NAME_WORDS, PULLED_WORDS = 4, 7
REACH = 100_000
"""Characters of a review in which a name is looked for again."""

ASIDE = frozenset({"boilerplate", "byline", "caption"})
"""Kinds that may stand before a title or between a title and its deck."""
VERBS = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|will|would|should|isn['’]t|wasn['’]t|don['’]t|doesn['’]t"
    r"|didn['’]t|can['’]t|i|i['’]\w+|it['’]s|that['’]s|there['’]s|he['’]s|she['’]s|you|we|makes?|made|gets?|got|keeps?|feels?|seems?|works?|it|this|go|see|skip|avoid|recommended|never|just|so|not)\b",
    re.IGNORECASE,
)
OPENING = re.compile(r"(?:and|but|so|the (?:film|movie)|this|there|it|may contain)\b", re.IGNORECASE)
"""How a text begins, not its standfirst."""
STOP_WITHIN = re.compile(r"[a-z]{2}\. +[A-Z]")
SELF = re.compile(r"\b(?:i|i['’]\w+|my|me|we|our|us|this (?:movie|film|one))\b", re.IGNORECASE)
QUOTE = re.compile(r"[“\"][^“”\"]{20,400}[”\"]\s*[-–—~(]\s*[^\W\d_].{1,60}|“[^“”]{40,}”")
"""A paragraph that is a quotation, with the name of who said it, or long enough without."""
NO_HEADING = re.compile(r"[();@]|\.\.\.|…")
FILM_PAGE = re.compile(
    r"\b(?:movies?|films?|reviews?|trailer|ending|explained|cast|scenes?|poster|still|official|watch|streaming|online|season"
    r"|netflix|hulu|imdb|interview|stars?|director|actors?|actress|behind the scenes|box office|clip|teaser|first look)\b",
    re.IGNORECASE,
)


def tell_kinds(document: Document, looks: Sequence[Look]) -> list[str]:
    """The kind of each paragraph, one of records.KINDS."""
    kinds = [look.kind for look in looks]
    plain = [i for i, kind in enumerate(kinds) if not looks[i].marked and kind not in ASIDE]
    unmarked = [i for i, look in enumerate(looks) if not look.marked]
    if len(unmarked) == 1 and not any(look.marked and look.kind == "body" for look in looks):
        kinds[unmarked[0]] = "body"  # a review of one line, whatever it looks like
    title = kinds.index("title") if "title" in kinds else _title(document, looks, kinds)
    if title >= 0:
        kinds[title] = "title"
    names = film_names(document, looks[title].text if title >= 0 else "")
    deck = _deck(looks, kinds, title, names) if title >= 0 else -1
    if deck >= 0:
        kinds[deck] = "deck"
    _tell_runs(looks, kinds)
    kinds = [
        "quote" if not kind and QUOTE.fullmatch(look.text) else kind for look, kind in zip(looks, kinds, strict=True)
    ]
    strays = [i for i, kind in enumerate(kinds) if kind in ("", "heading") and _is_stray(looks[i])]
    many = sum(looks[i].titled for i in strays) > 2
    for i in strays:
        kinds[i] = _stray(document, looks, kinds, i, names, many)
    kinds = [kind or "body" for kind in kinds]
    if "body" not in kinds and plain:
        kinds[max(plain, key=lambda i: looks[i].n_words)] = "body"
    return kinds


def _title(document: Document, looks: Sequence[Look], kinds: Sequence[str]) -> int:
    """Number of the paragraph that is the review's title, where the mark-up does not tell; -1 if there is none."""
    first = next((i for i, kind in enumerate(kinds) if kind not in ASIDE), -1)
    if first < 0 or not any(_is_running(look) for look in looks[first + 1 :]):
        return -1
    look = looks[first]
    if look.n_words > TITLE_WORDS or look.n_lines > 2 or (look.kind == "facts" and look.marked):
        return -1
    given = document.given.get("title", "")
    if look.kind == "heading" and look.marked:
        peers = sum(each.kind == "heading" and each.level == look.level for each in looks) - 1
        return first if look.level < 4 and (not peers or not given or _alike(look.text, given)) else -1
    if _alike(look.text, given) or _alike(look.text, document.given.get("film", "")):
        return first
    if given or look.kind in ("facts", "quote", "body") or look.foreign or look.text[:1].islower():
        return -1
    if (look.text[-1] in ".,;:" and not look.text.endswith("...")) or STOP_WITHIN.search(look.text):
        return -1
    if looks[first + 1].text[:1].islower() or (look.n_words > PLAIN_TITLE_WORDS and not look.titled):
        return -1
    if look.has_stop and not (look.titled or YEAR.search(look.text)):
        return -1
    return first


def _deck(looks: Sequence[Look], kinds: Sequence[str], title: int, names: Sequence[str]) -> int:
    """Number of the paragraph that is the standfirst under the title; -1 if there is none."""
    after = next((i for i in range(title + 1, len(looks)) if kinds[i] not in ASIDE), -1)
    if after < 0 or after + 1 >= len(looks) or "deck" in kinds:
        return -1
    look, following = looks[after], looks[after + 1 :]
    if kinds[after] == "heading" and look.marked:
        above = looks[title].level
        return after if look.n_words > 3 and (not above or look.level > above) and kinds[after + 1] == "" else -1
    if (
        kinds[after]
        or QUOTE.fullmatch(look.text)
        or look.n_words > DECK_WORDS
        or look.n_lines > 2
        or look.foreign
        or (look.titled and look.n_words < 3)
    ):
        return -1
    if following[0].text[:1].islower():
        return -1
    body = next((each for each in following[:3] if _is_running(each)), None)
    if body is None or OPENING.match(look.text) or (look.titled and _mentions(look.text, names)):
        return -1
    if not look.has_stop or look.emphasis:
        return after
    if look.text.endswith("?") and look.n_words <= TAGLINE_WORDS:
        return after
    is_one_sentence = "(" not in look.text and not re.search(r"[.!?…]\s", look.text) and look.n_words <= TITLE_WORDS
    return after if is_one_sentence and not SELF.search(look.text) and body.n_words > 2 * look.n_words else -1


def _tell_runs(looks: Sequence[Look], kinds: list[str]) -> None:
    """Make rows of short lines lists of facts, with what heads them."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and _is_item(looks[end], kinds[end]):
            end += 1
        told = sum(kind == "facts" for kind in kinds[start:end])
        titled = sum(looks[i].titled for i in range(start, end))
        if end - start >= RUN and (told > 1 or titled >= 0.8 * (end - start)):
            headed = start and kinds[start] != "facts" and kinds[start - 1] == "" and kinds[start + 1] == "facts"
            kinds[start:end] = ["facts"] * (end - start)
            if headed:
                kinds[start] = "heading"
        start = max(end, start + 1)


def _is_item(look: Look, kind: str) -> bool:
    told = kind == "facts" or (kind == "" and not look.has_stop) or (kind == "heading" and not look.marked)
    return told and look.n_words <= RUN_WORDS and (look.n_lines == 1 or kind == "facts")


def _is_stray(look: Look) -> bool:
    """Whether this is a line that may be a heading or a caption, if anything."""
    if look.marked or look.n_lines > 1:
        return False
    return (look.foreign and look.n_words <= DECK_WORDS) or (look.is_line and look.n_words <= STRAY_WORDS)


def _is_running(look: Look) -> bool:
    """Whether the paragraph is running text."""
    return look.kind in ("", "body") and (look.n_words >= BODY_WORDS or (look.has_stop and not look.is_line))


def _stray(
    document: Document, looks: Sequence[Look], kinds: Sequence[str], i: int, names: Sequence[str], many: bool
) -> str:
    """What a short line that ends without a stop is: heading, caption, or body after all."""
    look = looks[i]
    text = look.text.strip("\"'“”‘’*_ ")
    heads = i + 1 < len(looks) and kinds[i + 1] in ("", "body", "quote", "caption", "facts")
    if look.foreign:
        return "body" if look.has_stop and not look.titled else "caption"
    if text[-1:] in tuple(",;-–—!") or (text.endswith("?") and look.n_words < NAME_WORDS):
        return "body"
    if kinds[i] == "heading":
        return "heading" if heads else "body"
    if text.endswith(":") and look.n_words <= RUN_WORDS:
        return "heading" if heads and look.titled else "body"
    if look.n_words > PULLED_WORDS and document.text.count(text, 0, REACH) > 1:
        return "quote"  # pulled from the text, to be read twice
    if text[:1].islower():
        return ""
    if not look.titled:
        return "" if VERBS.search(text) or look.n_words > RUN_WORDS or i == 0 else _noun(look, heads)
    if look.emphasis and look.n_words <= NAME_WORDS and heads:
        return "heading"
    if look.text.isupper() and heads and look.n_words <= RUN_WORDS:
        return "heading"
    if _mentions(text, names):
        return "caption"
    if look.n_words <= NAME_WORDS:
        named = document.text.count(text, 0, REACH) > 1
        return "caption" if named else "heading" if heads and not NO_HEADING.search(text) else ""
    if FILM_PAGE.search(text):
        return "caption"
    if not heads:
        return "byline" if i + 1 == len(looks) and "," in text and ":" not in text else "caption"
    return "heading" if (many or look.n_words <= RUN_WORDS) and not NO_HEADING.search(text) else "caption"


def _noun(look: Look, heads: bool) -> str:
    """What a line without a verb is, which is not set like a title."""
    if FILM_PAGE.search(look.text) and look.n_words > NAME_WORDS:
        return ""
    return "heading" if heads and look.n_words <= NAME_WORDS else ""


def _mentions(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names)


def _alike(text: str, given: str) -> bool:
    """Whether `text` says much the same as what is given."""
    a, b = (" ".join(re.findall(r"\w+", each.lower())) for each in (text, given))
    if not a or not b:
        return False
    return a == b or (len(a) > 3 and len(b) < 300 and SequenceMatcher(None, a, b).ratio() > 0.8)
