"""What is judged, which way, on which words, and whom."""

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from test_sentiment import PRAISE, documents, made, tables

from pipeline import nlp
from pipeline.lexicon.load import read
from pipeline.models import aspects as model
from pipeline.records import ASPECTS, Aspect, Mention, Sentence
from pipeline.rules import aspects as rules

WORD = re.compile(r"[\w’'-]+")


def words_of(aspect: str) -> set[str]:
    return {word for part in ("names", "terms", "signs") for word in read("aspects")[aspect][part].split()}


@pytest.mark.parametrize("aspect", ASPECTS)
def test_examples_of_the_lexicon_hold_words_of_their_aspect(aspect: str) -> None:
    declared = read("aspects")[aspect]
    assert declared["examples"]
    for example in declared["examples"]:
        marked = re.findall(r"\[(.+?)\]", example)
        assert marked
        assert {word.lower() for word in marked} <= words_of(aspect), example


@pytest.mark.parametrize("aspect", ASPECTS)
def test_misses_hold_no_word_of_the_aspect(aspect: str) -> None:
    declared = read("aspects")[aspect]
    assert declared["misses"]
    for miss in declared["misses"]:
        assert not {word.lower() for word in WORD.findall(miss)} & words_of(aspect), miss


def test_the_lexicon_names_the_aspects_of_the_records() -> None:
    assert sorted(read("aspects")) == sorted(ASPECTS)


def judged(*sentences: str) -> list[str]:
    """The likeliest aspect of each sentence, taken as one clause."""
    tokens = nlp.tokenize(sentences)
    number = np.arange(len(sentences))
    sents = nlp.sentences_of(tokens, number, [0] * len(number), [len(s) for s in sentences], [3] * len(number), number)
    names = np.zeros((len(number), len(model.NAMES)), dtype=bool)
    return [ASPECTS[i] for i in model.predict(tokens, sents, number, names).argmax(1)]


def test_plain_judgements_fall_to_their_aspect() -> None:
    sentences = {
        "The performances are superb.": "acting",
        "The script is lazy and full of clumsy dialogue.": "writing",
        "The plot makes no sense at all.": "story",
        "The cinematography is gorgeous.": "visuals",
        "The soundtrack is wonderful.": "sound",
        "It drags badly and is far too long.": "pacing",
        "The jokes are hilarious.": "humour",
        "This is a terrific film.": "overall",
    }
    found = dict(zip(sentences, judged(*sentences), strict=True))
    assert found == sentences


def test_likelihoods_lie_between_0_and_1() -> None:
    tokens = nlp.tokenize(["The acting is good, but the plot is thin."])
    sents = nlp.sentences_of(tokens, [0], [0], [41], [3], [0])
    found = model.predict(tokens, sents, np.zeros(1, dtype=np.int64), np.zeros((1, 4), dtype=bool))
    assert found.shape == (1, len(ASPECTS))
    assert 0 <= found.min() < found.max() <= 1
    none = model.predict(
        tokens, nlp.sentences_of(tokens, [], [], [], [], []), np.zeros(0, np.int64), np.zeros((0, 4), bool)
    )
    assert none.shape == (0, len(ASPECTS))


def test_rows_lie_in_their_sentences_in_order_and_are_few() -> None:
    sentence = {row.sentence_id: row for row in tables()[Sentence]}
    rows = tables()[Aspect]
    assert rows
    for row in rows:
        within = sentence[row.sentence_id]
        assert within.start <= row.start < row.end <= within.end
        assert row.text == row.text.strip() != ""
        assert row.text in within.text
        assert row.aspect in ASPECTS
        assert row.polarity in rules.POLARITIES
        assert 0 < row.score <= 1
    assert all(n <= rules.MOST for n in Counter(row.review_id for row in rows).values())
    assert all(n <= rules.MOST_OF_SENTENCE for n in Counter(row.sentence_id for row in rows).values())
    praise = [row.start for row in rows if row.review_id == "praise"]
    assert all(a <= b for a, b in pairwise(praise))


def test_praise_of_an_actor_names_her() -> None:
    found = made(documents(praise=PRAISE))
    name = {row.entity_id: row.text for row in found[Mention]}
    acting = [row for row in found[Aspect] if row.aspect == "acting"]
    assert any("chilling" in row.text and row.polarity == "positive" for row in acting)
    assert {"Sarah Paulson", "Kiera Allen"} <= {name[row.target] for row in acting if row.target}


def test_evidence_takes_in_neighbours_that_are_nearly_as_sure_or_while_it_is_short() -> None:
    words = np.array([20, 20, 20])
    assert rules._evidence(np.array([0.1, 0.5, 0.1]), words) == (1, 1)
    assert rules._evidence(np.array([0.1, 0.5, 0.4]), words) == (1, 2)
    assert rules._evidence(np.array([0.1, 0.5, 0.0]), np.array([4, 4, 9])) == (0, 2)
    assert rules._evidence(np.array([0.3]), np.array([2])) == (0, 0)


def test_no_span_ends_in_white_space_of_any_kind() -> None:
    import sys

    from pipeline.rules import aspects

    assert set(aspects._SPACES) == {chr(i) for i in range(sys.maxunicode + 1) if chr(i).isspace()}
    assert aspects._trim("the perfect lover\x85 ", 0, 19) == (0, 17)
