"""Ratings as reviewers write them -> 0-1."""

import re

NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?|\.\d{1,2}"
OUT_OF = re.compile(rf"({NUMBER})\s*(?:/|out\s+of|of)\s*(\d{{1,4}})(?![\d.,]*\d)", re.IGNORECASE)
PERCENT = re.compile(rf"({NUMBER})\s*(?:%|per\s?cent)", re.IGNORECASE)
PLAIN = re.compile(rf"({NUMBER})(?:\s*(stars?|points?))?", re.IGNORECASE)
STARS = re.compile(r"([★⭐\u272f\u2b51*]{0,10}\ufe0f?)\s*([½⯨⯪]?)\s*[☆✩⭒]{0,10}")
GRADE = re.compile(r"([A-DFa-df])\s?([+\-−–]?)")
THUMBS = {"👍": 1.0, "👎": 0.0}
SCALES = {"percent": 100.0, "percentage": 100.0, "score": 100.0, "stars": 5.0, "star_rating": 5.0}
"""What a plain number is out of, by the key or column that it stands under; a score of at most ten is out of ten."""

GRADES = {"A": 11.0, "B": 8.0, "C": 5.0, "D": 2.0, "F": 0.0}
"""Grades as twelfths above F: A+ is 12, D- is 1."""


def scale_rating(text: str, scale: str = "") -> float | None:
    """The rating that `text` states, 0-1; None if it states none.

    `scale` is what is known of the scale: its best value ("10"), or the key that the rating stood under ("score").
    Where it says nothing, a plain number up to 5 is out of 5, up to 10 out of 10, up to 100 out of 100.

    >>> scale_rating("3.5/5"), scale_rating("B+"), scale_rating("★★★½"), scale_rating("8"), scale_rating("PG-13")
    (0.7, 0.75, 0.7, 0.8, None)
    """
    text = " ".join(text.replace("\u00bd", "½").split())
    if not text or len(text) > 60:
        return None
    if found := OUT_OF.fullmatch(text) or PERCENT.fullmatch(text):
        return _share(_number(found[1]), float(found[2]) if found.re is OUT_OF else 100.0)
    if text in THUMBS:
        return THUMBS[text]
    if found := GRADE.fullmatch(text):
        step = {"+": 1.0, "": 0.0}.get(found[2], -1.0)
        return max(0.0, GRADES[found[1].upper()] + step) / 12.0 if found[1].upper() != "F" else 0.0
    half = 0.5 if text.endswith(("½", " 1/2")) else 0.0
    if found := PLAIN.fullmatch(text.removesuffix("½").removesuffix(" 1/2").strip()):
        return _share(_number(found[1]) + half, _best(_number(found[1]) + half, found[2] or "", scale))
    if (found := STARS.fullmatch(text)) and (found[1] or found[2]):
        full = sum(sign not in "\ufe0f" for sign in found[1])
        return _share(
            full + (0.5 if found[2] else 0.0), max(5.0, float(len(text.replace(" ", "").replace("\ufe0f", ""))))
        )
    return None


def _best(value: float, unit: str, scale: str) -> float:
    """What a plain number is out of."""
    known = re.fullmatch(r"\d{1,4}(?:\.\d+)?", scale.strip())
    if known and float(known[0]) > 0:
        return float(known[0])
    named = SCALES.get(scale.strip().lower().replace("-", "_").replace(" ", "_"), 0.0)
    if named == 100.0 and value <= 10 and "score" in scale.lower():
        return 10.0
    if named >= value and named:
        return named
    return 5.0 if value <= 5 and not unit.lower().startswith("point") else 10.0 if value <= 10 else 100.0


def _share(value: float, best: float) -> float | None:
    return round(value / best, 4) if best > 0 and value <= best else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
