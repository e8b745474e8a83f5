"""Tables whose cells are shaded by their number: aspects by film, themes by film, themes over the years."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.formats.words import count, name_of, signed
from pipeline.records import ASPECTS
from pipeline.summaries import FilmAspect, FilmSummary, ReviewSummary, ThemeSummary

MOST_FILMS, MOST_THEMES, MOST_PERIODS = 15, 12, 12


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows."""

    text: str = ""
    shade: str = ""
    """Class name of its colour; empty for none."""
    title: str = ""
    """The number in words."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A shaded table: a row a film."""

    columns: tuple[str, ...]
    rows: tuple[tuple[FilmSummary, tuple[Cell, ...]], ...]


def aspects_by_film(films: Sequence[FilmSummary], aspects: Sequence[FilmAspect]) -> Heat:
    """Mean judgement of each aspect in the films with most reviews, -1 to 1; of the aspects that some review judges."""
    found = {(row.film_id, row.aspect): row for row in aspects}
    shown = [film for film in films if any((film.film_id, aspect) in found for aspect in ASPECTS)][:MOST_FILMS]
    judged = tuple(aspect for aspect in ASPECTS if any((film.film_id, aspect) in found for film in shown))
    return Heat(
        judged,
        tuple((film, tuple(_judged(found.get((film.film_id, aspect))) for aspect in judged)) for film in shown),
    )


def title_of(film: FilmSummary) -> str:
    """Title with the year, where it is known."""
    return f"{film.title} ({film.year})" if film.year else film.title


def _judged(row: FilmAspect | None) -> Cell:
    if row is None:
        return Cell()
    level = min(3, int(abs(row.mean) * 3 + 0.999)) if abs(row.mean) >= 0.05 else 0
    shade = f"praise-{level}" if row.mean > 0 and level else f"blame-{level}" if level else "level"
    return Cell(signed(row.mean), shade, f"{row.n_positive} for, {row.n_negative} against, {row.n_mixed} both")


def themes_by_film(
    films: Sequence[FilmSummary], themes: Sequence[ThemeSummary], reviews: Sequence[ReviewSummary]
) -> Heat:
    """Reviews that tell of a theme as one of their clearest, in the films of which most is told."""
    top = [theme.theme_id for theme in themes[:MOST_THEMES]]
    counts = Counter((row.film_id, theme) for row in reviews if not row.duplicate_of for theme in row.themes.split("|"))
    weight = {film.film_id: sum(counts[film.film_id, theme] for theme in top) for film in films}
    # A stable sort: films of equal weight stay in their order, most reviews first.
    shown = sorted((film for film in films if weight[film.film_id]), key=lambda film: -weight[film.film_id])
    return Heat(
        tuple(map(name_of, top)),
        tuple(
            (film, tuple(_share(counts[film.film_id, theme], film.n_reviews) for theme in top))
            for film in shown[:MOST_FILMS]
        ),
    )


def _share(n: int, of: int) -> Cell:
    if not n:
        return Cell()
    level = min(4, 1 + int(n / of * 3.999)) if of else 1
    return Cell(str(n), f"much-{level}", f"{n} of {count(of, 'review')}")


@dataclass(frozen=True, slots=True)
class Years:
    """Themes over the years of the films, as a share of the reviews of each period."""

    periods: tuple[str, ...]
    totals: tuple[int, ...]
    """Reviews of films of each period."""
    rows: tuple[tuple[str, tuple[int, ...], str], ...]
    """Theme, reviews in each period, and the line of their shares as a path in a box of 120 × 28."""
    most: float
    """The largest share, which the top of that box stands for."""


def themes_over_years(reviews: Sequence[ReviewSummary], themes: Sequence[ThemeSummary]) -> Years:
    """Periods are years, five years or decades: the finest of which there are few enough."""
    totals = Counter(row.year for row in reviews if row.year is not None and not row.duplicate_of)
    if not totals or not themes:
        return Years((), (), (), 0.0)
    first, last = min(totals), max(totals)
    width = next((w for w in (1, 5, 10, 20) if last // w - first // w < MOST_PERIODS), 25)
    starts = range(first // width * width, last + 1, width)
    sums = tuple(sum(n for year, n in totals.items() if year // width * width == start) for start in starts)
    counts = {}
    for theme in themes[:MOST_THEMES]:
        found = {int(year): n for year, n in parse_pairs(theme.years).items()}
        some = tuple(sum(n for year, n in found.items() if year // width * width == start) for start in starts)
        counts[name_of(theme.theme_id)] = some
    most = max(n / of for some in counts.values() for n, of in zip(some, sums, strict=True) if of)
    rows = tuple((name, some, _path(some, sums, most or 1.0)) for name, some in counts.items())
    names = tuple(str(start) if width == 1 else f"{start}–{str(start + width - 1)[-2:]}" for start in starts)
    return Years(names, sums, rows, most)


def _path(counts: Sequence[int], sums: Sequence[int], most: float) -> str:
    step = 112 / max(len(counts) - 1, 1)
    shares = [(4 + i * step, n / of) for i, (n, of) in enumerate(zip(counts, sums, strict=True)) if of]
    return "".join(f"{'L' if i else 'M'}{x:.1f} {25 - share / most * 22:.1f}" for i, (x, share) in enumerate(shares))


def parse_pairs(cell: str) -> dict[str, int]:
    """A cell of `name:count|name:count` as a dict."""
    return {name: int(n) for name, _, n in (pair.rpartition(":") for pair in cell.split("|") if pair)}
