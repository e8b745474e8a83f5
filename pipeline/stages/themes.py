"""sentences -> what each section says its film is about, and the words that show it.

Two kinds of evidence are joined: the cues of lexicon/themes.toml (and of a user's file) in the words, and a learned
model's reading of each sentence. Neither sees names: a ghost in the title of a film is no ghost.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.config import Config
from pipeline.models import own_themes, theme_scores
from pipeline.models import themes as theme_model
from pipeline.models.ontology import check_names, ontology
from pipeline.models.theme_scores import Evidence
from pipeline.records import (
    TEXT_KINDS,
    Film,
    Mention,
    Section,
    SectionTheme,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.rules.theme_blocks import Theme, about, lists, our_themes, phrases, with_shown_cues
from pipeline.rules.theme_blocks import own_themes as read_own
from pipeline.rules.theme_cues import CUE, Cues, Finder, make_finder
from pipeline.stage import Batch, Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HIDING = frozenset({"PERSON", "CHARACTER", "WORK", "ORG"})
"""Labels of mentions in whose words no cue is looked for."""

_HEADS = frozenset({"title", "deck", "heading"})
_VOICES = {"plot": 0, "opinion": 1}


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of a batch that may tell of themes (n rows)."""

    row: Ints
    """(n,): number among the rows of Sentence."""
    sents: nlp.Sentences
    voice: Ints
    """(n,): 0 plot, 1 opinion, 2 anything else."""
    of_token: Ints
    """(tokens,): the sentence that each token stands in, or -1."""


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes to look for: those that the model knows, in its order, then those of a user."""

    blocks: tuple[Theme, ...]
    finder: Finder
    vectors: NDArray[np.float32]
    """(a user's own, U): what their blocks tell."""

    @property
    def columns(self) -> NDArray[np.float32]:
        """(W, T): what the model knows of a sentence is multiplied with to tell of each theme."""
        w = theme_model.weights()
        return np.concatenate([w.out, w.tell @ self.vectors.T], axis=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What a batch tells of themes."""

    texts: Texts
    shown: nlp.Tokens
    """The tokens, names left blank."""
    cues: Cues
    reading: theme_model.Reading
    logits: Floats
    """(sentences of `texts`, T): the model's."""
    evidence: Evidence


def map_themes(batch: Batch, config: Config) -> Iterator[ThemeHit | SectionTheme]:
    """Find what each section tells its film is about, and the words that show it."""
    themes = known_themes(Path(config.themes).read_bytes() if config.themes else b"", config.themes)
    found = look(batch, themes)
    yield from _rows(batch, themes, found, *theme_scores.score(found.evidence, theme_scores.weights()))


def look(batch: Batch, themes: Themes) -> Found:
    """Read the sentences that may tell of themes, by the cues and by the model."""
    texts = _texts(batch)
    shown = replace(batch.tokens, norm=_norms(batch, texts))
    last = np.append(texts.sents.last, 0)[texts.of_token].astype(np.int64)
    cues = themes.finder.find(shown.norm, last)
    reading = theme_model.read(shown, texts.sents)
    logits = np.concatenate([reading.logits, own_themes.logits(reading, themes.vectors)], axis=1).astype(np.float64)
    return Found(texts, shown, cues, reading, logits, evidence_of(batch, texts, cues, logits))


@lru_cache(maxsize=4)
def known_themes(content: bytes, path: str) -> Themes:
    """Our themes, a user's of the same id in their place, then his others.

    `content` is that of the file at `path`: asked for so that a file that has changed is read again.
    """
    own = {theme.id: theme for theme in read_own(Path(path))} if content else {}
    for theme_id, theme in own.items():
        check_names(theme.lto, f"{path} ({theme_id})")
        below = (ontology().names[i] for name in theme.lto for i in ontology().under(name))
        own[theme_id] = with_shown_cues(theme, below)
    ours = [own.pop(theme.id, theme) for theme in our_themes()]
    blocks = (*ours, *own.values())
    # First, as it tells what is wrong with a pattern.
    finder = make_finder(blocks, lists(), path or "lexicon/themes.toml", about())
    vectors = [
        own_themes.vector([[theme.definition], theme.told, phrases(theme, lists())], theme.lto)
        for theme in own.values()
    ]
    width = theme_model.weights().usual.shape
    return Themes(blocks, finder, np.array(vectors, dtype=np.float32).reshape(-1, *width))


def _texts(batch: Batch) -> Texts:
    """English sentences of the kinds in which somebody speaks about the film."""
    sections = batch.rows(Section)
    speaks = np.array([section.kind in TEXT_KINDS and section.lang[:2] == "en" for section in sections], dtype=bool)
    row = np.flatnonzero(speaks[batch.sentences.section]) if len(batch.sentences) else np.zeros(0, dtype=np.int64)
    sents = nlp.select(batch.sentences, row)
    voices = {one.sentence_id: one.voice for one in batch.rows(SentenceSentiment)}
    ids = [sentence.sentence_id for sentence in batch.rows(Sentence)]
    voice = [_VOICES.get(voices.get(ids[i], ""), 2) for i in row.tolist()]
    edges = np.zeros(len(batch.tokens) + 1, dtype=np.int64)
    np.add.at(edges, sents.first, np.arange(len(sents)) + 1)
    np.add.at(edges, sents.last, -np.arange(len(sents)) - 1)
    return Texts(row, sents, np.array(voice, dtype=np.int64), np.cumsum(edges)[:-1] - 1)


def _norms(batch: Batch, texts: Texts) -> NDArray[np.uint64]:
    """The norms of the tokens; 0 outside of `texts` and where the words are a name."""
    tokens = batch.tokens
    names = [row for row in batch.rows(Mention) if row.label in HIDING]
    number = np.array([batch.number[row.review_id] for row in names], dtype=np.int64)
    spans = [batch.documents[i].offsets.to_clean(row.start, row.end) for i, row in zip(number, names, strict=True)]
    start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    wide = np.int64(1) << 32
    keys = tokens.text.astype(np.int64) * wide + tokens.start
    edges = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.add.at(edges, np.searchsorted(keys, number * wide + start), 1)
    np.add.at(edges, np.searchsorted(keys, number * wide + end), -1)
    hidden = (np.cumsum(edges)[:-1] > 0) | (texts.of_token < 0)
    return np.where(hidden, np.uint64(0), tokens.norm)


def evidence_of(batch: Batch, texts: Texts, cues: Cues, logits: Floats) -> Evidence:
    """What was found, section by section; `logits` (n, T) are the model's, sentence by sentence."""
    sections = batch.rows(Section)
    sentence = texts.of_token[cues.first]
    section = texts.sents.section[sentence]
    shape = len(sections), logits.shape[1]
    counts, hints = np.zeros((3, *shape)), np.zeros(shape)
    longest, told = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    best, cued = np.full(shape, -np.inf), np.full(shape, -np.inf)
    strong = cues.strength == CUE
    np.add.at(counts, (texts.voice[sentence[strong]], section[strong], cues.theme[strong]), 1)
    np.add.at(hints, (section[~strong], cues.theme[~strong]), 1)
    np.maximum.at(longest, (section[strong], cues.theme[strong]), (cues.last - cues.first)[strong])
    np.maximum.at(told, (section, cues.theme), cues.is_told.astype(np.float64))
    np.maximum.at(best, texts.sents.section, logits)
    np.maximum.at(cued, (section[strong], cues.theme[strong]), logits[sentence[strong], cues.theme[strong]])
    return Evidence(
        cues=counts,
        longest=longest,
        told=told,
        hints=hints,
        logit=best,
        cued=np.where(np.isfinite(cued), cued, best),
        review=np.array([batch.number[row.review_id] for row in sections], dtype=np.int64),
        is_head=np.array([row.kind in _HEADS for row in sections], dtype=bool),
        n_sentences=np.bincount(texts.sents.section, minlength=len(sections)),
    )


class _Spans:
    """The words that show each of the wanted themes (section, theme) of a batch."""

    def __init__(self, batch: Batch, columns: NDArray[np.float32], found: Found, wanted: list[tuple[int, int]]) -> None:
        cues, texts = found.cues, found.texts
        self.cues: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        strong = np.flatnonzero(cues.strength == CUE)
        section = texts.sents.section[texts.of_token[cues.first[strong]]]
        for i, place in zip(strong, zip(section.tolist(), cues.theme[strong].tolist(), strict=True), strict=True):
            self.cues[place].append((int(cues.first[i]), int(cues.last[i])))
        # Where there is no cue, what the model goes by in the sentence that it is surest of.
        bounds = np.searchsorted(texts.sents.section, np.arange(len(batch.rows(Section)) + 1))
        bare = [place for place in wanted if place not in self.cues]
        surest = [
            (int(bounds[s] + np.round(found.logits[bounds[s] : bounds[s + 1], theme], 4).argmax()), theme)
            for s, theme in bare
        ]
        runs = theme_model.words_that_say(found.shown, texts.sents, surest, columns)
        self.read = dict(zip(bare, runs, strict=True))

    def of(self, section: int, theme: int) -> list[tuple[int, int]]:
        """Runs of tokens."""
        return self.cues.get((section, theme)) or [self.read[section, theme]]


def _rows(
    batch: Batch, themes: Themes, found: Found, scores: Floats, is_likely: NDArray[np.bool_]
) -> Iterator[ThemeHit | SectionTheme]:
    """The rows of the sections' themes that are likely enough, section by section."""
    wanted = [(int(s), int(t)) for s, t in zip(*np.nonzero(is_likely), strict=True)]
    texts, spans = found.texts, _Spans(batch, themes.columns, found, wanted)
    sections, sentences, tokens = batch.rows(Section), batch.rows(Sentence), batch.tokens
    for number, theme in wanted:
        section, score = sections[number], round(float(scores[number, theme]), 4)
        document = batch.documents[batch.number[section.review_id]]
        words = spans.of(number, theme)
        for first, last in words:
            start, end = _trimmed(document.text, int(tokens.start[first]), int(tokens.end[last - 1]))
            yield ThemeHit(
                themes.blocks[theme].id,
                section.review_id,
                section.section_id,
                sentences[texts.row[texts.of_token[first]]].sentence_id,
                *document.offsets.to_source(start, end),
                document.text[start:end],
                score,
            )
        yield SectionTheme(section.section_id, section.review_id, themes.blocks[theme].id, score, len(words))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the marks at its ends; as it is if it holds nothing else."""
    signs = [i for i in range(start, end) if text[i].isalnum()]
    return (signs[0], signs[-1] + 1) if signs else (start, end)


STAGE = Stage(
    "themes",
    "Find what each film is said to be about, on which words.",
    reads=(Section, Sentence, SentenceSentiment, Mention, Film),
    writes=(ThemeHit, SectionTheme),
    map=map_themes,
    settings=("themes",),
)
