"""What changed between two runs, and why."""

import json

import pytest
from handmade import BLAME, PLOT, Maker, run_review
from test_exports import write_outputs

from pipeline.differences import diff
from pipeline.errors import OutputsError
from pipeline.records import Review, SentenceSentiment
from pipeline.rules.corrections import Correction, dump

SAME = {"code": "c", "lexicon": "l", "models": "m", "corpus": "i"}


def run_of(folder, *makers, settings=None, versions=None, corrections=(), **hashes):
    write_outputs(folder, *makers)
    said = {
        "settings": settings or {"themes": ""},
        "versions": versions or {"spacy": "3"},
        "hashes": SAME | hashes,
        "outputs": {},
    }
    (folder / "run.json").write_text(json.dumps(said))
    if corrections:
        (folder / "corrections.csv").write_bytes(dump(corrections))
    return folder


def changed(maker: Maker, kind: type, number: int, **columns) -> Maker:
    row = maker.rows[kind][number]
    maker.rows[kind][number] = type(row)(**{name: getattr(row, name) for name in row.__slots__} | columns)
    return maker


def test_the_same_run_twice_differs_in_no_row(tmp_path):
    a, b = (run_of(tmp_path / name, run_review()) for name in "ab")
    assert list(diff(a, b)) == ["No row differs."]


@pytest.mark.parametrize(
    ("options", "head", "cause"),
    [
        ({"models": "n"}, "model: not the same", "model"),
        ({"lexicon": "n"}, "lexicon: not the same", "lexicon"),
        ({"code": "n"}, "code: not the same", "code"),
        ({"versions": {"spacy": "4"}}, "code: not the same", "code"),
        ({"code": "n", "models": "n"}, "model: not the same", "model or code"),
    ],
)
def test_a_row_that_differs_has_a_cause(tmp_path, options, head, cause):
    a = run_of(tmp_path / "a", run_review())
    b = run_of(tmp_path / "b", changed(run_review(), SentenceSentiment, 3, voice="fact"), **options)
    lines = list(diff(a, b))
    assert lines[0] == head
    assert f"sentence_sentiments  run-2020.s2.3  voice: opinion → fact  [{cause}]" in lines
    assert any(line.endswith(f"sentence_sentiments  [{cause}]") for line in lines)


def test_a_setting_is_the_cause_from_its_stage_on(tmp_path):
    a = run_of(tmp_path / "a", run_review())
    after = run_review().theme("never leave the house", "captivity")
    b = run_of(tmp_path / "b", after, settings={"themes": "mine.toml"})
    lines = list(diff(a, b))
    assert lines[0] == "settings: themes"
    assert "section_themes  run-2020.s2 captivity  new  [settings]" in lines


def test_another_text_is_the_cause_of_all_that_follows(tmp_path):
    a = run_of(tmp_path / "a", run_review(), run_review("other"))
    after = changed(run_review(), Review, 0, sha256="1" * 64)
    b = run_of(tmp_path / "b", changed(after, SentenceSentiment, 1, stance=0.25), run_review("third"))
    lines = list(diff(a, b))
    assert lines[0] == "input: 1 review has another text, 1 new, 1 gone"
    assert "sentence_sentiments  run-2020.s2.1  stance: 0.0 → 0.25  [input]" in lines
    assert "reviews  third  new  [input]" in lines
    assert "reviews  other  gone  [input]" in lines


def test_a_correction_is_the_cause_of_what_it_says(tmp_path):
    maker = run_review()
    start = maker.text.index(BLAME)
    one = Correction("voice", "run-2020", "0" * 64, start, start + len(BLAME), BLAME, "", "", "opinion", "plot")
    a = run_of(tmp_path / "a", run_review())
    after = changed(changed(run_review(), SentenceSentiment, 3, voice="plot"), SentenceSentiment, 1, voice="fact")
    b = run_of(tmp_path / "b", after, corrections=[one], models="n")
    lines = list(diff(a, b))
    assert lines[:2] == ["corrections: 1 that only one of the two has", "model: not the same"]
    assert "sentence_sentiments  run-2020.s2.3  voice: opinion → plot  [correction]" in lines
    assert "sentence_sentiments  run-2020.s2.1  voice: plot → fact  [correction or model]" in lines


def test_rows_with_a_place_are_told_by_their_words(tmp_path):
    a = run_of(tmp_path / "a", run_review())
    b = run_of(tmp_path / "b", run_review().theme("never leave the house", "captivity"), lexicon="n")
    start = run_review().text.index("never leave")
    line = f"theme_hits  run-2020 {start} {start + 21} captivity “never leave the house”  new  [lexicon]"
    assert line in list(diff(a, b))
    assert PLOT in run_review().text


def test_without_a_run_the_error_says_so(tmp_path):
    with pytest.raises(OutputsError) as caught:
        list(diff(tmp_path, tmp_path))
    assert caught.value.what == "no finished run here"
    assert caught.value.fix == "Run `closeup run` first."
