"""engine.run: from a corpus to outputs, whatever happens on the way."""

import errno
import json
import os
import time
from dataclasses import replace

import pytest
from filelock import FileLock

from outputs import snapshot
from pipeline import storage, tables
from pipeline.config import Config
from pipeline.engine import run as engine
from pipeline.engine import shards
from pipeline.engine.run import Order, run
from pipeline.errors import CorpusError, OutputsError
from pipeline.plan import STAGES

FILMS = ["Alien", "Brazil", "Carrie", "Dune", "Eraserhead", "Frozen", "Gravity", "Heat", "Ida", "Jaws", "Klute", "Lola"]
REVIEWS = {
    f"{film.lower()}.txt": f"{film} ({1970 + n})\n\nMary Doe plays the heroine of {film} with great charm. "
    f"She runs away from her mother and is caught. The film is {'dull' if n % 3 else 'wonderful'}.\n"
    for n, film in enumerate(FILMS)
}


@pytest.fixture
def small_shards(monkeypatch):
    """Shards of two or three reviews, so that a dozen make several."""
    monkeypatch.setattr(shards, "MEAN", 2)


@pytest.fixture
def order(tmp_path, small_shards):
    """An order over the twelve reviews, one file each."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in REVIEWS.items():
        (corpus / name).write_text(text)
    return Order(corpus, tmp_path / "outputs", Config())


def test_the_same_bytes_stage_by_stage_and_all_at_once(order, tmp_path):
    run(order)
    single = replace(order, outputs=tmp_path / "single")
    for place in range(len(STAGES)):
        run(replace(single, first=place, last=place + 1))
    assert snapshot(single.outputs) == snapshot(order.outputs)


@pytest.mark.parametrize("workers", [2, 8])
def test_the_same_bytes_for_any_number_of_workers(order, tmp_path, workers):
    run(order)
    many = replace(order, outputs=tmp_path / "many", workers=workers)
    run(many)
    assert snapshot(many.outputs) == snapshot(order.outputs)


def test_a_second_run_reads_nothing_anew(order):
    first = run(order)
    before = snapshot(order.outputs)
    second = run(order)
    assert first.n_reused == 0
    assert second.n_reused == second.n_shards == first.n_shards > 3
    assert snapshot(order.outputs) == before


def test_one_changed_review_costs_one_shard(order, tmp_path):
    run(order)
    (order.corpus / "heat.txt").write_text("Heat (1995)\n\nA dreadful bore.\n")
    result = run(order)
    assert result.n_reused == result.n_shards - 1
    fresh = replace(order, outputs=tmp_path / "fresh")
    run(fresh)
    assert snapshot(order.outputs) == snapshot(fresh.outputs)


def test_a_review_that_is_gone_leaves_nothing_behind(order, tmp_path):
    run(order)
    (order.corpus / "heat.txt").unlink()
    run(order)
    fresh = replace(order, outputs=tmp_path / "fresh")
    run(fresh)
    assert snapshot(order.outputs) == snapshot(fresh.outputs)


def ages(order):
    """When each page was last written."""
    return {path.name: path.stat().st_mtime_ns for path in (order.outputs / "report" / "reviews").iterdir()}


def test_one_changed_review_writes_the_pages_of_its_shard_alone(order):
    run(order)
    before = ages(order)
    (order.corpus / "heat.txt").write_text("Heat (1995)\n\nA dreadful bore.\n")
    run(order)
    written = {name for name, age in ages(order).items() if age != before[name]}
    assert {"heat.json", "heat.html"} <= written
    assert len(written) < len(before) / 2


def test_an_id_that_one_review_changes_in_others_is_changed_there(order, tmp_path):
    """What one review says may change the ids of others, in shards of which nothing else has changed."""
    for number in range(4):
        (order.corpus / f"alien-{number}.txt").write_text(
            "Alien (1979)\n\nWeaver is superb in Alien. I liked Weaver.\n"
        )
    (order.corpus / "zulu.txt").write_text("Zulu (1964)\n\nA fine film.\n")
    run(order)
    renamed = len(list(order.outputs.glob(".parts/renamed/*")))
    (order.corpus / "zulu.txt").write_text(
        "Alien (1979)\n\nSigourney Weaver is superb in Alien, as Weaver always is.\n"
    )
    run(order)
    fresh = replace(order, outputs=tmp_path / "fresh")
    run(fresh)
    assert snapshot(order.outputs) == snapshot(fresh.outputs)
    assert len(list(order.outputs.glob(".parts/renamed/*"))) > renamed
    assert b"sigourney-weaver" in (order.outputs / "report" / "reviews" / "alien-0.json").read_bytes()
    (order.corpus / "zulu.txt").unlink()
    run(order)
    run(replace(fresh, outputs=tmp_path / "again"))
    assert snapshot(order.outputs) == snapshot(tmp_path / "again")
    assert b"sigourney-weaver" not in (order.outputs / "report" / "reviews" / "alien-0.json").read_bytes()


class Stop(BaseException):
    """As a kill: nothing catches it."""


@pytest.mark.parametrize("after", range(4))
def test_a_killed_run_goes_on_where_it_stopped(order, tmp_path, monkeypatch, after):
    real, calls = engine.pools.run_here, []

    def killed(jobs):
        for job in real(jobs):
            calls.append(job)
            if len(calls) > after:
                raise Stop
            yield job

    monkeypatch.setattr(engine.pools, "run_here", killed)
    with pytest.raises(Stop):
        run(order)
    monkeypatch.undo()
    monkeypatch.setattr(shards, "MEAN", 2)
    result = run(order)
    assert result.n_reused == after + 1
    whole = replace(order, outputs=tmp_path / "whole")
    run(whole)
    assert snapshot(order.outputs) == snapshot(whole.outputs)


def count_writes(order, monkeypatch):
    """How many files a run writes."""
    real, seen = storage.os.replace, []
    monkeypatch.setattr(storage.os, "replace", lambda a, b: (seen.append(b), real(a, b)))
    run(order)
    monkeypatch.undo()
    return len(seen)


def test_a_fault_at_any_file_is_told_and_mended_by_the_next_run(tmp_path, monkeypatch):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("alien.txt", "heat.txt"):
        (corpus / name).write_text(REVIEWS[name])
    whole = Order(corpus, tmp_path / "whole", Config())
    n_writes = count_writes(whole, monkeypatch)
    expected = snapshot(whole.outputs)
    assert n_writes > 30
    for number in range(n_writes):
        outputs = tmp_path / f"fault-{number}"
        left = [number]
        real = storage.os.replace

        def failing(a, b, left=left, real=real):
            if left[0] == 0:
                left[0] = -1
                raise OSError(errno.ENOSPC, "No space left on device")
            left[0] -= 1
            real(a, b)

        monkeypatch.setattr(storage.os, "replace", failing)
        with pytest.raises(OutputsError, match="No space left on device"):
            run(replace(whole, outputs=outputs))
        monkeypatch.undo()
        assert not list(outputs.rglob("*.tmp"))
        run(replace(whole, outputs=outputs))
        assert snapshot(outputs) == expected, f"after a fault at file {number}"


def test_what_a_killed_run_had_begun_to_write_is_removed(order):
    run(order)
    before = snapshot(order.outputs)
    (order.outputs / "entities" / ".films.csv.4711.tmp").write_text("half a tab")
    run(order)
    assert snapshot(order.outputs) == before


def test_a_clock_that_jumps_changes_nothing(order, monkeypatch):
    first = run(order)
    before = snapshot(order.outputs)
    for number, path in enumerate(sorted(order.outputs.rglob("*"))):
        os.utime(path, (number % 3 * 2e9, number % 3 * 2e9))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 1e8)
    second = run(order)
    assert second.n_reused == first.n_shards
    assert second.seconds >= 0
    assert snapshot(order.outputs) == before


def test_a_folder_that_is_read_only_is_told_before_any_work(order, monkeypatch):
    def read_only(path, mode=0o777, parents=False, exist_ok=False):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(type(order.outputs), "mkdir", read_only)
    with pytest.raises(OutputsError) as caught:
        run(order)
    assert caught.value.what == "cannot write here (Read-only file system)"
    assert caught.value.where == str(order.outputs)
    assert caught.value.fix == "Choose a folder that you may write to with --outputs."


def test_a_review_that_vanishes_during_the_run_is_set_aside_and_no_other(order, monkeypatch):
    real = engine.pools.run_here

    def vanishing(jobs):
        for job in real(jobs):
            (order.corpus / "lola.txt").unlink(missing_ok=True)
            yield job

    monkeypatch.setattr(engine.pools, "run_here", vanishing)
    result = run(order)
    assert [(one.source, one.reason) for one in result.refused] == [
        ("lola.txt", "it vanished while the corpus was read")
    ]
    assert result.n_reviews == len(REVIEWS) - 1


def test_two_runs_at_once_the_second_is_told(order):
    (order.outputs / ".parts").mkdir(parents=True)
    with FileLock(order.outputs / ".parts" / "lock"), pytest.raises(OutputsError) as caught:
        run(order)
    assert caught.value.what == "another run is writing here"
    assert caught.value.where == str(order.outputs)
    assert caught.value.fix == "Wait until it is done, or give this run a folder of its own with --outputs."


def test_a_stage_without_the_one_before_is_told(order):
    with pytest.raises(OutputsError) as caught:
        run(replace(order, first=3, last=4))
    assert caught.value.what == "`sentiment` needs what `entities` writes, which is not there or out of date"
    assert caught.value.fix == "Run `make entities` or `closeup run` first."


def test_a_corpus_that_is_not_there_is_told(order, tmp_path):
    with pytest.raises(CorpusError):
        run(replace(order, corpus=tmp_path / "none"))


def test_a_review_on_which_a_stage_fails_is_set_aside_and_no_other(order, monkeypatch):
    place = [stage.name for stage in STAGES].index("themes")
    real = STAGES[place].map

    def fails_on_heat(batch, config):
        if any(document.review_id == "heat" for document in batch.documents):
            raise ZeroDivisionError("no heat")
        yield from real(batch, config)

    broken = (*STAGES[:place], replace(STAGES[place], map=fails_on_heat), *STAGES[place + 1 :])
    for module in (engine, engine.pools.__dict__["run_shard"].__globals__):
        monkeypatch.setitem(module if isinstance(module, dict) else vars(module), "STAGES", broken)
    result = run(order)
    assert [one.source for one in result.refused] == ["heat.txt"]
    assert result.refused[0].reason == "a fault of ours: ZeroDivisionError: no heat"
    assert result.n_reviews == len(REVIEWS) - 1


def test_quarantine_says_what_and_why(run_on):
    outputs, result = run_on({"good.txt": "A fine film.", "empty.txt": "", "notes.docx": b"PK\x03\x04"})
    assert result.n_reviews == 1
    lines = (outputs / "quarantine.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "source,reason,what_to_do"
    assert sorted(line.split(",")[0] for line in lines[1:]) == ["empty.txt", "notes.docx"]


def test_run_json_names_every_output_by_its_hash(order):
    run(order)
    found = json.loads((order.outputs / "run.json").read_text())
    assert set(found) == {"versions", "settings", "hashes", "counts", "outputs", "this_run"}
    for stage in STAGES:
        for kind in stage.writes:
            assert f"{stage.name}/{kind.TABLE}.csv" in found["outputs"]
    assert found["counts"]["reviews"] == len(REVIEWS)
    assert set(found["this_run"]) >= {"workers", "seconds", "finished"}


def test_the_same_text_twice_is_counted_once(run_on):
    outputs, _ = run_on({"a.txt": "Heat is a fine film.", "b.txt": "Heat is a fine film."})
    rows = tables.to_rows(STAGES[0].writes[0], tables.read_table(outputs, "ingest", STAGES[0].writes[0]))
    assert [(row.review_id, row.duplicate_of) for row in rows] == [("a", ""), ("b", "a")]
