"""Texts or a path -> all tables in memory: the door for notebooks and programs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline import nlp, tables
from pipeline.config import Config
from pipeline.engine.shards import Shard, cut, cut_raws
from pipeline.engine.work import read_items, run_stages
from pipeline.errors import CorpusError
from pipeline.plan import STAGES
from pipeline.readers.raw import Raw, Refused
from pipeline.records import Kind
from pipeline.stage import Batch, Reduced, Rename

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Analysis(Mapping[str, list[Any]]):
    """All tables of a corpus in memory: `analysis["sentences"]` is a list of records."""

    tables: dict[str, list[Any]]
    """Records by the name of their table."""
    refused: list[Refused]
    """What could not be read, and why."""

    def __getitem__(self, name: str) -> list[Any]:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def frame(self, name: str) -> "pd.DataFrame":
        """A table as a pandas DataFrame, one column a field, rounded as in the files."""
        kind = next(kind for stage in STAGES for kind in stage.writes if name == kind.TABLE)
        frame: pd.DataFrame = tables.to_arrow(kind, self.tables[name]).to_pandas()
        return frame


def analyse(texts_or_path: Iterable[str] | str | Path, config: Config | None = None) -> Analysis:
    """Read reviews and say all that the stages say of them.

    Args:
        texts_or_path: texts of reviews, or the path of a corpus (a folder or one file). A plain string is a path.
        config: settings as for a run.

    Raises:
        CorpusError: the path does not exist or holds nothing that can be read.
    """
    config = config or Config()
    if isinstance(texts_or_path, (str, Path)):
        path = Path(texts_or_path)
        if "\n" in str(texts_or_path) or not path.exists():
            raise CorpusError(
                "no such file or folder", where=f"{str(texts_or_path)[:80]!r}", fix="Give a path, or texts in a list."
            )
        shards: Iterable[Shard] = cut(path, config.text_key)
    else:
        shards = cut_raws(Raw(f"text {n}", f"text-{n}", text, "text", {}) for n, text in enumerate(texts_or_path, 1))
    rows: dict[Kind, list[Any]] = {kind: [] for stage in STAGES for kind in (*stage.maps, *stage.reduces)}
    refused: list[Refused] = []
    for shard in shards:
        documents, bad = read_items(shard.items)
        refused += [*shard.refused, *bad]
        with nlp.memory_zone():
            for made in run_stages(Batch(documents), STAGES, config).values():
                for kind, some in made.items():
                    rows[kind] += some
    _reduce(rows)
    return Analysis({kind.TABLE: rows[kind] for stage in STAGES for kind in stage.writes}, refused)


def _reduce(rows: dict[Kind, list[Any]]) -> None:
    """Add what the whole corpus says, and give entities the ids that they have in it."""
    made_of = rows

    def columns(kind: Kind, *names: str, rows: Any = None) -> pa.Table:
        table = tables.to_arrow(kind, made_of[kind]).select(names)
        return table if rows is None else table.take(pa.array(rows))

    for stage in STAGES:
        made = list(stage.reduce(columns)) if stage.reduce else []
        for one in made:
            if isinstance(one, Reduced):
                rows[one.kind] = tables.to_rows(one.kind, one.table)
        for one in made:
            if isinstance(one, Rename):
                for kind, some in rows.items():
                    if kind not in stage.reduces:
                        rows[kind] = [_renamed(row, one) for row in some]


def _renamed(row: Any, rename: Rename) -> Any:
    changed = {
        name: rename.ids[old]
        for name in rename.columns
        if (old := getattr(row, name, None)) is not None and old in rename.ids
    }
    return replace(row, **changed) if changed else row
