"""Rows of a stage, with what readers have corrected put in their place.

A corrected row has the score 1, a corrected name the method "corrected". What is known of sentences is not put in here
but where it is weighed, in `certainties`: all that is read from sentences follows from it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pipeline.documents import Document
from pipeline.records import (
    Aspect,
    Film,
    Kind,
    Mention,
    ReviewSentiment,
    Section,
    SectionTheme,
    Sentence,
    ThemeHit,
)
from pipeline.rules.corrections import NONE, Place
from pipeline.rules.entities import NameCount, entity_id
from pipeline.rules.forms import slug
from pipeline.rules.years import year_in
from pipeline.stage import Batch

CERTAIN = 1.0

Rows = dict[Kind, list[Any]]
Amend = Callable[[Rows, Rows, Sequence[Place], Document], None]
"""Changes the rows that a stage has made of one review; beside them, the rows of all stages before."""


def amend(batch: Batch, made: Rows) -> Rows:
    """The rows that a stage has made of a batch, corrected; the same rows where nothing is known better."""
    wanted = [kind for kind in AMENDS if kind in made]
    known: dict[str, list[Place]] = defaultdict(list)
    for place in batch.tables.get(Place, ()) if wanted else ():
        known[place.review_id].append(place)
    if not known:
        return made
    made = dict(made)
    for name, places in known.items():
        document = batch.documents[batch.number[name]]
        before = {kind: [row for row in rows if row.review_id == name] for kind, rows in batch.tables.items()}
        mine = {kind: [row for row in rows if row.review_id == name] for kind, rows in made.items()}
        for kind in wanted:
            for what, change in AMENDS[kind].items():
                if few := [place for place in places if place.one.what == what]:
                    change(mine, before, few, document)
        for kind, rows in made.items():
            made[kind] = _exchanged(rows, name, mine[kind])
    return made


def _exchanged(rows: list[Any], name: str, mine: list[Any]) -> list[Any]:
    """`rows` with those of the review `name` exchanged for `mine`, in the place of its first."""
    first = next((i for i, row in enumerate(rows) if row.review_id == name), len(rows))
    others = [row for row in rows[first:] if row.review_id != name]
    return rows[:first] + mine + others


def _sections(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    kinds = {(place.start, place.end): place.one.label for place in places}
    mine[Section] = [replace(row, kind=kinds.get((row.start, row.end), row.kind)) for row in mine[Section]]


def _films(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    label = places[-1].one.label
    title, year = label, None
    if label == NONE:
        title = ""
    elif label.endswith(")") and (year := year_in(label[label.rfind("(") :])) is not None:
        title = label[: label.rfind("(")].strip()
    film_id = f"{slug(title)}-{year}" if title and year else slug(title) if title else ""
    mine[Film] = [replace(row, film_id=film_id, title=title, year=year, score=CERTAIN) for row in mine[Film]]
    mine[NameCount] = [replace(row, film_id=film_id) for row in mine.get(NameCount, ())]


def _names(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    home = next((row.film_id for row in mine[Film] if row.film_id), document.review_id)
    rows = {(row.start, row.end): row for row in mine[Mention]}
    counts = Counter({(r.entity_id, r.name, r.label, r.form): r.n for r in mine.get(NameCount, ())})
    names = {r.entity_id: r.name for r in mine.get(NameCount, ())}
    n = 0 if document.duplicate_of else 1
    # What is taken away goes first: a name whose extent is mended makes room for the mended one.
    for place in sorted(places, key=lambda place: place.one.label != NONE):
        label, text = place.one.label, place.one.text
        for old in [row for row in rows.values() if row.start < place.end and place.start < row.end]:
            del rows[old.start, old.end]
            counts[old.entity_id, names.get(old.entity_id, old.text), old.label, old.text] -= n
        section = next((s for s in before[Section] if s.start <= place.start and place.end <= s.end), None)
        if label == NONE or section is None:
            continue
        key = entity_id(text, label, home)
        # A name that the review knows by a fuller form keeps its id.
        same = [r for r in mine[Mention] if r.text == text and r.label == label]
        key = same[0].entity_id if same else key
        rows[place.start, place.end] = Mention(
            "", key, document.review_id, section.section_id, label, place.start, place.end, text, CERTAIN, "corrected"
        )
        counts[key, names.get(key, text), label, text] += n
    ordered = sorted(rows.values(), key=lambda row: row.start)
    mine[Mention] = [
        replace(row, mention_id=f"{document.review_id}.m{number}") for number, row in enumerate(ordered, 1)
    ]
    film_id = next((row.film_id for row in mine[Film]), "")
    used = {row.entity_id for row in ordered}
    mine[NameCount] = [
        NameCount(document.review_id, film_id, *key, max(count, 0), 0)
        for key, count in counts.items()
        if key[0] in used and (count > 0 or not n)
    ]


def _verdicts(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    label = places[-1].one.label
    mine[ReviewSentiment] = [replace(row, verdict=label, verdict_score=CERTAIN) for row in mine[ReviewSentiment]]


def _aspects(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    for place in places:
        old = [row for row in mine[Aspect] if (row.start, row.end) == (place.start, place.end)]
        old = [row for row in old if f"{row.aspect} {row.polarity}" in (place.one.was, place.one.label)]
        mine[Aspect] = [row for row in mine[Aspect] if row not in old]
        sentence = _sentence_of(before, place)
        if place.one.label != NONE and sentence is not None:
            aspect, polarity = place.one.label.split()
            mine[Aspect].append(
                Aspect(
                    document.review_id,
                    sentence.section_id,
                    sentence.sentence_id,
                    aspect,
                    polarity,
                    old[0].target if old else "",
                    place.start,
                    place.end,
                    place.one.text,
                    CERTAIN,
                )
            )
    mine[Aspect].sort(key=lambda row: (row.start, row.end, row.aspect))


def _themes(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    touched = set()
    for place in places:
        sentence = _sentence_of(before, place)
        if sentence is None:
            continue
        wrong = {place.one.was, place.one.label}
        span = (place.start, place.end)
        touched |= {(sentence.section_id, theme) for theme in wrong - {"", NONE}}
        mine[ThemeHit] = [row for row in mine[ThemeHit] if (row.start, row.end) != span or row.theme_id not in wrong]
        if place.one.label != NONE:
            ids = (place.one.label, document.review_id, sentence.section_id, sentence.sentence_id)
            mine[ThemeHit].append(ThemeHit(*ids, *span, place.one.text, CERTAIN))
    mine[ThemeHit].sort(key=lambda row: (row.start, row.end, row.theme_id))
    kept = [row for row in mine[SectionTheme] if (row.section_id, row.theme_id) not in touched]
    for section_id, theme in sorted(touched):
        hits = [row for row in mine[ThemeHit] if (row.section_id, row.theme_id) == (section_id, theme)]
        if hits:
            score = max(row.score for row in hits)
            kept.append(SectionTheme(section_id, document.review_id, theme, score, len(hits)))
    order = {row.section_id: i for i, row in enumerate(before[Section])}
    mine[SectionTheme] = sorted(kept, key=lambda row: (order[row.section_id], row.theme_id))


def _sentence_of(before: Rows, place: Place) -> Sentence | None:
    return next((row for row in before[Sentence] if row.start <= place.start < row.end), None)


AMENDS: dict[Kind, dict[str, Amend]] = {
    Section: {"kind": _sections},
    Film: {"film": _films, "name": _names},
    ReviewSentiment: {"verdict": _verdicts},
    Aspect: {"aspect": _aspects},
    ThemeHit: {"theme": _themes},
}
"""What is corrected once a stage has made rows of a class; voices and stances are put in by the stage itself."""
