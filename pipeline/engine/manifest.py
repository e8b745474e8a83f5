"""run.json: what was run with what, so that a result can be cited and made again."""

import hashlib
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline.config import Config
from pipeline.engine import parts

LIBRARIES = ("closeup-reviews", "spacy", "textblob", "pandas", "pyarrow", "numpy")


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def folder_hash(folder: Path, *suffixes: str) -> str:
    """SHA-256 over names and contents of the files of a package folder with these suffixes."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in suffixes:
            found.update(path.relative_to(folder).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def manifest(
    outputs: Path, files: list[Path], shards: list[str], config: Config, counts: dict[str, int], machine: dict[str, Any]
) -> str:
    """The text of run.json.

    `files` are the outputs to be hashed, `shards` the keys of the corpus' shards. All but the part `this_run`
    is the same for the same input, on any day and for any number of workers.
    """
    home = Path(parts.__file__).parents[1]
    same = {
        "versions": {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()},
        "settings": {name: parts.file_or_value(getattr(config, name)) for name in Config.__dataclass_fields__},
        "hashes": {
            "corpus": hashlib.sha256("\n".join(shards).encode()).hexdigest(),
            "code": folder_hash(home, ".py"),
            "lexicon": folder_hash(home / "lexicon", ".toml"),
            "models": folder_hash(home / "models", ".npz", ".bin"),
        },
        "counts": counts,
        "outputs": {path.relative_to(outputs).as_posix(): file_hash(path) for path in sorted(files)},
        "this_run": {"platform": platform.platform(), "python": sys.version.split()[0], **machine},
    }
    return json.dumps(same, ensure_ascii=False, indent=2) + "\n"
