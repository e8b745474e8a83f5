"""The floors of pipeline/README.md, held against what modules import."""

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "pipeline"
DRAWING = re.search(r"```floors\n(.*?)```", (HOME / "README.md").read_text(encoding="utf-8"), re.DOTALL)
assert DRAWING
FLOOR = {room: int(line.split()[0]) for line in DRAWING[1].splitlines() for room in line.split()[1:]}
MODULES = sorted(path for path in HOME.rglob("*.py") if "training" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Rooms of this package that a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "pipeline":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("pipeline.")}
    return found


def test_the_drawing_names_every_room():
    assert {room_of(path) for path in MODULES} == set(FLOOR)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOME).as_posix())
def test_imports_go_down(path):
    room = room_of(path)
    for other in imports_of(path) - {room}:
        assert FLOOR[other] < FLOOR[room], f"{path.name} ({room}, floor {FLOOR[room]}) imports {other} ({FLOOR[other]})"


@pytest.mark.parametrize("path", sorted(HOME.rglob("*.py")), ids=lambda path: path.relative_to(HOME).as_posix())
def test_nothing_imports_training(path):
    if "training" not in path.parts:
        assert "training" not in imports_of(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOME).as_posix())
def test_the_library_does_not_print(path):
    names = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "print" not in names


def test_no_weights_are_pickled():
    assert not [path for path in HOME.rglob("*") if path.suffix in {".pkl", ".pickle", ".joblib", ".pt"}]
    for path in HOME.rglob("*.py"):
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8")
