"""sentences -> what each section says its film is about, and the words that show it.

Two kinds of evidence are joined: the cues of lexicon/themes.toml (and of a user's file) in the words, and a learned
model's reading of each sentence. Names hide no cues: a ghost in the title of a film is no ghost.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import nlp
from pipeline.config import Config
from pipeline.models import theme_scores
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
from pipeline.rules.clauses import select
from pipeline.rules.theme_blocks import Theme, lists, our_themes, own_themes
from pipeline.rules.theme_cues import CUE, Cues, Finder, make_finder
from pipeline.stage import Batch, Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HIDING = frozenset({"PERSON", "CHARACTER", "WORK", "ORG"})
"""Labels of mentions in whose words no cue is looked for."""

_HEADS = frozenset({"title", "deck", "heading"})
_VOICES = {"plot": 0, "opinion": 1}


@dataclass(frozen=True, slots=True)
class _Texts:
    """The sentences of a batch that may tell of themes (n rows)."""

    row: Ints
    """(n,): number among the rows of Sentence."""
    sents: nlp.Sentences
    voice: Ints
    """(n,): 0 plot, 1 opinion, 2 anything else."""
    of_token: Ints
    """(tokens,): the sentence that each token stands in, or -1."""


def map_themes(batch: Batch, config: Config) -> Iterator[ThemeHit | SectionTheme]:
    """Find what each section tells its film is about, and the words that show it."""
    themes, finder = _themes(Path(config.themes).read_bytes() if config.themes else b"", config.themes)
    texts = _texts(batch)
    last = np.append(texts.sents.last, 0)[texts.of_token].astype(np.int64)
    cues = finder.find(_norms(batch, texts), last)
    found = _evidence(batch, texts, cues, len(themes))
    scores = theme_scores.score(found, theme_scores.weights())
    yield from _rows(batch, texts, cues, [theme.id for theme in themes], scores)


@lru_cache(maxsize=4)
def _themes(content: bytes, path: str) -> tuple[tuple[Theme, ...], Finder]:
    """Our themes, a user's of the same id in their place, then his others; and their cues.

    `content` is that of the file at `path`: asked for so that a file that has changed is read again.
    """
    own = {theme.id: theme for theme in own_themes(Path(path))} if content else {}
    ours = [own.pop(theme.id, theme) for theme in our_themes()]
    themes = (*ours, *own.values())
    return themes, make_finder(themes, lists(), path or "lexicon/themes.toml")


def _texts(batch: Batch) -> _Texts:
    """English sentences of the kinds in which somebody speaks about the film."""
    sections = batch.rows(Section)
    speaks = np.array([section.kind in TEXT_KINDS and section.lang[:2] == "en" for section in sections], dtype=bool)
    row = np.flatnonzero(speaks[batch.sentences.section]) if len(batch.sentences) else np.zeros(0, dtype=np.int64)
    sents = select(batch.sentences, row)
    voices = {one.sentence_id: one.voice for one in batch.rows(SentenceSentiment)}
    ids = [sentence.sentence_id for sentence in batch.rows(Sentence)]
    voice = [_VOICES.get(voices.get(ids[i], ""), 2) for i in row.tolist()]
    edges = np.zeros(len(batch.tokens) + 1, dtype=np.int64)
    np.add.at(edges, sents.first, np.arange(len(sents)) + 1)
    np.add.at(edges, sents.last, -np.arange(len(sents)) - 1)
    return _Texts(row, sents, np.array(voice, dtype=np.int64), np.cumsum(edges)[:-1] - 1)


def _norms(batch: Batch, texts: _Texts) -> NDArray[np.uint64]:
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


def _evidence(batch: Batch, texts: _Texts, cues: Cues, n_themes: int) -> Evidence:
    """What was found, section by section."""
    sections = batch.rows(Section)
    sentence = texts.of_token[cues.first]
    section = texts.sents.section[sentence] if len(sentence) else np.zeros(0, dtype=np.int64)
    counts = np.zeros((3, len(sections), n_themes))
    hints = np.zeros((len(sections), n_themes))
    strong = cues.strength == CUE
    np.add.at(counts, (texts.voice[sentence[strong]], section[strong], cues.theme[strong]), 1)
    np.add.at(hints, (section[~strong], cues.theme[~strong]), 1)
    return Evidence(
        cues=counts,
        hints=hints,
        logit=np.full(hints.shape, -4.0),
        cued=np.full(hints.shape, -4.0),
        review=np.array([batch.number[row.review_id] for row in sections], dtype=np.int64),
        is_head=np.array([row.kind in _HEADS for row in sections], dtype=bool),
        n_sentences=np.bincount(texts.sents.section, minlength=len(sections)),
    )


def _rows(batch: Batch, texts: _Texts, cues: Cues, ids: list[str], scores: Floats) -> Iterator[ThemeHit | SectionTheme]:
    """The rows of the sections' themes that are likely enough, section by section."""
    sections, sentences = batch.rows(Section), batch.rows(Sentence)
    by_place: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    owner = texts.sents.section[texts.of_token[cues.first]] if len(cues.first) else ()
    for i, place in enumerate(zip(owner, cues.theme.tolist(), strict=True)):
        by_place[int(place[0]), place[1]].append(i)
    for number, theme in zip(*(axis.tolist() for axis in np.nonzero(scores >= theme_scores.LIKELY)), strict=True):
        section, score = sections[number], round(float(scores[number, theme]), 4)
        document = batch.documents[batch.number[section.review_id]]
        hits = by_place[number, theme]
        hits = [i for i in hits if cues.strength[i] == CUE] or hits[:1]
        if not hits:
            continue
        for i in hits:
            start = int(batch.tokens.start[cues.first[i]])
            end = int(batch.tokens.end[cues.last[i] - 1])
            yield ThemeHit(
                ids[theme],
                section.review_id,
                section.section_id,
                sentences[texts.row[texts.of_token[cues.first[i]]]].sentence_id,
                *document.offsets.to_source(start, end),
                document.text[start:end],
                score,
            )
        yield SectionTheme(section.section_id, section.review_id, ids[theme], score, len(hits))


STAGE = Stage(
    "themes",
    "Find what each review says its film is about, and the words that show it.",
    reads=(Section, Sentence, SentenceSentiment, Mention, Film),
    writes=(ThemeHit, SectionTheme),
    map=map_themes,
    settings=("themes",),
)
