"""Outputs held against labels."""

import csv
import json

import pytest

from pipeline.errors import CorpusError
from pipeline.evaluation import evaluate
from pipeline.evaluation.measures import (
    accuracy,
    calibration_error,
    confusion,
    count_matches,
    f1,
    macro_f1,
    spearman,
)
from pipeline.evaluation.names import fold_name, is_same_name
from pipeline.evaluation.rivals import leaning, rivals
from pipeline.evaluation.tables import read_outputs
from pipeline.records import (
    Aspect,
    Credit,
    Film,
    Mention,
    ReviewSentiment,
    Section,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)

SIGNS = {"positive": 1, "neutral": 0, "negative": -1}


def test_measures_by_hand() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("c", "b")]
    assert accuracy(pairs) == 0.5
    assert macro_f1(pairs, ["a", "b", "c", "d"]) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert f1(1, 2, 2) == 0.5
    assert f1(0, 0, 0) == 1.0
    assert confusion("x", pairs, ["a", "b", "c"]).counts == ((1, 1, 0), (0, 1, 0), (0, 1, 0))
    assert accuracy([]) == macro_f1([], ["a"]) == calibration_error([], []) == 0.0


def test_calibration_error_is_the_gap_between_confidence_and_success() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert calibration_error([0.95, 0.95], [False, False]) == pytest.approx(0.95)
    assert calibration_error([1.0], [True]) == 0


def test_spearman_shares_ranks_between_ties() -> None:
    assert spearman([1, 2, 3], [10, 20, 300]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 1, 2, 2], [1, 2, 3, 4]) == pytest.approx(0.8944, abs=1e-4)
    assert spearman([1, 1], [1, 2]) == spearman([], []) == 0


def test_each_answer_is_used_once() -> None:
    assert count_matches([1, 1, 2], [1, 2, 2], lambda a, b: a == b) == 2


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Paulson", "Sarah Paulson", True),
        ("Sarah", "Sarah Paulson", True),
        ("The Skull", "skull’s", True),
        ("Zoë Kravitz", "Zoe Kravitz", True),
        ("Sarah Connor", "Sarah Paulson", False),
        ("", "Sarah", False),
    ],
)
def test_same_names(a: str, b: str, same: bool) -> None:
    assert is_same_name(a, b) is same
    assert is_same_name(b, a) is same


def test_names_fold_to_their_letters() -> None:
    assert fold_name("The Prince's “Élan”") == "prince elan"


def test_textblob_stands_beside_ours_and_leans_by_its_polarity() -> None:
    assert rivals()["TextBlob"]("It isn’t good.") == pytest.approx(-0.35)
    assert [leaning(value) for value in (-0.2, 0.05, 0.2)] == ["negative", "neutral", "positive"]


def _labels_of(outputs, review) -> dict:
    """Labels that say of a review just what the outputs say."""

    def of(kind):
        return outputs.of(kind, review.review_id)

    sections, film = of(Section), of(Film)[0]
    number = {section.section_id: i for i, section in enumerate(sections)}
    score = {row.sentence_id: row for row in of(SentenceSentiment)}
    sentences, spans, seen = [], [], {}
    for row in of(Sentence):
        block = number[row.section_id]
        place = seen[block] = seen.get(block, -1) + 1
        spans.append([block, place, row.start, row.end])
        if score[row.sentence_id].voice:
            said = score[row.sentence_id]
            sentences.append([block, place, said.voice, SIGNS[said.stance_label]])
    names = {m.entity_id: m.label for m in of(Mention)}
    return {
        "film": {
            "title": film.title or None,
            "year": film.year,
            "directors": [d for d in film.directors.split("|") if d],
        },
        "spans": {"blocks": [[s.start, s.end] for s in sections], "sentences": spans},
        "blocks": [s.kind for s in sections],
        "sentences": sentences,
        "credits": [{"person": c.person, "role": c.role, "character": c.character or None} for c in of(Credit)],
        "entities": [[outputs.entity[i].name, label] for i, label in names.items()],
        "verdict": of(ReviewSentiment)[0].verdict,
        "aspects": [[a.aspect, a.polarity, [a.start, a.end]] for a in of(Aspect)],
        "themes": [[t.theme_id, number[t.section_id], [t.start, t.end]] for t in of(ThemeHit)],
    }


def test_outputs_score_one_against_what_they_say_themselves(sample_outputs, tmp_path) -> None:
    outputs = read_outputs(sample_outputs)
    gold = tmp_path / "gold"
    gold.mkdir()
    single = [r for r in outputs.reviews if "#" not in r.source and outputs.of(ReviewSentiment, r.review_id)[0].verdict]
    stems = [r.source.split("/")[-1].split(".")[0] for r in single]
    single = [r for r, stem in zip(single, stems, strict=True) if stems.count(stem) == 1]
    assert single
    for review in single:
        stem = review.source.split("/")[-1].rsplit(".", 1)[0]
        (gold / f"{stem}.json").write_text(json.dumps(_labels_of(outputs, review)), encoding="utf-8")
    found = evaluate(gold, sample_outputs)
    for name in ("section kind, accuracy", "voice, accuracy", "stance, accuracy", "verdict, accuracy", "film title"):
        assert found.value(name) == 1.0, name
    for name in ("credits, F1", "aspects, F1", "themes, F1", "themes per block, F1"):
        assert found.value(name) == 1.0, name
    assert "stance, accuracy: TextBlob" in str(found)
    assert "voice (rows: label)" in str(found)


def test_a_review_that_is_missing_counts_as_wrong(sample_outputs, tmp_path) -> None:
    outputs = read_outputs(sample_outputs)
    review = next(
        r for r in outputs.reviews if "#" not in r.source and outputs.of(ReviewSentiment, r.review_id)[0].verdict
    )
    stem = review.source.split("/")[-1].rsplit(".", 1)[0]
    labels = json.dumps({"verdict": outputs.of(ReviewSentiment, review.review_id)[0].verdict})
    (tmp_path / f"{stem}.json").write_text(labels, encoding="utf-8")
    (tmp_path / "nowhere.json").write_text(labels, encoding="utf-8")
    found = evaluate(tmp_path, sample_outputs)
    assert found.value("verdict, accuracy") == 0.5
    assert "no review nowhere in the outputs: counted as wrong" in found.remarks


def test_a_table_of_labels(sample_outputs, tmp_path) -> None:
    outputs = read_outputs(sample_outputs)
    rows = [(r.source, outputs.of(ReviewSentiment, r.review_id)[0]) for r in outputs.reviews]
    rows = [(source, row) for source, row in rows if row.verdict]
    path = tmp_path / "labels.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["source", "stance", "verdict", "rating"])
        for source, row in rows:
            writer.writerow([source, 1 if row.stance > 0 else -1, row.verdict, row.stance])
        writer.writerow(["nowhere.txt", 1, "positive", 1])
    found = evaluate(path, sample_outputs)
    assert found.value("stance, sign of the judged") == 1.0
    assert found.value("verdict, accuracy") == 1.0
    assert found.value("rating, rank correlation") == pytest.approx(1.0)
    assert found.remarks == (f"1 of {len(rows) + 1} rows name no review of the outputs",)


def test_labels_that_fit_no_review_are_told_in_three_parts(sample_outputs, tmp_path) -> None:
    with pytest.raises(CorpusError) as caught:
        evaluate(tmp_path / "gone", sample_outputs)
    assert caught.value.what == "no such file or folder"
    with pytest.raises(CorpusError) as caught:
        evaluate(tmp_path, sample_outputs)
    assert caught.value.what == "no label file is named as a review of the outputs is"
    (tmp_path / "labels.csv").write_text("source,stance\nnowhere.txt,1\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        evaluate(tmp_path / "labels.csv", sample_outputs)
    assert caught.value.what == "no row names a review of the outputs"
