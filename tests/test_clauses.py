"""Sentences cut into clauses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import nlp
from pipeline.lexicon.load import read
from pipeline.rules.clauses import split_clauses


def cut(*sentences: str) -> list[str]:
    """Each sentence with a bar at every cut."""
    tokens = nlp.tokenize(sentences)
    number = range(len(sentences))
    sents = nlp.sentences_of(
        tokens, number, [0] * len(sentences), [len(s) for s in sentences], [3] * len(sentences), number
    )
    clauses, owner = split_clauses(tokens, sents)
    marked = list(sentences)
    for clause in reversed(range(len(clauses))):
        start = tokens.start[clauses.first[clause]]
        if clauses.first[clause] > sents.first[owner[clause]]:
            marked[owner[clause]] = marked[owner[clause]][:start] + "|" + marked[owner[clause]][start:]
    return marked


@pytest.mark.parametrize("example", read("clauses")["examples"] + read("clauses")["misses"])
def test_examples_of_the_lexicon_are_cut_where_the_bars_stand(example: str) -> None:
    assert cut(example.replace("|", "")) == [example]


def test_misses_are_not_cut() -> None:
    assert not any("|" in example for example in read("clauses")["misses"])
    assert any("|" in example for example in read("clauses")["examples"])


@given(st.lists(st.text(alphabet="ab ,;-()\n'but and it", max_size=40), max_size=5))
def test_clauses_cover_their_sentences_in_order(sentences: list[str]) -> None:
    tokens = nlp.tokenize(sentences)
    number = range(len(sentences))
    sents = nlp.sentences_of(
        tokens, number, [0] * len(sentences), [len(s) for s in sentences], [3] * len(sentences), number
    )
    clauses, owner = split_clauses(tokens, sents)
    assert (clauses.last > clauses.first).all()
    for sentence in number:
        mine = np.flatnonzero(owner == sentence)
        covered = [i for c in mine for i in range(clauses.first[c], clauses.last[c])]
        assert covered == list(range(sents.first[sentence], sents.last[sentence]))


def test_select_takes_the_sentences_of_the_numbers() -> None:
    tokens = nlp.tokenize(["One. Two. Three."])
    sents = nlp.sentences_of(tokens, [0, 0, 0], [0, 5, 10], [5, 10, 16], [3, 3, 3], [0, 0, 0])
    chosen = nlp.select(sents, np.array([2]))
    assert chosen.first.tolist() == sents.first[[2]].tolist()
    assert chosen.position.tolist() == [1.0]
