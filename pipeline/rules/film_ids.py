"""Films of all reviews -> which of their ids mean the same film."""

from collections import defaultdict
from collections.abc import Iterable


def join_films(films: Iterable[tuple[str, int | None]]) -> dict[str, str]:
    """New ids by old ones: a title without a year is the film of that title, if the corpus knows just one.

    `films` are ids and years; an empty id is no film.

    Two films of one title (a remake) stay two, and a review that does not tell which of them it is about stays by itself.
    """
    without_year: set[str] = set()
    with_year: dict[str, set[str]] = defaultdict(set)
    for film_id, year in films:
        if film_id and year is None:
            without_year.add(film_id)
        elif film_id:
            with_year[film_id.removesuffix(f"-{year}")].add(film_id)
    return {old: next(iter(with_year[old])) for old in sorted(without_year) if len(with_year.get(old, ())) == 1}
