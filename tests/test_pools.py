"""engine.pools: jobs in processes that may die."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.engine import pools
from pipeline.engine.shards import Item, Shard
from pipeline.engine.work import Job, run_shard
from pipeline.errors import ConfigError
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


OF_TWO = """
import os, time
from pipeline.engine import pools

def stay(folder):
    open(os.path.join(folder, str(os.getpid())), "w").close()
    time.sleep(600)

if __name__ == "__main__":
    list(pools.map_in_order(stay, [os.environ["FOLDER"]] * 2, workers=2))
"""


def is_running(process):
    """Whether a process is there, and not only waits for someone to hear that it ended."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs /proc")
def test_workers_end_with_a_run_that_is_killed(tmp_path):
    folder, script = tmp_path / "workers", tmp_path / "run.py"
    folder.mkdir()
    script.write_text(OF_TWO)
    home = Path(__file__).parents[1]
    run = subprocess.Popen(
        [sys.executable, str(script)], cwd=home, env={**os.environ, "FOLDER": str(folder), "PYTHONPATH": str(home)}
    )
    try:
        while len(list(folder.iterdir())) < 2:
            assert run.poll() is None
            time.sleep(0.05)
    finally:
        run.kill()
        run.wait()
    workers = [path.name for path in folder.iterdir()]
    until = time.monotonic() + 60
    while any(map(is_running, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_running, workers))


def loaded(_):
    from pipeline.models import aspects, encoder, names, themes, valence, verdict

    reads = (aspects.weights, encoder.weights, names.load, themes.weights, valence.weights, verdict.weights)
    return [read.cache_info().currsize for read in reads]


def test_workers_begin_with_the_weights_in_hand():
    assert list(pools.map_in_order(loaded, [None], workers=2)) == [[1] * 6]


def test_a_job_of_another_version_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="another version"):
        run_shard(replace(job(0, tmp_path, "a"), version="older"))
    assert not list(tmp_path.iterdir())
