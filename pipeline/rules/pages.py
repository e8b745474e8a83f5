"""Sections of a review -> the parts of a page in which the title of its film is looked for."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.documents import Document
from pipeline.rules.forms import fold
from pipeline.rules.mentions import Span

_SUBTITLE = re.compile(r"^(?:subtitle|deck|dek):[ \t]*>?-?\n?[ \t]*(.+)$", re.MULTILINE)
_TAGS = re.compile(r"^[ \t]*-[ \t]+(.+)$|^(?:tags|keywords)[ \t]*:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
_IMAGES = re.compile(
    r"^[ \t]*(?:image|featured|thumb\w*|cover|poster|img|header)\w*[ \t]*:.*?([^/\s]+?)(?:\.\w{2,4})?[\"']?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A section in clean offsets."""

    section_id: str
    kind: str
    start: int
    end: int


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


def make_page(
    document: Document,
    parts: Sequence[Part],
    people: frozenset[str],
    tagged: Sequence[Span],
    years_of: Callable[[str], list[int]],
) -> Page:
    """The page of a review; `people` are folded names that credits give to people and characters."""
    text = document.text
    headlines, decks, headings, front = [], [], [], ""
    seen_body = False
    for part in parts:
        words = text[part.start : part.end]
        if part.kind in ("title", "heading"):
            headings.append(words)
        if (
            part.kind == "title"
            or (part.kind == "heading" and not seen_body)
            or (part.kind == "facts" and not seen_body and ":" not in words and "\n" not in words and len(words) < 80)
        ):
            headlines.append(words)
        elif part.kind == "deck":
            decks.append(words)
        elif part.kind == "body":
            seen_body = True
        elif part.kind == "boilerplate" and part is parts[0] and ":" in words:
            front = words
    if title := document.given.get("title", "").strip():
        headlines.insert(0, title)
    decks += [match[1].strip("\"'") for match in _SUBTITLE.finditer(front)]
    plain = text.replace("’", "'")
    return Page(
        document=document,
        headlines=tuple(headlines),
        decks=tuple(decks),
        headings=tuple(headings),
        body=tuple((part.start, part.end) for part in parts if part.kind not in ("boilerplate", "byline", "facts")),
        front=front,
        tags="\n".join(a or b for a, b in _TAGS.findall(front)),
        images="\n".join(_IMAGES.findall(front)),
        people=people,
        tagged=_tag_shares(document.text, tagged),
        plain=plain,
        lower=plain.lower(),
        years_of=years_of,
    )


def marked_titles(document: Document) -> list[tuple[int, int]]:
    """What stands in italics and may be a title, without the marks around it."""
    found = []
    for start, end in document.emphasis:
        words = document.text[start : min(end, start + 80)]
        trimmed = words.strip(' ,.;:\n\t“”"')
        if (
            end - start <= 70
            and (trimmed[:1].isupper() or trimmed[:1].isdigit())
            and trimmed.count(" ") < 10
            and "\n" not in trimmed
        ):
            first = start + words.index(trimmed)
            found.append((first, first + len(trimmed)))
    return found


def _tag_shares(text: str, tagged: Sequence[Span]) -> dict[str, tuple[float, float]]:
    """Folded names -> mean score with which the tagger calls them works, and anything else."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for span in tagged:
        one = sums[fold(text[span.start : span.end])]
        one[span.label != "WORK"] += span.score
        one[2] += 1
    return {key: (round(work / n, 4), round(other / n, 4)) for key, (work, other, n) in sums.items()}
