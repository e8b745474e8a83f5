"""sentences -> whose voice, which stance, how dark a story; sections and reviews from these; what is judged.

English sentences of the kinds in TEXT_KINDS are scored; all others get a row without scores, so that every
sentence has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.config import Config
from pipeline.models import stance as stance_model
from pipeline.models import valence as valence_model
from pipeline.models import verdict as verdict_model
from pipeline.models import voice as voice_model
from pipeline.readers.ratings import scale_rating
from pipeline.records import (
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
    SectionSentiment,
    Sentence,
    SentenceSentiment,
)
from pipeline.rules.aspects import find_aspects
from pipeline.rules.certainties import put_in
from pipeline.rules.ratings import stated_rating
from pipeline.rules.textblob import score_textblob
from pipeline.stage import Batch, Stage

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

_OPINION, _PLOT = VOICES.index("opinion"), VOICES.index("plot")
_NEUTRAL = 0.1
"""Stance of a section below which it is neutral."""


@dataclass(frozen=True, slots=True)
class _Scores:
    """What the meters say of the scored sentences (n rows)."""

    row: Ints
    """(n,): number of the sentence among the rows of Sentence."""
    sents: nlp.Sentences
    """(n,): the sentences."""
    voice: Floats
    """(n, 4): probabilities in the order of VOICES."""
    stance: Floats
    """(n, 3): probabilities in the order of STANCES."""
    blob: Doubles
    """(n, 2): TextBlob's polarity and subjectivity."""


def map_sentiment(
    batch: Batch, config: Config
) -> Iterator[SentenceSentiment | SectionSentiment | ReviewSentiment | Aspect]:
    """Score every sentence, sum up every section and review, and point at what is judged."""
    scores = _score(batch)
    yield from _sentence_rows(batch, scores)
    yield from _section_rows(batch, scores)
    yield from _review_rows(batch, scores)
    # What a reader knows to be no opinion judges nothing, however it is worded.
    judging = np.flatnonzero(scores.voice[:, _OPINION] > 0)
    yield from find_aspects(batch, scores.row[judging], nlp.select(scores.sents, judging), scores.stance[judging])


def _score(batch: Batch) -> _Scores:
    is_scored = {
        section.section_id: section.kind in TEXT_KINDS and section.lang[:2] == "en" for section in batch.rows(Section)
    }
    row = np.flatnonzero([is_scored[sentence.section_id] for sentence in batch.rows(Sentence)])
    sents = nlp.select(batch.sentences, row)
    tokens = batch.tokens
    voice = put_in(batch, row, voice_model.predict(tokens, sents), "voice", VOICES)
    stance = put_in(batch, row, stance_model.predict(tokens, sents, voice), "stance", STANCES)
    return _Scores(
        row=row,
        sents=sents,
        voice=voice,
        stance=stance,
        blob=score_textblob(tokens, sents),
    )


def _sentence_rows(batch: Batch, scores: _Scores) -> Iterator[SentenceSentiment]:
    voices, stances = scores.voice.astype(np.float64).round(6), scores.stance.astype(np.float64).round(6)
    values = dict(
        zip(
            scores.row.tolist(),
            zip(
                [VOICES[i] for i in voices.argmax(1).tolist()],
                voices.max(1, initial=0).round(4).tolist(),
                (stances[:, 0] - stances[:, 2]).round(4).tolist(),
                [STANCES[i] for i in stances.argmax(1).tolist()],
                stances.max(1, initial=0).round(4).tolist(),
                scores.blob[:, 0].round(4).tolist(),
                scores.blob[:, 1].round(4).tolist(),
                strict=True,
            ),
            strict=True,
        )
    )
    unscored = ("", None, None, "", None, None, None)
    for number, row in enumerate(batch.rows(Sentence)):
        yield SentenceSentiment(row.sentence_id, row.section_id, row.review_id, *values.get(number, unscored))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Means over groups of scored sentences (sections or reviews); NaN where there is nothing to sum."""

    n: Ints
    valence: Doubles
    """How dark or bright plot sentences are told."""
    opinion: Doubles
    plot: Doubles
    polarity: Doubles
    subjectivity: Doubles


def _sum_up(tokens: nlp.Tokens, scores: _Scores, group: NDArray[np.int32], n_groups: int) -> _Sums:
    voice = scores.voice.astype(np.float64).round(6).argmax(1)
    is_opinion, is_plot = voice == _OPINION, voice == _PLOT
    every = np.ones(len(group))

    def mean(values: Doubles, weights: Doubles) -> Doubles:
        total = np.bincount(group, weights, n_groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Doubles = np.bincount(group, values * weights, n_groups) / total
        return np.where(total > 0, found, np.nan)

    return _Sums(
        n=np.bincount(group, minlength=n_groups),
        valence=valence_model.told(tokens, scores.sents, is_plot, group, n_groups).astype(np.float64),
        opinion=mean(is_opinion.astype(np.float64), every),
        plot=mean(is_plot.astype(np.float64), every),
        polarity=mean(scores.blob[:, 0], every),
        subjectivity=mean(scores.blob[:, 1], every),
    )


def _section_rows(batch: Batch, scores: _Scores) -> Iterator[SectionSentiment]:
    sections = batch.rows(Section)
    sums = _sum_up(batch.tokens, scores, scores.sents.section, len(sections))
    stances = verdict_model.section_stance(scores.sents, scores.voice, scores.stance, len(sections))
    columns = zip(
        sections,
        _values(stances.astype(np.float64)),
        _values(sums.valence),
        _values(sums.opinion),
        _values(sums.plot),
        _values(sums.polarity),
        _values(sums.subjectivity),
        sums.n.tolist(),
        strict=True,
    )
    for section, stance, valence, opinion, plot, polarity, subjectivity, n in columns:
        yield SectionSentiment(
            section_id=section.section_id,
            review_id=section.review_id,
            stance=stance,
            stance_label=_label(stance),
            plot_valence=valence,
            opinion_share=opinion,
            plot_share=plot,
            polarity=polarity,
            subjectivity=subjectivity,
            n_sentences=n,
        )


def _review_rows(batch: Batch, scores: _Scores) -> Iterator[ReviewSentiment]:
    sums = _sum_up(batch.tokens, scores, scores.sents.text, len(batch.documents))
    # Boilerplate tells of other posts; front matter, which is boilerplate too, has given its rating already.
    texts: dict[str, str] = {}
    for section in batch.rows(Section):
        if section.kind != "boilerplate":
            texts[section.review_id] = texts.get(section.review_id, "") + section.text + "\n\n"
    probabilities, stances = verdict_model.predict(batch.tokens, scores.sents, scores.voice, scores.stance)
    verdicts = probabilities.astype(np.float64).round(6)
    columns = zip(
        batch.documents,
        verdicts.argmax(1).tolist(),
        _values(verdicts.max(1, initial=0)),
        _values(stances.astype(np.float64)),
        _values(sums.valence),
        _values(sums.opinion),
        _values(sums.plot),
        _values(sums.polarity),
        _values(sums.subjectivity),
        sums.n.tolist(),
        strict=True,
    )
    for document, verdict, score, stance, valence, opinion, plot, polarity, subjectivity, n in columns:
        said = stated_rating(texts.get(document.review_id, ""))
        given = document.given
        yield ReviewSentiment(
            review_id=document.review_id,
            verdict=VERDICTS[verdict] if n else "",
            verdict_score=score if n else None,
            stance=stance if n else None,
            plot_valence=valence,
            stated_rating=scale_rating(given.get("rating", ""), given.get("rating_scale", ""))
            if said is None
            else said,
            opinion_share=opinion,
            plot_share=plot,
            polarity=polarity,
            subjectivity=subjectivity,
        )


def _values(column: Doubles) -> list[float | None]:
    """A column rounded as it is written, with None for NaN."""
    return [None if value != value else value for value in column.round(4).tolist()]


def _label(stance: float | None) -> str:
    if stance is None:
        return ""
    return "positive" if stance >= _NEUTRAL else "negative" if stance <= -_NEUTRAL else "neutral"


STAGE = Stage(
    "sentiment",
    "Tell plot from opinion, praise from blame, and what is judged.",
    reads=(Section, Sentence, Mention, Credit, Film),
    writes=(SentenceSentiment, SectionSentiment, ReviewSentiment, Aspect),
    map=map_sentiment,
)
