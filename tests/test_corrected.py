"""Corrections as gold: a run is held against what readers know, and not praised for what it was told."""

import pytest
from handmade import BLAME, PLOT, run_review
from test_exports import write_outputs

from pipeline.errors import CorpusError
from pipeline.evaluation import evaluate
from pipeline.rules.corrections import Correction, dump


def correction(what, words, was, label, sha="0" * 64):
    start = run_review().text.index(words) if words else 0
    return Correction(what, "run-2020", sha, start, start + len(words), words, "", "", was, label)


GOLD = [
    correction("voice", PLOT, "plot", "plot"),
    correction("voice", BLAME, "opinion", "plot"),
    correction("verdict", "", "positive", "positive"),
    correction("name", "Diane", "CHARACTER", "PERSON"),
    correction("name", "Sarah", "", "none"),
    correction("theme", "keeps her daughter ill", "control-and-abuse", "control-and-abuse"),
]


def test_outputs_are_held_against_corrections(tmp_path):
    outputs = write_outputs(tmp_path / "outputs", run_review())
    (tmp_path / "gold.csv").write_bytes(dump([*GOLD, correction("voice", PLOT, "plot", "plot", "9" * 64)]))
    found = evaluate(tmp_path / "gold.csv", outputs)
    assert {figure.name: (figure.value, figure.n) for figure in found.figures} == {
        "corrected name, accuracy": (0.5, 2),
        "corrected theme, accuracy": (1.0, 1),
        "corrected verdict, accuracy": (1.0, 1),
        "corrected voice, accuracy": (0.5, 2),
    }
    assert found.remarks == (
        "1 of 7 corrections are of texts that are not in the outputs",
        "Sheets hold what is least certain: over all rows the figures would be higher.",
    )


def test_what_a_run_was_told_is_held_against_what_it_had_said(tmp_path):
    outputs = write_outputs(tmp_path / "outputs", run_review())
    told = [correction("voice", PLOT, "fact", "plot")]
    (outputs / "corrections.csv").write_bytes(dump(told))
    assert evaluate(outputs / "corrections.csv", outputs).value("corrected voice, accuracy") == 0.0


def test_corrections_of_other_texts_are_told(tmp_path):
    outputs = write_outputs(tmp_path / "outputs", run_review())
    (tmp_path / "gold.csv").write_bytes(dump([correction("voice", PLOT, "plot", "plot", "9" * 64)]))
    with pytest.raises(CorpusError) as caught:
        evaluate(tmp_path / "gold.csv", outputs)
    assert caught.value.what == "no correction is of a text in the outputs"
    assert (
        caught.value.fix == "Run `closeup run` on the corpus that was corrected, and name its outputs with --outputs."
    )
