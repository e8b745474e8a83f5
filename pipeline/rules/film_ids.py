"""Films of all reviews -> which of their ids mean the same film."""

from collections import defaultdict
from collections.abc import Iterable

from pipeline.records import Film


def join_films(films: Iterable[Film]) -> dict[str, str]:
    """New ids by old ones: a title without a year is the film of that title, if the corpus knows just one.

    Two films of one title (a remake) stay two, and a review that does not tell which of them it is about stays by itself.
    """
    without_year: set[str] = set()
    with_year: dict[str, set[str]] = defaultdict(set)
    for film in films:
        if film.film_id and film.year is None:
            without_year.add(film.film_id)
        elif film.film_id:
            with_year[film.film_id.removesuffix(f"-{film.year}")].add(film.film_id)
    return {old: next(iter(with_year[old])) for old in sorted(without_year) if len(with_year.get(old, ())) == 1}
