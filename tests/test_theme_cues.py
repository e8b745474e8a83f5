"""Patterns of words: forms, choices, lists, words that may be missing, gaps; what hides what."""

import numpy as np
import pytest

from pipeline import nlp
from pipeline.errors import LexiconError
from pipeline.rules.phrases import compile_phrases
from pipeline.rules.theme_blocks import Theme
from pipeline.rules.theme_cues import CUE, HINT, make_finder

LISTS = {"kin": ["mother", "half-sister"]}


def find(pattern: str, text: str) -> list[str]:
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        found = compile_phrases([pattern], LISTS, "here").find(tokens.norm, np.full(len(tokens), len(tokens)))
    return [text[tokens.start[a] : tokens.end[b - 1]] for a, b in zip(found.first, found.last, strict=True)]


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("lie", "She lied, he lies.", ["lied", "lies"]),
        ("=lie", "She lied, they lie.", ["lie"]),
        ("steal money|car", "He stole cars.", ["stole cars"]),
        ("<kin> die", "Her half-sister died; the mother dies.", ["half-sister died", "mother dies"]),
        ("keep ... secret", "She keeps a very dark secret.", ["keeps a very dark secret"]),
        ("keep ... secret", "She keeps a really very dark secret.", []),
        ("lose her? mother", "They lose mother; we lost her mother.", ["lose mother", "lost her mother"]),
        ("coming-of-age", "A Coming-of-Age tale", ["Coming-of-Age"]),
        ("not alone", "She isn’t alone.", ["n’t alone"]),
    ],
)
def test_pattern(pattern, text, words):
    assert find(pattern, text) == words


def test_no_match_crosses_the_end_of_a_sentence():
    with nlp.memory_zone():
        tokens = nlp.tokenize(["He stole. Cars came."])
        found = compile_phrases(["steal ... car"], {}, "here").find(tokens.norm, np.array([3, 3, 3, 6, 6, 6]))
    assert not len(found.pattern)


def test_what_is_praise_hides_the_cue_and_a_cue_goes_before_a_hint():
    theme = Theme("t", "", (), ("killer", "serial killer"), ("serial",), ("killer performance",), ())
    text = "A killer performance as the serial killer, a serial."
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        found = make_finder([theme], {}, "here").find(tokens.norm, np.full(len(tokens), len(tokens)))
    words = [text[tokens.start[a] : tokens.end[b - 1]] for a, b in zip(found.first, found.last, strict=True)]
    assert words == ["serial killer", "serial"]
    assert found.strength.tolist() == [CUE, HINT]


def test_themes_may_overlap():
    themes = [Theme(name, "", (), (cue,), (), (), ()) for name, cue in (("a", "child abuse"), ("b", "abuse"))]
    with nlp.memory_zone():
        tokens = nlp.tokenize(["child abuse"])
        found = make_finder(themes, {}, "here").find(tokens.norm, np.array([2, 2]))
    assert (found.theme.tolist(), found.first.tolist()) == ([0, 1], [0, 1])


@pytest.mark.parametrize("pattern", ["... secret", "keep ...", "the?"])
def test_a_pattern_without_a_word_at_its_ends_is_refused(pattern):
    with pytest.raises(LexiconError) as error:
        compile_phrases([pattern], {}, "mine.toml (grief)")
    assert str(error.value) == f"mine.toml (grief): the pattern {pattern!r} begins or ends with no word"
    assert error.value.fix == 'Let it begin and end with a word that must be there; "..." stands between words.'


def test_an_unknown_list_is_refused():
    with pytest.raises(LexiconError, match="there is no list <pets>"):
        compile_phrases(["<pets>"], LISTS, "mine.toml")


def test_a_cue_behind_about_is_what_the_film_is_said_to_be_about():
    theme = Theme("t", "", (), ("freedom",), (), (), ())
    text = "It’s about the need for freedom. Freedom costs."
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        stop = np.where(np.arange(len(tokens)) < 8, 8, len(tokens))
        found = make_finder([theme], {}, "here", ["=about"]).find(tokens.norm, stop)
    assert found.is_told.tolist() == [True, False]
