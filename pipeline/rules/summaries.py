"""A shard of read reviews -> one line a review, and the small counts that the corpus' summaries are added up from."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain
from operator import attrgetter
from typing import Any

from pipeline.config import Config
from pipeline.records import (
    Aspect,
    Film,
    Mention,
    Review,
    ReviewSentiment,
    Section,
    SectionTheme,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.rules.telling import NO_QUOTE, Quote, best, quote
from pipeline.stage import Batch
from pipeline.summaries import ReviewAspect, ReviewEntity, ReviewSummary, ReviewTheme

READS: tuple[type, ...] = (
    Review,
    Section,
    Sentence,
    Film,
    Mention,
    SentenceSentiment,
    ReviewSentiment,
    Aspect,
    ThemeHit,
    SectionTheme,
)

QUOTED_KINDS = frozenset({"deck", "body"})
"""Kinds of sections whose sentences are quoted: the reviewer's own running words."""

MOST_THEMES = 8
"""Themes named in one line."""

Part = ReviewSummary | ReviewAspect | ReviewTheme | ReviewEntity


def map_report(batch: Batch, config: Config) -> Iterator[Part]:
    """For each review its summary, and a row for each aspect, theme and entity in it."""
    by_review = {kind: _grouped(batch.rows(kind)) for kind in READS}
    for document in batch.documents:
        rows = {kind: groups.get(document.review_id, []) for kind, groups in by_review.items()}
        yield from _summarise(_View(rows), config)


def _grouped(rows: list[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.review_id].append(row)
    return groups


class _View:
    """The rows of one review, and what is looked up in them."""

    def __init__(self, rows: dict[type, list[Any]]) -> None:
        self.rows = rows
        self.sentences: dict[str, Sentence] = {row.sentence_id: row for row in rows[Sentence]}
        self.sentiments: dict[str, SentenceSentiment] = {row.sentence_id: row for row in rows[SentenceSentiment]}
        quoted = {row.section_id for row in rows[Section] if row.kind in QUOTED_KINDS}
        self.opinions = [
            sentiment
            for sentiment in rows[SentenceSentiment]
            if sentiment.voice == "opinion" and sentiment.stance is not None and sentiment.section_id in quoted
        ]
        self._quotable = {row.sentence_id for row in self.opinions}
        self._starts = [row.start for row in rows[Sentence]]

    def quote(self, sentence_id: str, weight: float) -> Quote:
        """An opinion sentence as a quote; an empty one for any other sentence."""
        if sentence_id not in self._quotable:
            return NO_QUOTE
        return quote(self.sentences[sentence_id], weight * (self.sentiments[sentence_id].voice_score or 0.0))

    def sentence_at(self, start: int) -> str:
        """Id of the sentence that holds a character of the source; empty if none does."""
        i = bisect_right(self._starts, start) - 1
        row = self.rows[Sentence][i] if i >= 0 else None
        return row.sentence_id if row is not None and start < row.end else ""


def _summarise(view: _View, config: Config) -> Iterator[Part]:
    review: Review = view.rows[Review][0]
    film: Film | None = next(iter(view.rows[Film]), None)
    sentiment: ReviewSentiment | None = next(iter(view.rows[ReviewSentiment]), None)
    aspects = list(_aspects(view, review.review_id))
    themes = list(_themes(view, review.review_id, config))
    sides = {
        label: best(
            view.quote(row.sentence_id, abs(row.stance or 0.0)) for row in view.opinions if row.stance_label == label
        )
        for label in ("positive", "negative")
    }
    stated = sentiment.stated_rating if sentiment else None
    praised, blamed = sides_of({row.aspect: row.n_positive - row.n_negative for row in aspects})
    yield ReviewSummary(
        review_id=review.review_id,
        source=review.source,
        title=review.title or next((row.text for row in view.rows[Section] if row.kind == "title"), ""),
        author=review.author,
        published=review.published,
        lang=review.lang,
        film_id=film.film_id if film else "",
        film=film.title if film else "",
        year=film.year if film else None,
        verdict=sentiment.verdict if sentiment else "",
        verdict_score=sentiment.verdict_score if sentiment else None,
        stance=sentiment.stance if sentiment else None,
        plot_valence=sentiment.plot_valence if sentiment else None,
        rating=review.rating if review.rating is not None else stated,
        opinion_share=sentiment.opinion_share if sentiment else None,
        plot_share=sentiment.plot_share if sentiment else None,
        n_words=review.n_words,
        n_sentences=len(view.rows[Sentence]),
        praised=praised,
        blamed=blamed,
        themes="|".join(row.theme_id for row in themes[:MOST_THEMES]),
        **sides["positive"].columns("for"),
        for_score=sides["positive"].score,
        **sides["negative"].columns("against"),
        against_score=sides["negative"].score,
        duplicate_of=review.duplicate_of,
    )
    yield from aspects
    yield from themes
    yield from _entities(view, review.review_id)


def sides_of(balance: dict[str, int]) -> tuple[str, str]:
    """Names with a balance above and below nought, furthest from it first, each list joined by `|`."""
    ranked = sorted(balance, key=lambda name: (-abs(balance[name]), name))
    return (
        "|".join(name for name in ranked if balance[name] > 0),
        "|".join(name for name in ranked if balance[name] < 0),
    )


def _aspects(view: _View, review_id: str) -> Iterator[ReviewAspect]:
    found: dict[str, list[Aspect]] = defaultdict(list)
    for row in view.rows[Aspect]:
        found[row.aspect].append(row)
    for aspect, rows in sorted(found.items()):
        n = Counter(row.polarity for row in rows)
        praise = best(view.quote(row.sentence_id, row.score) for row in rows if row.polarity == "positive")
        blame = best(view.quote(row.sentence_id, row.score) for row in rows if row.polarity == "negative")
        yield ReviewAspect(
            review_id=review_id,
            aspect=aspect,
            n_positive=n["positive"],
            n_mixed=n["mixed"],
            n_negative=n["negative"],
            **praise.columns("for"),
            for_score=praise.score,
            **blame.columns("against"),
            against_score=blame.score,
        )


def _themes(view: _View, review_id: str, config: Config) -> list[ReviewTheme]:
    """The themes of a review, clearest first."""
    sections: dict[str, list[SectionTheme]] = defaultdict(list)
    hits: dict[str, list[ThemeHit]] = defaultdict(list)
    for section in view.rows[SectionTheme]:
        sections[section.theme_id].append(section)
    for hit in view.rows[ThemeHit]:
        hits[hit.theme_id].append(hit)
    found = []
    for theme_id in sorted(sections.keys() | hits.keys()):
        shown = [hit for hit in hits[theme_id] if not (config.no_spoilers and _tells_story(view, hit))]
        clearest = max(shown, key=attrgetter("score"), default=None)
        found.append(
            ReviewTheme(
                review_id=review_id,
                theme_id=theme_id,
                n_sections=len(sections[theme_id]),
                n_hits=len(hits[theme_id]),
                score=max(chain((row.score for row in sections[theme_id]), (row.score for row in hits[theme_id]))),
                text=clearest.text if clearest else "",
                start=clearest.start if clearest else None,
                end=clearest.end if clearest else None,
            )
        )
    return sorted(found, key=lambda row: (-round(row.score, 4), -row.n_hits, row.theme_id))


def _tells_story(view: _View, hit: ThemeHit) -> bool:
    """Whether the sentence of a hit is plot, or not known not to be."""
    sentiment = view.sentiments.get(hit.sentence_id)
    return sentiment is None or sentiment.voice in ("", "plot")


def _entities(view: _View, review_id: str) -> Iterator[ReviewEntity]:
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for mention in view.rows[Mention]:
        mentions[mention.entity_id].append(mention)
    judged = _judgements(view)
    for entity_id, rows in sorted(mentions.items()):
        quotes = judged.get(entity_id, [])
        praise = [one for polarity, one in quotes if polarity == "positive"]
        blame = [one for polarity, one in quotes if polarity == "negative"]
        for_, against = best(praise), best(blame)
        yield ReviewEntity(
            review_id=review_id,
            entity_id=entity_id,
            label=rows[0].label,
            name=max((row.text for row in rows), key=len),
            n_mentions=len(rows),
            n_praise=len(praise),
            n_blame=len(blame),
            **for_.columns("for"),
            for_score=for_.score,
            **against.columns("against"),
            against_score=against.score,
        )


def _judgements(view: _View) -> dict[str, list[tuple[str, Quote]]]:
    """Who is praised or blamed where: polarity and sentence, by entity.

    A judgement falls on the person that an aspect points at; an opinion sentence without such an aspect falls on
    the one person whom it names, if it names but one.
    """
    found: dict[str, list[tuple[str, Quote]]] = defaultdict(list)
    settled = set()
    for row in view.rows[Aspect]:
        if row.target:
            settled.add(row.sentence_id)
            found[row.target].append((row.polarity, view.quote(row.sentence_id, row.score)))
    named: dict[str, set[str]] = defaultdict(set)
    for mention in view.rows[Mention]:
        if mention.label == "PERSON":
            named[view.sentence_at(mention.start)].add(mention.entity_id)
    for sentiment in view.opinions:
        people = named.get(sentiment.sentence_id, set())
        if len(people) == 1 and sentiment.sentence_id not in settled:
            weight = abs(sentiment.stance or 0.0)
            found[next(iter(people))].append((sentiment.stance_label, view.quote(sentiment.sentence_id, weight)))
    return found
