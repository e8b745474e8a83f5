"""What names a row of each table."""

from pipeline import records, summaries
from pipeline.records import Kind

KEYS: dict[Kind, tuple[str, ...]] = {
    records.Review: ("review_id",),
    records.Section: ("section_id",),
    records.Sentence: ("sentence_id",),
    records.Film: ("review_id",),
    records.Mention: ("mention_id",),
    records.Entity: ("entity_id",),
    records.SentenceSentiment: ("sentence_id",),
    records.SectionSentiment: ("section_id",),
    records.ReviewSentiment: ("review_id",),
    records.SectionTheme: ("section_id", "theme_id"),
    summaries.ReviewSummary: ("review_id",),
    summaries.FilmSummary: ("film_id",),
    summaries.FilmAspect: ("film_id", "aspect"),
    summaries.ThemeSummary: ("theme_id",),
    summaries.EntitySummary: ("entity_id",),
}
"""What names a row; aspects, credits and theme hits have no name of their own."""
