"""Pages to read: one of the corpus, one of each review."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.formats import heat, listing, meters, opening, people
from pipeline.formats.bundle import ReviewBundle, beginning
from pipeline.formats.line import stance_line
from pipeline.formats.marks import Marker
from pipeline.formats.pages import render
from pipeline.formats.ratings import ratings
from pipeline.formats.spans import section_html
from pipeline.formats.words import shorten, signed
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewSummary, ThemeSummary

BUDGETS = {"reviews": 1_400_000, "films": 300_000, "names": 100_000}
"""Bytes that the rows of a long table may take in the index; together they keep it under 2 MB."""

MOST_SHOWN = 300_000
"""Characters of a review's text that its page shows; its tables and its JSON have all of it."""


def review_page(bundle: ReviewBundle) -> str:
    """The page of one review; of a very long one, its beginning."""
    whole, bundle = bundle, beginning(bundle, MOST_SHOWN)
    review = bundle.review
    film = bundle.film if bundle.film and bundle.film.title else None
    title = next((row.text for row in bundle.sections if row.kind == "title"), "")
    sentiment = bundle.review_sentiment
    marker = Marker(bundle)
    section_meters = {row.section_id: row for row in bundle.section_sentiments}
    names = {row.entity_id: row.text for row in bundle.mentions}
    seen = Counter((row.text, row.label.lower()) for row in bundle.mentions)
    starts = [row.start for row in bundle.sentences]
    first = {(row.text, row.label.lower()): bisect_right(starts, row.start) - 1 for row in reversed(bundle.mentions)}
    return render(
        "review.html.j2",
        ("style.css", "review.css"),
        (),
        bundle=bundle,
        most_shown=MOST_SHOWN if whole is not bundle else 0,
        review=review,
        film=film,
        heading=shorten(review.title or title, 160) or (film.title if film else review.review_id),
        sentiment=sentiment,
        rating=review.rating if review.rating is not None else sentiment and sentiment.stated_rating,
        line=stance_line(bundle),
        sections=[
            {
                "row": row,
                "meter": section_meters.get(row.section_id),
                "html": section_html(marker.views(row)),
            }
            for row in bundle.sections
        ],
        themes=bundle.theme_hits,
        aspects=bundle.aspects,
        credits=bundle.credits,
        names=names,
        names_seen=[
            (*key, n, starts[first[key]] if first[key] >= 0 else None)
            for key, n in sorted(seen.items(), key=lambda one: (-one[1], one[0]))
        ],
        begins={row.sentence_id: row.start for row in bundle.sentences},
    )


def index_pages(
    reviews: Sequence[ReviewSummary],
    films: Sequence[FilmSummary],
    aspects: Sequence[FilmAspect],
    themes: Sequence[ThemeSummary],
    entities: Sequence[EntitySummary],
) -> Iterator[tuple[str, str]]:
    """Name and text of the index, and of the pages of its long tables."""
    counted = [row for row in reviews if not row.duplicate_of]
    tables = {
        "review": listing.review_listing(reviews),
        "film": listing.film_listing(films),
        "name": listing.name_listing(entities),
    }
    long: dict[str, Any] = {}
    for name, table in tables.items():
        long[f"{name}_table"] = table
        long[f"{name}_rows"] = () if table.is_long else table.rows
        long[f"{name}_data"] = listing.data_of(table, BUDGETS[table.id]) if table.is_long else None
    stances = {row.review_id: signed(row.stance) for row in reviews}
    shown = people.praised(entities), people.blamed(entities)
    yield (
        "index.html",
        render(
            "index.html.j2",
            ("style.css",),
            ("table.js",),
            reviews=reviews,
            n_counted=len(counted),
            films=films,
            # Where most do not name their film, the number of films would say something else than it seems to.
            is_of_films=2 * sum(bool(row.film_id) for row in counted) > len(counted),
            lead=opening.lead(counted),
            notes=opening.notes(reviews),
            meters=meters.picture(counted),
            meter_columns=meters.COLUMNS,
            ratings=ratings(counted),
            aspect_heat=heat.aspects_by_film(films, aspects),
            n_judged=len({row.film_id for row in aspects}),
            theme_table=listing.theme_listing(themes),
            theme_heat=heat.themes_by_film(films, themes, counted),
            years=heat.themes_over_years(counted, themes),
            praised=shown[0],
            blamed=shown[1],
            disputed=[
                asdict(row) | {"stance_of_coldest": stances[row.coldest], "stance_of_warmest": stances[row.warmest]}
                for row in people.disputed(films)
            ],
            titles={row.review_id: _title(row) for row in reviews},
            **long,
        ),
    )
    for table in tables.values():
        for number, rows in table.pages():
            text = render(
                "listing.html.j2", ("style.css",), ("table.js",), table=table, rows=rows, number=number, titles={}
            )
            yield f"{table.id}-{number}.html", text


def _title(row: ReviewSummary) -> str:
    """What a review is called where it is cited: its title, else its film and its id."""
    return shorten(row.title, listing.CELL) or (
        f"{shorten(row.film, 40)}, {row.review_id}" if row.film else row.review_id
    )
