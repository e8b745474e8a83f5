import numpy as np
import pytest
from test_voice import batch

from pipeline.models import stance, voice
from pipeline.records import STANCES


def leans(sentence: str) -> float:
    tokens, sents = batch([[sentence]])
    return float(stance.value(stance.predict(tokens, sents, voice.predict(tokens, sents)))[0])


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("The film is a masterpiece.", "The film is not a masterpiece."),
        ("The ending is hardly boring.", "The ending is boring."),
        ("It is slow, but it is a great film.", "It is a great idea, but the film is slow and dull."),
        ("Sarah Paulson's performance is chilling in its restraint.", "Her performance is stiff and unconvincing."),
        ("A dark, disturbing and brilliant thriller.", "A silly, tedious and predictable thriller."),
    ],
)
def test_praise_stands_above_blame(better: str, worse: str) -> None:
    assert leans(better) > leans(worse)


def test_a_dark_story_is_no_blame() -> None:
    tokens, sents = batch([["A mother murders her son and buries the body in the garden."]])
    stances = stance.predict(tokens, sents, voice.predict(tokens, sents))
    assert STANCES[stances[0].argmax()] == "neutral"


def test_value_is_praise_less_blame() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.0, 0.25, 0.75]], dtype=np.float32)
    assert np.allclose(stance.value(probabilities), [0.6, -0.75])
