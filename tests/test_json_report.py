"""The JSON of a review and of the corpus."""

import json
from dataclasses import fields, replace

import jsonschema
import pytest
from handmade import KINDS, PLOT, PRAISE, Maker, run_review, summaries

from pipeline.formats.bundle import ReviewBundle, without_plot
from pipeline.formats.json import corpus_json, review_json
from pipeline.formats.schema import review_schema
from pipeline.records import Review
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewSummary, ThemeSummary
from pipeline.tables import column_help, to_arrow

BARE = ReviewBundle(Review("bare", "bare.txt", "", "", "", None, "", None, "en", 0, "0" * 64, ""))


@pytest.fixture(scope="module")
def check():
    schema = review_schema(column_help)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).validate


@pytest.mark.parametrize(
    "bundle",
    [run_review().bundle(), without_plot(run_review().bundle()), BARE, Maker("r", verdict="").done().bundle()],
    ids=["whole", "spoiler-safe", "bare", "unscored"],
)
def test_a_review_is_valid_by_its_schema(bundle, check):
    check(json.loads(review_json(bundle)))


def test_the_schema_refuses_what_is_no_review(check):
    whole = json.loads(review_json(run_review().bundle()))
    whole["sections"][0]["kind"] = "footnote"
    with pytest.raises(jsonschema.ValidationError):
        check(whole)


def test_everything_known_of_a_review_is_in_it():
    bundle = run_review().bundle()
    text = review_json(bundle)
    for kind in KINDS:
        for field in fields(kind):
            assert f'"{field.name}":' in text, f"{kind.__name__}.{field.name}"
    whole = json.loads(text)
    assert [len(section["sentences"]) for section in whole["sections"]] == [1, 3, 1]
    assert whole["sections"][1]["sentences"][1]["sentiment"]["stance"] == 0.9
    assert whole["sections"][1]["themes"][0]["theme_id"] == "control-and-abuse"
    assert [row["person"] for row in whole["credits"]] == ["Sarah Paulson"]


def test_floats_are_rounded_and_nought_has_no_sign():
    bundle = run_review().bundle()
    bundle = replace(bundle, review_sentiment=replace(bundle.review_sentiment, stance=0.123456, polarity=-0.00001))
    sentiment = json.loads(review_json(bundle))["sentiment"]
    assert (sentiment["stance"], str(sentiment["polarity"])) == (0.1235, "0.0")


def test_one_row_is_one_line():
    text = review_json(run_review().bundle())
    assert len(text.splitlines()) == len(text.split("\n")) - 1 == 26


def test_spoiler_safe_json_holds_no_word_of_the_story():
    text = review_json(without_plot(run_review().bundle()))
    whole = json.loads(text)
    assert PLOT not in text
    assert "daughter" not in text
    assert whole["spoiler_safe"]
    assert whole["sections"][1]["text"].startswith(f"[…] {PRAISE}")
    assert whole["theme_hits"] == []
    assert [row["text"] for row in whole["mentions"]] == ["Sarah Paulson"]


def test_the_corpus_has_its_summaries_in_one_file():
    found = summaries(run_review("a"), run_review("b", duplicate_of="a"))
    kinds = (ReviewSummary, FilmSummary, FilmAspect, ThemeSummary, EntitySummary)
    whole = json.loads("".join(corpus_json(*(to_arrow(kind, found[kind]) for kind in kinds))))
    assert whole["counts"] == {"reviews": 2, "duplicates": 1, "films": 1, "themes": 1, "entities": 2}
    assert [row["review_id"] for row in whole["reviews"]] == ["a", "b"]
    assert set(whole["films"][0]) == {field.name for field in fields(FilmSummary)}


def test_the_corpus_is_written_as_python_writes_json(monkeypatch):
    texts = ['a "b"', "back\\slash", "line\nbreak\ttab\x00\x1f", "naïve 😀 \u2028", ""]
    rows = [
        replace(summaries(run_review("a"))[ReviewSummary][0], review_id=str(i), title=text, stance=stance, rating=None)
        for i, (text, stance) in enumerate(zip(texts, [0.5, -1.0, None, 1e-05, 0.1234], strict=True))
    ]
    tables = (
        to_arrow(ReviewSummary, rows),
        *(to_arrow(kind, []) for kind in (FilmSummary, FilmAspect, ThemeSummary, EntitySummary)),
    )
    text = "".join(corpus_json(*tables))
    monkeypatch.setattr("pipeline.formats.json.PIECE", 2)
    assert "".join(corpus_json(*tables)) == text
    assert json.loads(text)["reviews"] == tables[0].to_pylist()
    lines = [json.dumps(row, ensure_ascii=False) for row in tables[0].to_pylist()]
    assert ",\n  ".join(lines) in text
