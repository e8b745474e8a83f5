"""Parts of all shards -> the tables of a stage.

Tables are copied as they are packed. Only a table of a shard whose reviews name something that the corpus knows by
another id is made anew, and kept, too, under a key of the ids that change in it: one changed review changes few of them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline import storage, tables
from pipeline.engine import parts
from pipeline.records import Kind
from pipeline.stage import Reduced, Rename, Stage

RENAMED = "renamed"
"""Folder of the tables with ids of the corpus in them."""

Changes = Mapping[str, Mapping[str, str]]
"""New ids by old ones, by column."""


class Store:
    """The parts of a corpus: its shards in order, and the ids that the corpus changes."""

    def __init__(self, outputs: Path, shards: Sequence[dict[str, Any]], plan: Sequence[Stage]) -> None:
        self.outputs = outputs
        self.shards = shards
        """Name and key of each stage's part, by shard, in the order of the corpus."""
        self.plan = plan
        self.renames: dict[str, dict[str, str]] = {}
        """New ids by old ones, by column."""
        self.reduced: dict[Kind, pa.Table] = {}
        """Tables of the corpus as a whole."""
        self.used: set[Path] = set()
        """Files of tables with new ids that were looked for."""
        self._writer = {kind: stage for stage in plan for kind in stage.maps}
        self._wholes: dict[Kind, bytes] = {}
        """Of what a stage that reduces asks for; packed, for it asks several times."""
        self._known: dict[tuple[str, Kind], Changes] = {}
        """What changes in a table of a shard, as long as `renames` stays as it is."""

    def part(self, shard: dict[str, Any], stage: Stage) -> parts.Part:
        """What a stage said of a shard."""
        return parts.open_part(parts.path_of(self.outputs, stage.name, shard["name"], shard["keys"][stage.name]))

    def piece(self, shard: dict[str, Any], kind: Kind) -> parts.Part:
        """A part file that holds a table of a shard with the corpus' ids in it."""
        stage = self._writer[kind]
        changes = self._changes(shard, kind)
        if not changes:
            return self.part(shard, stage)
        text = json.dumps([kind.TABLE, shard["keys"][stage.name], changes], sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()
        path = parts.path_of(self.outputs, RENAMED, shard["name"], key)
        self.used.add(path)
        if not path.is_file():
            table = self.part(shard, stage).table(kind)
            for name, new in changes.items():
                table = tables.with_new_ids(table, name, new)
            storage.write_bytes(path, parts.pack({kind: table}))
        return parts.open_part(path)

    def changes(self, shard: dict[str, Any]) -> Changes:
        """The ids that the corpus changes in any table of a shard."""
        found: dict[str, dict[str, str]] = {}
        for kind in self._writer:
            for column, some in self._changes(shard, kind).items():
                found.setdefault(column, {}).update(some)
        return found

    def columns(self, kind: Kind, *names: str, rows: NDArray[np.int64] | None = None) -> pa.Table:
        """Some columns of a record class over the whole corpus, in its order; with `rows`, rising, those alone."""
        if kind in self.reduced:
            table = self.reduced[kind].select(names)
            return table if rows is None else table.take(pa.array(rows))
        whole = self._whole(kind)
        table = tables.read_parquet(whole, names) if rows is None else tables.read_rows(whole, names, rows)
        for name in names:
            if name in self.renames:
                table = tables.with_new_ids(table, name, self.renames[name])
        return table

    def take(self, made: Sequence[Reduced | Rename]) -> None:
        """Take in what a stage makes of the whole corpus."""
        self.reduced |= {one.kind: one.table for one in made if isinstance(one, Reduced)}
        for one in made:
            if isinstance(one, Rename):
                for column in one.columns:
                    self.renames.setdefault(column, {}).update(one.ids)
        self._known.clear()
        self._wholes.clear()

    def _whole(self, kind: Kind) -> bytes:
        """A Parquet file of a record class over the whole corpus, with the ids that single reviews give."""
        if kind not in self._wholes:
            stage = self._writer[kind]
            self._wholes[kind] = tables.splice(kind, (self.part(shard, stage).parquet(kind) for shard in self.shards))
        return self._wholes[kind]

    def _changes(self, shard: dict[str, Any], kind: Kind) -> Changes:
        known = (shard["name"], kind)
        if known not in self._known:
            self._known[known] = self._find_changes(shard, kind)
        return self._known[known]

    def _find_changes(self, shard: dict[str, Any], kind: Kind) -> Changes:
        wanted = [name for name in kind.__dataclass_fields__ if name in self.renames]
        if not wanted:
            return {}
        ids = self.part(shard, self._writer[kind]).ids[kind.TABLE]
        found = {
            name: {old: new for old in ids[name] if (new := self.renames[name].get(old)) is not None} for name in wanted
        }
        return {name: some for name, some in found.items() if some}


def reduce_stage(store: Store, stage: Stage) -> None:
    """Take what a stage makes of the whole corpus into the store: tables, and new ids."""
    if stage.reduce is None:
        return
    # Taken in at the end: while a reduce runs, it sees the ids that its own renames are about.
    store.take(list(stage.reduce(store.columns)))


def write_tables(store: Store, stages: Sequence[Stage], shards: Iterable[dict[str, Any]]) -> list[Path]:
    """Write the tables of stages in one pass over the shards, which are the store's; the files written."""
    with ExitStack() as stack:
        writers = {
            kind: stack.enter_context(tables.TableWriter(store.outputs / stage.name, kind))
            for stage in stages
            for kind in stage.writes
        }
        wholes = [kind for stage in stages for kind in stage.reduces]
        pieces = [kind for kind in writers if kind not in wholes]
        for shard in shards:
            for kind in pieces:
                piece = store.piece(shard, kind)
                writers[kind].add_packed(piece.parquet(kind), piece.csv(kind))
        for kind in wholes:
            writers[kind].add(store.reduced[kind])
    names = [store.outputs / stage.name / kind.TABLE for stage in stages for kind in stage.writes]
    return [name.with_suffix(suffix) for name in names for suffix in (".csv", ".parquet")]
