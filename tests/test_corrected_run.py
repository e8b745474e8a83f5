"""A correction and all that follows from it, through whole runs: sheet, file, tables, summaries, pages."""

import json
from dataclasses import replace

import pytest

from outputs import snapshot
from pipeline import tables
from pipeline.config import Config
from pipeline.corrections import read_sheet
from pipeline.engine import shards
from pipeline.engine.run import Order, run
from pipeline.plan import STAGES
from pipeline.records import ReviewSentiment, SectionSentiment, SentenceSentiment
from pipeline.summaries import FilmAspect, FilmSummary, ReviewSummary

FORMER = "The acting is superb and the ending is wonderful."
STORY = "Her father dies, and the murderer locks her up in the cellar."
REVIEW = f"Klute (1971)\n\n{FORMER} {STORY} I loved every minute of it.\n"
OTHER = "Klute (1971)\n\nA tense thriller that is beautifully shot. I admired it.\n"
STAGE_OF = {kind: stage.name for stage in STAGES for kind in stage.writes}


@pytest.fixture
def order(tmp_path):
    """An order over two reviews of a film, that has been run."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "klute.txt").write_text(REVIEW)
    (corpus / "other.txt").write_text(OTHER)
    order = Order(corpus, tmp_path / "outputs", Config())
    run(order)
    return order


def correct(order, *rows, name="klute"):
    lines = ["what,text,label,review_id", *(f'{what},"{words}",{label},{name}' for what, words, label in rows)]
    sheet = order.outputs.parent / "sheet.csv"
    sheet.write_text("\n".join(lines))
    read_sheet(sheet, order.outputs)
    run(order)


def rows_of(order, kind):
    return tables.to_rows(kind, tables.read_table(order.outputs, STAGE_OF[kind], kind))


def of_klute(order, kind):
    return next(row for row in rows_of(order, kind) if row.review_id == "klute")


def test_a_stance_changes_all_that_is_read_from_it(order):
    before = of_klute(order, ReviewSentiment)
    film = rows_of(order, FilmSummary)[0]
    acting = next(row for row in rows_of(order, FilmAspect) if row.aspect == "acting")
    assert (before.verdict, film.n_positive, film.n_negative, acting.n_positive) == ("positive", 2, 0, 1)

    correct(order, ("stance", FORMER, "negative"), ("stance", "I loved every minute of it.", "negative"))
    after = of_klute(order, ReviewSentiment)
    stances = {row.stance for row in rows_of(order, SentenceSentiment) if row.stance_score == 1.0}
    assert stances == {-1.0}
    assert after.verdict != "positive"
    assert after.stance < before.stance - 0.5
    body = [row for row in rows_of(order, SectionSentiment) if row.review_id == "klute"][-1]
    assert body.stance_label == "negative"
    (summary,) = (row for row in rows_of(order, ReviewSummary) if row.review_id == "klute")
    assert (summary.verdict, summary.stance) == (after.verdict, after.stance)
    assert summary.for_text == ""
    film = rows_of(order, FilmSummary)[0]
    assert (film.n_positive, film.stance) == (1, pytest.approx((after.stance + other_stance(order)) / 2, abs=1e-4))
    acting = next(row for row in rows_of(order, FilmAspect) if row.aspect == "acting")
    assert (acting.n_positive, acting.n_negative) == (0, 1)

    said = json.loads((order.outputs / "report/reviews/klute.json").read_text(encoding="utf-8"))["sentiment"]
    assert (said["verdict"], said["stance"]) == (after.verdict, after.stance)
    corpus = json.loads((order.outputs / "report/corpus.json").read_text(encoding="utf-8"))
    assert corpus["films"][0]["stance"] == film.stance
    page = (order.outputs / "report/reviews/klute.html").read_text(encoding="utf-8")
    assert f"▼ {after.verdict}" in page or f"◆ {after.verdict}" in page


def other_stance(order):
    return next(row.stance for row in rows_of(order, ReviewSentiment) if row.review_id == "other")


def test_a_voice_changes_shares_valence_and_what_is_judged(order):
    before = of_klute(order, ReviewSentiment)
    assert before.plot_valence < -0.2
    correct(order, ("voice", STORY, "fact"), ("voice", FORMER, "plot"))
    after = of_klute(order, ReviewSentiment)
    assert after.plot_valence > 0
    assert after.opinion_share < before.opinion_share
    assert not [row for row in rows_of(order, FilmAspect) if row.aspect == "acting"]
    film = rows_of(order, FilmSummary)[0]
    assert film.plot_valence == after.plot_valence


def test_a_corrected_verdict_wins_over_corrected_sentences(order):
    sentences = (("stance", FORMER, "negative"), ("stance", "I loved every minute of it.", "negative"))
    correct(order, *sentences, ("verdict", "", "mixed"))
    after = of_klute(order, ReviewSentiment)
    assert (after.verdict, after.verdict_score) == ("mixed", 1.0)
    assert rows_of(order, FilmSummary)[0].n_mixed == 1


def test_a_run_told_before_and_one_told_after_say_the_same(order, tmp_path):
    correct(order, ("stance", FORMER, "neutral"), ("voice", STORY, "opinion"))
    fresh = replace(order, outputs=tmp_path / "fresh")
    fresh.outputs.mkdir()
    (fresh.outputs / "corrections.csv").write_bytes((order.outputs / "corrections.csv").read_bytes())
    run(fresh)
    assert snapshot(fresh.outputs) == snapshot(order.outputs)


def test_a_correction_counts_after_the_text_around_it_has_changed(order):
    correct(order, ("stance", FORMER, "negative"))
    (order.corpus / "klute.txt").write_text("Klute (1971)\n\nSeen again last night. " + REVIEW[14:])
    correct(order, ("voice", STORY, "fact"))
    known = [row for row in rows_of(order, SentenceSentiment) if 1.0 in (row.stance_score, row.voice_score)]
    assert [(row.stance_label, row.voice) for row in known] == [("negative", "opinion"), ("neutral", "fact")]


@pytest.mark.parametrize("named", ["klute", "zwilling"])
def test_copies_of_a_text_are_corrected_together(order, tmp_path, monkeypatch, named):
    monkeypatch.setattr(shards, "MEAN", 1)
    (order.corpus / "zwilling.txt").write_text(REVIEW)
    run(order)
    correct(order, ("stance", FORMER, "negative"), name=named)
    known = [row.review_id for row in rows_of(order, SentenceSentiment) if row.stance_score == 1.0]
    assert known == ["klute", "zwilling"]
    fresh = replace(order, outputs=tmp_path / "fresh")
    fresh.outputs.mkdir()
    (fresh.outputs / "corrections.csv").write_bytes((order.outputs / "corrections.csv").read_bytes())
    run(fresh)
    assert snapshot(fresh.outputs) == snapshot(order.outputs)
