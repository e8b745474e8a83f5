"""Reviews put together by hand, row by row, as all stages before the report would have made them."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from pipeline import tables
from pipeline.config import Config
from pipeline.documents import Document
from pipeline.formats.bundle import ReviewBundle
from pipeline.records import (
    Aspect,
    Credit,
    Film,
    Mention,
    Review,
    ReviewSentiment,
    Section,
    SectionSentiment,
    SectionTheme,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.stage import Batch, Reduced
from pipeline.stages.report import STAGE

KINDS = (
    Review,
    Section,
    Sentence,
    Film,
    Mention,
    Credit,
    SentenceSentiment,
    SectionSentiment,
    ReviewSentiment,
    Aspect,
    ThemeHit,
    SectionTheme,
)


@dataclass
class Maker:
    """Makes the rows of one review, sentence by sentence."""

    review_id: str
    film: str = "Run"
    year: int | None = 2020
    verdict: str = "positive"
    stance: float | None = 0.5
    plot_valence: float | None = -0.5
    rating: float | None = None
    title: str = ""
    duplicate_of: str = ""
    text: str = ""
    rows: dict[type, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def section(self, kind: str, *sentences: tuple[str, str, float], lang: str = "en") -> "Maker":
        """Add a section of sentences, each with its words, voice and stance."""
        number = len(self.rows[Section]) + 1
        section_id = f"{self.review_id}.s{number}"
        begin = len(self.text)
        for i, (words, voice, stance) in enumerate(sentences, 1):
            start = len(self.text)
            self.text += words
            place = (f"{section_id}.{i}", section_id, self.review_id)
            self.rows[Sentence].append(Sentence(*place, start, len(self.text), words))
            label = "positive" if stance > 0.3 else "negative" if stance < -0.3 else "neutral"
            self.rows[SentenceSentiment].append(
                SentenceSentiment(*place, voice, 0.9, stance, label, 0.8, 0.1, 0.5)
                if voice
                else SentenceSentiment(*place, "", None, None, "", None, None, None)
            )
            self.text += " "
        self.text = self.text[:-1]
        end = len(self.text)
        self.rows[Section].append(Section(section_id, self.review_id, kind, "", lang, begin, end, self.text[begin:end]))
        self.rows[SectionSentiment].append(
            SectionSentiment(section_id, self.review_id, 0.5, "positive", -0.5, 0.5, 0.5, 0.1, 0.5, len(sentences))
        )
        self.text += "\n\n"
        return self

    def _at(self, words: str) -> tuple[Sentence, int]:
        sentence = next(row for row in self.rows[Sentence] if words in row.text)
        return sentence, sentence.start + sentence.text.index(words)

    def aspect(self, words: str, aspect: str, polarity: str, target: str = "", score: float = 0.8) -> "Maker":
        """Add a judgement on words of the text."""
        sentence, start = self._at(words)
        self.rows[Aspect].append(
            Aspect(
                self.review_id,
                sentence.section_id,
                sentence.sentence_id,
                aspect,
                polarity,
                target,
                start,
                start + len(words),
                words,
                score,
            )
        )
        return self

    def theme(self, words: str, theme_id: str, score: float = 0.7) -> "Maker":
        """Add a hit of a theme on words of the text."""
        sentence, start = self._at(words)
        place = (theme_id, self.review_id, sentence.section_id, sentence.sentence_id)
        self.rows[ThemeHit].append(ThemeHit(*place, start, start + len(words), words, score))
        self.rows[SectionTheme].append(SectionTheme(sentence.section_id, self.review_id, theme_id, score, 1))
        return self

    def mention(self, words: str, label: str, entity_id: str) -> "Maker":
        """Add a mention of a name."""
        sentence, start = self._at(words)
        number = len(self.rows[Mention]) + 1
        self.rows[Mention].append(
            Mention(
                f"{self.review_id}.m{number}",
                entity_id,
                self.review_id,
                sentence.section_id,
                label,
                start,
                start + len(words),
                words,
                0.9,
                "tagger",
            )
        )
        return self

    def credit(self, words: str, role: str, character: str = "") -> "Maker":
        """Add a credit on the name of a person."""
        _, start = self._at(words)
        self.rows[Credit].append(Credit(self.review_id, words, role, character, start, start + len(words), words, 0.9))
        return self

    def done(self) -> "Maker":
        """Add the rows about the review as a whole."""
        n_words = len(self.text.split())
        self.rows[Review].append(
            Review(
                review_id=self.review_id,
                source=f"{self.review_id}.txt",
                title=self.title,
                author="A. Viewer",
                published="2021-02-03",
                rating=self.rating,
                film="",
                year=None,
                lang="en",
                n_words=n_words,
                sha256="0" * 64,
                duplicate_of=self.duplicate_of,
            )
        )
        film_id = f"{self.film}-{self.year}".lower() if self.film else ""
        self.rows[Film].append(Film(self.review_id, film_id, self.film, self.year, "Aneesh Chaganty", 0.9))
        score = 0.9 if self.verdict else None
        self.rows[ReviewSentiment].append(
            ReviewSentiment(
                self.review_id, self.verdict, score, self.stance, self.plot_valence, None, 0.5, 0.4, 0.1, 0.5
            )
        )
        return self

    def bundle(self) -> ReviewBundle:
        """All rows of the review."""
        rows = {kind: tuple(self.rows[kind]) for kind in KINDS}
        return ReviewBundle(
            review=rows[Review][0],
            sections=rows[Section],
            sentences=rows[Sentence],
            film=rows[Film][0],
            mentions=rows[Mention],
            credits=rows[Credit],
            sentence_sentiments=rows[SentenceSentiment],
            section_sentiments=rows[SectionSentiment],
            review_sentiment=rows[ReviewSentiment][0],
            aspects=rows[Aspect],
            theme_hits=rows[ThemeHit],
            section_themes=rows[SectionTheme],
        )


PRAISE = "Sarah Paulson is chilling in her restraint, and never less than human."
BLAME = "The last act is a mess that forgets everything the first hour built."
PLOT = "Diane keeps her daughter ill so that she will never leave the house."


def run_review(review_id: str = "run-2020", **more: Any) -> Maker:
    """A review with a bit of everything."""
    return (
        Maker(review_id, **more)
        .section("title", ("A Mother’s Love", "other", 0.0))
        .section("body", (PLOT, "plot", 0.0), (PRAISE, "opinion", 0.9), (BLAME, "opinion", -0.7))
        .section("caption", ("Sarah Paulson on the stairs", "", 0.0))
        .aspect("chilling in her restraint", "acting", "positive", target="sarah-paulson")
        .aspect("a mess", "story", "negative")
        .theme("keeps her daughter ill", "control-and-abuse")
        .mention("Diane", "CHARACTER", "diane-run-2020")
        .mention("Sarah Paulson", "PERSON", "sarah-paulson")
        .credit("Sarah Paulson", "actor", "Diane")
        .done()
    )


def batch(*makers: Maker) -> Batch:
    """The reviews as one shard."""
    documents = [Document(maker.review_id, f"{maker.review_id}.txt", "0" * 64, maker.text) for maker in makers]
    return Batch(documents, {kind: [row for maker in makers for row in maker.rows[kind]] for kind in KINDS})


def summaries(*makers: Maker, config: Config | None = None) -> dict[type, list[Any]]:
    """What the report makes of the reviews, by record class."""
    shard = batch(*makers)
    found: dict[type, list[Any]] = {kind: [] for kind in (*STAGE.maps, *STAGE.reduces)}
    for row in STAGE.map(shard, config or Config()):
        found[type(row)].append(row)
    assert STAGE.reduce is not None
    sources = {**shard.tables, **{kind: list(found[kind]) for kind in STAGE.maps}}

    def columns(kind: type, *names: str, rows: Any = None) -> pa.Table:
        table = tables.to_arrow(kind, sources.get(kind, [])).select(names)
        return table if rows is None else table.take(pa.array(rows))

    for made in STAGE.reduce(columns):
        assert isinstance(made, Reduced)
        found[made.kind] = tables.to_rows(made.kind, made.table)
    return found


def with_review(bundle: ReviewBundle, **changes: Any) -> ReviewBundle:
    """The bundle with other things said of its review."""
    return replace(bundle, review=replace(bundle.review, **changes))
