"""Text -> the year of a film."""

import re

_YEAR = re.compile(r"(?<!\d)(18[89]\d|19\d\d|20\d\d)(?!\d)")


def year_in(text: str) -> int | None:
    """The first year of cinema (1880 on) in `text`, or None."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None
