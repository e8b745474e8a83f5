"""Judging sentences -> what they judge: the aspect, which way, on which words, and whom.

A sentence that praises or blames is cut into clauses; a model says which aspect each clause judges, the meters which
way. The evidence is the clause. The person or work judged is the one named there whose part it is.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.models import aspects as aspect_model
from pipeline.models import encoder
from pipeline.models.voice import softmax
from pipeline.records import ASPECTS, Aspect, Credit, Mention, Sentence
from pipeline.rules.clauses import split_clauses
from pipeline.stage import Batch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_JUDGING = 0.3
"""Probability of praise or blame from which a sentence is looked at."""
LEAST_SCORE = 0.25
"""Score from which a row is written."""
LEAST_FIRST = 0.18
"""Score from which the first row of a sentence is written."""
MOST = 15
"""Rows of a review; the surest stay."""
MOST_OF_SENTENCE = 5
SPREAD = 0.4
"""Part of the surest clause's score from which a neighbour belongs to the evidence."""
LEAST_WORDS = 12
"""Tokens up to which the evidence takes in neighbours of any score."""

POLARITIES = ("positive", "negative")

_ROLES = {
    "acting": ("actor",),
    "direction": ("director",),
    "writing": ("writer", "author"),
    "sound": ("composer",),
    "visuals": ("cinematographer",),
    "pacing": ("editor", "director"),
    "humour": ("actor",),
}
"""Whose part an aspect is."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A person, character or work named in a text, in clean offsets."""

    start: int
    entity_id: str
    label: str
    roles: frozenset[str]
    """What the review credits the person with; for a character, what its actor is credited with."""
    plays: str
    """For a character, entity_id of the actor; else empty."""


def find_aspects(batch: Batch, row: Ints, sents: nlp.Sentences, stance: NDArray[np.float32]) -> Iterator[Aspect]:
    """The judged aspects of a batch, in order.

    `sents` are the scored sentences, `row` their numbers among the rows of Sentence, `stance` (n, 3) their probabilities.
    """
    likely = stance.astype(np.float64).round(6)
    judging = np.flatnonzero(1 - likely[:, 1] >= LEAST_JUDGING)
    clauses, owner = split_clauses(batch.tokens, nlp.select(sents, judging))
    if not len(clauses):
        return
    names = _names(batch)
    owner = judging[owner]
    named = _named(batch, clauses, names)
    aspect = aspect_model.predict(batch.tokens, clauses, owner, named).astype(np.float64)
    leaning = _leaning(batch.tokens, sents, clauses, owner, likely)
    # A clause judges an aspect one way: the likelier.
    leaning *= leaning >= leaning.max(1, keepdims=True)
    score = (aspect[:, :, None] * leaning[:, None, :]).reshape(len(clauses), -1).round(6)
    for first, last, column, value in _choose(score, clauses, owner):
        sentence = batch.rows(Sentence)[row[owner[first]]]
        yield _row(batch, sentence, clauses, first, last, column, value, names)


def _leaning(tokens: nlp.Tokens, sents: nlp.Sentences, clauses: nlp.Sentences, owner: Ints, stance: Floats) -> Floats:
    """Probability that each clause praises and blames, (n, 2): between what it says alone and what its sentence says."""
    whole = stance[owner][:, [0, 2]]
    parts = np.flatnonzero((clauses.first != sents.first[owner]) | (clauses.last != sents.last[owner]))
    if len(parts):
        alone = softmax(encoder.read(tokens, nlp.select(clauses, parts)).stance)
        whole[parts] = (whole[parts] + alone[:, [0, 2]]) / 2
    return whole


def _choose(score: Floats, clauses: nlp.Sentences, owner: Ints) -> list[tuple[int, int, int, float]]:
    """First and last clause, column (aspect and polarity) and score of what becomes a row, in order of place."""
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    best = np.maximum.reduceat(score, starts, axis=0)
    # The surest column of a sentence needs least, and no more than MOST_OF_SENTENCE are taken.
    order = np.argsort(-best, axis=1, kind="stable")[:, :MOST_OF_SENTENCE]
    least = np.array([LEAST_FIRST, *[LEAST_SCORE] * (MOST_OF_SENTENCE - 1)])
    found: defaultdict[int, list[tuple[float, int, int, int]]] = defaultdict(list)
    for sentence, rank in zip(*np.nonzero(np.take_along_axis(best, order, axis=1) >= least), strict=True):
        column = int(order[sentence, rank])
        begin = int(starts[sentence])
        end = int(starts[sentence + 1]) if sentence + 1 < len(starts) else len(owner)
        first, last = _evidence(score[begin:end, column], (clauses.last - clauses.first)[begin:end])
        found[int(clauses.text[begin])].append((-float(best[sentence, column]), begin + first, begin + last, column))
    return sorted(
        (first, last, column, -value) for rows in found.values() for value, first, last, column in sorted(rows)[:MOST]
    )


def _evidence(score: Floats, words: Ints) -> tuple[int, int]:
    """First and last clause of the evidence: the surest, its neighbours nearly as sure, and others while it is short."""
    first = last = int(score.argmax())
    enough = SPREAD * score[first]
    while True:
        before = score[first - 1] if first > 0 else -1.0
        after = score[last + 1] if last + 1 < len(score) else -1.0
        is_short = words[first : last + 1].sum() < LEAST_WORDS
        if max(before, after) < (0 if is_short else enough):
            return first, last
        if before >= after:
            first -= 1
        else:
            last += 1


def _row(
    batch: Batch,
    sentence: Sentence,
    clauses: nlp.Sentences,
    first: int,
    last: int,
    column: int,
    score: float,
    names: list[list[_Name]],
) -> Aspect:
    text = int(clauses.text[first])
    document = batch.documents[text]
    start = int(batch.tokens.start[clauses.first[first]])
    end = int(batch.tokens.end[clauses.last[last] - 1])
    start, end = _trim(document.text, start, end)
    aspect = ASPECTS[column // 2]
    source = document.offsets.to_source(start, end)
    return Aspect(
        review_id=sentence.review_id,
        section_id=sentence.section_id,
        sentence_id=sentence.sentence_id,
        aspect=aspect,
        polarity=POLARITIES[column % 2],
        target=_target(aspect, [name for name in names[text] if start <= name.start < end]),
        start=source[0],
        end=source[1],
        text=document.text[start:end],
        score=score,
    )


_SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What str.strip() takes for white space."""
_EDGES = _SPACES + " \t\r\n\u00a0,;:–—-()[]>*_…"


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets without marks and white space at either end, unless nothing else is there."""
    words = text[start:end]
    left = len(words) - len(words.lstrip(_EDGES))
    right = len(words.rstrip(_EDGES))
    return (start + left, start + right) if left < right else (start, end)


def _target(aspect: str, named: list[_Name]) -> str:
    """entity_id of the person or work judged: whose part the aspect is, else, where the whole is judged, the work."""
    wanted = _ROLES.get(aspect, ())
    for role in wanted:
        for name in named:
            if role in name.roles:
                return name.plays or name.entity_id
    if aspect == "overall":
        return next((name.entity_id for name in named if name.label == "WORK"), "")
    if wanted:
        return next((name.entity_id for name in named if name.label == "PERSON" and not name.roles), "")
    return ""


def _names(batch: Batch) -> list[list[_Name]]:
    """The persons, characters and works that each text names, in order, with what the review credits them with."""
    roles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    actor_of: dict[tuple[str, str], str] = {}
    for credit in batch.rows(Credit):
        roles[credit.review_id, credit.person].add(credit.role)
        if credit.character:
            actor_of[credit.review_id, credit.character] = credit.person
    credited: dict[tuple[str, str], str] = {}
    ids: dict[tuple[str, str], str] = {}
    for mention in batch.rows(Mention):
        key = (mention.review_id, mention.text)
        if mention.label == "PERSON" and key in roles:
            credited[mention.review_id, mention.entity_id] = mention.text
            ids[key] = mention.entity_id
        elif mention.label == "CHARACTER" and key in actor_of:
            credited[mention.review_id, mention.entity_id] = mention.text
    found: list[list[_Name]] = [[] for _ in batch.documents]
    for mention in batch.rows(Mention):
        if mention.label not in ("PERSON", "CHARACTER", "WORK"):
            continue
        number = batch.number[mention.review_id]
        start, _ = batch.documents[number].offsets.to_clean(mention.start, mention.end)
        full = (mention.review_id, credited.get((mention.review_id, mention.entity_id), mention.text))
        plays = ""
        if mention.label == "CHARACTER" and full in actor_of:
            full = (mention.review_id, actor_of[full])
            plays = ids.get(full, "")
        held = frozenset(roles.get(full, ())) if mention.label == "PERSON" or plays else frozenset()
        found[number].append(_Name(start, mention.entity_id, mention.label, held, plays))
    return [sorted(names, key=lambda name: name.start) for names in found]


def _named(batch: Batch, clauses: nlp.Sentences, names: list[list[_Name]]) -> NDArray[np.bool_]:
    """Which kinds of name stand in each clause: (n, 4), in the order of the model's NAMES."""
    flags = np.zeros((len(clauses), len(aspect_model.NAMES)), dtype=bool)
    wide = np.int64(1) << 32
    starts = clauses.text.astype(np.int64) * wide + batch.tokens.start[clauses.first]
    ends = clauses.text.astype(np.int64) * wide + batch.tokens.end[clauses.last - 1]
    places, kinds = [], []
    for number, found in enumerate(names):
        for name in found:
            if name.label != "WORK":
                places.append(number * wide + name.start)
                kinds.append(_kind(name))
    at = np.searchsorted(starts, np.array(places, dtype=np.int64), side="right") - 1
    inside = (at >= 0) & (np.array(places, dtype=np.int64) < ends[at]) if len(places) else np.zeros(0, dtype=bool)
    flags[at[inside], np.array(kinds, dtype=np.int64)[inside]] = True
    return flags


def _kind(name: _Name) -> int:
    if name.label == "CHARACTER":
        return 3
    return 0 if "actor" in name.roles else 1 if name.roles else 2
