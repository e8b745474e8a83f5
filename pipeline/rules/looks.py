"""Paragraphs -> what they look like: the features on which `kinds` decides."""

import re
from dataclasses import dataclass

from pipeline.documents import Document
from pipeline.rules.cues import LONGEST, cue_of
from pipeline.rules.names import SPACES
from pipeline.rules.paragraphs import Paragraph

SHORT = 30
"""Words up to which a paragraph may be anything but body; longer ones only by a cue."""
CUE_WORDS = 80
"""Words up to which cues are looked for."""
TITLED = 0.7
"""Part of the words that have capitals in a line set like a title."""
SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "and",
        "or",
        "but",
        "nor",
        "by",
        "as",
        "vs",
        "with",
        "from",
        "into",
        "over",
        "de",
        "la",
        "le",
        "der",
        "die",
        "das",
        "und",
        "et",
        "y",
    ]
)
"""Words that titles write small."""

CLOSING = "\"'”’»)]*_ "
YEAR = re.compile(r"[(\[](?:19|20)\d\d[)\]]")
AROUND_FILM = re.compile(
    rf"^(?:(?:movie|film|dvd|blu-ray)\s)?review\b\W*|{SPACES}(?:(?:movie|film|dvd)\s)?review\b.*$", re.IGNORECASE
)
QUOTED = re.compile(r"(?<!\w)['‘“\"]([^'’”\"]{2,60})['’”\"](?!\w)")
AFTER_FILM = re.compile(rf"{SPACES}[(\[:|]|\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph looks like."""

    kind: str
    """What its mark-up tells, or a cue in its words; empty where neither does."""
    marked: bool
    """Whether the mark-up told."""
    text: str
    """The text, if it is no longer than SHORT words; the beginning of it otherwise."""
    n_words: int
    n_lines: int
    has_stop: bool
    """Whether it ends as a sentence ends, with a full stop, or a question or exclamation mark."""
    titled: bool
    """Whether it is set like a title, Most Words With Capitals."""
    emphasis: bool
    level: int
    foreign: bool
    """Whether it is in another language than the review."""

    @property
    def is_line(self) -> bool:
        """Whether it is one short line that is no sentence by its end: a title, heading, caption or the like."""
        return (
            self.n_words <= SHORT
            and self.n_lines == 1
            and (not self.has_stop or (self.titled and self.text[-1] != "."))
        )


def look_at(document: Document, paragraph: Paragraph, foreign: bool) -> Look:
    """The look of one paragraph."""
    text = document.text[paragraph.start : paragraph.end]
    words = text.split(None, CUE_WORDS + 1)
    # Words without end are no line that somebody wrote.
    n_words = len(words) if len(text) <= LONGEST else max(len(words), SHORT + 1)
    kind = paragraph.kind
    if n_words <= CUE_WORDS and kind in ("", "body", "heading"):
        cue = kind_by_cues(text, n_words)
        kind = cue if kind != "heading" or cue == "facts" else kind
    short = n_words <= SHORT
    return Look(
        kind=kind,
        marked=bool(paragraph.kind),
        text=text if short else text[:40],
        n_words=n_words,
        n_lines=text.count("\n") + 1,
        has_stop=text.rstrip(CLOSING)[-1:] in tuple(".!?…。！？"),
        titled=short and is_titled(words),
        emphasis=paragraph.emphasis,
        level=paragraph.level,
        foreign=foreign,
    )


def kind_by_cues(text: str, n_words: int) -> str:
    """What a cue tells of a paragraph as a whole, or of half of its lines and the first of them."""
    kind = cue_of(text, n_words)
    lines = text.split("\n") if not kind else []
    if len(lines) < 2:
        return kind
    told = [cue_of(line.strip(), len(line.split())) for line in lines]
    first = told[0] or told[1]
    return first if first not in ("", "heading") and 2 * told.count(first) >= len(told) else ""


def is_titled(words: list[str]) -> bool:
    """Whether most words but the small ones start with a capital; one alone is not enough."""
    bare = [word.strip("\"'“”‘’().,:;!?…*_-–—") for word in words]
    weighty = [word for word in bare if word and word not in SMALL]
    capitals = sum(1 for word in weighty if not word[0].islower())
    return capitals >= max(TITLED * len(weighty), min(2, len(words)))


def film_names(document: Document, title: str) -> list[str]:
    """What the film may be called, by what is given and by the review's title."""
    names = [document.given.get("film", "")]
    for text in (title, document.given.get("title", "")):
        names += QUOTED.findall(text)
        name = AFTER_FILM.split(AROUND_FILM.sub("", text).strip(" \"'“”‘’*_"), maxsplit=1)[0]
        names.append(name.strip(" \"'“”‘’*_…"))
    return [name for name in dict.fromkeys(names) if len(name) > 1 and len(name.split()) <= 6]
