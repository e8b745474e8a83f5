"""cli: what is typed, what is said, with which exit status."""

import re
import subprocess
import sys

import pytest
from conftest import HOME

from pipeline import cli
from pipeline.plan import STAGES


@pytest.fixture
def closeup(monkeypatch, capsys):
    """Runs the command in this process; gives status, stdout, stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["closeup", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return stopped.value.code, said.out, said.err

    return run


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "heat.txt").write_text("Heat (1995)\n\nMichael Mann directs a superb thriller.\n")
    return folder


def test_done_is_0(closeup, corpus, tmp_path):
    status, out, err = closeup("run", "--corpus", corpus, "--outputs", tmp_path / "out")
    assert (status, err) == (0, "")
    assert out.startswith("1 review, 8 words, in ")
    assert f"Look at {tmp_path / 'out' / 'report' / 'index.html'}" in out


def test_quiet_says_nothing(closeup, corpus, tmp_path):
    assert closeup("run", "--corpus", corpus, "--outputs", tmp_path / "out", "--quiet") == (0, "", "")


def test_some_input_set_aside_is_3(closeup, corpus, tmp_path):
    (corpus / "empty.txt").write_text("")
    status, out, _ = closeup("run", "--corpus", corpus, "--outputs", tmp_path / "out")
    assert status == 3
    assert f"1 text is set aside: {tmp_path / 'out' / 'quarantine.csv'} says which and why." in out


def test_wrong_usage_is_2(closeup):
    status, _, err = closeup("run", "--wokers", "2")
    assert status == 2
    assert "No such option: --wokers" in err


def test_a_users_error_is_4_in_two_lines(closeup, tmp_path):
    (tmp_path / "settings.toml").write_text("theems = 1")
    status, _, err = closeup("run", "--config", tmp_path / "settings.toml")
    assert status == 4
    assert err == f"error: {tmp_path / 'settings.toml'}: unknown setting 'theems'\n  fix: Did you mean 'themes'?\n"


def test_a_missing_corpus_is_4(closeup, tmp_path):
    status, _, err = closeup("run", "--corpus", tmp_path / "none", "--outputs", tmp_path / "out")
    assert status == 4
    assert err.startswith(f"error: {tmp_path / 'none'}: ")
    assert "\n  fix: " in err


def test_a_mismatch_is_5(closeup, corpus, tmp_path):
    assert closeup("run", "--corpus", corpus, "--outputs", tmp_path / "out")[0] == 0
    status, out, _ = closeup("verify", "--corpus", corpus, "--outputs", tmp_path / "out")
    assert status == 0
    assert out.endswith("rows checked: every one is what its source says.\n")
    (corpus / "heat.txt").write_text("Heat (1995)\n\nAnother text.\n")
    status, out, _ = closeup("verify", "--corpus", corpus, "--outputs", tmp_path / "out")
    assert status == 5
    assert "reviews: heat: the source has changed since it was read" in out


def test_an_interrupt_is_130(closeup, corpus, tmp_path, monkeypatch):
    def interrupt(order, tell):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.engine.run.run", interrupt)
    status, _, err = closeup("run", "--corpus", corpus, "--outputs", tmp_path / "out")
    assert status == 130
    assert err == "interrupted: what is finished is kept, and the next run goes on from there\n"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_stage_is_a_command_and_a_target(stage):
    commands = {command.name for command in cli.app.registered_commands}
    assert stage.name in commands
    makefile = (HOME / "Makefile").read_text()
    line = re.search(rf"^{stage.name}:.*## (.*)$", makefile, re.MULTILINE)
    assert line
    assert line[1] + "." == stage.help


def test_help_of_stages_is_that_of_the_plan():
    said = {command.name: command.help for command in cli.app.registered_commands}
    for stage in STAGES:
        assert said[stage.name] == stage.help


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--help"], capture_output=True, text=True, cwd=HOME, check=True
    )
    assert "quarantine" not in done.stderr
    assert all(f"  {stage.name} " in done.stdout for stage in STAGES)


def test_help_loads_no_library():
    code = "import sys, pipeline.cli; print([name for name in ('spacy', 'pandas', 'pyarrow', 'numpy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOME, check=True)
    assert done.stdout.strip() == "[]"


def test_a_run_loads_no_training_library():
    code = "import sys, pipeline.plan, pipeline.engine.run; print([n for n in ('sklearn', 'torch', 'scipy') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOME, check=True)
    assert done.stdout.strip() == "[]"
