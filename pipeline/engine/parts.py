"""Part files: what one stage said of one shard, kept so that it need not be said again.

A part is a zip archive of Parquet files and packed CSV lines, one of each a table, under outputs/.parts/<stage>/. Its
name holds a key of all that it depends on; a part that is there under the right key is right, since it was moved there
whole.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import zstandard

from pipeline import tables
from pipeline.config import Config
from pipeline.documents import Block, Document, OffsetMap
from pipeline.readers.raw import Refused
from pipeline.records import Kind
from pipeline.stage import RENAMED, Stage

FOLDER = ".parts"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HOME = Path(__file__).parents[1]


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Hash of all code, rules and weights of this package, and of the libraries that its rows hang on."""
    found = hashlib.sha256()
    for path in sorted(_HOME.rglob("*")):
        if (
            path.suffix in {".py", ".toml", ".npz", ".npy", ".bin", ".j2", ".css", ".js"}
            and "training" not in path.parts
        ):
            found.update(path.relative_to(_HOME).as_posix().encode())
            found.update(path.read_bytes())
    for library in ("numpy", "pyarrow", "spacy", "textblob"):
        found.update(f"{library} {version(library)}".encode())
    return found.hexdigest()


def keys(shard_key: str, stages: Sequence[Stage], config: Config) -> dict[str, str]:
    """Key of each stage's part of a shard: each depends on the one before and on the settings that the stage reads."""
    found = {}
    key = shard_key
    for stage in stages:
        settings = {name: file_or_value(getattr(config, name)) for name in stage.settings}
        text = json.dumps([key, stage.name, settings, fingerprint()], sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        found[stage.name] = key
    return found


def file_or_value(value: Any) -> Any:
    """A setting as it counts for results: of a file its content, not its name."""
    if isinstance(value, str) and value and Path(value).is_file():
        return hashlib.sha256(Path(value).read_bytes()).hexdigest()
    return value


def path_of(outputs: Path, stage: str, name: str, key: str) -> Path:
    """Where the part of a stage and a shard lies."""
    return outputs / FOLDER / stage / f"{name}.{key[:20]}.zip"


def pack(some: Mapping[Kind, pa.Table], extra: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a part file: the same rows give the same bytes."""
    out = io.BytesIO()
    squeeze = zstandard.ZstdCompressor(level=1).compress
    with zipfile.ZipFile(out, "w") as archive:
        for kind, table in some.items():
            _add(archive, f"{kind.TABLE}.parquet", tables.parquet_bytes(table))
            _add(archive, f"{kind.TABLE}.csv.zst", squeeze(tables.csv_lines(table)))
        ids = {kind.TABLE: _ids(table) for kind, table in some.items()}
        for name, text in (("ids.json", json.dumps(ids)), *(extra or {}).items()):
            _add(archive, f"{name}.zst", squeeze(text.encode("utf-8")))
    return out.getvalue()


def _ids(table: pa.Table) -> dict[str, list[str]]:
    """The ids in a table that the corpus may change, by column."""
    return {name: table.column(name).unique().to_pylist() for name in RENAMED if name in table.column_names}


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)


class Part:
    """A part file, in memory."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError if it is not there."""
        self._archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))

    def parquet(self, kind: Kind) -> bytes:
        """A table as Parquet file."""
        return self._archive.read(f"{kind.TABLE}.parquet")

    def csv(self, kind: Kind) -> bytes:
        """A table as lines of CSV."""
        return self._unpacked(f"{kind.TABLE}.csv")

    def table(self, kind: Kind, columns: Sequence[str] | None = None) -> pa.Table:
        """A table, or some of its columns."""
        return tables.read_parquet(self.parquet(kind), columns)

    def rows(self, kinds: Iterable[Kind]) -> dict[Kind, list[Any]]:
        """Rows of some tables."""
        return {kind: tables.to_rows(kind, self.table(kind)) for kind in kinds}

    def text(self, name: str) -> str:
        """An extra."""
        return self._unpacked(name).decode("utf-8")

    @cached_property
    def ids(self) -> dict[str, dict[str, list[str]]]:
        """The ids in it that the corpus may change, by table and column."""
        found: dict[str, dict[str, list[str]]] = json.loads(self.text("ids.json"))
        return found

    def _unpacked(self, name: str) -> bytes:
        return zstandard.ZstdDecompressor().decompress(self._archive.read(f"{name}.zst"))


@lru_cache(maxsize=8)
def open_part(path: Path) -> Part:
    """A part file, in memory; what lies under one name never changes."""
    return Part(path)


def dump_documents(documents: Iterable[Document]) -> str:
    """Documents as JSON, for the part of the first stage."""
    return json.dumps([_plain(document) for document in documents])


def _plain(document: Document) -> dict[str, Any]:
    plain = {f.name: getattr(document, f.name) for f in fields(document)}
    plain["offsets"] = asdict(document.offsets)
    plain["blocks"] = [[block.start, block.end, block.kind, block.level] for block in document.blocks]
    return plain


def load_documents(text: str) -> list[Document]:
    """Documents from what `dump_documents` made."""
    found = []
    for plain in json.loads(text):
        plain["offsets"] = OffsetMap(**{name: tuple(values) for name, values in plain["offsets"].items()})
        plain["blocks"] = tuple(Block(*values) for values in plain["blocks"])
        plain["emphasis"] = tuple((start, end) for start, end in plain["emphasis"])
        found.append(Document(**plain))
    return found


def dump_refused(refused: Iterable[Refused]) -> str:
    """What was refused, as JSON."""
    return json.dumps([[one.source, one.reason, one.fix] for one in refused])


def load_refused(text: str) -> list[Refused]:
    """What was refused, from what `dump_refused` made."""
    return [Refused(*values) for values in json.loads(text)]
