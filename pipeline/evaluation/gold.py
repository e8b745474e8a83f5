"""Outputs against a folder of hand labels: one JSON file a review, named as the review's file is.

A label file says, in offsets of the source text, what each block is for, whose voice each sentence is and which way it
leans, and of the review its film, credits, names, verdict, judged aspects and themes. What a file leaves out is not
measured.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import CorpusError
from pipeline.evaluation.measures import (
    Confusion,
    Figure,
    accuracy,
    calibration_error,
    confusion,
    count_matches,
    f1,
    f1_of,
    macro_f1,
)
from pipeline.evaluation.names import fold_name, is_same_name
from pipeline.evaluation.rivals import leaning, polarities, rivals
from pipeline.evaluation.tables import Outputs, most_shared
from pipeline.records import (
    KINDS,
    STANCES,
    TEXT_KINDS,
    VERDICTS,
    VOICES,
    Aspect,
    Credit,
    Film,
    Mention,
    ReviewSentiment,
    Section,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)

Pair = tuple[str, str]
"""A label and the answer to it; the answer is empty where nothing answers."""

SIGNS = {1: "positive", 0: "neutral", -1: "negative"}


@dataclass
class Tally:
    """Everything that is counted over the reviews of a folder."""

    kinds: list[Pair] = field(default_factory=list)
    voices: list[Pair] = field(default_factory=list)
    voice_scores: list[float] = field(default_factory=list)
    stances: list[Pair] = field(default_factory=list)
    stance_scores: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """The labelled sentences, parallel to `stances`."""
    subjective: list[bool] = field(default_factory=list)
    """Whether TextBlob finds the sentence subjective, parallel to `voices`."""
    verdicts: list[Pair] = field(default_factory=list)
    verdict_scores: list[float] = field(default_factory=list)
    films: list[Pair] = field(default_factory=list)
    years: list[Pair] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    """Label files without a review in the outputs; nothing of theirs counts as found."""


def score_gold(folder: Path, outputs: Outputs) -> tuple[list[Figure], list[Confusion], list[str]]:
    """Figures, confusions and remarks. Raises CorpusError if no label file names a review of the outputs."""
    paths = sorted(folder.glob("*.json"))
    id_of = {Path(review.source).stem: review.review_id for review in outputs.reviews}
    tally = Tally()
    for path in paths:
        if path.stem not in id_of:
            tally.missing.append(path.stem)
        _count(tally, json.loads(path.read_text(encoding="utf-8")), outputs, id_of.get(path.stem, ""))
    if len(tally.missing) == len(paths):
        raise CorpusError(
            "no label file is named as a review of the outputs is",
            where=str(folder),
            fix="Run closeup on the labelled texts first; NAME.json holds the labels of NAME.txt.",
        )
    remarks = [f"no review {name} in the outputs: counted as wrong" for name in tally.missing]
    if "VADER" not in rivals():
        remarks.append("VADER is not installed: left out (pip install vaderSentiment)")
    confusions = [
        confusion("voice", tally.voices, VOICES),
        confusion("stance", tally.stances, STANCES),
        confusion("verdict", tally.verdicts, VERDICTS),
    ]
    return list(_figures(tally)), [table for table in confusions if table.labels], remarks


def _count(tally: Tally, gold: dict[str, Any], outputs: Outputs, review_id: str) -> None:
    if "blocks" in gold:
        _count_sections(tally, gold, outputs, review_id)
        _count_sentences(tally, gold, outputs, review_id)
    sentiments: list[ReviewSentiment] = outputs.of(ReviewSentiment, review_id)
    if "verdict" in gold:
        tally.verdicts.append((gold["verdict"], sentiments[0].verdict if sentiments else ""))
        tally.verdict_scores.append((sentiments[0].verdict_score or 0.0) if sentiments else 0.0)
    if "film" in gold:
        films: list[Film] = outputs.of(Film, review_id)
        title, year = (films[0].title, films[0].year) if films else ("", None)
        answer = fold_name(title) if films else "\0"
        tally.films.append((fold_name(gold["film"]["title"] or ""), answer))
        if gold["film"]["year"]:
            tally.years.append((str(gold["film"]["year"]), str(year or "")))
    if "credits" in gold:
        _count_credits(tally, gold, outputs.of(Credit, review_id))
    if "entities" in gold:
        _count_entities(tally, gold, outputs, review_id)
    if "aspects" in gold:
        wanted = [(aspect, polarity, start, end) for aspect, polarity, (start, end) in gold["aspects"]]
        rows: list[Aspect] = outputs.of(Aspect, review_id)
        answered = [(row.aspect, row.polarity, row.start, row.end) for row in rows]
        _add(
            tally,
            "aspects",
            count_matches(wanted, answered, lambda a, b: a[:2] == b[:2] and a[2] < b[3] and b[2] < a[3]),
            len(answered),
            len(wanted),
        )
    if "themes" in gold:
        hits: list[ThemeHit] = outputs.of(ThemeHit, review_id)
        themes, found = {theme for theme, *_ in gold["themes"]}, {hit.theme_id for hit in hits}
        _add(tally, "themes", len(themes & found), len(found), len(themes))
        if "spans" in gold:
            blocks = gold["spans"]["blocks"]
            shown = {(hit.theme_id, i) for hit in hits for i, (a, b) in enumerate(blocks) if a <= hit.start < b}
            told = {(theme, block) for theme, block, _ in gold["themes"]}
            _add(tally, "themes per block", len(shown & told), len(shown), len(told))


def _count_sections(tally: Tally, gold: dict[str, Any], outputs: Outputs, review_id: str) -> None:
    sections: list[Section] = outputs.of(Section, review_id)
    for kind, (start, end) in zip(gold["blocks"], gold["spans"]["blocks"], strict=True):
        found = most_shared(sections, start, end)
        tally.kinds.append((kind, found.kind if found else ""))


def _count_sentences(tally: Tally, gold: dict[str, Any], outputs: Outputs, review_id: str) -> None:
    sentences: list[Sentence] = outputs.of(Sentence, review_id)
    scores = {row.sentence_id: row for row in outputs.of(SentenceSentiment, review_id)}
    place = {(block, number): (start, end) for block, number, start, end in gold["spans"]["sentences"]}
    for block, number, voice, stance in gold["sentences"]:
        if gold["blocks"][block] not in TEXT_KINDS - {"quote"}:
            continue
        found = most_shared(sentences, *place[block, number])
        row: SentenceSentiment | None = scores.get(found.sentence_id) if found else None
        tally.voices.append((voice, row.voice if row else ""))
        tally.voice_scores.append((row.voice_score or 0.0) if row else 0.0)
        tally.stances.append((SIGNS[stance], row.stance_label if row else ""))
        tally.stance_scores.append((row.stance_score or 0.0) if row else 0.0)
        tally.subjective.append(bool(row and (row.subjectivity or 0) >= 0.5))
        tally.texts.append(found.text if found else "")


def _count_credits(tally: Tally, gold: dict[str, Any], rows: list[Credit]) -> None:
    wanted = {(credit["person"], credit["role"]) for credit in gold["credits"]}
    wanted |= {(person, "director") for person in gold.get("film", {}).get("directors", ())}
    answered = {(row.person, row.role) for row in rows}
    found = count_matches(sorted(wanted), sorted(answered), lambda a, b: a[1] == b[1] and is_same_name(a[0], b[0]))
    _add(tally, "credits", found, len(answered), len(wanted))
    cast = {(c["person"], c["character"]) for c in gold["credits"] if c["role"] == "actor" and c["character"]}
    parts = {(row.person, row.character) for row in rows if row.role == "actor" and row.character}
    found = count_matches(
        sorted(cast), sorted(parts), lambda a, b: is_same_name(a[0], b[0]) and is_same_name(a[1], b[1])
    )
    _add(tally, "cast", found, len(parts), len(cast))


def _count_entities(tally: Tally, gold: dict[str, Any], outputs: Outputs, review_id: str) -> None:
    """Each name and label counts once a review; dates are left out, as everybody finds them."""
    mentions: list[Mention] = outputs.of(Mention, review_id)
    answered = {
        (fold_name(outputs.entity[m.entity_id].name if m.entity_id in outputs.entity else m.text), m.label)
        for m in mentions
    }
    wanted = {(fold_name(name), label) for name, label in gold["entities"]}
    for label in sorted({label for _, label in wanted | answered} - {"DATE"}):
        ours = sorted(name for name, other in answered if other == label)
        theirs = sorted(name for name, other in wanted if other == label)
        found = count_matches(theirs, ours, is_same_name)
        _add(tally, "entities", found, len(ours), len(theirs))
        _add(tally, f"entities: {label}", found, len(ours), len(theirs))


def _add(tally: Tally, name: str, right: int, answered: int, wanted: int) -> None:
    tally.right[name] += right
    tally.answered[name] += answered
    tally.wanted[name] += wanted


def _figures(tally: Tally) -> Iterator[Figure]:
    if tally.kinds:
        yield Figure("section kind, accuracy", accuracy(tally.kinds), len(tally.kinds))
        yield Figure("section kind, macro F1", macro_f1(tally.kinds, KINDS), len(tally.kinds))
    if tally.voices:
        yield from _voice_figures(tally)
        yield from _stance_figures(tally)
    if tally.verdicts:
        yield Figure("verdict, accuracy", accuracy(tally.verdicts), len(tally.verdicts))
        low = [pair for pair in tally.verdicts if pair[0] != "positive"]
        yield Figure("verdict, not positive", accuracy(low), len(low))
        right = [a == b for a, b in tally.verdicts]
        yield Figure("verdict, calibration error", calibration_error(tally.verdict_scores, right), len(right))
    if tally.films:
        yield Figure("film title", accuracy(tally.films), len(tally.films))
    if tally.years:
        yield Figure("film year", accuracy(tally.years), len(tally.years))
    for name in tally.wanted:
        yield Figure(f"{name}, F1", f1(tally.right[name], tally.answered[name], tally.wanted[name]), tally.wanted[name])


def _voice_figures(tally: Tally) -> Iterator[Figure]:
    n = len(tally.voices)
    yield Figure("voice, accuracy", accuracy(tally.voices), n)
    yield Figure("voice, macro F1 of three", macro_f1(tally.voices, ["opinion", "plot", "fact"]), n)
    yield Figure("voice, F1 of opinion", f1_of(tally.voices, "opinion"), n)
    two = [(label, answer, blob) for (label, answer), blob in zip(tally.voices, tally.subjective, strict=True)]
    two = [row for row in two if row[0] in ("opinion", "plot")]
    yield Figure("plot against opinion", accuracy([(label, answer) for label, answer, _ in two]), len(two))
    blob = [(label, "opinion" if subjective else "plot") for label, _, subjective in two]
    yield Figure("plot against opinion: TextBlob", accuracy(blob), len(two))
    right = [label == answer for label, answer in tally.voices]
    yield Figure("voice, calibration error", calibration_error(tally.voice_scores, right), n)


def _stance_figures(tally: Tally) -> Iterator[Figure]:
    n = len(tally.stances)
    labels = [label for label, _ in tally.stances]
    answers = {"": [answer for _, answer in tally.stances]}
    for name, rival in rivals().items():
        answers[f": {name}"] = [leaning(polarity) for polarity in polarities(rival, tally.texts)]
    for name, said in answers.items():
        pairs = list(zip(labels, said, strict=True))
        judged = [pair for pair in pairs if pair[0] != "neutral"]
        yield Figure(f"stance, accuracy{name}", accuracy(pairs), n)
        yield Figure(f"stance, macro F1{name}", macro_f1(pairs, STANCES), n)
        yield Figure(f"stance, sign of the judged{name}", accuracy(judged), len(judged))
    right = [label == answer for label, answer in tally.stances]
    yield Figure("stance, calibration error", calibration_error(tally.stance_scores, right), n)
