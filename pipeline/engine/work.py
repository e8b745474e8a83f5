"""The one function that all the work is: run the plan over a shard in memory and write its parts.

Serial runs, processes and clusters call `run_shard` alike, so that they give the same bytes.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline import nlp, storage, tables
from pipeline.config import Config
from pipeline.documents import Document
from pipeline.engine import parts
from pipeline.engine.shards import NO_CORRECTIONS, Item, Shard, load
from pipeline.errors import CloseupError, ConfigError
from pipeline.plan import STAGES
from pipeline.readers.parse import parse
from pipeline.readers.raw import Refused
from pipeline.records import Kind
from pipeline.rules.amendments import amend
from pipeline.rules.corrections import Corrections, Place, place_all
from pipeline.stage import Batch, Stage

MOST_CHARACTERS = 3_000_000
"""Of one review: half a million words. The models hold some two kilobytes a word while they read it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A shard and what to do with it; small enough to send to another machine."""

    shard: Shard
    """Its items are empty where the first stage has been run and its part is to be read."""
    outputs: str
    config: Config
    first: int
    """Place in the plan of the first stage to run."""
    last: int
    """One past the last."""
    corrections: Corrections = NO_CORRECTIONS
    """What readers have corrected; put in the place of what the stages find."""
    version: str = field(default_factory=parts.fingerprint)
    """Of the code that gives the job, which may be sent to a machine with another."""


def run_shard(job: Job) -> None:
    """Run stages first:last of the plan over a shard and write a part file for each.

    A review on which a stage fails is set aside, with the reason, and the others are read without it.

    Raises:
        ConfigError: the job comes of another version of this code.
    """
    if job.version != parts.fingerprint():
        raise ConfigError(
            "a worker has another version of closeup than this run",
            where=socket.gethostname(),
            fix="Install the same version on every machine, and start the workers again.",
        )
    stages = STAGES[job.first : job.last]
    batch, refused = load_batch(job)
    nlp.warm_up(document.text for document in batch.documents)
    with nlp.memory_zone():
        try:
            made = run_stages(batch, stages, job.config, job.corrections)
        except CloseupError:
            raise
        except Exception:
            batch, failed = _without_failing(batch, stages, job)
            refused += failed
            made = run_stages(batch, stages, job.config, job.corrections)
    keys = parts.keys(job.shard.key, STAGES, job.config)
    for stage in stages:
        extra = {"refused.json": parts.dump_refused(refused)}
        if stage is STAGES[0]:
            extra["documents.json"] = parts.dump_documents(batch.documents)
        content = parts.pack({kind: tables.to_arrow(kind, rows) for kind, rows in made[stage.name].items()}, extra)
        path = parts.path_of(storage.locate(job.outputs), stage.name, job.shard.name, keys[stage.name])
        with storage.replacing(path) as handle:
            handle.write(content)


def run_stages(
    batch: Batch, stages: Sequence[Stage], config: Config, corrections: Corrections = NO_CORRECTIONS
) -> dict[str, dict[Kind, list[Any]]]:
    """Run stages over a batch, each adding its rows, corrected, to it; the rows of each stage by record class.

    Raises:
        TypeError: a stage yields a record that it does not declare, which is our bug.
    """
    made: dict[str, dict[Kind, list[Any]]] = {}
    batch.tables[Place] = place_all(batch.documents, corrections)
    for stage in stages:
        rows: dict[Kind, list[Any]] = {kind: [] for kind in stage.maps}
        for row in stage.map(batch, config):
            try:
                rows[type(row)].append(row)
            except KeyError:
                raise TypeError(f"stage {stage.name!r} yields {type(row).__name__} but does not declare it") from None
        rows = amend(batch, rows)
        batch.tables.update(rows)
        made[stage.name] = rows
    return made


def read_items(items: Sequence[Item]) -> tuple[list[Document], list[Refused]]:
    """Read the mark-up of raw reviews; what cannot be read is refused."""
    documents, refused = [], []
    for item in items:
        assert item.raw is not None
        try:
            document = parse(item.raw)
        except Exception as error:
            document = _refusal(item.source, error)
        if isinstance(document, Document) and len(document.text) > MOST_CHARACTERS:
            document = Refused(
                item.source,
                f"longer than {MOST_CHARACTERS:,} characters, which is no review",
                "Split it into the reviews that it holds, one a file or one a row of a table.",
            )
        if isinstance(document, Refused):
            refused.append(document)
        else:
            documents.append(replace(document, review_id=item.review_id, duplicate_of=item.duplicate_of))
    return documents, refused


def load_batch(job: Job) -> tuple[Batch, list[Refused]]:
    """The batch as the stage before the first left it, and what was refused so far."""
    if job.first == 0:
        shard = load(job.shard, job.config.text_key)
        documents, refused = read_items(shard.items)
        return Batch(documents), [*shard.refused, *refused]
    keys = parts.keys(job.shard.key, STAGES, job.config)
    outputs, name = storage.locate(job.outputs), job.shard.name
    found = [
        parts.open_part(parts.path_of(outputs, stage.name, name, keys[stage.name])) for stage in STAGES[: job.first]
    ]
    refused = parts.load_refused(found[-1].text("refused.json"))
    batch = Batch(parts.load_documents(found[0].text("documents.json")))
    for stage, part in zip(STAGES, found, strict=False):
        batch.tables.update(part.rows(stage.maps))
    gone = {one.source for one in refused}
    if any(document.source in gone for document in batch.documents):
        batch = _only(batch, [document for document in batch.documents if document.source not in gone])
    return batch, refused


def _without_failing(batch: Batch, stages: Sequence[Stage], job: Job) -> tuple[Batch, list[Refused]]:
    """The batch without the reviews on which a stage fails when it reads them alone."""
    good, failed = [], []
    for document in batch.documents:
        try:
            run_stages(_only(batch, [document]), stages, job.config, job.corrections)
            good.append(document)
        except CloseupError:
            raise
        except Exception as error:
            failed.append(_refusal(document.source, error))
            if len(failed) == len(batch.documents) > 1:
                # Not one review can be read: the fault is not in the reviews.
                raise
    if not failed:
        raise RuntimeError("a stage fails on a shard but on none of its reviews alone")
    return _only(batch, good), failed


def _only(batch: Batch, documents: list[Document]) -> Batch:
    names = {document.review_id for document in documents}
    kept = {kind: [row for row in rows if row.review_id in names] for kind, rows in batch.tables.items()}
    return Batch(documents, kept)


def _refusal(source: str, error: Exception) -> Refused:
    return Refused(
        source,
        f"a fault of ours: {type(error).__name__}: {error}"[:500],
        "Please report it with the text, if you may share it; everything else was read.",
    )
