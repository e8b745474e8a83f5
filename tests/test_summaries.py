"""What a review is summed up as."""

import pytest
from handmade import BLAME, PLOT, PRAISE, Maker, run_review, summaries

from pipeline.config import Config
from pipeline.rules.statistics import interval, mean, spread
from pipeline.rules.telling import best, quote
from pipeline.summaries import ReviewAspect, ReviewEntity, ReviewSummary, ReviewTheme


def test_pull_quotes_are_opinion_sentences_to_the_letter():
    maker = run_review()
    (row,) = summaries(maker)[ReviewSummary]
    assert (row.for_text, row.against_text) == (PRAISE, BLAME)
    assert maker.text[row.for_start : row.for_end] == PRAISE
    assert maker.text[row.against_start : row.against_end] == BLAME


def test_a_plot_sentence_is_never_quoted_however_it_leans():
    maker = Maker("r").section("body", (PLOT, "plot", -0.9), ("It is long and it is loud.", "opinion", 0.0)).done()
    (row,) = summaries(maker)[ReviewSummary]
    assert (row.for_text, row.against_text) == ("", "")
    assert (row.for_start, row.for_end, row.for_score) == (None, None, 0.0)


def test_words_of_others_are_not_quoted():
    maker = Maker("r").section("quote", (PRAISE, "opinion", 0.9)).done()
    assert summaries(maker)[ReviewSummary][0].for_text == ""


def test_short_and_endless_sentences_are_less_telling():
    maker = Maker("r").section("body", ("Superb!", "opinion", 0.95), (PRAISE, "opinion", 0.8)).done()
    assert summaries(maker)[ReviewSummary][0].for_text == PRAISE


def test_the_first_of_equals_is_quoted():
    rows = Maker("r").section("body", (PRAISE, "opinion", 0.5), (BLAME, "opinion", 0.5)).done().rows
    quotes = [quote(row, 0.5) for row in next(iter(v for k, v in rows.items() if k.__name__ == "Sentence"))]
    assert best(quotes).text == PRAISE


def test_a_given_title_stands_before_a_title_section():
    assert summaries(run_review())[ReviewSummary][0].title == "A Mother’s Love"
    assert summaries(run_review(title="As given"))[ReviewSummary][0].title == "As given"


def test_praised_and_blamed_are_aspects_by_their_balance():
    (row,) = summaries(run_review())[ReviewSummary]
    assert (row.praised, row.blamed, row.themes) == ("acting", "story", "control-and-abuse")


def test_a_review_without_any_row_is_still_summed_up():
    (row,) = summaries(Maker("bare", film="", year=None, verdict="", stance=None, plot_valence=None).done())[
        ReviewSummary
    ]
    assert (row.film_id, row.verdict, row.stance, row.n_sentences) == ("", "", None, 0)


def test_counts_of_a_review_carry_its_best_sentences():
    found = summaries(run_review())
    acting, story = found[ReviewAspect]
    assert (acting.aspect, acting.n_positive, acting.for_text) == ("acting", 1, PRAISE)
    assert (story.aspect, story.n_negative, story.against_text) == ("story", 1, BLAME)
    paulson = next(row for row in found[ReviewEntity] if row.entity_id == "sarah-paulson")
    assert (paulson.n_mentions, paulson.n_praise, paulson.n_blame, paulson.for_text) == (1, 1, 0, PRAISE)


def test_an_opinion_falls_on_the_only_person_it_names():
    maker = (
        Maker("r")
        .section(
            "body",
            ("Kiera Allen is a wonder from first to last.", "opinion", 0.8),
            ("Ann and Bob bore.", "opinion", -0.8),
        )
        .mention("Kiera Allen", "PERSON", "kiera-allen")
        .mention("Ann", "PERSON", "ann")
        .mention("Bob", "PERSON", "bob")
        .done()
    )
    found = {row.entity_id: (row.n_praise, row.n_blame) for row in summaries(maker)[ReviewEntity]}
    assert found == {"kiera-allen": (1, 0), "ann": (0, 0), "bob": (0, 0)}


def test_spoiler_safe_summaries_show_no_words_of_the_story():
    (shown,) = summaries(run_review())[ReviewTheme]
    (safe,) = summaries(run_review(), config=Config(no_spoilers=True))[ReviewTheme]
    assert shown.text == "keeps her daughter ill"
    assert (safe.text, safe.start, safe.n_hits) == ("", None, 1)


def test_mean_and_spread_of_too_little_are_none():
    assert mean([]) is None
    assert spread([0.5]) is None
    assert interval([0.1, 0.2], "x") == (None, None)


def test_interval_holds_the_mean_and_is_the_same_every_time():
    values = [0.1, 0.4, 0.5, 0.9, -0.3]
    low, high = interval(values, "run-2020")
    assert -0.3 <= low < sum(values) / 5 < high <= 0.9
    assert interval(values, "run-2020") == (low, high)
    assert interval(values, "another") != (low, high)


@pytest.mark.parametrize("n", [3, 1_500, 20_000])
def test_interval_of_many_numbers_is_drawn_in_pieces(n):
    low, high = interval([0.5, 0.5, 0.5] + [0.5] * (n - 3), "same")
    assert (low, high) == (0.5, 0.5)
