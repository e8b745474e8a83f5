"""Every regular expression of this package: what stands in its modules and calls, whichever file it comes from."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pipeline

HOME = Path(pipeline.__file__).parent
MANY = 100
"""Times from which a repetition is as good as endless."""
_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT)


def collect() -> dict[str, re.Pattern[str]]:
    """Patterns by the module and name, or line, where they stand."""
    found: dict[str, re.Pattern[str]] = {}
    for info in pkgutil.walk_packages([str(HOME)], "pipeline."):
        if "training" not in info.name and not info.name.endswith("__main__"):
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                for i, pattern in enumerate(_inside(value)):
                    found[f"{info.name}.{name}[{i}]"] = pattern
            for line, pattern in _called(Path(module.__file__ or "")):
                found[f"{info.name}:{line}"] = pattern
    return found


def _inside(value: Any, depth: int = 3) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, dict):
        for one in value.values():
            yield from _inside(one, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from _inside(one, depth - 1)


def _called(path: Path) -> Iterator[tuple[int, re.Pattern[str]]]:
    """Literal patterns of calls such as `re.sub(…)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr != "compile"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.lineno, re.compile(node.args[0].value)


def is_searched_for(name: str) -> bool:
    """Whether a module looks for a pattern all over a text, and does not only match it where it stands."""
    short = re.escape(name.rpartition(".")[2].partition("[")[0])
    methods = set()
    for path in HOME.rglob("*.py"):
        methods |= set(re.findall(rf"\b{short}\.(\w+)\(", path.read_text(encoding="utf-8")))
    return bool(methods - {"match", "fullmatch"})


def nested(pattern: re.Pattern[str]) -> bool:
    """Whether a repetition without end stands in another, so that one text can be cut up in 2^n ways: `(a+)+`.

    What may not give back (`a++`, `(?>…)`) is safe, and so is an inner repetition that begins behind something fixed,
    as in `(?:, \\w+)*`: there is one way to cut.
    """
    return _nested(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))


def _nested(tree: Any) -> bool:
    for op, value in tree:
        if op in _REPEATS:
            _, most, body = value
            if most >= MANY and _is_loose(body):
                return True
            if _nested(body):
                return True
        else:
            for part in _parts(op, value):
                if _nested(part):
                    return True
    return False


def _parts(op: Any, value: Any) -> list[Any]:
    if op is constants.SUBPATTERN:
        return [value[3]]
    if op is constants.BRANCH:
        return list(value[1])
    if op in (constants.ASSERT, constants.ASSERT_NOT):
        return [value[1]]
    if op is constants.ATOMIC_GROUP:
        return [value]
    return []


def _is_loose(body: Any) -> bool:
    """Whether all that a repeated body must hold can be repeated without end in itself."""
    items = list(body)
    endless = False
    for op, value in items:
        if op in _REPEATS and value[1] >= MANY:
            endless = True
        elif op in _REPEATS and value[0] == 0:
            continue
        elif op is constants.SUBPATTERN:
            if not _is_loose(value[3]):
                return False
            endless = True
        elif op is constants.BRANCH:
            endless = endless or any(_is_loose(one) for one in value[1])
            if not endless:
                return False
        elif op not in (constants.AT, constants.ASSERT, constants.ASSERT_NOT):
            return False
    return endless
