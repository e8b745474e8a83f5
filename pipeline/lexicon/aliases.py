"""A user's own names: a CSV of alias, name, label."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.errors import LexiconError
from pipeline.records import LABELS


@dataclass(frozen=True, slots=True)
class Alias:
    """What a form of a name stands for."""

    name: str
    label: str


@lru_cache(maxsize=4)
def read_aliases(path: str) -> dict[str, Alias]:
    """Aliases by their words as written, names among them; empty without a path.

    Raises:
        LexiconError: the file cannot be read, a line has no alias, no name, or a label that there is not.
    """
    if not path:
        return {}
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LexiconError(f"cannot read the aliases ({error})", where=path, fix="Save it as CSV in UTF-8.") from None
    found: dict[str, Alias] = {}
    for number, row in enumerate(rows, 2):
        alias, name = (row.get("alias") or "").strip(), (row.get("name") or "").strip()
        label = (row.get("label") or "PERSON").strip().upper()
        if not alias or not name or label not in LABELS:
            raise LexiconError(
                f"line {number} is not alias,name,label",
                where=path,
                fix=f"Write for example: The Rock,Dwayne Johnson,PERSON. Labels: {' '.join(LABELS)}.",
            )
        found[alias] = found[name] = Alias(name, label)
    return found
