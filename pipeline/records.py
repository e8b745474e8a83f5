"""One frozen record a table: what a row holds, in which unit and range.

The docstring of a class describes the table, the string under a field its column: `datapackage.json`
and `outputs/README.md` are made from them. `start` and `end` are half-open code-point offsets into the
source text; `text` is the clean characters of `source[start:end]`.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

Kind = type[Any]
"""A record class; its TABLE names its table."""

KINDS = ("title", "deck", "heading", "body", "caption", "byline", "facts", "quote", "boilerplate")
"""What a section is for."""

TEXT_KINDS = frozenset({"title", "deck", "heading", "body", "quote"})
"""Kinds in which somebody speaks about the film: voices, aspects and themes come from these alone."""

VOICES = ("opinion", "plot", "fact", "other")
"""Whose sentence it is: the reviewer's judgement, the story's, background, anything else."""

STANCES = ("positive", "neutral", "negative")
VERDICTS = ("positive", "mixed", "negative")

ASPECTS = (
    "acting",
    "direction",
    "writing",
    "story",
    "characters",
    "visuals",
    "sound",
    "pacing",
    "emotion",
    "originality",
    "humour",
    "action",
    "overall",
)

LABELS = ("PERSON", "CHARACTER", "WORK", "ORG", "PLACE", "EVENT", "CONDITION", "DATE", "GROUP")
"""What a mention names."""

ROLES = (
    "actor",
    "director",
    "writer",
    "producer",
    "composer",
    "cinematographer",
    "editor",
    "author",
    "other",
)


@dataclass(frozen=True, slots=True)
class Review:
    """Every review that was read, with what its file, front matter or table row says of it."""

    TABLE: ClassVar[str] = "reviews"

    review_id: str
    """Name of the review: its path as a slug, with the row's id or number for tables."""
    source: str
    """Path below the corpus; for a row of a table `path#id`, or `path#number` where it has no id."""
    title: str
    """Title of the review itself, as given."""
    author: str
    """Who wrote the review, as given."""
    published: str
    """When it was published, as given."""
    rating: float | None
    """Rating given in a column or front matter, scaled to 0-1; empty if none is given."""
    film: str
    """Title of the film, as given in a column or front matter."""
    year: int | None
    """Year of the film, as given in a column or front matter."""
    lang: str
    """Language of most of the text, ISO 639-1."""
    n_words: int
    """Words of the clean text, split at white space."""
    sha256: str
    """SHA-256 of the source text, as UTF-8."""
    duplicate_of: str
    """review_id of the first review with the same text; empty if this is the first."""


@dataclass(frozen=True, slots=True)
class Section:
    """The parts of each review, in order, without overlap, covering all text that is not blank."""

    TABLE: ClassVar[str] = "sections"

    section_id: str
    """`<review_id>.s<number>`, counted from 1."""
    review_id: str
    """The review it is part of."""
    kind: str
    """title, deck, heading, body, caption, byline, facts, quote or boilerplate."""
    heading: str
    """Text of the heading that it stands under; empty if none."""
    lang: str
    """Language, ISO 639-1; text too short to tell takes the review's."""
    start: int
    """First character in the source text."""
    end: int
    """One past its last character in the source text."""
    text: str
    """The clean characters of source[start:end]."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The sentences of every section."""

    TABLE: ClassVar[str] = "sentences"

    sentence_id: str
    """`<section_id>.<number>`, counted from 1."""
    section_id: str
    """The section it stands in."""
    review_id: str
    """The review it stands in."""
    start: int
    """First character in the source text."""
    end: int
    """One past its last character in the source text."""
    text: str
    """The clean characters of source[start:end]."""


@dataclass(frozen=True, slots=True)
class Film:
    """The film that each review is about; the title is empty where the text is not about one film."""

    TABLE: ClassVar[str] = "films"

    review_id: str
    """The review."""
    film_id: str
    """Slug of title and year; empty without a title."""
    title: str
    """Title without the year."""
    year: int | None
    """Year of release, if the text gives it."""
    directors: str
    """Directors that the text names, separated by `|`."""
    score: float
    """How sure the title is, 0-1."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Every place where a review names a person, a character, a work, a place and so on."""

    TABLE: ClassVar[str] = "mentions"

    mention_id: str
    """`<review_id>.m<number>`, counted from 1."""
    entity_id: str
    """The entity named."""
    review_id: str
    """The review it stands in."""
    section_id: str
    """The section it stands in."""
    label: str
    """PERSON, CHARACTER, WORK, ORG, PLACE, EVENT, CONDITION, DATE or GROUP."""
    start: int
    """First character in the source text."""
    end: int
    """One past its last character in the source text."""
    text: str
    """The clean characters of source[start:end]."""
    score: float
    """Calibrated probability that the words name such a thing, 0-1."""
    method: str
    """What found it: tagger, credits, film, gazetteer, pattern or aliases."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Everything that is named, merged over the corpus."""

    TABLE: ClassVar[str] = "entities"

    entity_id: str
    """Slug of name and label; for a character of its film, too."""
    name: str
    """The fullest form of the name."""
    label: str
    """PERSON, CHARACTER, WORK, ORG, PLACE, EVENT, CONDITION, DATE or GROUP."""
    n_mentions: int
    """Mentions in the corpus, duplicates of reviews left out."""
    n_reviews: int
    """Reviews that mention it, duplicates left out."""
    aliases: str
    """Other forms of the name that the corpus uses, separated by `|`."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Who did what for the reviewed film, as far as the text says so."""

    TABLE: ClassVar[str] = "credits"

    review_id: str
    """The review."""
    person: str
    """Fullest name that the text gives."""
    role: str
    """actor, director, writer, producer, composer, cinematographer, editor, author (of the book) or other."""
    character: str
    """Whom an actor plays; empty if the text does not tell."""
    start: int
    """First character of the words that say so, in the source text."""
    end: int
    """One past their last character."""
    text: str
    """The clean characters of source[start:end]."""
    score: float
    """How sure the credit is, 0-1."""


@dataclass(frozen=True, slots=True)
class SentenceSentiment:
    """Whose voice each sentence is and which way it leans, with TextBlob's scores beside."""

    TABLE: ClassVar[str] = "sentence_sentiments"

    sentence_id: str
    """The sentence."""
    section_id: str
    """The section it stands in."""
    review_id: str
    """The review it stands in."""
    voice: str
    """opinion, plot, fact or other; empty where the text is not scored."""
    voice_score: float | None
    """Calibrated probability of that voice, 0-1."""
    stance: float | None
    """p(praise) - p(blame) of the film, -1 to 1; empty where the text is not scored."""
    stance_label: str
    """positive, neutral or negative; empty where the text is not scored."""
    stance_score: float | None
    """Calibrated probability of that label, 0-1."""
    polarity: float | None
    """TextBlob's polarity of the words, -1 to 1."""
    subjectivity: float | None
    """TextBlob's subjectivity of the words, 0 to 1."""


@dataclass(frozen=True, slots=True)
class SectionSentiment:
    """The two meters of each section: stance toward the film, and how dark or bright the story is."""

    TABLE: ClassVar[str] = "section_sentiments"

    section_id: str
    """The section."""
    review_id: str
    """The review it stands in."""
    stance: float | None
    """Stance toward the film, -1 to 1, from opinion sentences; from all where there is none."""
    stance_label: str
    """positive, neutral or negative."""
    plot_valence: float | None
    """How dark (-1) or bright (1) the story is told, from plot sentences alone; empty without one."""
    opinion_share: float | None
    """Part of the sentences that are opinion, 0-1."""
    plot_share: float | None
    """Part of the sentences that are plot, 0-1."""
    polarity: float | None
    """Mean of TextBlob's polarity over the sentences."""
    subjectivity: float | None
    """Mean of TextBlob's subjectivity over the sentences."""
    n_sentences: int
    """Sentences scored."""


@dataclass(frozen=True, slots=True)
class ReviewSentiment:
    """The verdict of each review, its two meters, and the rating that its words state."""

    TABLE: ClassVar[str] = "review_sentiments"

    review_id: str
    """The review."""
    verdict: str
    """Would this reviewer send you to see the film? positive, mixed or negative; empty if not scored."""
    verdict_score: float | None
    """Calibrated probability of the verdict, 0-1."""
    stance: float | None
    """Stance toward the film, -1 to 1."""
    plot_valence: float | None
    """How dark (-1) or bright (1) the story is told; empty without plot sentences."""
    stated_rating: float | None
    """Rating that the words or the front matter state, scaled to 0-1; never used for the verdict."""
    opinion_share: float | None
    """Part of the sentences that are opinion, 0-1."""
    plot_share: float | None
    """Part of the sentences that are plot, 0-1."""
    polarity: float | None
    """Mean of TextBlob's polarity over the sentences."""
    subjectivity: float | None
    """Mean of TextBlob's subjectivity over the sentences."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """Each judged mention of an aspect of the film."""

    TABLE: ClassVar[str] = "aspects"

    review_id: str
    """The review."""
    section_id: str
    """The section."""
    sentence_id: str
    """The sentence."""
    aspect: str
    """acting, direction, writing, story, characters, visuals, sound, pacing, emotion, originality, humour, action or overall."""
    polarity: str
    """positive, negative or mixed."""
    target: str
    """entity_id of the person or work judged; empty if none is named."""
    start: int
    """First character of the words that judge, in the source text."""
    end: int
    """One past their last character."""
    text: str
    """The clean characters of source[start:end]."""
    score: float
    """How sure the row is, 0-1."""


@dataclass(frozen=True, slots=True)
class ThemeHit:
    """The words that show a theme."""

    TABLE: ClassVar[str] = "theme_hits"

    theme_id: str
    """The theme, as in lexicon/themes.toml or the user's own file."""
    review_id: str
    """The review."""
    section_id: str
    """The section."""
    sentence_id: str
    """The sentence."""
    start: int
    """First character of the words, in the source text."""
    end: int
    """One past their last character."""
    text: str
    """The clean characters of source[start:end]."""
    score: float
    """Calibrated probability that the words show the theme, 0-1."""


@dataclass(frozen=True, slots=True)
class SectionTheme:
    """The themes of each section."""

    TABLE: ClassVar[str] = "section_themes"

    section_id: str
    """The section."""
    review_id: str
    """The review."""
    theme_id: str
    """The theme."""
    score: float
    """Calibrated probability that the section tells of the theme, 0-1."""
    n_hits: int
    """Hits of the theme in the section."""
