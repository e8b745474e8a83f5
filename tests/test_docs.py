"""Documents that cannot drift: what README says is run, what outputs/README says is generated."""

import re

import pytest
from conftest import HOME

from pipeline import cli, tables
from pipeline.plan import STAGES

README = (HOME / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_outputs_readme_lists_every_column():
    written = (HOME / "outputs" / "README.md").read_text(encoding="utf-8")
    made = tables.describe({stage.name: stage.writes for stage in STAGES})
    assert made in written, "run `make golden` and look at the difference"


def test_readme_shows_the_python_door():
    assert CODE


@pytest.mark.parametrize("code", CODE)
def test_the_code_of_the_readme_runs(code, monkeypatch):
    monkeypatch.chdir(HOME)
    exec(compile(code, "README.md", "exec"), {})


@pytest.mark.parametrize("command", cli.app.registered_commands, ids=lambda command: command.name)
def test_every_command_is_in_the_readme_and_has_help(command):
    assert f"closeup {command.name}" in README
    assert command.help


def test_every_target_that_the_readme_names_is_there():
    targets = set(re.findall(r"^([a-z]+):", (HOME / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_no_document_names_this_machine():
    for path in [
        *HOME.glob("*.md"),
        *HOME.glob("pipeline/**/*.md"),
        *HOME.glob("pipeline/**/*.py"),
        HOME / "requirements.lock",
    ]:
        text = path.read_text(encoding="utf-8")
        assert "/work/" not in text, path.name
        assert "../shared" not in text, path.name
