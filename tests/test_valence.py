import numpy as np
import pytest
from test_voice import batch

from pipeline.models import valence


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("He is kidnapped, tortured and murdered by a killer.", -1),
        ("Two old friends fall in love, marry and live happily by the sea.", 1),
        ("They drive to the station on a Tuesday.", 0),
    ],
)
def test_stories_are_dark_or_bright(sentence: str, sign: int) -> None:
    tokens, sents = batch([[sentence]])
    value = float(valence.predict(tokens, sents)[0])
    assert -1 <= value <= 1
    assert np.sign(round(value, 1)) == sign


def test_groups_without_a_sentence_that_counts_have_none() -> None:
    tokens, sents = batch([["A killer murders a child."], ["A lovely wedding."]])
    told = valence.told(tokens, sents, np.array([True, False]), sents.text, 2)
    assert told[0] < -0.3
    assert np.isnan(told[1])


def test_a_sentence_that_says_more_weighs_more() -> None:
    tokens, sents = batch([["A killer murders and tortures prisoners in a war.", "She smiles."]])
    told = valence.told(tokens, sents, np.array([True, True]), sents.text, 1)
    assert told[0] < valence.predict(tokens, sents).mean()
