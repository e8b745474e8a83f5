"""Cues of the section lexicon match what their examples say, and nothing else."""

import pytest

from pipeline.errors import LexiconError
from pipeline.records import KINDS
from pipeline.rules import cues as module
from pipeline.rules.cues import Cue, cue_of, cues

CASES = [pytest.param(cue, marked, id=f"{cue.id}: {marked}") for cue in cues() for marked in cue.examples]


@pytest.mark.parametrize(("cue", "marked"), CASES)
def test_a_cue_matches_the_words_in_brackets(cue: Cue, marked: str) -> None:
    start, end = marked.find("["), marked.rfind("]")
    expected = marked[start + 1 : end] if start >= 0 else None
    found = cue.find(marked.replace("[", "").replace("]", ""))
    assert (found and found.group()) == expected


@pytest.mark.parametrize("cue", cues(), ids=lambda cue: cue.id)
def test_a_cue_shows_a_hit_and_a_miss(cue: Cue) -> None:
    assert {"[" in marked for marked in cue.examples} == {True, False}
    assert cue.kind in KINDS


def test_ids_of_cues_are_unique() -> None:
    assert len({cue.id for cue in cues()}) == len(cues())


def test_the_first_cue_that_matches_tells_the_kind() -> None:
    assert cue_of("RATING: 4 out of 5", 5) == "facts"
    assert cue_of("By Jane Doe", 3) == "byline"
    assert cue_of("She never leaves the house.", 5) == ""


def test_a_text_that_is_too_long_for_a_cue_is_not_told() -> None:
    assert cue_of("Read more", 2) == "boilerplate"
    assert cue_of("Read more " + "of it " * 20, 42) == ""
    assert cue_of("Cast: " + "Jane Doe, " * 100, 201) == ""


@pytest.mark.parametrize(
    ("entry", "what", "fix"),
    [
        ({"id": "x", "kind": "body", "words": 3, "examples": []}, "no 'pattern'", "Add it, as the other cues have it."),
        (
            {"id": "x", "kind": "sermon", "words": 3, "pattern": "a", "examples": []},
            "unknown kind 'sermon'",
            f"Use one of: {', '.join(KINDS)}.",
        ),
        (
            {"id": "x", "kind": "body", "words": 3, "pattern": "(", "examples": []},
            "pattern does not compile: missing ), unterminated subpattern at position 0",
            "Mend the pattern.",
        ),
    ],
)
def test_a_malformed_cue_is_refused(monkeypatch, entry, what: str, fix: str) -> None:
    monkeypatch.setattr(module, "read", lambda name: {"cues": [entry]})
    with pytest.raises(LexiconError) as caught:
        cues.__wrapped__()
    assert (caught.value.what, caught.value.where, caught.value.fix) == (what, "lexicon/sections.toml, cue 'x'", fix)
