"""Short texts -> the cue of `lexicon/sections.toml` that tells what they are for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.errors import LexiconError
from pipeline.lexicon.load import read
from pipeline.records import KINDS

LONGEST = 600
"""Characters beyond which no cue is looked for."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign of what a paragraph is for."""

    id: str
    kind: str
    """One of records.KINDS."""
    words: int
    """Longest text, in words, for which it holds."""
    find: Callable[[str], re.Match[str] | None]
    """Its match in a text, if any."""
    examples: tuple[str, ...]


@lru_cache(maxsize=1)
def cues() -> tuple[Cue, ...]:
    """All cues, in the order in which they are tried. Raises LexiconError."""
    made = []
    for number, entry in enumerate(read("sections")["cues"], 1):
        name = entry.get("id", number)
        where = f"lexicon/sections.toml, cue {name!r}"
        try:
            cue = Cue(
                entry["id"],
                entry["kind"],
                entry["words"],
                _finder(entry["pattern"]),
                tuple(entry["examples"]),
            )
        except KeyError as error:
            raise LexiconError(f"no {error.args[0]!r}", where=where, fix="Add it, as the other cues have it.") from None
        except re.error as error:
            raise LexiconError(f"pattern does not compile: {error}", where=where, fix="Mend the pattern.") from None
        if cue.kind not in KINDS:
            raise LexiconError(f"unknown kind {cue.kind!r}", where=where, fix=f"Use one of: {', '.join(KINDS)}.")
        made.append(cue)
    return tuple(made)


def _finder(source: str) -> Callable[[str], re.Match[str] | None]:
    """Search for a pattern; one that holds at the beginning alone is tried there alone, which is quicker."""
    pattern = re.compile(source, re.IGNORECASE)
    return pattern.match if source.startswith("^") else pattern.search


def cue_of(text: str, n_words: int) -> str:
    """The kind that the first cue tells of a text of `n_words` words, or nothing."""
    if len(text) > LONGEST:
        return ""
    for cue in cues():
        if n_words <= cue.words and cue.find(text):
            return cue.kind
    return ""
