"""[[theme]] blocks: those of lexicon/themes.toml, and those of a user's own file, checked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import LexiconError
from pipeline.lexicon.load import read, read_file

FIELDS = ("id", "cluster", "definition", "lto", "cues", "hints", "not", "examples")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_PLAIN = re.compile(r"[\w'’-]+( [\w'’-]+){0,7}")
"""Bracketed words that can serve as a cue: up to eight words and no sign that means something in a pattern."""
SHORT = 3
"""Most words of a name of the ontology that texts may hold as it is."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a block says of its theme."""

    id: str
    definition: str
    lto: tuple[str, ...]
    """Names of the Literary Theme Ontology that mean the same."""
    cues: tuple[str, ...]
    hints: tuple[str, ...]
    hidden: tuple[str, ...]
    """The block's `not`: what hides cues and hints."""
    examples: tuple[str, ...]
    """Sentences with the words that show the theme in [brackets]."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The bracketed words of the examples that can serve as cues, in lower case."""
        return tuple(
            words.lower()
            for example in self.examples
            for words in _BRACKETS.findall(example)
            if _PLAIN.fullmatch(words)
        )

    @property
    def told(self) -> tuple[str, ...]:
        """The examples that show the theme, without their brackets."""
        return tuple(example.replace("[", "").replace("]", "") for example in self.examples if "[" in example)


def phrases(theme: Theme, known: Mapping[str, list[str]]) -> list[str]:
    """The theme's cues as plain words: of words that may stand for one another, and of lists, the first."""

    def plain(word: str) -> str:
        first = word.rstrip("?").split("|")[0].lstrip("=")
        return known[first[1:-1]][0] if first.startswith("<") else first

    return [" ".join(plain(word) for word in cue.split() if word != "...") for cue in theme.cues]


def with_shown_cues(theme: Theme, names: Iterable[str]) -> Theme:
    """The theme, the bracketed words of its examples and those of `names` that are short enough as cues beside its own."""
    short = (name for name in names if _PLAIN.fullmatch(name) and name.count(" ") < SHORT)
    return replace(theme, cues=tuple(dict.fromkeys((*theme.cues, *theme.shown, *short))))


@lru_cache(maxsize=1)
def our_themes() -> tuple[Theme, ...]:
    """The themes of lexicon/themes.toml, in its order, which is that of the model's outputs."""
    return tuple(_theme(block, "lexicon/themes.toml") for block in read("themes")["theme"])


def lists() -> Mapping[str, list[str]]:
    """The word lists of lexicon/themes.toml, by name; a user's patterns may use them, too."""
    found: Mapping[str, list[str]] = read("themes")["lists"]
    return found


def about() -> list[str]:
    """Patterns after which a review names what its film is about."""
    found: list[str] = read("themes")["about"]
    return found


def own_themes(path: Path) -> tuple[Theme, ...]:
    """The themes of a user's file. Raises LexiconError if it is no TOML or a block is malformed."""
    found = read_file(path)
    blocks = found.get("theme")
    if not isinstance(blocks, list) or not blocks or not all(isinstance(block, dict) for block in blocks):
        raise LexiconError(
            "there is no [[theme]] block", where=str(path), fix="Begin each theme with a line [[theme]]."
        )
    if stray := sorted(found.keys() - {"theme"}):
        raise LexiconError(
            f"{stray[0]!r} means nothing here", where=str(path), fix="Keep to [[theme]] blocks; remove what is else."
        )
    themes = tuple(_theme(block, f"{path}, theme {number}") for number, block in enumerate(blocks, 1))
    ids = [theme.id for theme in themes]
    for theme_id in ids:
        if ids.count(theme_id) > 1:
            raise LexiconError(f"two themes are called {theme_id!r}", where=str(path), fix="Give each its own id.")
    return themes


def _theme(block: Mapping[str, Any], where: str) -> Theme:
    """The block, checked."""
    for name in block:
        if name not in FIELDS:
            raise LexiconError(f"unknown field {name!r}", where=where, fix=f"Use {', '.join(FIELDS)}.")
    theme_id = block.get("id")
    if not isinstance(theme_id, str) or not _SLUG.fullmatch(theme_id):
        raise LexiconError(
            "the theme has no id, or one that is not plain",
            where=where,
            fix='Write small letters, figures and hyphens: id = "sibling-rivalry".',
        )
    where = f"{where} ({theme_id})"
    definition = block.get("definition", "")
    if not isinstance(definition, str):
        raise LexiconError("the definition is not text", where=where, fix='Write definition = "…".')
    several = {name: block.get(name, []) for name in ("lto", "cues", "hints", "not", "examples")}
    for name, value in several.items():
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise LexiconError(f"{name!r} is not a list of texts", where=where, fix=f'Write {name} = ["…", "…"].')
    if not definition and not any(several[name] for name in ("lto", "cues", "examples")):
        raise LexiconError(
            "nothing says what the theme is", where=where, fix="Give a definition, cues, examples or names in lto."
        )
    return Theme(
        id=theme_id,
        definition=definition,
        lto=tuple(several["lto"]),
        cues=tuple(several["cues"]),
        hints=tuple(several["hints"]),
        hidden=tuple(several["not"]),
        examples=tuple(several["examples"]),
    )
