"""Parts of all shards -> the tables of a stage.

Lines of CSV are copied as they are; only the tables of a shard whose reviews name an entity that the corpus
knows by another id are written anew.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import tables
from pipeline.engine import parts
from pipeline.records import Kind
from pipeline.stage import Rename, Stage


class Store:
    """The parts of a corpus: its shards in order, and the ids that the corpus changes."""

    def __init__(self, outputs: Path, shards: Sequence[dict[str, Any]], plan: Sequence[Stage]) -> None:
        self.outputs = outputs
        self.shards = shards
        """Name and key of each stage's part, by shard, in the order of the corpus."""
        self.plan = plan
        self.renames: dict[str, dict[str, str]] = {}
        """New ids by old ones, by column."""
        self._writer = {kind: stage for stage in plan for kind in stage.maps}

    def part(self, shard: dict[str, Any], stage: Stage) -> Path:
        """Where the part of a stage and a shard lies."""
        return parts.path_of(self.outputs, stage.name, shard["name"], shard["keys"][stage.name])

    def table(self, shard: dict[str, Any], kind: Kind) -> tuple[pa.Table, bool]:
        """A table of a shard with the corpus' ids in it, and whether any id was changed."""
        table = parts.read_table(self.part(shard, self._writer[kind]), kind)
        return self._renamed(table)

    def rows(self, kind: Kind) -> Iterator[Any]:
        """The rows of a record class over the whole corpus, one shard in memory at a time."""
        for shard in self.shards:
            yield from tables.to_rows(kind, self.table(shard, kind)[0])

    def lines(self, shard: dict[str, Any], kind: Kind) -> tuple[pa.Table, bytes]:
        """A table of a shard, as Arrow table and as lines of CSV."""
        table, is_changed = self.table(shard, kind)
        if is_changed:
            return table, tables.csv_lines(table).encode("utf-8")
        return table, parts.read_csv(self.part(shard, self._writer[kind]), kind)

    def _renamed(self, table: pa.Table) -> tuple[pa.Table, bool]:
        is_changed = False
        for name, renames in self.renames.items():
            if name not in table.column_names:
                continue
            before = table.column(name).to_pylist()
            after = [renames.get(value, value) for value in before]
            if after != before:
                is_changed = True
                table = table.set_column(table.column_names.index(name), name, pa.array(after, type=pa.string()))
        return table, is_changed


def reduce_stage(store: Store, stage: Stage) -> dict[Kind, list[Any]]:
    """The rows that a stage makes of the whole corpus; new ids are taken into the store."""
    rows: dict[Kind, list[Any]] = {kind: [] for kind in stage.reduces}
    if stage.reduce is None:
        return rows
    renames: dict[str, dict[str, str]] = {}
    for row in stage.reduce(store.rows):
        if isinstance(row, Rename):
            for column in row.columns:
                renames.setdefault(column, {})[row.old] = row.new
        else:
            rows[type(row)].append(row)
    # Taken in at the end: while a reduce runs, it sees the ids that its own renames are about.
    for column, some in renames.items():
        store.renames.setdefault(column, {}).update(some)
    return rows


def write_tables(store: Store, stage: Stage, reduced: dict[Kind, list[Any]]) -> list[Path]:
    """Write the tables of a stage; the files written."""
    folder = store.outputs / stage.name
    with ExitStack() as stack:
        writers = {kind: stack.enter_context(tables.TableWriter(folder, kind)) for kind in stage.writes}
        for shard in store.shards:
            for kind in stage.writes:
                if kind not in stage.reduces:
                    writers[kind].add(*store.lines(shard, kind))
        for kind, rows in reduced.items():
            table = tables.to_arrow(kind, rows)
            writers[kind].add(table, tables.csv_lines(table).encode("utf-8"))
    return [folder / f"{kind.TABLE}.{suffix}" for kind in stage.writes for suffix in ("csv", "parquet")]
