"""nlp: texts to flat arrays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import nlp

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=4)


@given(TEXTS)
def test_tokens_are_slices_of_their_text(texts):
    tokens = nlp.tokenize(texts)
    for i, text in enumerate(texts):
        words = [text[tokens.start[t] : tokens.end[t]] for t in range(tokens.bounds[i], tokens.bounds[i + 1])]
        assert words == [token.text for token in tokens.docs[i]]
        assert all(tokens.text[tokens.bounds[i] : tokens.bounds[i + 1]] == i)


@pytest.mark.parametrize(
    "run", ["(" * 5000, "a" * 5000, "'\"(" * 500 + "x" * 400, "…" * 999, "https://x.org/" + "a/" * 400]
)
def test_a_long_run_is_cut_without_loss(run):
    for text in (run, f"Before, {run} after.", f"{run}\n\n{run}  x"):
        tokens = nlp.tokenize([text])
        assert tokens.docs[0].text == text
        assert all(
            text[a:b] == token.text for a, b, token in zip(tokens.start, tokens.end, tokens.docs[0], strict=True)
        )
        assert max(tokens.end - tokens.start) <= 200


def test_hashes_do_not_depend_on_the_company_a_text_keeps():
    alone = nlp.tokenize(["Paulson is chilling."])
    together = nlp.tokenize(["Something else.", "Paulson is chilling."])
    for name in ("orth", "norm", "shape", "prefix", "suffix"):
        assert np.array_equal(getattr(alone, name), getattr(together, name)[tokens_before(together, 1) :])


def tokens_before(tokens, i):
    return tokens.bounds[i]


def test_sentences_are_runs_of_tokens():
    tokens = nlp.tokenize(["One two. Three.", "", "Four."])
    sents = nlp.sentences_of(tokens, [0, 0, 2], [0, 9, 0], [8, 15, 5], [3, 3, 3], [0, 0, 1])
    assert [list(range(a, b)) for a, b in zip(sents.first, sents.last, strict=True)] == [[0, 1, 2], [3, 4], [5, 6]]
    assert sents.position.tolist() == [0.0, 1.0, 0.0]


def test_a_memory_zone_forgets_its_words():
    word = "unheardofword12345"
    with nlp.memory_zone():
        nlp.tokenize([word])
        assert word in nlp.english().vocab.strings
    assert word not in nlp.english().vocab.strings
