"""Rows of a stage, with what readers have corrected put in their place.

A corrected row has the score 1, a corrected name the method "corrected". Sums over sentences are made anew for the
sections and reviews whose sentences have changed; a review's verdict and stance change only if they are corrected
themselves, since they are read from all words.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.documents import Document
from pipeline.records import (
    Aspect,
    Film,
    Kind,
    Mention,
    ReviewSentiment,
    Section,
    SectionSentiment,
    SectionTheme,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.rules.corrections import NONE, Correction, Corrections, locate
from pipeline.rules.entities import NameCount, entity_id
from pipeline.rules.forms import slug
from pipeline.rules.years import year_in
from pipeline.stage import Batch

CERTAIN = 1.0
_STANCE = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}


@dataclass(frozen=True, slots=True)
class Place:
    """A correction, and where its words stand in the source as it is now."""

    one: Correction
    start: int
    end: int


Rows = dict[Kind, list[Any]]
Amend = Callable[[Rows, Rows, Sequence[Place], Document], None]
"""Changes the rows that a stage has made of one review; beside them, the rows of all stages before."""


def amend(batch: Batch, made: Rows, corrections: Corrections) -> Rows:
    """The rows that a stage has made of a batch, corrected; the same rows where nothing is known better."""
    concerned = {document.review_id: corrections.of(document) for document in batch.documents}
    concerned = {name: some for name, some in concerned.items() if some}
    wanted = [kind for kind in AMENDS if kind in made]
    if not concerned or not wanted:
        return made
    made = dict(made)
    for name, some in concerned.items():
        document = batch.documents[batch.number[name]]
        places = [place for one in some if (place := _place(one, document))]
        before = {kind: [row for row in rows if row.review_id == name] for kind, rows in batch.tables.items()}
        mine = {kind: [row for row in rows if row.review_id == name] for kind, rows in made.items()}
        for kind in wanted:
            for what, change in AMENDS[kind].items():
                if few := [place for place in places if place.one.what == what]:
                    change(mine, before, few, document)
        for kind, rows in made.items():
            made[kind] = _exchanged(rows, name, mine[kind])
    return made


def _place(one: Correction, document: Document) -> Place | None:
    if one.start == one.end:
        return Place(one, 0, 0)
    span = locate(one, document)
    return Place(one, *document.offsets.to_source(*span)) if span else None


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


def _sentences(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    changed = set()
    ids = {row.sentence_id: row for row in before[Sentence]}
    for i, row in enumerate(mine[SentenceSentiment]):
        sentence = ids[row.sentence_id]
        for place in places:
            middle = (place.start + place.end) // 2
            if row.voice and sentence.start <= middle < sentence.end:
                label = place.one.label
                if place.one.what == "voice":
                    row = replace(row, voice=label, voice_score=CERTAIN)
                elif label != row.stance_label:
                    row = replace(row, stance=_STANCE[label], stance_label=label, stance_score=CERTAIN)
                else:
                    row = replace(row, stance_score=CERTAIN)
                changed.add(row.section_id)
        mine[SentenceSentiment][i] = row
    by_section: dict[str, list[SentenceSentiment]] = {}
    for row in mine[SentenceSentiment]:
        if row.voice:
            by_section.setdefault(row.section_id, []).append(row)
    mine[SectionSentiment] = [
        _section_sum(row, by_section[row.section_id]) if row.section_id in changed else row
        for row in mine[SectionSentiment]
    ]
    scored = [row for rows in by_section.values() for row in rows]
    if changed:
        mine[ReviewSentiment] = [
            replace(row, opinion_share=_share(scored, "opinion"), plot_share=_share(scored, "plot"))
            for row in mine[ReviewSentiment]
        ]


def _section_sum(row: SectionSentiment, scored: Sequence[SentenceSentiment]) -> SectionSentiment:
    """As models.verdict.section_stance sums it: opinion weighs by how sure it is; without any, all weigh the same."""
    pairs = [(one.voice_score or 0.0, one.stance or 0.0) for one in scored if one.voice == "opinion"]
    pairs = pairs or [(1.0, one.stance or 0.0) for one in scored]
    stance = round(sum(weight * value for weight, value in pairs) / sum(weight for weight, _ in pairs), 4)
    label = "positive" if stance >= 0.1 else "negative" if stance <= -0.1 else "neutral"
    return replace(
        row,
        stance=stance,
        stance_label=label,
        plot_valence=row.plot_valence if any(one.voice == "plot" for one in scored) else None,
        opinion_share=_share(scored, "opinion"),
        plot_share=_share(scored, "plot"),
    )


def _share(rows: Sequence[SentenceSentiment], voice: str) -> float:
    return round(sum(row.voice == voice for row in rows) / len(rows), 4)


def _verdicts(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    label = places[-1].one.label
    mine[ReviewSentiment] = [replace(row, verdict=label, verdict_score=CERTAIN) for row in mine[ReviewSentiment]]


def _aspects(mine: Rows, before: Rows, places: Sequence[Place], document: Document) -> None:
    for place in places:
        old = [row for row in mine[Aspect] if (row.start, row.end) == (place.start, place.end)]
        old = [row for row in old if f"{row.aspect} {row.polarity}" == (place.one.was or place.one.label)]
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
    SentenceSentiment: {"voice": _sentences, "stance": _sentences, "verdict": _verdicts, "aspect": _aspects},
    ThemeHit: {"theme": _themes},
}
"""What is corrected once a stage has made rows of a class."""
