"""A corpus and outputs on an object store: moto's S3 server on loopback, `make stress` (needs the extra `remote`)."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from outputs import snapshot
from pipeline import storage
from pipeline.config import Config
from pipeline.engine import shards
from pipeline.engine.run import Order, run
from pipeline.errors import ConfigError, CorpusError
from pipeline.readers import ranges

pytest.importorskip("s3fs", reason='install it with: pip install -e ".[remote]"')
server = pytest.importorskip("moto.server", reason='install it with: pip install "moto[server]"')

HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store():
    """A bucket; its credentials are nobody's."""
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    given = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = dict(os.environ)
    os.environ.update(given)
    place = storage.locate("s3://closeup")
    place.fs.mkdir("closeup")
    yield place
    os.environ.clear()
    os.environ.update(before)
    running.stop()


@pytest.fixture
def order(tmp_path, monkeypatch):
    """Some files and a table, which is read by ranges."""
    monkeypatch.setattr(shards, "MEAN", 3)
    monkeypatch.setattr(ranges, "LARGE", 500)
    corpus = tmp_path / "corpus"
    (corpus / "more").mkdir(parents=True)
    for number in range(9):
        (corpus / f"film-{number}.txt").write_text(f"Film {number} ({1960 + number})\n\nA dull film by Ann Lee.\n")
    (corpus / "more" / "page.html").write_text("<html><body><p>Heat is a fine film.</p></body></html>")
    (corpus / "more" / "notes.docx").write_bytes(b"PK")
    (corpus / "more" / "README.md").write_text("Nothing.")
    (corpus / "table.jsonl").write_text("".join(f'{{"text": "Table film {n} is superb."}}\n' for n in range(50)))
    return Order(corpus, tmp_path / "here", Config())


def up(store, corpus, name):
    store.fs.put(str(corpus), f"closeup/{name}", recursive=True)
    return storage.locate(f"s3://closeup/{name}")


def down(place, folder):
    place.fs.get(place.path, str(folder), recursive=True)
    return snapshot(folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_bytes_as_in_a_folder(order, store, tmp_path, workers):
    here = run(order)
    corpus = up(store, order.corpus, f"corpus-{workers}")
    far = replace(order, corpus=corpus, outputs=storage.locate(f"s3://closeup/outputs-{workers}"), workers=workers)
    there = run(far)
    assert down(far.outputs, tmp_path / "down") == snapshot(order.outputs)
    assert [one.source for one in there.refused] == [one.source for one in here.refused] == ["more/notes.docx"]
    assert run(far).n_reused == there.n_shards > 10


def test_a_changed_review_and_one_that_is_gone(order, store, tmp_path):
    corpus = up(store, order.corpus, "corpus-changed")
    far = replace(order, corpus=corpus, outputs=storage.locate("s3://closeup/outputs-changed"))
    run(far)
    (order.corpus / "film-3.txt").write_text("Heat (1995)\n\nA dreadful bore.\n")
    (order.corpus / "film-5.txt").unlink()
    (corpus / "film-3.txt").write_bytes((order.corpus / "film-3.txt").read_bytes())
    (corpus / "film-5.txt").unlink()
    assert run(far).n_reused > 8
    run(order)
    assert down(far.outputs, tmp_path / "down") == snapshot(order.outputs)


def test_killed_and_resumed(order, store, tmp_path):
    corpus = up(store, order.corpus, "corpus-killed")
    outputs = storage.locate("s3://closeup/outputs-killed")
    command = [sys.executable, "-m", "pipeline", "run", "--corpus", str(corpus), "--outputs", str(outputs)]
    process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(storage.names_in(outputs / ".parts" / "report")) < 1:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run(command, cwd=HOME, check=False, capture_output=True)
    subprocess.run(
        [*command[:-3], str(order.corpus), "--outputs", str(order.outputs)], cwd=HOME, check=False, capture_output=True
    )
    assert down(outputs, tmp_path / "down") == snapshot(order.outputs)


def test_what_is_not_there_or_cannot_be_done_is_told(order, store, monkeypatch):
    with pytest.raises(CorpusError) as caught:
        run(replace(order, corpus=storage.locate("s3://closeup/nothing-here")))
    assert caught.value.what == "there is no such folder or file"
    with pytest.raises(ConfigError) as told:
        storage.reach_here("s3://closeup/outputs")
    assert told.value.what == "this command works on folders of this machine alone"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    type(store.fs).clear_instance_cache()
    with pytest.raises(ConfigError) as told:
        storage.reach("s3://closeup/unreachable")
    assert told.value.what.startswith("the store does not answer")
