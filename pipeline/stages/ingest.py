"""documents -> reviews: what is known of each review before it is read."""

from collections.abc import Iterator

from pipeline.config import Config
from pipeline.readers.ratings import scale_rating
from pipeline.records import Review
from pipeline.rules.languages import review_language
from pipeline.rules.years import year_in
from pipeline.stage import Batch, Stage


def map_ingest(batch: Batch, config: Config) -> Iterator[Review]:
    """One row a review, from its document and what its front matter or columns say."""
    for document in batch.documents:
        given = document.given
        yield Review(
            review_id=document.review_id,
            source=document.source,
            title=given.get("title", ""),
            author=given.get("author", ""),
            published=given.get("published", ""),
            rating=scale_rating(given.get("rating", ""), given.get("rating_scale", "")),
            film=given.get("film", ""),
            year=year_in(given.get("year", "")),
            lang=review_language(document),
            n_words=len(document.text.split()),
            sha256=document.sha256,
            duplicate_of=document.duplicate_of,
        )


STAGE = Stage(
    "ingest",
    "Read the corpus: one row a review.",
    reads=(),
    writes=(Review,),
    map=map_ingest,
    settings=("text_key",),
)
