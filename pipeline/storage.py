"""Where corpora and outputs lie: folders of this machine, or object stores named by a URL.

A place is a `Path`; one on an object store (`s3://bucket/folder`, `gs://…`) is universal_pathlib's likeness of it, with
the same methods. What differs is here: a local file is written beside its place, forced to the disk and moved into it;
on an object store a file appears whole with the one request that puts it there, and nobody can lock a folder.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from filelock import FileLock, Timeout

from pipeline.errors import ConfigError, OutputsError


def locate(text: str) -> Path:
    """A place by its path or URL.

    Raises:
        ConfigError: what reads such URLs is not installed.
    """
    if "://" not in text:
        return Path(text)
    if text.startswith("file://"):
        return Path(url2pathname(urlsplit(text).path))
    try:
        import upath

        make: Any = upath.UPath  # whose kinds cannot be told apart before the URL is known
        # Other processes write there, too: what was listed once may not be all.
        place = make(text) if text.startswith("memory:") else make(text, use_listings_cache=False)
        place.fs  # noqa: B018 - made when it is asked for, and not before
        return place  # type: ignore[no-any-return]
    except (ImportError, ValueError) as error:
        raise ConfigError(
            f"no such URL can be read ({error})",
            where=text,
            fix='Install what does: pip install "closeup-reviews[remote]", for gs:// also gcsfs.',
        ) from None


def reach(text: str | Path) -> Path:
    """A place by its path or URL; on an object store, one that answers.

    Raises:
        ConfigError: it does not, or what reads such URLs is not installed.
    """
    place = locate(str(text))
    if not is_here(place):
        try:
            place.is_dir()
        except Exception as error:  # each store has errors of its own
            raise ConfigError(
                f"the store does not answer ({error})",
                where=str(text),
                fix="Check the URL, and who may read and write there.",
            ) from None
    return place


def reach_here(text: str | Path) -> Path:
    """A place on this machine.

    Raises:
        ConfigError: it is on another.
    """
    text = str(text)
    if "://" in text and not text.startswith("file://"):
        raise ConfigError(
            "this command works on folders of this machine alone",
            where=text,
            fix="Copy the folder here first; `closeup run` and its stages read and write URLs.",
        )
    return locate(text)


def is_here(place: Path) -> bool:
    """Whether a place is on this machine."""
    return isinstance(place, PurePath)


@contextmanager
def lock(folder: Path, name: str) -> Iterator[None]:
    """Hold a folder against other runs; on an object store nothing is held.

    Raises:
        OutputsError: another run holds it, or it cannot be written.
    """
    if not is_here(folder):
        yield
        return
    try:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(folder / name, timeout=0)
        held.acquire()
    except Timeout:
        raise OutputsError(
            "another run is writing here",
            where=str(folder),
            fix="Wait until it is done, or give this run a folder of its own with --outputs.",
        ) from None
    except OSError as error:
        raise OutputsError(
            f"cannot write here ({error.strerror})",
            where=str(folder),
            fix="Choose a folder that you may write to with --outputs.",
        ) from error
    try:
        yield
    finally:
        held.release()


@contextmanager
def replacing(path: Path, is_durable: bool = True) -> Iterator[IO[bytes]]:
    """A file that takes its place at `path`, whole, when the block ends well, and vanishes when it does not.

    It is forced to the disk first unless `is_durable` is false, as for pages that can be written again.

    Raises:
        OutputsError: the folder cannot be written, or the disk is full.
    """
    try:
        with (_beside if is_here(path) else _put)(path, is_durable) as handle:
            yield handle
    except OSError as error:
        raise OutputsError(
            f"cannot write ({error.strerror or error})",
            where=str(path),
            fix="Free some space or choose another folder with --outputs, then run again: what is finished is kept.",
        ) from error


@contextmanager
def _beside(path: Path, is_durable: bool) -> Iterator[IO[bytes]]:
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "wb") as handle:
            yield handle
            handle.flush()
            if is_durable:
                os.fsync(handle.fileno())
        os.replace(beside, path)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def _put(path: Any, is_durable: bool) -> Iterator[IO[bytes]]:
    with tempfile.NamedTemporaryFile() as handle:
        yield handle
        handle.flush()
        path.fs.put_file(handle.name, path.path)


def remove_unfinished(folder: Path) -> None:
    """Remove what a run that was killed had begun to write; nobody else may be writing below the folder."""
    if is_here(folder):
        for path in folder.rglob(".*.tmp"):
            path.unlink(missing_ok=True)


def names_in(folder: Path) -> set[str]:
    """Names of what lies in a folder; none if it is not there."""
    try:
        return {path.name for path in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        return set()


def write_bytes(path: Path, content: bytes, is_durable: bool = True) -> None:
    """Write a whole file at once; a local one that holds these bytes already is left alone."""
    if is_here(path) and path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return
    with replacing(path, is_durable) as handle:
        handle.write(content)


def write_text(path: Path, content: str, is_durable: bool = True) -> None:
    """Write a whole text file, UTF-8, at once."""
    write_bytes(path, content.encode("utf-8"), is_durable)
