"""The tagger of names: spans it must find, and input that must not trouble it."""

import re

import numpy as np
import pytest

from pipeline import nlp
from pipeline.lexicon import load
from pipeline.models import gazetteer, name_features, name_lists, name_votes, names
from pipeline.records import KINDS, LABELS

BODY = KINDS.index("body")


def sentences(tokens: nlp.Tokens, texts: list[str]) -> nlp.Sentences:
    """One sentence a text."""
    full = [i for i, text in enumerate(texts) if text]
    return nlp.sentences_of(
        tokens, full, [0] * len(full), [len(texts[i]) for i in full], [BODY] * len(full), list(range(len(full)))
    )


def tagged(*texts: str) -> list[list[tuple[str, str]]]:
    """Words and label of the names in each text."""
    with nlp.memory_zone():
        tokens = nlp.tokenize(texts)
        spans = names.tag(tokens, sentences(tokens, list(texts)))
        found: list[list[tuple[str, str]]] = [[] for _ in texts]
        for first, last, label in zip(spans.first, spans.last, spans.label, strict=True):
            number = tokens.text[first]
            found[number].append((texts[number][tokens.start[first] : tokens.end[last - 1]], LABELS[label]))
        return found


def marked(text: str) -> tuple[str, list[str]]:
    """The text without [brackets], and what stood in them."""
    return re.sub(r"[\[\]]", "", text), re.findall(r"\[([^\]]*)\]", text)


def test_finds_people_without_the_possessive() -> None:
    found = tagged("Sarah Paulson’s performance is chilling, and Kiera Allen matches her.")[0]
    assert ("Sarah Paulson", "PERSON") in found
    assert ("Kiera Allen", "PERSON") in found


def test_finds_names_it_cannot_know() -> None:
    found = tagged("The film was directed by Zoltan Querbreck and stars Mirabai Oduya-Lindqvist.")[0]
    assert [name for name, label in found if label == "PERSON"] == ["Zoltan Querbreck", "Mirabai Oduya-Lindqvist"]


@pytest.mark.parametrize(
    "example",
    [row for entry in load.read("name_lists")["list"] for row in entry["examples"]],
)
def test_lists_find_their_examples(example: str) -> None:
    text, wanted = marked(example)
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        upper = np.array([token.text[:1].isupper() for token in tokens.docs[0]])
        end = np.full(len(tokens), len(tokens))
        found = name_lists.find(tokens, end, upper, np.arange(len(tokens)))
        assert [
            text[tokens.start[a] : tokens.end[b - 1]] for a, b in zip(found.first, found.last, strict=True)
        ] == wanted


@pytest.mark.parametrize(
    ("label", "example"),
    [(entry["label"], row) for entry in load.read("name_lists")["head"] for row in entry["examples"]],
)
def test_last_words_tell_what_is_named(label: str, example: str) -> None:
    text, wanted = marked(example)
    said = int(name_lists.told_by_head(np.array([gazetteer.key_of(text.split()[-1])], dtype=np.uint32))[0])
    assert said == (LABELS.index(label) if wanted else -1)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kramer was named by A. Noel Anketell Kramer.", "A. Noel Anketell Kramer"),
        ("W H Auden was there .", "W H Auden"),
        ("lol N Chandrababu said so", "N Chandrababu"),
        ("I liked 'Tomorrow the World' more.", "Tomorrow the World"),
        ("We saw 'twister' and went home.", "twister"),
        ('They quote "Doctor Brandt and the Silver Key".', "Doctor Brandt and the Silver Key"),
    ],
)
def test_names_are_whole(text: str, wanted: str) -> None:
    assert wanted in [name for name, _ in tagged(text)[0]]


def test_a_common_title_is_no_work_in_a_comment() -> None:
    assert "WORK" not in [label for _, label in tagged("Wind Chill Warning issued January 06")[0]]


@pytest.mark.parametrize(
    "example",
    [
        "released on [March 16, 2015] and again in [2017]",
        "the [1980s], the [’70s] and the [seventies]",
        "[2017-02-26], or [16 March 2015], or [June 1999]",
        "20,000 leagues, 100 minutes, 1080p and $2000",
    ],
)
def test_dates(example: str) -> None:
    text, wanted = marked(example)
    assert [name for name, label in tagged(text)[0] if label == "DATE"] == wanted


def test_spans_are_in_order_and_apart() -> None:
    texts = [
        "In 2020 Kiera Allen, an American, played Chloe in Run (2020) for Hulu in New York." * 3,
        "no names here",
        "",
    ]
    with nlp.memory_zone():
        tokens = nlp.tokenize(texts)
        spans = names.tag(tokens, sentences(tokens, texts))
    assert (spans.first[1:] >= spans.last[:-1]).all()
    assert (spans.first < spans.last).all()
    assert ((spans.score >= 0) & (spans.score <= 1)).all()
    assert spans.alternatives.shape == (len(spans), len(LABELS))
    assert np.allclose(spans.alternatives.sum(axis=1), 1)


def test_a_review_is_tagged_the_same_whatever_stands_beside_it() -> None:
    text = "Chloe (Kiera Allen) lives with Diane (Sarah Paulson) near Seattle. Chloe is ill. Allen is great in Run."
    others = ["Brad Pitt is in Babel, set in Morocco and Japan. " * i for i in range(1, 8)]
    alone = tagged(text)[0]
    assert tagged(*others, text)[-1] == alone
    assert tagged(text, *others)[0] == alone


def test_nothing_at_all() -> None:
    with nlp.memory_zone():
        tokens = nlp.tokenize([])
        assert len(names.tag(tokens, nlp.sentences_of(tokens, [], [], [], [], []))) == 0
    assert tagged("", "   ", "\n\n", "no names here") == [[], [], [], []]


@pytest.mark.parametrize(
    "text",
    [
        ", ".join(f"Name{i} Surname{i}" for i in range(5000)),
        "SARAH PAULSON PLAYS DIANE AND SHE IS CHILLING IN RUN. " * 200,
        "sarah paulson plays diane sherman in run, and kiera allen plays chloe. " * 200,
        "Ünlü Şarkıcı Алла Пугачёва met 黒澤明 and Ζορμπάς in Łódź. " * 200,
        "A" * 10_000 + " was played by " + "b" * 10_000,
        "(" * 5000 + "Kiera Allen" + ")" * 5000,
        '"' * 5000 + "Run" + "“" * 5000,
        "\x00\x01\ufffd\u200b Chloe \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "1999 " * 5000,
    ],
    ids=["list", "capitals", "lower", "scripts", "long", "brackets", "quotes", "controls", "years"],
)
def test_odd_input_is_read(text: str) -> None:
    tagged(text)


def test_capitals_and_no_capitals_still_have_names() -> None:
    assert ("SARAH PAULSON", "PERSON") in tagged("SARAH PAULSON PLAYS THE MOTHER AND SHE IS VERY GOOD IN IT.")[0]
    assert tagged("sarah paulson plays the mother and she is very good in it, brad pitt is not.")[0]


def test_places_of_one_name_vote() -> None:
    person, character = LABELS.index("PERSON"), LABELS.index("CHARACTER")
    belief = np.zeros((3, len(LABELS)))
    belief[:, person], belief[:, character] = [0.6, 0.1, 0.6], [0.4, 0.9, 0.4]
    label = np.array([person, character, person])
    text = np.array([0, 0, 1])
    new, alternatives = name_votes.vote(text, [(1, 2), (2,), (1, 2)], label, np.ones(3), belief)
    assert new.tolist() == [character, character, person]
    assert np.allclose(alternatives.sum(axis=1), 1)


def test_a_users_own_titles_are_found() -> None:
    text = "I liked Zarquon Qwertzy Plumm better."
    tagger = names.load().with_names(people=["Anna Qwertz"], titles=["Zarquon Qwertzy Plumm"])
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        spans = names.tag(tokens, sentences(tokens, [text]), tagger=tagger)
        found = [
            (text[tokens.start[a] : tokens.end[b - 1]], LABELS[label])
            for a, b, label in zip(spans.first, spans.last, spans.label, strict=True)
        ]
    assert len(found) == 1
    assert found[0][0] == "Zarquon Qwertzy Plumm"


def test_weights_are_small() -> None:
    assert names.FILE.stat().st_size <= 6_000_000


def test_quotations_pair_up_within_a_sentence() -> None:
    text = 'He saw "Run" and "Us" but said so.'
    with nlp.memory_zone():
        tokens = nlp.tokenize([text])
        known = names.load().known
        types = name_features.types_of(tokens, known)
        places = name_features.places_of(tokens, sentences(tokens, [text]), types, known)
        quoted = [token.text for token, sign in zip(tokens.docs[0], places.signs[:, 7], strict=True) if sign]
    assert quoted == ["Run", "Us"]
