import numpy as np
import pytest

from pipeline import nlp
from pipeline.models import convolution, encoder, stance, verdict, voice
from pipeline.models.scopes import scopes
from pipeline.models.voice import beside, others
from pipeline.records import KINDS, STANCES, VERDICTS, VOICES


def batch(reviews: list[list[str]]) -> tuple[nlp.Tokens, nlp.Sentences]:
    """Reviews given as sentences, each a body of one section."""
    text, start, end = [], [], []
    for number, sentences in enumerate(reviews):
        at = 0
        for sentence in sentences:
            text.append(number)
            start.append(at)
            end.append(at + len(sentence))
            at += len(sentence) + 1
    tokens = nlp.tokenize([" ".join(sentences) for sentences in reviews])
    kind = [KINDS.index("body")] * len(text)
    return tokens, nlp.sentences_of(tokens, text, start, end, kind, text)


PRAISE = ["A wonderful film.", "The acting is superb and I loved every minute of it.", "Do not miss it."]
BLAME = ["A dreadful bore.", "The script is lazy and the jokes fall flat.", "Avoid it."]
STORY = ["Diane locks her daughter in the cellar.", "The girl escapes and runs into the woods with a stranger."]


def test_judgements_are_opinion_and_events_are_plot() -> None:
    tokens, sents = batch([[*PRAISE[:2], *STORY]])
    said = [VOICES[i] for i in voice.predict(tokens, sents).argmax(axis=1)]
    assert said == ["opinion", "opinion", "plot", "plot"]


def test_what_was_made_when_is_fact() -> None:
    tokens, sents = batch([["The film was directed by John Ford and released in 1956 by Warner Bros."]])
    assert VOICES[voice.predict(tokens, sents)[0].argmax()] == "fact"


def test_praise_and_blame_are_told_apart() -> None:
    tokens, sents = batch([PRAISE, BLAME])
    stances = stance.predict(tokens, sents, voice.predict(tokens, sents))
    assert {STANCES[i] for i in stances[:2].argmax(axis=1)} == {"positive"}
    assert {STANCES[i] for i in stances[3:5].argmax(axis=1)} == {"negative"}


def test_probabilities_sum_to_one() -> None:
    tokens, sents = batch([PRAISE, STORY, ["?"], ["\n\n"]])
    voices = voice.predict(tokens, sents)
    stances = stance.predict(tokens, sents, voices)
    verdicts, leans = verdict.predict(tokens, sents, voices, stances)
    for probabilities in (voices, stances, verdicts):
        assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
        assert (probabilities >= 0).all()
    assert (np.abs(leans) <= 1).all()


def test_a_review_reads_the_same_whatever_stands_beside_it() -> None:
    alone = batch([PRAISE])
    among = batch([BLAME, PRAISE, STORY, [*BLAME, *STORY] * 40])
    one, many = voice.predict(*alone), voice.predict(*among)
    assert np.allclose(one, many[3:6], atol=1e-5)
    assert np.allclose(stance.predict(*alone, one), stance.predict(*among, many)[3:6], atol=1e-5)


def test_nothing_to_read_gives_no_rows() -> None:
    tokens = nlp.tokenize(["Unscored."])
    sents = nlp.sentences_of(tokens, [], [], [], [], [])
    voices = voice.predict(tokens, sents)
    stances = stance.predict(tokens, sents, voices)
    verdicts, leans = verdict.predict(tokens, sents, voices, stances)
    assert voices.shape == (0, 4)
    assert stances.shape == (0, 3)
    assert verdicts.shape == (1, len(VERDICTS))
    assert leans.shape == (1,)


@pytest.mark.parametrize("parts", [1, 7, 10**6])
def test_parts_do_not_change_what_is_read(parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, sents = batch([PRAISE, BLAME, STORY])
    whole = encoder._read(tokens, sents)
    monkeypatch.setattr(convolution, "PLACES", parts)
    again = encoder._read(tokens, sents)
    assert np.allclose(whole.stance, again.stance, atol=1e-4)
    assert np.allclose(whole.voice, again.voice, atol=1e-4)


def test_neighbours_are_of_the_same_review() -> None:
    group = np.array([0, 0, 1], dtype=np.int32)
    values = np.array([[1.0], [2.0], [4.0]], dtype=np.float32)
    assert beside(group, values, 1)[:, 0].tolist() == [2, 0, 0]
    assert beside(group, values, -1)[:, 0].tolist() == [0, 1, 0]
    assert beside(group, values, 2)[:, 0].tolist() == [0, 0, 0]
    assert others(group, values)[:, 0].tolist() == [2, 1, 0]


def test_scopes_carry_negations_and_turns_through_the_sentence() -> None:
    with nlp.memory_zone():
        tokens = nlp.tokenize(
            ["The lead is not very good, but the music is.", "Despite a good lead, it is dull.", "Good."]
        )
        marks = scopes(tokens.norm, tokens.text)
        words = [nlp.string_of(norm) for norm in tokens.norm.tolist()]
    read = list(zip(words, marks.tolist(), strict=True))
    assert read[:5] == [("the", 1), ("lead", 1), ("is", 1), ("not", 1), ("very", 6)]
    assert read[5:9] == [("good", 6), (",", 1), ("but", 2), ("the", 2)]
    assert read[12:16] == [("despite", 3), ("a", 3), ("good", 3), ("lead", 3)]
    assert read[17:] == [("it", 4), ("is", 4), ("dull", 4), (".", 4), ("good", 0), (".", 0)]
