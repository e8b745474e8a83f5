"""engine.memory: the Python door."""

import pytest

import pipeline
from pipeline import tables
from pipeline.errors import CorpusError
from pipeline.plan import STAGES

TEXTS = ["Heat (1995) is a superb thriller. Al Pacino plays a detective who cannot sleep.", "A dull, lifeless film."]


def test_texts_in_records_out():
    analysis = pipeline.analyse(TEXTS)
    assert [row.review_id for row in analysis["reviews"]] == ["text-1", "text-2"]
    assert set(analysis) == {kind.TABLE for stage in STAGES for kind in stage.writes}
    frame = analysis.frame("sentences")
    assert next(iter(frame.columns)) == "sentence_id"
    assert len(frame) == len(analysis["sentences"]) == 3


def test_a_path_gives_the_rows_that_a_run_writes(sample_outputs):
    from conftest import HOME

    analysis = pipeline.analyse(HOME / "corpus")
    for stage in STAGES:
        for kind in stage.writes:
            written = tables.read_table(sample_outputs, stage.name, kind)
            assert tables.to_arrow(kind, analysis[kind.TABLE]).to_pylist() == written.to_pylist(), kind.TABLE


def test_no_texts_no_rows():
    assert all(not rows for rows in pipeline.analyse([]).values())


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(CorpusError) as caught:
        pipeline.analyse(str(tmp_path / "none"))
    assert caught.value.what == "no such file or folder"
    assert caught.value.fix == "Give a path, or texts in a list."
