"""Our models as spaCy components: same names as the stages, serialisable, in several processes."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.models import components

TEXT = "Sarah Paulson plays Diane, and Kiera Allen is her daughter. Both live near Seattle since 1999."


@pytest.fixture
def pipe() -> Language:
    made = spacy.blank("en")
    made.add_pipe("sentencizer")
    made.add_pipe(components.NAMES)
    return made


def entities(doc: Doc) -> list[tuple[str, str]]:
    return [(ent.text, ent.label_) for ent in doc.ents]


def test_writes_entities_and_their_scores(pipe: Language) -> None:
    doc = pipe(TEXT)
    assert ("Sarah Paulson", "PERSON") in entities(doc)
    assert ("1999", "DATE") in entities(doc)
    group = doc.spans[components.NAMES]
    assert [span.text for span in group] == [name for name, _ in entities(doc)]
    assert len(group.attrs["scores"]) == len(group)


def test_works_without_sentences_and_on_nothing() -> None:
    pipe = spacy.blank("en")
    pipe.add_pipe(components.NAMES)
    assert entities(pipe(TEXT))
    assert entities(pipe("")) == []


def test_is_kept_on_disk_and_in_bytes(pipe: Language, tmp_path: Path) -> None:
    wanted = entities(pipe(TEXT))
    pipe.to_disk(tmp_path / "made")
    assert entities(spacy.load(tmp_path / "made")(TEXT)) == wanted
    assert entities(spacy.blank("en").from_config(pipe.config).from_bytes(pipe.to_bytes())(TEXT)) == wanted


def test_two_processes_find_the_same(pipe: Language) -> None:
    texts = [TEXT, "", "Brad Pitt is in Babel."] * 3
    alone = [entities(pipe(text)) for text in texts]
    assert [entities(doc) for doc in pipe.pipe(texts, n_process=2, batch_size=2)] == alone


METERS = [components.VOICE, components.STANCE]
REVIEW = "Diane locks the door and hides the phone. Sarah Paulson is superb. It is a dull, lifeless film."


@pytest.fixture
def metered() -> Language:
    made = spacy.blank("en")
    made.add_pipe("sentencizer")
    for name in METERS:
        made.add_pipe(name)
    return made


def readings(doc: Doc) -> list[list[tuple[str, str, float]]]:
    return [
        [
            (span.text, span.label_, score)
            for span, score in zip(doc.spans[name], doc.spans[name].attrs["scores"], strict=True)
        ]
        for name in METERS
    ]


def test_every_sentence_has_a_voice_and_a_stance(metered: Language) -> None:
    doc = metered(REVIEW)
    voices, stances = readings(doc)
    assert [text for text, _, _ in voices] == [sent.text for sent in doc.sents]
    assert next(label for _, label, _ in voices) == "plot"
    assert [label for _, label, _ in stances][1:] == ["positive", "negative"]
    assert all(0 <= score <= 1 for _, _, score in voices + stances)
    values = doc.spans[components.STANCE].attrs["values"]
    assert values[1] > 0 > values[2]


def test_meters_are_kept_and_run_in_two_processes(metered: Language, tmp_path: Path) -> None:
    wanted = readings(metered(REVIEW))
    metered.to_disk(tmp_path / "made")
    assert readings(spacy.load(tmp_path / "made")(REVIEW)) == wanted
    assert [readings(doc) for doc in metered.pipe([REVIEW, "", REVIEW], n_process=2, batch_size=1)][::2] == [wanted] * 2


def test_spacy_finds_the_components_without_an_import() -> None:
    from importlib.metadata import entry_points

    found = {one.name: one.value for one in entry_points(group="spacy_factories")}
    assert {components.NAMES, *METERS} <= set(found)
    assert all(found[name].startswith("pipeline.models.components:") for name in METERS)
