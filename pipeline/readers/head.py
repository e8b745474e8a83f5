"""What a page says of itself where nobody looks: JSON-LD, <meta>, <title>, the language of <html>."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.readers.page import attributes

META = re.compile(r"""<meta((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""", re.IGNORECASE)
TITLE = re.compile(r"<title\b[^<>]{0,1000}>([^<]{0,2000})", re.IGNORECASE)
LANGUAGE = re.compile(r"""<html\b[^<>]{0,1000}?\slang\s*=\s*["']?([A-Za-z]{2})\b""", re.IGNORECASE)
JSON_LD = re.compile(r"<script\b[^<>]{0,1000}?application/ld\+json[^<>]{0,1000}>", re.IGNORECASE)
LONGEST_JSON_LD = 500_000
"""Characters of one block of JSON-LD."""
MOST_NODES = 10_000
"""Objects of JSON-LD that are looked at."""
MOST_METAS = 1_000
"""<meta> tags that are looked at."""
YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")

# Names of <meta>, best first, by what they fill.
METAS = {
    "title": ("og:title", "itemprop:headline", "itemprop:name", "twitter:title", "dc.title"),
    "author": ("author", "itemprop:author", "article:author", "dc.creator", "parsely-author"),
    "published": ("article:published_time", "itemprop:datepublished", "date", "dc.date", "pubdate", "parsely-pub-date"),
    "rating": ("itemprop:ratingvalue",),
    "rating_scale": ("itemprop:bestrating",),
    "lang": ("og:locale",),
}
REVIEWS = frozenset({"Review", "CriticReview", "UserReview"})
ARTICLES = frozenset({"Article", "BlogPosting", "NewsArticle", "BlogPost"})
FILMS = frozenset({"Movie", "TVSeries", "CreativeWork", "VideoObject"})


def given_in_head(source: str) -> dict[str, str]:
    """What the page says of itself, by the names in documents.Document.given."""
    given = given_in_json_ld(source)
    metas = dict(_metas(source))
    for name, keys in METAS.items():
        for key in keys:
            if name not in given and metas.get(key):
                given[name] = metas[key][:2] if name == "lang" else metas[key]
    if (found := LANGUAGE.search(source[:20_000])) is not None:
        given["lang"] = found[1].lower()
    if "title" not in given and (title := page_title(source)):
        given["title"] = title
    return given


def page_title(source: str) -> str:
    """The text of <title>; empty if there is none."""
    found = TITLE.search(source)
    return _clean(found[1]) if found else ""


def _metas(source: str) -> Iterator[tuple[str, str]]:
    """Name and content of each <meta>; of two with one name the first counts."""
    seen: set[str] = set()
    for number, found in enumerate(META.finditer(source)):
        if number == MOST_METAS:
            break
        places = attributes(source, *found.span(1))
        values = {key: source[a:b] for key, (a, b) in places.items()}
        name = values.get("property") or values.get("name") or ""
        if "itemprop" in values:
            name = f"itemprop:{values['itemprop']}"
        name = name.strip().lower()
        content = _clean(values.get("content", ""))
        if name and content and name not in seen:
            seen.add(name)
            yield name, content


def given_in_json_ld(source: str) -> dict[str, str]:
    """What the JSON-LD of the page says of the review and its film."""
    given: dict[str, str] = {}
    for node in _nodes(source):
        kinds = _strings(node.get("@type"))
        if REVIEWS.intersection(kinds):
            rating = _first(node.get("reviewRating"))
            told = {
                "title": _name(node.get("headline") or node.get("name")),
                "author": _names(node.get("author"), ", "),
                "published": _name(node.get("datePublished")),
                "rating": _name(rating.get("ratingValue")) if isinstance(rating, dict) else "",
                "rating_scale": _name(rating.get("bestRating")) if isinstance(rating, dict) else "",
                **_film(_first(node.get("itemReviewed"))),
            }
        elif ARTICLES.intersection(kinds):
            told = {
                "title": _name(node.get("headline") or node.get("name")),
                "author": _names(node.get("author"), ", "),
                "published": _name(node.get("datePublished")),
            }
        elif FILMS.intersection(kinds[:1]) and "Movie" in kinds:
            told = _film(node)
        else:
            continue
        for key, value in told.items():
            if value:
                given.setdefault(key, value)
    return given


def _nodes(source: str) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD that stands in no other; reviews first."""
    found: list[dict[str, Any]] = []
    for number, script in enumerate(JSON_LD.finditer(source)):
        end = source.find("</", script.end(), script.end() + LONGEST_JSON_LD)
        if number == 20 or end < 0:
            break
        try:
            waiting = [json.loads(source[script.end() : end].strip().removeprefix("<!--").removesuffix("-->"))]
        except (ValueError, RecursionError):
            continue
        while waiting and len(found) < MOST_NODES:
            item = waiting.pop()
            if isinstance(item, list):
                waiting.extend(reversed(item[:MOST_NODES]))
            elif isinstance(item, dict):
                found.append(item)
                nested = [item.get(key) for key in ("@graph", "review", "mainEntity")]
                waiting.extend(each for each in nested if isinstance(each, dict | list))
    yield from sorted(found, key=lambda node: not REVIEWS.intersection(_strings(node.get("@type"))))


def _film(node: object) -> dict[str, str]:
    """What an object says of the film that is reviewed."""
    if not isinstance(node, dict):
        return {"film": node.strip()} if isinstance(node, str) else {}
    year = YEAR.search(_name(node.get("datePublished") or node.get("dateCreated")))
    return {
        "film": _name(node.get("name")),
        "year": year[0] if year else "",
        "director": _names(node.get("director")),
        "cast": _names(node.get("actor") or node.get("actors")),
        "writer": _names(node.get("author") or node.get("creator")),
    }


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _strings(value: object) -> list[str]:
    """The strings in a value that may be one or a list of them."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _name(value: object) -> str:
    """A value as text: itself, or its name."""
    value = _first(value)
    if isinstance(value, dict):
        value = _first(value.get("name"))
    return _clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _names(value: object, separator: str = "|") -> str:
    """The names in a value."""
    names = [_name(each) for each in (value[:100] if isinstance(value, list) else [value])]
    return separator.join(name.replace("|", " ") for name in names if name)


def _clean(text: str) -> str:
    return " ".join(html.unescape(text).split())
