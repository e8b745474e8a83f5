"""engine.pools: jobs in processes that may die."""

import os
import signal
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.engine import pools
from pipeline.engine.shards import Item, Shard
from pipeline.engine.work import Job
from pipeline.readers.raw import Raw


def job(number, outputs, texts):
    items = tuple(
        Item(f"r{number}-{n}", "", f"{number}-{n}", b"", Raw(f"{number}-{n}", f"{number}-{n}", text, "text", {}))
        for n, text in enumerate(texts)
    )
    return Job(Shard(f"shard-{number}", "key", items, ()), str(outputs), Config(), 0, 1)


def note(job):
    """Leaves a mark for each review; a review that says so takes the process with it."""
    for item in job.shard.items:
        if item.raw.content == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
    if not job.shard.name.startswith("trial-"):
        for item in job.shard.items:
            (Path(job.outputs) / item.review_id).write_text("")
        for one in job.shard.refused:
            (Path(job.outputs) / f"refused-{one.source}").write_text(one.reason)


def test_jobs_are_all_done(tmp_path):
    jobs = [job(n, tmp_path, ["a", "b"]) for n in range(7)]
    assert len(list(pools.run_in_processes(jobs, 2, note))) == 7
    assert len(list(tmp_path.iterdir())) == 14


@pytest.mark.parametrize("workers", [1, 2])
def test_a_review_that_kills_its_process_is_set_aside_and_no_other(tmp_path, workers):
    jobs = [
        job(0, tmp_path, "abc"),
        job(1, tmp_path, ["a", "kill", "b", "c", "d"]),
        *(job(n, tmp_path, "ab") for n in (2, 3, 4)),
    ]
    done = list(pools.run_in_processes(jobs, workers, note))
    assert sorted(one.shard.name for one in done) == [f"shard-{n}" for n in range(5)]
    names = {path.name for path in tmp_path.iterdir()}
    assert "refused-1-1" in names
    assert names - {"refused-1-1"} == {
        f"r{number}-{n}" for number, size in enumerate([3, 5, 2, 2, 2]) for n in range(size)
    } - {"r1-1"}


def test_an_error_of_the_work_is_raised(tmp_path):
    with pytest.raises(AttributeError):
        list(pools.run_in_processes([job(0, tmp_path, "a")], 2, fail))


def fail(job):
    raise AttributeError("ours")


def test_workers_know_the_environment_as_it_is_now(monkeypatch):
    assert list(pools.map_in_order(os.getenv, ["CLOSEUP_SAYS"], workers=2)) == [None]
    monkeypatch.setenv("CLOSEUP_SAYS", "now")
    assert list(pools.map_in_order(os.getenv, ["CLOSEUP_SAYS"], workers=2)) == ["now"]
