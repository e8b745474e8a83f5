"""Every theme's cues find in its examples the words in brackets, and nothing else."""

import re

import numpy as np
import pytest

from pipeline import nlp
from pipeline.rules.theme_blocks import lists, our_themes
from pipeline.rules.theme_cues import CUE, make_finder

CASES = [(number, example) for number, theme in enumerate(our_themes()) for example in theme.examples]


@pytest.fixture(scope="module")
def finder():
    return make_finder(our_themes(), lists(), "lexicon/themes.toml")


@pytest.mark.parametrize(("number", "marked"), CASES, ids=[f"{our_themes()[n].id}: {text}" for n, text in CASES])
def test_examples(finder, number, marked):
    text = re.sub(r"[\[\]]", "", marked)
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        found = finder.find(tokens.norm, np.full(len(tokens), len(tokens)))
    spans = zip(found.theme, found.first, found.last, found.strength, strict=True)
    words = [text[tokens.start[a] : tokens.end[b - 1]] for theme, a, b, s in spans if theme == number and s == CUE]
    assert words == re.findall(r"\[([^\]]*)\]", marked)


@pytest.mark.parametrize("theme", our_themes(), ids=lambda theme: theme.id)
def test_a_theme_shows_a_hit_and_a_miss(theme):
    assert {"[" in example for example in theme.examples} == {True, False}


def test_ids_are_the_fifty_of_the_vocabulary():
    ids = [theme.id for theme in our_themes()]
    assert len(ids) == len(set(ids)) == 50
    assert all(theme.definition and theme.lto for theme in our_themes())
