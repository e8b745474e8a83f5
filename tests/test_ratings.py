"""Ratings that the words state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon.load import read
from pipeline.rules.ratings import find_statements, stated_rating

PATTERNS = read("ratings")["patterns"]
EXAMPLES = [(p["name"], text, value) for p in PATTERNS for text, value in p["examples"]]
MISSES = [(p["name"], text) for p in PATTERNS for text in p["misses"]]


@pytest.mark.parametrize(("name", "marked", "value"), EXAMPLES)
def test_examples_of_the_lexicon_are_found_with_their_value(name: str, marked: str, value: float) -> None:
    text = marked.replace("[", "", 1).replace("]", "", 1)
    start = marked.index("[")
    end = marked.index("]") - 1
    assert stated_rating(text) == pytest.approx(value, abs=1e-4), name
    assert any(said.start < end and said.end > start for said in find_statements(text)), name


@pytest.mark.parametrize(("name", "text"), MISSES)
def test_what_only_looks_like_a_rating_is_none(name: str, text: str) -> None:
    assert stated_rating(text) is None, name


def test_every_pattern_has_examples_and_misses() -> None:
    assert all(p["examples"] and p["misses"] for p in PATTERNS)
    assert len(EXAMPLES) >= 35


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Acting: 2/5. Music: 3/5. Overall: 4/5. Extras: 1/5.", 0.8),
        ("I said 5/10 at first. I now give it 8 out of 10.", 0.8),
        ("Its IMDb rating is 7.9/10, which I do not get.", None),
        ("Apollo 13 runs for 140 minutes.", None),
        ("Two thumbs up!", None),
        ("", None),
    ],
)
def test_the_most_explicit_statement_wins(text: str, value: float | None) -> None:
    assert stated_rating(text) == value


@given(st.text(alphabet="0123456789/ .★½*outfABCr+-\nstargive:", max_size=200))
def test_any_text_gives_a_rating_from_0_to_1_or_none(text: str) -> None:
    value = stated_rating(text)
    assert value is None or 0 <= value <= 1


def test_a_long_run_of_stars_and_digits_takes_no_time() -> None:
    assert stated_rating("★" * 50_000 + "give it " * 20_000 + "1/" * 50_000) is not None
