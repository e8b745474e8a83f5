"""The corpus -> raw reviews: which files there are, and how each kind of file is cut into reviews."""

import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from pipeline.errors import CorpusError
from pipeline.readers.columns import Row, TableError, raws
from pipeline.readers.delimited import read_csv, read_tsv
from pipeline.readers.jsons import read_json, read_jsonl
from pipeline.readers.packed import PACKED, UNPACK_ERRORS, BombError, open_bytes
from pipeline.readers.parquets import read_parquet
from pipeline.readers.raw import Markup, Raw, Refused
from pipeline.readers.streams import LONGEST
from pipeline.storage import is_here

Reader = Callable[[io.BufferedReader, str, str, str], Iterator[Raw | Refused]]
"""(bytes of the file, its source, its name, column of the text) -> its reviews."""

_WORD = "Save it as plain text (.txt, UTF-8)."
_SHEET = "Save the sheet as CSV UTF-8 (.csv)."
_ARCHIVE = "Unpack it into the corpus."
ADVICE = {
    ".pdf": "Turn it into text first: pdftotext FILE.pdf FILE.txt",
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf", ".pages", ".epub"), _WORD),
    **dict.fromkeys((".xls", ".xlsx", ".ods", ".numbers"), _SHEET),
    **dict.fromkeys((".zip", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz"), _ARCHIVE),
    **dict.fromkeys(
        (".pkl", ".pickle"), "Pickles can run code and are never opened: write the table as .parquet or .csv."
    ),
    **dict.fromkeys((".markdown", ".mkd"), "Rename it to .md."),
    **dict.fromkeys((".ndjson", ".jsonlines"), "Rename it to .jsonl."),
    ".xhtml": "Rename it to .html.",
}

_VANISHED = "it vanished while the corpus was read", "Run again when the corpus is at rest."


def list_files(corpus: Path) -> Iterator[Path | Refused]:
    """Every file of the corpus that holds reviews, in order of path, and a refusal for what cannot be read.

    Left out in silence: README* and names that begin with `.` or `_`. CorpusError if there is no such corpus,
    or, in the end, if nothing in it can be read.
    """
    suffixes = ", ".join(READERS)
    if corpus.is_file():
        if (refused := _judge(corpus, corpus.parent)) is not None:
            raise CorpusError(refused.reason, where=str(corpus), fix=refused.fix)
        yield corpus
        return
    if not corpus.is_dir():
        raise CorpusError(
            "there is no such folder or file", where=str(corpus), fix="Name your folder of reviews: --corpus FOLDER"
        )
    readable = 0
    for path in _walk(corpus, corpus, frozenset({corpus.resolve()})) if is_here(corpus) else _walk_store(corpus):
        judged = path if isinstance(path, Refused) else _judge(path, corpus) or path
        readable += not isinstance(judged, Refused)
        yield judged
    if not readable:
        raise CorpusError(
            "nothing here can be read",
            where=str(corpus),
            fix=f"Put reviews into it: {suffixes}, or .gz or .zst of these.",
        )


def split(path: Path, corpus: Path, text_key: str = "") -> Iterator[Raw | Refused]:
    """The reviews of one file that `list_files` gave, as they lie there; never more than a few in memory."""
    source = source_of(path, corpus)
    kind, name = suffix_of(path)
    if kind not in READERS:
        yield Refused(source, *_no_reader(path))
        return
    try:
        with open_bytes(path) as stream:
            yield from READERS[kind](stream, source, str(PurePosixPath(source).parent / name), text_key)
    except FileNotFoundError:
        yield Refused(source, *_VANISHED)
    except BombError as error:
        yield Refused(source, str(error), "If it is no decompression bomb, unpack it yourself.")
    except UNPACK_ERRORS as error:
        yield Refused(source, f"cannot be unpacked to the end: {error}", "Pack it again, or unpack it yourself.")
    except TableError as error:
        yield Refused(source, str(error), "Name the column with --text-key.")
    except (OSError, ValueError) as error:
        yield Refused(
            source, f"cannot be read: {getattr(error, 'strerror', None) or error}", "See that it opens elsewhere."
        )


def source_of(path: Path, corpus: Path) -> str:
    """The path below the corpus, as it stands in every table."""
    below = path.relative_to(corpus if corpus.is_dir() else corpus.parent).as_posix()
    return os.fsencode(below).decode("utf-8", "replace")


def suffix_of(path: Path) -> tuple[str, str]:
    """The suffix that says how a file is read, in lower case, and the name without suffixes."""
    name = path.name
    if path.suffix.lower() in PACKED:
        name = name[: -len(path.suffix)]
    kind = Path(name).suffix
    return kind.lower(), name[: len(name) - len(kind)]


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "_")) or name.upper().startswith("README")


def _walk_store(corpus: Path) -> Iterator[Path]:
    """The files below a folder of an object store, which has no links; in the order that they would have here."""
    below = {path.relative_to(corpus).parts: path for path in corpus.rglob("*")}
    for names in sorted(below):
        if not any(map(_is_hidden, names)) and below[names].is_file():
            yield below[names]


def _walk(folder: Path, corpus: Path, seen: frozenset[Path]) -> Iterator[Path | Refused]:
    """The files below a folder, sorted by name within each folder; `seen` are the folders on the way to it."""
    root = corpus.resolve()
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Refused(_below(folder, corpus), f"cannot be opened: {error.strerror}", "See who may read the folder.")
        return
    for entry in entries:
        path = folder / entry.name
        if _is_hidden(entry.name):
            continue
        if entry.is_dir():
            real = path.resolve()
            if not real.is_relative_to(root):
                yield Refused(_below(path, corpus), "a link that leads out of the corpus", "Copy what it points at.")
            elif real not in seen:
                yield from _walk(path, corpus, seen | {real})
        else:
            yield path


def _below(path: Path, corpus: Path) -> str:
    return os.fsencode(os.path.relpath(path, corpus)).decode("utf-8", "replace")


def _judge(path: Path, corpus: Path) -> Refused | None:
    """Why a file is not read; None if it is."""
    source = source_of(path, corpus)
    if not is_here(path):
        return None if suffix_of(path)[0] in READERS else Refused(source, *_no_reader(path))
    root = corpus.resolve()
    if "\ufffd" in source and source.encode() != os.fsencode(path.relative_to(corpus)):
        return Refused(source, "its name is not UTF-8", "Rename it.")
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return Refused(source, "a link that leads out of the corpus", "Copy what it points at.")
    if not path.exists() and path.is_symlink():
        return Refused(source, "a link that leads nowhere", "Take it out, or mend the link.")
    if not path.exists():
        return Refused(source, *_VANISHED)
    if not path.is_file():
        return Refused(source, "not a file", "Take it out of the corpus.")
    if suffix_of(path)[0] not in READERS:
        return Refused(source, *_no_reader(path))
    return None


def _no_reader(path: Path) -> tuple[str, str]:
    """Reason and advice for a file that no reader knows."""
    suffix = path.suffix.lower()
    if suffix in PACKED:
        suffix = suffix_of(path)[0]
    advice = ADVICE.get(suffix, f"Turn it into one of {', '.join(READERS)}.")
    return (f"no reader for {suffix} files" if suffix else "no reader for files without a suffix"), advice


def _one(markup: Markup, stream: io.BufferedReader, source: str, name: str, text_key: str) -> Iterator[Raw | Refused]:
    """The one review of a file."""
    content = stream.read(LONGEST + 1)
    if len(content) > LONGEST:
        yield Refused(
            source, f"larger than {LONGEST // 1_000_000} MB: more than one review", "Cut it into one file a review."
        )
    elif not content.strip():
        yield Refused(source, "nothing to read", "Write a review into it, or take it out of the corpus.")
    else:
        yield Raw(source, name, content, markup)


def _many(
    rows: Callable[[io.BufferedReader, str], Iterator[Row]],
    stream: io.BufferedReader,
    source: str,
    name: str,
    text_key: str,
) -> Iterator[Raw | Refused]:
    """The reviews of a table."""
    found = False
    for raw in raws(rows(stream, text_key), source, name, text_key):
        found = True
        yield raw
    if not found:
        yield Refused(
            source, "nothing to read: a table without rows", "Write reviews into it, or take it out of the corpus."
        )


READERS: dict[str, Reader] = {
    ".txt": partial(_one, "text"),
    ".md": partial(_one, "markdown"),
    ".html": partial(_one, "html"),
    ".htm": partial(_one, "html"),
    ".csv": partial(_many, read_csv),
    ".tsv": partial(_many, read_tsv),
    ".jsonl": partial(_many, read_jsonl),
    ".json": partial(_many, read_json),
    ".parquet": partial(_many, read_parquet),
}
"""How each kind of file is read, by suffix: one review a file, or a table of them."""
