"""Runs killed at seeded moments come out as if they had not been: `make stress`."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from outputs import snapshot

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from reviews import write_corpus

HOME = Path(__file__).parents[2]
N_KILLS = 50


def command(corpus, outputs, workers):
    return [
        sys.executable,
        "-m",
        "pipeline",
        "run",
        "--corpus",
        str(corpus),
        "--outputs",
        str(outputs),
        "--workers",
        str(workers),
    ]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_corpus(tmp_path_factory.mktemp("kills") / "corpus", 300)


@pytest.fixture(scope="module")
def whole(corpus, tmp_path_factory):
    """Outputs of a run that nobody killed, and how long it took."""
    outputs = tmp_path_factory.mktemp("kills") / "whole"
    began = time.monotonic()
    subprocess.run(command(corpus, outputs, 1), check=True, cwd=HOME, capture_output=True)
    return snapshot(outputs), time.monotonic() - began


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed_is_the_same_bytes(corpus, whole, tmp_path, workers):
    expected, took = whole
    rng = random.Random(workers)
    kills = number = 0
    # On a machine that is busy, or faster than it was for the first run, some runs end before they are killed.
    while kills < N_KILLS // 2:
        number += 1
        assert number < 2 * N_KILLS, "most runs end before they are killed"
        outputs = tmp_path / f"outputs-{number}"
        process = subprocess.Popen(
            command(corpus, outputs, workers), cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=rng.uniform(0.1, 1.0) * took)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
        subprocess.run(command(corpus, outputs, 1), check=True, cwd=HOME, capture_output=True)
        assert snapshot(outputs) == expected, f"kill {number} with {workers} workers"
