"""Regular expressions that no text can make slow; how their time grows is measured by `make stress`."""

import re

import pytest
from patterns import collect, nested

PATTERNS = collect()


def test_there_are_patterns_to_look_at():
    assert len(PATTERNS) > 100


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_repetition_without_end_stands_in_another(name):
    assert not nested(PATTERNS[name]), PATTERNS[name].pattern


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (r"(a+)+b", True),
        (r"(?:a*)*b", True),
        (r"(?:\w+\s*)*$", True),
        (r"(?:a|b+)+c", True),
        (r"(?:, \w+)*", False),
        (r"(?:a++)+b", False),
        (r"(?>a+)+b", False),
        (r"\w+(?: \w+){0,3}", False),
        (r"(?:ab)+", False),
    ],
)
def test_the_looking_itself(pattern, bad):
    assert nested(re.compile(pattern)) == bad
