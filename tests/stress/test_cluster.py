"""A real scheduler and workers as processes on this machine: `make stress` (needs the extra `cluster`)."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from outputs import snapshot
from pipeline.config import Config
from pipeline.engine import pools, shards
from pipeline.engine.run import Order, run
from pipeline.engine.work import Job
from pipeline.errors import ConfigError

HOME = Path(__file__).parents[2]
distributed = pytest.importorskip("distributed", reason='install it with: pip install -e ".[cluster]"')


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as found:
        yield found


@pytest.fixture
def order(tmp_path, monkeypatch):
    monkeypatch.setattr(shards, "MEAN", 2)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(40):
        (corpus / f"film-{number:02}.txt").write_text(f"Film {number} ({1960 + number})\n\nA dull film by Ann Lee.\n")
    return Order(corpus, tmp_path / "here", Config())


def test_the_same_bytes_as_on_one_machine(order, cluster, tmp_path):
    run(order)
    far = replace(order, outputs=tmp_path / "far", cluster=cluster.scheduler_address)
    run(far)
    assert snapshot(far.outputs) == snapshot(order.outputs)


def test_a_worker_that_is_killed_mid_run_costs_nothing(order, cluster, tmp_path):
    run(order)
    far = replace(order, outputs=tmp_path / "far", cluster=cluster.scheduler_address)

    def kill_one():
        while not list(far.outputs.glob(".parts/ingest/*.zip")):
            time.sleep(0.01)
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    result = run(far)
    killer.join()
    assert result.refused == []
    assert snapshot(far.outputs) == snapshot(order.outputs)


def kill_at_poison(job: Job) -> None:
    """Leaves a mark for each review; the poisoned one takes the process with it."""
    if any(item.review_id == "poison" for item in job.shard.items):
        os.kill(os.getpid(), signal.SIGKILL)
    if not job.shard.name.startswith("trial-"):
        for item in job.shard.items:
            (Path(job.outputs) / item.review_id).write_text("")


def test_a_shard_that_kills_its_worker_is_bisected_and_no_neighbour_is_lost(order, cluster, tmp_path):
    (order.corpus / "poison.txt").write_text("A film.")
    jobs = [Job(shard, str(tmp_path), Config(), 0, 1) for shard in shards.cut(order.corpus, "")]
    done = list(pools.run_on_cluster(jobs, cluster.scheduler_address, kill_at_poison))
    assert len(done) == len(jobs)
    assert [one.source for job in done for one in job.shard.refused] == ["poison.txt"]
    assert len(list(tmp_path.glob("film-*"))) == 40


class Processes:
    """A scheduler at a fixed port and a worker, as processes of their own."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        self._running = []

    def start(self):
        dask = [sys.executable, "-m", "distributed.cli."]
        options = ["--port", str(self.port), "--host", "127.0.0.1", "--no-dashboard"]
        worker = [self.address, "--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder)]
        for name, some in (("dask_scheduler", options), ("dask_worker", worker)):
            command = [*dask[:2], dask[2] + name, *some]
            self._running.append(subprocess.Popen(command, cwd=HOME, stdout=-3, stderr=-3))

    def kill(self):
        for process in self._running:
            process.kill()
            process.wait()
        self._running.clear()


@pytest.fixture
def processes(tmp_path):
    found = Processes(tmp_path)
    found.start()
    yield found
    found.kill()


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_scheduler_that_goes_away_mid_run(order, processes, tmp_path, comes_back):
    run(order)
    far = replace(order, outputs=tmp_path / "far", cluster=processes.address)

    def restart():
        while not list(far.outputs.glob(".parts/ingest/*.zip")):
            time.sleep(0.01)
        processes.kill()
        if comes_back:
            processes.start()

    killer = threading.Thread(target=restart)
    killer.start()
    if comes_back:
        run(far)
    else:
        with pytest.raises(ConfigError) as caught:
            run(far)
        assert caught.value.what == "the scheduler went away and did not come back"
        assert caught.value.fix == "Start it, and run again: what is finished is kept."
        run(replace(far, cluster=""))
    killer.join()
    assert snapshot(far.outputs) == snapshot(order.outputs)


def test_nobody_at_the_address_is_told(order):
    with pytest.raises(ConfigError) as caught:
        run(replace(order, cluster="tcp://127.0.0.1:1"))
    assert caught.value.where == "--cluster tcp://127.0.0.1:1"
    assert caught.value.fix == "Check the address, or leave it out."
