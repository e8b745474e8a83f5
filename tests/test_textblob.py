"""TextBlob's scores on spaCy's tokens are TextBlob's own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from textblob.en import sentiment

from pipeline import nlp
from pipeline.rules.textblob import score_textblob

WORDS = [
    "not", "no", "never", "n't", "very", "really", "extremely", "good", "bad", "great", "terrible", "the", "a",
    "an", "to", "of", "film", "it", "is", "was", "isn't", "don't", "!", "!!", "?", ",", ".", "(!)", ":)", ":-(",
    ":D", "<3", "'", "'s", "x", "ab", "horribly", "seriously", "excruciatingly", "real", "especially", "best",
    "worst", "boring", "a-", "7", "\n", "’t",
]  # fmt: skip

texts = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


def score(*sentences: str) -> list[list[float]]:
    tokens = nlp.tokenize(sentences)
    number = range(len(sentences))
    sents = nlp.sentences_of(
        tokens, number, [0] * len(sentences), [len(s) for s in sentences], [3] * len(sentences), number
    )
    found: list[list[float]] = score_textblob(tokens, sents).tolist()
    return found


def whole(text: str) -> list[float]:
    """What TextBlob says when it is handed every word."""
    return list(sentiment([token.norm_ for token in nlp.english()(text)])[:2])


@given(st.lists(texts, min_size=1, max_size=4))
def test_leaving_out_words_changes_no_score(sentences: list[str]) -> None:
    assert score(*sentences) == [whole(sentence) for sentence in sentences]


@given(st.text(max_size=60))
def test_any_text_scores_as_textblob_does(text: str) -> None:
    assert score(text) == [whole(text)]


def test_contractions_negate() -> None:
    found = score("It isn't good.", "It isn’t good.", "It is good.")
    assert np.allclose(found, [[-0.35, 0.6], [-0.35, 0.6], [0.7, 0.6]])


def test_sentences_without_words_score_nothing() -> None:
    assert score("", "The car stops.") == [[0.0, 0.0], [0.0, 0.0]]
    empty = nlp.tokenize([])
    assert score_textblob(empty, nlp.sentences_of(empty, [], [], [], [], [])).shape == (0, 2)
    assert np.isfinite(score("good " * 5000)).all()
