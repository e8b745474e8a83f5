"""storage: folders of this machine and object stores."""

from dataclasses import replace
from pathlib import Path

import pytest

from outputs import snapshot
from pipeline import storage
from pipeline.config import Config
from pipeline.engine.run import Order, run
from pipeline.errors import ConfigError, OutputsError


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.txt"
    storage.write_text(path, "before")

    def fail():
        with storage.replacing(path) as handle:
            handle.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_cannot_be_written_is_told_in_three_parts(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputsError) as caught:
        storage.write_text(tmp_path / "file" / "a.txt", "text")
    assert caught.value.where == str(tmp_path / "file" / "a.txt")
    assert caught.value.what in ("cannot write (Not a directory)", "cannot write (File exists)")
    assert caught.value.fix == (
        "Free some space or choose another folder with --outputs, then run again: what is finished is kept."
    )


def test_a_file_url_is_a_folder_of_this_machine(tmp_path):
    assert storage.locate(f"file://{tmp_path}/a%20b") == tmp_path / "a b"
    assert storage.reach_here(f"file://{tmp_path}") == tmp_path
    assert storage.is_here(storage.locate("corpus"))


def test_a_url_that_nothing_reads_is_told():
    with pytest.raises(ConfigError) as caught:
        storage.locate("nowhere://bucket/corpus")
    assert caught.value.what.startswith("no such URL can be read (")
    assert caught.value.where == "nowhere://bucket/corpus"
    assert caught.value.fix == 'Install what does: pip install "closeup-reviews[remote]", for gs:// also gcsfs.'


def test_commands_that_read_outputs_tell_that_they_work_here_alone():
    with pytest.raises(ConfigError) as caught:
        storage.reach_here("s3://bucket/outputs")
    assert caught.value.what == "this command works on folders of this machine alone"
    assert caught.value.fix == "Copy the folder here first; `closeup run` and its stages read and write URLs."


@pytest.fixture
def memory(tmp_path):
    pytest.importorskip("upath", reason='install it with: pip install -e ".[remote]"')
    place = storage.locate(f"memory://{tmp_path.name}")
    yield place
    place.fs.rm(place.path, recursive=True)


def test_a_run_on_an_object_store_gives_the_same_bytes(tmp_path, memory):
    corpus = tmp_path / "corpus"
    (corpus / "b").mkdir(parents=True)
    texts = {"b.txt": "Heat (1995) is superb.\n", "b/a.md": "# Ida\n\nA dull film.\n", ".b.txt": "-", "a.docx": "PK"}
    for name, text in texts.items():
        (corpus / name).write_text(text)
        (memory / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (memory / "corpus" / name).write_bytes(text.encode())
    here = Order(corpus, tmp_path / "outputs", Config())
    run(here)
    far = replace(here, corpus=memory / "corpus", outputs=memory / "outputs")
    assert [one.source for one in run(far).refused] == ["a.docx"]
    assert run(far).n_reused == 1
    memory.fs.get((memory / "outputs").path, str(tmp_path / "down"), recursive=True)
    assert snapshot(tmp_path / "down") == snapshot(here.outputs)


def test_a_fault_leaves_the_object_as_it_was(memory):
    path = memory / "a.txt"
    storage.write_text(path, "before")

    def fail():
        with storage.replacing(path) as handle:
            handle.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputsError, match="No space left on device"):
        fail()
    assert path.read_bytes() == b"before"


def test_what_lies_in_a_folder(tmp_path):
    (tmp_path / "a").write_text("")
    assert (storage.names_in(tmp_path), storage.names_in(Path("not-here"))) == ({"a"}, set())
