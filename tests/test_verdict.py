import numpy as np
from test_voice import BLAME, PRAISE, STORY, batch

from pipeline import nlp
from pipeline.models import stance, verdict, voice
from pipeline.records import VERDICTS


def test_reviews_are_told_apart_by_what_they_say() -> None:
    tokens, sents = batch([[*PRAISE, *STORY], [*BLAME, *STORY]])
    voices = voice.predict(tokens, sents)
    verdicts, leans = verdict.predict(tokens, sents, voices, stance.predict(tokens, sents, voices))
    assert [VERDICTS[i] for i in verdicts.argmax(axis=1)] == ["positive", "negative"]
    assert leans[0] > 0 > leans[1]


def test_sections_count_opinion_and_all_where_there_is_none() -> None:
    tokens = nlp.tokenize(["a b c d"])
    sents = nlp.sentences_of(tokens, [0] * 4, [0, 2, 4, 6], [1, 3, 5, 7], [3] * 4, [0, 0, 2, 2])
    opinion, plot = [0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0]
    voices = np.array([opinion, plot, plot, plot], dtype=np.float32)
    stances = np.array([[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0], [0, 1, 0]], dtype=np.float32)
    found = verdict.section_stance(sents, voices, stances, 3)
    assert found[0] == 1
    assert np.isnan(found[1])
    assert found[2] == np.float32(0.25)


def test_signs_of_praise_and_blame_are_parts_of_what_is_opinion() -> None:
    tokens = nlp.tokenize(["a b", "c d", ""])
    sents = nlp.sentences_of(tokens, [0, 0, 1, 1], [0, 2, 0, 2], [1, 3, 1, 3], [3] * 4, [0, 0, 1, 1])
    voices = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]], dtype=np.float32)
    stances = np.array([[1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1]], dtype=np.float32)
    found = verdict.signs(sents, voices, stances, np.array([2.0, 0.0, -1.0]), 3)
    lean, balance, praise, blame, both, end, start = found.T
    assert lean.tolist() == [2, 0, -1]
    assert np.allclose(balance, [1 / 1.5, 0, 0])
    assert np.allclose(praise, [1 / 1.5, 1 / 2.5, 0])
    assert np.allclose(blame, [0, 1 / 2.5, 0])
    assert np.allclose(both, [0, 1 / 2.5, 0])
    assert np.allclose(end, [1 / 1.5, 0, 0])
    assert np.allclose(start, end)
