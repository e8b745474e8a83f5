"""Keys of front matter and columns of tables -> the names in documents.Document.given."""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")

# Best first. Keys are compared in lower case, without `_`, `-` and spaces.
KEYS = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "reviewer", "byline", "by", "critic"),
    "published": (
        "published",
        "date",
        "publishdate",
        "published_at",
        "pubdate",
        "date_published",
        "datepublished",
        "created",
    ),
    "rating": ("rating", "my_rating", "stars", "star_rating", "score", "grade", "note"),
    "film": ("film", "movie", "film_title", "movie_title", "movie_name", "film_name"),
    "year": ("year", "film_year", "movie_year", "release_year", "released_year", "released", "release", "release_date"),
    "director": ("director", "directors", "directed_by"),
    "writer": ("writer", "writers", "written_by", "screenplay", "screenplay_by", "screenwriter", "screenwriters"),
    "cast": ("cast", "starring", "staring", "actors", "actor"),
    "lang": ("lang", "language", "locale"),
}
LISTS = frozenset({"director", "writer", "cast"})
"""Fields that may hold several names, separated by `|`."""
SEPARATOR = re.compile(r" ?(?:[|;]|,(?! ?(?:Jr|Sr|I{1,3}|IV)\b)| (?:and|&) ) ?")
"""What stands between names, where all white space is one blank."""
LANGUAGES = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it", "vietnamese": "vi"}


@lru_cache(maxsize=1024)
def keys_of(keys: tuple[str, ...]) -> dict[str, str]:
    """Which of `keys` fills which name; the best one that there is."""
    told = {_plain(key): key for key in reversed(keys)}
    return {
        name: told[best] for name, names in KEYS.items() if (best := next(filter(told.get, map(_plain, names)), ""))
    }


def _plain(key: str) -> str:
    return re.sub(r"[-_\s]+", "", key.lower())


def given_in(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What keys and their values say of the review, as written; `rating_scale` names the key of the rating."""
    given: dict[str, str] = {}
    for name, key in keys_of(tuple(key for key, values in fields.items() if any(values))).items():
        value = _value(name, [text for each in fields[key] if (text := each.strip())])
        if value:
            given[name] = value
            if name == "rating":
                given["rating_scale"] = key.strip().lower()
    return given


def _value(name: str, values: list[str]) -> str:
    """The value of one field, from all that was written for it."""
    if not values:
        return ""
    if name in LISTS:
        names = SEPARATOR.split(" ".join(values[0].split())) if len(values) == 1 else values
        return "|".join(each.replace("|", " ") for each in names if each)
    if name == "author":
        return ", ".join(values)
    if name == "year":
        year = YEAR.search(values[0])
        return year[0] if year else ""
    if name == "lang":
        code = LANGUAGES.get(values[0].lower(), values[0][:2].lower())
        return code if code.isalpha() else ""
    return html.unescape(values[0]) if name in ("title", "film") else values[0]
