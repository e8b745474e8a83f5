"""The records of the report: one row a review, a film, a theme, an entity, made for a first look.

`map` makes a ReviewSummary and a few small counts of each review; `reduce` adds the counts up. Reviews that
are marked as duplicates of others have their own ReviewSummary and are counted nowhere else.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """One line a review: film, verdict, the two meters, what it praises and blames, what it is about."""

    TABLE: ClassVar[str] = "review_summaries"

    review_id: str
    """The review."""
    source: str
    """Path below the corpus; for a row of a table with `#` and its id or number."""
    title: str
    """Title of the review: as given, else the words of its first title section."""
    author: str
    """Who wrote it, as given."""
    published: str
    """When it was published, as given."""
    lang: str
    """Language of most of the text, ISO 639-1."""
    film_id: str
    """The film that it is about; empty if not one film."""
    film: str
    """Title of that film."""
    year: int | None
    """Year of the film's release."""
    verdict: str
    """positive, mixed or negative; empty if not scored."""
    verdict_score: float | None
    """Calibrated probability of the verdict, 0-1."""
    stance: float | None
    """Stance toward the film, -1 to 1."""
    plot_valence: float | None
    """How dark (-1) or bright (1) the story is told."""
    rating: float | None
    """Rating given in a column or front matter, else stated in the words; 0-1, empty if none."""
    opinion_share: float | None
    """Part of the sentences that are opinion, 0-1."""
    plot_share: float | None
    """Part of the sentences that are plot, 0-1."""
    n_words: int
    """Words of the clean text."""
    n_sentences: int
    """Sentences of all sections."""
    praised: str
    """Aspects with more praise than blame, most first, separated by `|`."""
    blamed: str
    """Aspects with more blame than praise, most first, separated by `|`."""
    themes: str
    """Themes, clearest first, at most eight, separated by `|`."""
    for_text: str
    """The most telling sentence of praise: an opinion sentence, to the letter; empty if none."""
    for_start: int | None
    """First character of that sentence in the source text."""
    for_end: int | None
    """One past its last character."""
    for_score: float
    """How telling it is, 0-1."""
    against_text: str
    """The most telling sentence of blame: an opinion sentence, to the letter; empty if none."""
    against_start: int | None
    """First character of that sentence in the source text."""
    against_end: int | None
    """One past its last character."""
    against_score: float
    """How telling it is, 0-1."""
    duplicate_of: str
    """review_id of the first review with the same text; empty if this is the first."""


@dataclass(frozen=True, slots=True)
class FilmSummary:
    """One line a film: what its reviews say of it together, and how far they part."""

    TABLE: ClassVar[str] = "film_summaries"

    film_id: str
    """Slug of title and year."""
    title: str
    """Title without the year."""
    year: int | None
    """Year of release."""
    directors: str
    """Directors that its reviews name, separated by `|`."""
    n_reviews: int
    """Reviews, duplicates left out."""
    n_positive: int
    """Reviews with a positive verdict."""
    n_mixed: int
    """Reviews with a mixed verdict."""
    n_negative: int
    """Reviews with a negative verdict."""
    stance: float | None
    """Mean stance of its reviews, -1 to 1."""
    spread: float | None
    """Standard deviation of the stance over its reviews; empty for fewer than two."""
    low: float | None
    """Lower end of the 95 % bootstrap interval of the mean; empty for fewer than three reviews."""
    high: float | None
    """Upper end of that interval."""
    plot_valence: float | None
    """Mean of how dark (-1) or bright (1) its reviews tell the story."""
    rating: float | None
    """Mean of the ratings that are given or stated, 0-1."""
    praised: str
    """Aspects that more reviews praise than blame, most first, separated by `|`."""
    blamed: str
    """Aspects that more reviews blame than praise, most first, separated by `|`."""
    themes: str
    """Themes of most reviews, at most eight, separated by `|`."""
    warmest: str
    """review_id of the review that likes it best; empty for fewer than two reviews."""
    coldest: str
    """review_id of the review that likes it least."""
    gap: float | None
    """Stance of the one minus stance of the other, 0-2."""
    for_review_id: str
    """Review of the most telling sentence of praise."""
    for_text: str
    """That sentence, to the letter."""
    for_start: int | None
    """Its first character in the source text."""
    for_end: int | None
    """One past its last character."""
    against_review_id: str
    """Review of the most telling sentence of blame."""
    against_text: str
    """That sentence, to the letter."""
    against_start: int | None
    """Its first character in the source text."""
    against_end: int | None
    """One past its last character."""


@dataclass(frozen=True, slots=True)
class FilmAspect:
    """One line a film and aspect: how its reviews judge the acting, the pacing and so on."""

    TABLE: ClassVar[str] = "film_aspects"

    film_id: str
    """The film."""
    aspect: str
    """acting, direction, writing, story, characters, visuals, sound, pacing, emotion, originality, humour, action or overall."""
    n_reviews: int
    """Reviews that judge the aspect, duplicates left out."""
    n_positive: int
    """Judgements that praise it."""
    n_mixed: int
    """Judgements that do both."""
    n_negative: int
    """Judgements that blame it."""
    mean: float
    """Mean over reviews of each review's mean judgement, -1 (all blame) to 1 (all praise)."""
    spread: float | None
    """Standard deviation of that over the reviews; empty for fewer than two."""
    low: float | None
    """Lower end of the 95 % bootstrap interval of the mean; empty for fewer than three reviews."""
    high: float | None
    """Upper end of that interval."""
    warmest: str
    """review_id of the review that judges the aspect best; empty for fewer than two reviews."""
    coldest: str
    """review_id of the review that judges it worst."""
    for_review_id: str
    """Review of the most telling sentence of praise."""
    for_text: str
    """That sentence, to the letter."""
    for_start: int | None
    """Its first character in the source text."""
    for_end: int | None
    """One past its last character."""
    against_review_id: str
    """Review of the most telling sentence of blame."""
    against_text: str
    """That sentence, to the letter."""
    against_start: int | None
    """Its first character in the source text."""
    against_end: int | None
    """One past its last character."""


@dataclass(frozen=True, slots=True)
class ThemeSummary:
    """One line a theme: how many reviews tell of it, in which films and years, and beside which themes."""

    TABLE: ClassVar[str] = "theme_summaries"

    theme_id: str
    """The theme."""
    n_reviews: int
    """Reviews that tell of it, duplicates left out."""
    n_sections: int
    """Their sections that do."""
    n_hits: int
    """Places whose words show it."""
    n_films: int
    """Films of these reviews."""
    stance: float | None
    """Mean stance of these reviews toward their films, -1 to 1."""
    with_themes: str
    """Themes that share most reviews with it, as `theme:reviews`, at most five, separated by `|`."""
    films: str
    """Films in most of whose reviews it is found, as `film_id:reviews`, at most ten, separated by `|`."""
    years: str
    """Reviews by the film's year, as `year:reviews`, separated by `|`."""
    review_id: str
    """Review of the clearest example."""
    text: str
    """The words of that example, to the letter."""
    start: int | None
    """Their first character in the source text."""
    end: int | None
    """One past their last character."""


@dataclass(frozen=True, slots=True)
class EntitySummary:
    """One line an entity: where it is named, and the sentences that praise or blame it."""

    TABLE: ClassVar[str] = "entity_summaries"

    entity_id: str
    """The entity."""
    name: str
    """The fullest form of the name."""
    label: str
    """PERSON, CHARACTER, WORK, ORG, PLACE, EVENT, CONDITION, DATE or GROUP."""
    n_reviews: int
    """Reviews that mention it, duplicates left out."""
    n_mentions: int
    """Mentions, duplicates of reviews left out."""
    n_films: int
    """Films of these reviews."""
    stance: float | None
    """Mean stance of these reviews toward their films, -1 to 1."""
    n_praise: int
    """Reviews that praise it more than they blame it."""
    n_blame: int
    """Reviews that blame it more than they praise it."""
    for_review_id: str
    """Review of the most telling sentence of praise of it."""
    for_text: str
    """That sentence, to the letter."""
    for_start: int | None
    """Its first character in the source text."""
    for_end: int | None
    """One past its last character."""
    against_review_id: str
    """Review of the most telling sentence of blame of it."""
    against_text: str
    """That sentence, to the letter."""
    against_start: int | None
    """Its first character in the source text."""
    against_end: int | None
    """One past its last character."""


@dataclass(frozen=True, slots=True)
class ReviewAspect:
    """What one review says of one aspect: a part of film_aspects."""

    TABLE: ClassVar[str] = "review_aspects"

    review_id: str
    """The review."""
    aspect: str
    """The aspect."""
    n_positive: int
    """Judgements that praise it."""
    n_mixed: int
    """Judgements that do both."""
    n_negative: int
    """Judgements that blame it."""
    for_text: str
    """The most telling sentence of praise; empty if none."""
    for_start: int | None
    """Its first character in the source text."""
    for_end: int | None
    """One past its last character."""
    for_score: float
    """How telling it is, 0-1."""
    against_text: str
    """The most telling sentence of blame; empty if none."""
    against_start: int | None
    """Its first character in the source text."""
    against_end: int | None
    """One past its last character."""
    against_score: float
    """How telling it is, 0-1."""


@dataclass(frozen=True, slots=True)
class ReviewTheme:
    """What one review shows of one theme: a part of theme_summaries."""

    TABLE: ClassVar[str] = "review_themes"

    review_id: str
    """The review."""
    theme_id: str
    """The theme."""
    n_sections: int
    """Sections that tell of it."""
    n_hits: int
    """Places whose words show it."""
    score: float
    """Score of the clearest of them, 0-1."""
    text: str
    """Words of the clearest; empty if it would tell the story and the report is spoiler-safe."""
    start: int | None
    """Their first character in the source text."""
    end: int | None
    """One past their last character."""


@dataclass(frozen=True, slots=True)
class ReviewEntity:
    """What one review says of one entity: a part of entity_summaries."""

    TABLE: ClassVar[str] = "review_entities"

    review_id: str
    """The review."""
    entity_id: str
    """The entity."""
    label: str
    """What it is."""
    name: str
    """The longest form of its name in the review."""
    n_mentions: int
    """Mentions in the review."""
    n_praise: int
    """Judgements that praise it."""
    n_blame: int
    """Judgements that blame it."""
    for_text: str
    """The most telling sentence of praise of it; empty if none."""
    for_start: int | None
    """Its first character in the source text."""
    for_end: int | None
    """One past its last character."""
    for_score: float
    """How telling it is, 0-1."""
    against_text: str
    """The most telling sentence of blame of it; empty if none."""
    against_start: int | None
    """Its first character in the source text."""
    against_end: int | None
    """One past its last character."""
    against_score: float
    """How telling it is, 0-1."""
