"""What the corpus is summed up as."""

from dataclasses import replace

from handmade import BLAME, PRAISE, Maker, run_review, summaries

from pipeline import tables
from pipeline.rules.entity_totals import sum_entities
from pipeline.rules.tallies import look_at
from pipeline.stages.report import STAGE
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewEntity, ReviewSummary, ThemeSummary


def four_reviews() -> list[Maker]:
    return [
        run_review("a", stance=0.8, rating=0.9),
        run_review("b", stance=-0.6, verdict="negative", plot_valence=None),
        run_review("c", stance=0.1, verdict="mixed"),
        run_review("d", stance=0.8, duplicate_of="a"),
    ]


def test_a_film_is_the_sum_of_its_reviews_duplicates_left_out():
    (film,) = summaries(*four_reviews())[FilmSummary]
    assert (film.film_id, film.title, film.year, film.directors) == ("run-2020", "Run", 2020, "Aneesh Chaganty")
    assert (film.n_reviews, film.n_positive, film.n_mixed, film.n_negative) == (3, 1, 1, 1)
    assert round(film.stance, 6) == 0.1
    assert round(film.spread, 6) == 0.7
    assert film.low < film.stance < film.high
    assert (film.plot_valence, film.rating) == (-0.5, 0.9)
    assert (film.warmest, film.coldest, round(film.gap, 6)) == ("a", "b", 1.4)
    assert (film.praised, film.blamed, film.themes) == ("acting", "story", "control-and-abuse")


def test_a_film_is_quoted_for_and_against_with_review_and_offsets():
    makers = four_reviews()
    (film,) = summaries(*makers)[FilmSummary]
    assert (film.for_text, film.for_review_id) == (PRAISE, "a")
    assert (film.against_text, film.against_review_id) == (BLAME, "a")
    assert makers[0].text[film.for_start : film.for_end] == PRAISE


def test_each_aspect_of_a_film_has_a_row_of_its_own():
    acting, story = summaries(*four_reviews())[FilmAspect]
    assert (acting.aspect, acting.n_reviews, acting.n_positive, acting.mean) == ("acting", 3, 3, 1.0)
    assert (acting.low, acting.high, acting.warmest) == (1.0, 1.0, "")
    assert (story.aspect, story.n_negative, story.mean, story.against_text) == ("story", 3, -1.0, BLAME)


def test_reviews_of_no_single_film_make_no_film():
    found = summaries(Maker("x", film="", year=None).section("body", (PRAISE, "opinion", 0.9)).done())
    assert found[FilmSummary] == []
    assert len(found[ReviewSummary]) == 1


def test_a_theme_knows_its_films_years_and_company():
    makers = [
        run_review("a").theme("her daughter", "motherhood"),
        run_review("b", film="Carrie", year=1976).theme("her daughter", "motherhood"),
        run_review("c"),
    ]
    control, mother = summaries(*makers)[ThemeSummary]
    assert (control.theme_id, control.n_reviews, control.n_films, control.n_hits) == ("control-and-abuse", 3, 2, 3)
    assert (control.with_themes, control.films, control.years) == (
        "motherhood:2",
        "run-2020:2|carrie-1976:1",
        "1976:1|2020:2",
    )
    assert (mother.theme_id, mother.with_themes) == ("motherhood", "control-and-abuse:2")
    assert (control.review_id, control.text) == ("a", "keeps her daughter ill")
    assert makers[0].text[control.start : control.end] == control.text


def test_a_name_knows_who_praises_it():
    found = {row.entity_id: row for row in summaries(*four_reviews())[EntitySummary]}
    paulson = found["sarah-paulson"]
    assert (paulson.name, paulson.label, paulson.n_reviews, paulson.n_mentions) == ("Sarah Paulson", "PERSON", 3, 3)
    assert (paulson.n_praise, paulson.n_blame, paulson.for_text, paulson.for_review_id) == (3, 0, PRAISE, "a")


def sums(rows, names):
    looks = look_at(tables.to_arrow(ReviewSummary, summaries(run_review())[ReviewSummary]))
    table = tables.to_arrow(ReviewEntity, rows)
    found = sum_entities(table, lambda names, rows: table.select(names).take(rows), looks, names)
    return tables.to_rows(EntitySummary, found)


def test_two_names_of_one_review_that_are_one_entity_are_one_review():
    rows = [row for row in summaries(run_review())[ReviewEntity] if row.label == "PERSON"]
    same = [rows[0], replace(rows[0], name="Paulson", n_mentions=2, n_praise=0)]
    (row,) = sums(same, {})
    assert (row.name, row.n_reviews, row.n_mentions, row.n_praise) == ("Sarah Paulson", 1, 3, 1)


def test_a_name_is_what_the_corpus_calls_it():
    rows = [row for row in summaries(run_review())[ReviewEntity] if row.label == "PERSON"]
    (row,) = sums(rows, {"sarah-paulson": "Sarah C. Paulson"})
    assert row.name == "Sarah C. Paulson"


def test_the_order_of_rows_is_most_reviews_first():
    makers = [run_review("a", film="Zodiac"), run_review("b", film="Alien"), run_review("c", film="Zodiac")]
    assert [row.title for row in summaries(*makers)[FilmSummary]] == ["Zodiac", "Alien"]


def test_the_stage_declares_what_it_yields():
    found = summaries(run_review())
    assert set(STAGE.writes) <= set(found)
    assert all(found[kind] for kind in (*STAGE.writes, *STAGE.partials))
