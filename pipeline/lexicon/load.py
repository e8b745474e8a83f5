"""Reads the TOML files of this folder, each once a process."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import LexiconError

FOLDER = Path(__file__).parent


@cache
def read(name: str) -> dict[str, Any]:
    """What `lexicon/<name>.toml` holds; shared by all callers, so never to be changed. Raises LexiconError."""
    return read_file(FOLDER / f"{name}.toml")


def read_file(path: Path) -> dict[str, Any]:
    """What the TOML file at `path` holds. Raises LexiconError if it is missing, not UTF-8 or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LexiconError(
            "there is no such lexicon", where=str(path), fix="Check the file's name, or restore the file."
        ) from None
    except UnicodeDecodeError as error:
        raise LexiconError(f"byte {error.start} is not UTF-8", where=str(path), fix="Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(
            f"not valid TOML: {error}", where=str(path), fix="Mend the line that is named, and run again."
        ) from None
