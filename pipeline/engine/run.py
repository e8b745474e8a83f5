"""Corpus -> outputs: cut into shards, run what is missing, merge, publish."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pipeline import storage, tables
from pipeline.config import Config
from pipeline.engine import parts, pools
from pipeline.engine.manifest import manifest
from pipeline.engine.merge import RENAMED, Store, reduce_stage, write_tables
from pipeline.engine.publish import publish, write_pages
from pipeline.engine.shards import Map, cut
from pipeline.engine.work import Job
from pipeline.errors import OutputsError
from pipeline.plan import STAGES
from pipeline.readers.raw import Refused
from pipeline.records import Kind, Review
from pipeline.rules.corrections import FILE as CORRECTIONS
from pipeline.rules.corrections import load as load_corrections

SHARDS = "shards.json"


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asked for."""

    corpus: Path
    outputs: Path
    config: Config
    first: int = 0
    """Place in the plan of the first stage."""
    last: int = len(STAGES)
    """One past the last."""
    workers: int = 1
    is_html_wanted: bool = True
    cluster: str = ""
    """Address of a Dask scheduler; empty: this machine."""


@dataclass(slots=True)
class Result:
    """What came of it."""

    counts: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    n_reviews: int = 0
    n_words: int = 0
    n_foreign: int = 0
    """Reviews that are not in English: kept and left unscored."""
    n_shards: int = 0
    n_reused: int = 0
    """Shards of which nothing had to be read anew."""
    refused: list[Refused] = field(default_factory=list)
    seconds: float = 0.0


def run(order: Order, tell: Callable[[str, int, int], None] = lambda what, done, of: None) -> Result:
    """Run stages of the plan over the corpus and write their tables.

    `tell` hears of progress: what is being done, how much is done, of how much (0: not known).

    Raises:
        CorpusError: there is nothing to read.
        OutputsError: outputs are locked, cannot be written, or lack what an earlier stage should have written.
    """
    began = time.monotonic()
    result = Result()
    with storage.lock(order.outputs, f"{parts.FOLDER}/lock"):
        storage.remove_unfinished(order.outputs)
        shards = _read_anew(order, result, tell) if order.first == 0 else _read_on(order, result, tell)
        store = Store(order.outputs, shards, STAGES)
        for place, stage in enumerate(STAGES[: order.last]):
            tell(f"summing up {stage.name}", place, order.last)
            reduce_stage(store, stage)
        is_whole = order.last == len(STAGES)
        passed: Iterable[dict[str, Any]] = store.shards
        if is_whole:
            passed = write_pages(store, order.config, order.is_html_wanted, _spread(order), tell)
        files = write_tables(store, STAGES[order.first : order.last], passed)
        if is_whole:
            files += publish(store, order.is_html_wanted)
        result.refused = _refused(store, STAGES[order.last - 1].name)
        _write_quarantine(order.outputs, result.refused)
        described = {
            stage.name: stage.writes for stage in STAGES if _is_written(order.outputs, stage.writes, stage.name)
        }
        storage.write_text(order.outputs / "datapackage.json", tables.datapackage(described))
        _count(store, result)
        result.seconds = time.monotonic() - began
        _sweep(order, store)
        machine = {"corpus": str(order.corpus), "outputs": str(order.outputs), "workers": order.workers}
        machine |= {"finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "seconds": round(result.seconds, 2)}
        known = sorted(
            {*files, order.outputs / "datapackage.json", order.outputs / "quarantine.csv", *_tables(order.outputs)}
        )
        text = manifest(order.outputs, known, [shard["key"] for shard in shards], order.config, result.counts, machine)
        storage.write_text(order.outputs / "run.json", text)
    return result


def _read_anew(order: Order, result: Result, tell: Callable[[str, int, int], None]) -> list[dict[str, Any]]:
    """Cut the corpus and run what is missing; the shards, in the order of the corpus."""
    shards: list[dict[str, Any]] = []
    corrections = load_corrections(_kept(order.outputs))

    there = _written(order)

    def jobs() -> Iterator[Job]:
        for shard in cut(order.corpus, order.config.text_key, corrections, _spread(order)):
            keys = parts.keys(shard.key, STAGES, order.config)
            shards.append({"name": shard.name, "key": shard.key, "keys": keys})
            first = _first_missing(order, there, shard.name, keys)
            if first < order.last:
                yield Job(shard, str(order.outputs), order.config, first, order.last, corrections)
            else:
                result.n_reused += 1

    _work(order, jobs(), tell, lambda: len(shards))
    result.n_shards = len(shards)
    listed = [{"name": shard["name"], "key": shard["key"]} for shard in shards]
    text = json.dumps({"corrections": _kept_hash(order.outputs), "shards": listed}, indent=0) + "\n"
    storage.write_text(order.outputs / parts.FOLDER / SHARDS, text)
    return shards


def _read_on(order: Order, result: Result, tell: Callable[[str, int, int], None]) -> list[dict[str, Any]]:
    """Run stages over the shards that an earlier ingest listed.

    Raises:
        OutputsError: the stage before has not been run, or not with this code and these settings.
    """
    before = STAGES[order.first - 1].name
    path = order.outputs / parts.FOLDER / SHARDS
    missing = OutputsError(
        f"`{STAGES[order.first].name}` needs what `{before}` writes, which is not there or out of date",
        where=str(order.outputs),
        fix=f"Run `make {before}` or `closeup run` first.",
    )
    if not path.is_file():
        raise missing
    listed = json.loads(path.read_text(encoding="utf-8"))
    if listed["corrections"] != _kept_hash(order.outputs):
        raise missing
    shards = listed["shards"]
    there = _written(order)
    corrections = load_corrections(_kept(order.outputs))
    for shard in shards:
        shard["keys"] = parts.keys(shard["key"], STAGES, order.config)
        if parts.path_of(order.outputs, before, shard["name"], shard["keys"][before]).name not in there[before]:
            raise missing
    result.n_shards = len(shards)

    def jobs() -> Iterator[Job]:
        from pipeline.engine.shards import Shard

        for shard in shards:
            first = max(order.first, _first_missing(order, there, shard["name"], shard["keys"]))
            if first < order.last:
                bare = Shard(shard["name"], shard["key"], (), ())
                yield Job(bare, str(order.outputs), order.config, first, order.last, corrections)
            else:
                result.n_reused += 1

    _work(order, jobs(), tell, lambda: len(shards))
    return list(shards)


def _kept(outputs: Path) -> bytes:
    """What readers have corrected, as it is kept."""
    path = outputs / CORRECTIONS
    return path.read_bytes() if path.is_file() else b""


def _kept_hash(outputs: Path) -> str:
    return hashlib.sha256(_kept(outputs)).hexdigest()


def _written(order: Order) -> dict[str, set[str]]:
    """Names of the parts that are there, by stage."""
    return {stage.name: storage.names_in(order.outputs / parts.FOLDER / stage.name) for stage in STAGES}


def _first_missing(order: Order, there: dict[str, set[str]], name: str, keys: dict[str, str]) -> int:
    """Place in the plan of the first stage whose part is not there; order.last if all are."""
    for place, stage in enumerate(STAGES[: order.last]):
        if parts.path_of(order.outputs, stage.name, name, keys[stage.name]).name not in there[stage.name]:
            return place
    return order.last


def _spread(order: Order) -> Map:
    """How a function is called on many things."""
    return partial(pools.map_in_order, workers=order.workers, address=order.cluster)


def _work(order: Order, jobs: Iterable[Job], tell: Callable[[str, int, int], None], known: Callable[[], int]) -> None:
    if order.cluster:
        done = pools.run_on_cluster(jobs, order.cluster)
    elif order.workers == 1:
        done = pools.run_here(jobs)
    else:
        done = pools.run_in_processes(jobs, order.workers)
    n_read = 0
    for number, job in enumerate(done, 1):
        n_read += len(job.shard.items)
        if n_read:
            # The corpus is still being cut: nobody knows how many are to come.
            tell("reading reviews", n_read, 0)
        else:
            tell("reading shards", number, known())


def _refused(store: Store, stage: str) -> list[Refused]:
    found = []
    for shard in store.shards:
        path = parts.path_of(store.outputs, stage, shard["name"], shard["keys"][stage])
        found += parts.load_refused(parts.open_part(path).text("refused.json"))
    return found


def _write_quarantine(outputs: Path, refused: Sequence[Refused]) -> None:
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["source", "reason", "what_to_do"])
    for one in refused:
        writer.writerow([tables.guard(cell) for cell in (one.source, one.reason, one.fix)])
    text = tables.BOM + out.getvalue()
    storage.write_bytes(outputs / "quarantine.csv", text.encode("utf-8", "backslashreplace"))


def _is_written(outputs: Path, kinds: Sequence[Kind], stage: str) -> bool:
    return all((outputs / stage / f"{kind.TABLE}.csv").is_file() for kind in kinds)


def _tables(outputs: Path) -> list[Path]:
    return [path for stage in STAGES for path in (outputs / stage.name).glob("*.*") if not path.name.startswith(".")]


def _count(store: Store, result: Result) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    for stage in STAGES:
        for kind in stage.writes:
            path = store.outputs / stage.name / f"{kind.TABLE}.parquet"
            if path.is_file():
                with path.open("rb") as handle:
                    result.counts[kind.TABLE] = pq.read_metadata(handle).num_rows
    reviews = tables.read_table(store.outputs, "ingest", Review, ("n_words", "lang"))
    result.n_reviews = reviews.num_rows
    result.n_words = pc.sum(reviews.column("n_words")).as_py() or 0
    result.n_foreign = sum(lang != "en" for lang in reviews.column("lang").to_pylist())


def _sweep(order: Order, store: Store) -> None:
    """Remove the parts of reviews and settings that are no more."""
    kept = {
        stage.name: {
            parts.path_of(order.outputs, stage.name, one["name"], one["keys"][stage.name]) for one in store.shards
        }
        for stage in STAGES[order.first : order.last]
    }
    if order.first == 0 and order.last == len(STAGES):
        # A single stage does not ask for all of these.
        kept[RENAMED] = store.used
    for name, paths in kept.items():
        folder = order.outputs / parts.FOLDER / name
        for gone in storage.names_in(folder) - {path.name for path in paths}:
            (folder / gone).unlink()
