"""Ratings as reviewers write them -> 0-1."""

import re

NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?|\.\d{1,2}"
OUT_OF = re.compile(rf"({NUMBER})\s*(?:/|out\s+of|of)\s*(\d{{1,4}})", re.IGNORECASE)
PERCENT = re.compile(rf"({NUMBER})\s*(?:%|per\s?cent)", re.IGNORECASE)
PLAIN = re.compile(rf"({NUMBER})?\s*(½|1/2)?")
UNIT = re.compile(r"(?:(?<!\s)\s+)?\b(stars?|points?)$", re.IGNORECASE)
STARS = re.compile(r"([★⭐✯⭑*]{0,10})\s*(½|1/2)?\s*([☆✩⭒]{0,10})")
GRADE = re.compile(r"([A-DFa-df])\s?([+\-−–]?)")
THUMBS = {"👍": 1.0, "👎": 0.0}
GRADES = {"A": 11, "B": 8, "C": 5, "D": 2}
"""Grades in twelfths: A+ is 12, D- is 1, F is none."""
BEST = {"percent": 100.0, "percentage": 100.0, "score": 10.0, "stars": 5.0, "star_rating": 5.0, "points": 10.0}
"""What a plain number is out of, by the key, column or unit that it stands under, unless it is more."""
LONGEST = 60
"""Characters beyond which it is no rating but a text."""


def scale_rating(text: str, scale: str = "") -> float | None:
    """The rating that `text` states, 0-1 to four decimals; None if it states none.

    `scale` is what is known of the scale: its best value ("10"), or the key that the rating stood under ("score").
    Where it says nothing, a plain number up to 5 is out of 5, up to 10 out of 10, up to 100 out of 100.

    >>> scale_rating("3.5/5"), scale_rating("B+"), scale_rating("★★★½"), scale_rating("8"), scale_rating("PG-13")
    (0.7, 0.75, 0.7, 0.8, None)
    """
    text = " ".join(text.replace("\ufe0f", "").split())
    if not text or len(text) > LONGEST:
        return None
    if text in THUMBS:
        return THUMBS[text]
    if found := GRADE.fullmatch(text):
        step = {"+": 1, "": 0}.get(found[2], -1)
        return _share(GRADES[found[1].upper()] + step, 12.0) if found[1].upper() in GRADES else 0.0
    unit = UNIT.search(text)
    if unit:
        text, scale = text[: unit.start()], unit[1].lower().rstrip("s") + "s"
    if found := OUT_OF.fullmatch(text):
        return _share(_number(found[1]), float(found[2]))
    if found := PERCENT.fullmatch(text):
        return _share(_number(found[1]), 100.0)
    if (found := PLAIN.fullmatch(text)) and (found[1] or found[2]):
        value = _number(found[1] or "0") + (0.5 if found[2] else 0.0)
        return _share(value, _best(value, scale))
    if found := STARS.fullmatch(text):
        value = len(found[1]) + (0.5 if found[2] else 0.0)
        return _share(value, max(5.0, len(found[1]) + bool(found[2]) + len(found[3])))
    return None


def _best(value: float, scale: str) -> float:
    """What a plain number is out of."""
    key = scale.strip().lower().replace("-", "_").replace(" ", "_")
    known = float(key) if re.fullmatch(r"\d{1,4}(?:\.\d{1,2})?", key) else BEST.get(key, 0.0)
    return known if known >= max(value, 1.0) else next((best for best in (5.0, 10.0) if value <= best), 100.0)


def _share(value: float, best: float) -> float | None:
    return round(value / best, 4) if best > 0 and value <= best else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
