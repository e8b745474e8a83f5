"""What tagger, credits and title say of a review's names -> mentions that agree with one another.

One name is one thing throughout a review: every "Chloe" is a character once one of them is, and a surname is what
the full name is. Where spans overlap, the better witness wins.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.lexicon import names as lexicon
from pipeline.rules.casting import Cast
from pipeline.rules.evidence import Name
from pipeline.rules.forms import fold, merge_forms
from pipeline.rules.names import UPPER

LEAST, LEAST_WORK = 0.45, 0.35
"""Scores from which what the tagger finds is a mention. Of works it is less often sure, and F1 is highest near half of itself."""
PEOPLE = ("PERSON", "CHARACTER")


@dataclass(frozen=True, slots=True)
class Span:
    """A name found, in clean offsets."""

    start: int
    end: int
    label: str
    score: float
    method: str
    """As in records.Mention."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """All that is said of the names of one review."""

    text: str
    tagged: Sequence[Span]
    names: Sequence[Name]
    cast: Cast
    title: Sequence[Span]
    """Where the film's title stands."""
    marked: Sequence[tuple[int, int]]
    """What stands in italics and may be a title."""
    is_known_title: Callable[[str], bool]
    is_known_person: Callable[[str], bool]


_EDGES = ' \n\t“”"‘*_,;:()[]<>|'


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A name's offsets without quotes, brackets, marks and a possessive at its edges."""
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    if end - start > 2 and text[end - 2 : end] in ("’s", "'s"):
        end -= 2
    return start, end


_INITIALS = re.compile(rf"(?:{UPPER}\.[ -]?)+|(?:{lexicon.ABBREVIATIONS})\. ")
_BETWEEN = re.compile(rf" ?(?:(?:{lexicon.PARTICLES}) )?")


def mend(text: str, tagged: Sequence[Span], runs: Sequence[tuple[int, int]]) -> list[Span]:
    """The tagger's names, those of people made whole: "J.K." and "Simmons", "Dr." and "Austin Sloper" are one each."""
    made: list[Span] = []
    i = 0
    for span in tagged:
        while i < len(runs) and runs[i][1] <= span.start:
            i += 1
        inside = i < len(runs) and runs[i][0] <= span.start and span.end <= runs[i][1]
        if not inside or span.label not in PEOPLE:
            made.append(span)
            continue
        last = made[-1] if made else None
        if (
            last
            and last.label in PEOPLE
            and last.start >= runs[i][0]
            and _BETWEEN.fullmatch(text, last.end, span.start)
        ):
            sure = max(last, span, key=lambda s: s.end - s.start)
            made[-1] = replace(sure, start=last.start, end=span.end)
        elif span.start > runs[i][0] and _INITIALS.fullmatch(text, runs[i][0], span.start):
            made.append(replace(span, start=runs[i][0]))
        else:
            made.append(span)
    return made


def is_sure(label: str, score: float) -> bool:
    """Whether a name that the tagger finds is a mention."""
    return score >= (LEAST_WORK if label == "WORK" else LEAST)


def settle(said: Witnesses) -> list[Span]:
    """The mentions of a review, in order, without overlap."""
    spans = list(said.title) + _credited(said) + _works(said)
    tagged = [
        span
        for span in said.tagged
        if is_sure(span.label, span.score) and not _is_noise(said.text[span.start : span.end], span)
    ]
    spans += _agreed(said, tagged)
    spans += _known_people(said)
    return without_overlaps(spans)


def _is_noise(form: str, span: Span) -> bool:
    """Whether a name of the tagger is but a title or a common noun, "Dr", "Mother"."""
    if span.label not in PEOPLE:
        return False
    key = fold(form)
    return not key or key in lexicon.TITLES or key in lexicon.NEVER_FIRST


def _credited(said: Witnesses) -> list[Span]:
    """Names of people and characters that credits tell apart, wherever they stand."""
    cast, found = said.cast, []
    titled = {(span.start, span.end) for span in said.title}
    tagged = {(span.start, span.end): span.label for span in said.tagged}
    for i, name in enumerate(said.names):
        label = label_of(name.form, cast)
        place = (name.start, name.end)
        if not label or (place in titled and i not in cast.used and tagged.get(place) not in PEOPLE):
            continue
        method = "credits"
        found.append(Span(name.start, name.end, label, 0.95 if i in cast.used else 0.9, method))
    return found


def label_of(form: str, cast: Cast) -> str:
    """PERSON or CHARACTER where credits tell what a name is, itself or in full; else nothing."""
    if label := cast.labels.get(form):
        return label
    for label in PEOPLE:
        full = cast.full.get((form, label), form)
        if full != form and cast.labels.get(full) == label:
            return label
    return ""


def _works(said: Witnesses) -> list[Span]:
    """Titles in italics: those that the tagger takes for works at least in part, and those known beforehand."""
    found = []
    works = [span for span in said.tagged if span.label == "WORK"]
    i = 0
    for start, end in said.marked:
        while i < len(works) and works[i].end <= start:
            i += 1
        score = works[i].score if i < len(works) and works[i].start < end else 0.0
        if score > 0.2 or said.is_known_title(said.text[start:end]):
            found.append(Span(start, end, "WORK", max(score, 0.7), "pattern"))
    return found


def _agreed(said: Witnesses, tagged: Sequence[Span]) -> list[Span]:
    """The tagger's names, people and characters told apart by all places where a name stands."""
    votes: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for span in tagged:
        if span.label in PEOPLE:
            votes[said.text[span.start : span.end]][span.label] += span.score
    counts = dict.fromkeys(votes, 1)
    merged = merge_forms(counts)
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for form, vote in votes.items():
        for label, score in vote.items():
            sums[merged[form]][label] += score
        if label := label_of(form, said.cast):
            sums[merged[form]][label] += 5.0
    labels = {form: max(PEOPLE, key=lambda label: sums[merged[form]][label]) for form in votes}
    return [
        replace(span, label=labels[said.text[span.start : span.end]]) if span.label in PEOPLE else span
        for span in tagged
    ]


def _known_people(said: Witnesses) -> list[Span]:
    """People of several words that the gazetteer knows, where nobody else says anything."""
    return [
        Span(name.start, name.end, "PERSON", 0.7, "gazetteer")
        for name in said.names
        if " " in name.form and not name.label and said.is_known_person(name.form)
    ]


_RANK: Mapping[str, int] = {"aliases": 0, "credits": 1, "film": 2, "pattern": 3, "tagger": 4, "gazetteer": 5}


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """The spans in order of place; where some overlap, the one of the better method, then the longest."""
    kept: list[Span] = []
    spans = list(spans)
    used = bytearray(max((span.end for span in spans), default=0))
    for span in sorted(spans, key=lambda s: (_RANK[s.method], s.start - s.end, s.start, s.label)):
        if not any(used[span.start : span.end]):
            used[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)
