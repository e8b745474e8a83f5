"""Settings of a run, and the file that they may stand in."""

import difflib
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Config:
    """What a user may set that changes results; where things lie and how many work on them is no part of it."""

    text_key: str = ""
    """Column that holds the text of a table's rows; empty: text, review, body or content."""
    themes: str = ""
    """File of the user's own themes."""
    aliases: str = ""
    """CSV file of the user's own names: alias, name, label."""
    ner: str = ""
    """A spaCy pipeline that finds names instead of our own tagger: a package or a folder."""
    no_spoilers: bool = False
    """Leave plot sentences out of the report."""


_FILES = ("themes", "aliases")
_SETTABLE = ("text_key", "themes", "aliases", "ner", "no_spoilers")


def load_config(file: Path | None, **options: Any) -> Config:
    """Settings of a TOML file, overruled by options of the command line that are not None.

    Paths in the file count from its folder.

    Raises:
        ConfigError: the file cannot be read, or has a setting that is unknown or of another type.
    """
    settings = _read(file) if file else {}
    settings |= {name: value for name, value in options.items() if value is not None}
    for name in _FILES:
        if settings.get(name) and not Path(settings[name]).is_file():
            raise ConfigError(f"no such file, given as {name}", where=settings[name], fix="Check the path.")
    return Config(**settings)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read it ({error.strerror})", where=str(file), fix="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"not a TOML file: {error}", where=str(file), fix='Write lines such as: text_key = "body"'
        ) from error
    types = {field.name: field.type for field in fields(Config)}
    for name, value in found.items():
        if name not in _SETTABLE:
            near = difflib.get_close_matches(name, _SETTABLE, n=1)
            fix = f"Did you mean {near[0]!r}?" if near else f"Known settings: {', '.join(_SETTABLE)}."
            raise ConfigError(f"unknown setting {name!r}", where=str(file), fix=fix)
        if not isinstance(value, types[name]):  # type: ignore[arg-type]
            wanted = "true or false" if types[name] is bool else "text in quotes"
            raise ConfigError(f"setting {name!r} is {value!r}", where=str(file), fix=f"Give {wanted}.")
        if name in _FILES and value:
            found[name] = str(file.parent / value)
    return found
