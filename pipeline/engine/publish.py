"""Tables -> outputs/report: a JSON file and a page for each review, pages and JSON for the corpus."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import storage, tables
from pipeline.config import Config
from pipeline.engine import parts
from pipeline.engine.merge import Changes, Store
from pipeline.engine.shards import Map
from pipeline.formats.bundle import ReviewBundle, without_plot
from pipeline.formats.html import index_pages, review_page
from pipeline.formats.json import SCHEMA_NAME, corpus_json, review_json
from pipeline.formats.schema import review_schema
from pipeline.plan import STAGES
from pipeline.records import (
    Aspect,
    Credit,
    Film,
    Kind,
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
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewSummary, ThemeSummary

_LISTS: dict[str, Kind] = {
    "sections": Section,
    "sentences": Sentence,
    "mentions": Mention,
    "credits": Credit,
    "sentence_sentiments": SentenceSentiment,
    "section_sentiments": SectionSentiment,
    "aspects": Aspect,
    "theme_hits": ThemeHit,
    "section_themes": SectionTheme,
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one shard, to be written by whichever process has the time."""

    outputs: str
    shard: dict[str, Any]
    changes: Changes
    """Ids that the corpus changes in the shard."""
    no_spoilers: bool
    is_html_wanted: bool


def write_pages(
    store: Store, config: Config, is_html_wanted: bool, spread: Map, tell: Callable[[str, int, int], None]
) -> Iterator[dict[str, Any]]:
    """Write the files of single reviews where they are not there; yields each shard whose files are, in order.

    Whoever takes the shards works beside those who write the next ones' pages.
    """
    jobs = [
        Pages(str(store.outputs), shard, store.changes(shard), config.no_spoilers, is_html_wanted)
        for shard in store.shards
    ]
    folder = store.outputs / parts.FOLDER / "pages"
    there = storage.names_in(folder)
    markers = [_marker(job).name for job in jobs]
    due = [job for job, marker in zip(jobs, markers, strict=True) if marker not in there]
    written = enumerate(spread(publish_shard, due), 1)
    for job, marker in zip(jobs, markers, strict=True):
        if marker not in there:
            number, _ = next(written)
            tell("writing pages", number, len(due))
        yield job.shard
    _keep(folder, set(markers))


def publish(store: Store, is_html_wanted: bool) -> list[Path]:
    """Write the files of outputs/report that are of the corpus as a whole, but for its tables; the files written.

    The pages of reviews that are no more are removed.
    """
    folder = store.outputs / "report"
    _keep(folder / "reviews", _names(store, is_html_wanted))
    summaries: dict[Kind, pa.Table] = {ReviewSummary: tables.read_table(store.outputs, "report", ReviewSummary)}
    summaries |= {kind: store.reduced[kind] for kind in (FilmSummary, FilmAspect, ThemeSummary, EntitySummary)}
    schema = json.dumps(review_schema(tables.column_help), ensure_ascii=False, indent=2) + "\n"
    storage.write_text(folder / SCHEMA_NAME, schema)
    files = [folder / SCHEMA_NAME, folder / "corpus.json"]
    with storage.replacing(files[-1]) as handle:
        handle.writelines(piece.encode() for piece in corpus_json(*summaries.values()))
    if is_html_wanted:
        for name, text in index_pages(*(tables.to_rows(kind, table) for kind, table in summaries.items())):
            files.append(folder / name)
            storage.write_text(files[-1], text)
    return files


def publish_shard(job: Pages) -> None:
    """Write the files of each review of a shard."""
    store = Store(storage.locate(job.outputs), [job.shard], STAGES)
    store.renames = {column: dict(some) for column, some in job.changes.items()}
    folder = store.outputs / "report" / "reviews"
    for bundle in bundles(store):
        if job.no_spoilers:
            bundle = without_plot(bundle)
        name = bundle.review.review_id
        storage.write_text(folder / f"{name}.json", review_json(bundle), is_durable=False)
        if job.is_html_wanted:
            storage.write_text(folder / f"{name}.html", review_page(bundle), is_durable=False)
    storage.write_text(_marker(job), "", is_durable=False)


def bundles(store: Store) -> Iterator[ReviewBundle]:
    """Every review with all that is known of it, in the order of the corpus."""
    for shard in store.shards:
        found: dict[Kind, dict[str, list[Any]]] = {}
        for kind in (*_LISTS.values(), Film, ReviewSentiment):
            groups: dict[str, list[Any]] = {}
            for row in tables.to_rows(kind, store.piece(shard, kind).table(kind)):
                groups.setdefault(row.review_id, []).append(row)
            found[kind] = groups
        for review in tables.to_rows(Review, store.piece(shard, Review).table(Review)):
            name = review.review_id
            lists: dict[str, Any] = {field: tuple(found[kind].get(name, ())) for field, kind in _LISTS.items()}
            film, sentiment = (next(iter(found[kind].get(name, ())), None) for kind in (Film, ReviewSentiment))
            yield ReviewBundle(review=review, film=film, review_sentiment=sentiment, **lists)


def _marker(job: Pages) -> Path:
    """An empty file that says: the pages of this shard are written. Its name holds all that they depend on."""
    text = json.dumps([job.shard["keys"], job.changes, job.no_spoilers, job.is_html_wanted], sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()
    return parts.path_of(storage.locate(job.outputs), "pages", job.shard["name"], key)


def _names(store: Store, is_html_wanted: bool) -> set[str]:
    table = tables.read_table(store.outputs, "ingest", Review, ("review_id",))
    suffixes = ("json", "html") if is_html_wanted else ("json",)
    return {f"{name}.{suffix}" for name in table.column("review_id").to_pylist() for suffix in suffixes}


def _keep(folder: Path, names: set[str]) -> None:
    """Remove all other files of a folder."""
    for gone in storage.names_in(folder) - names:
        (folder / gone).unlink()
