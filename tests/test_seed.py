"""The first text that must come out right: a review of Run (2020) scraped with two stray captions.

Ours is corpus/run-2020.txt; the user's own document, of the same build, lies beside some checkouts.
"""

from pathlib import Path

import pytest
from conftest import HOME

import pipeline

SEEDS = [HOME / "corpus" / "run-2020.txt", *sorted((HOME.parent / "shared" / "seed").glob("*.txt"))]
WANTED = {"parenting", "motherhood", "control-and-abuse", "captivity", "illness", "disability", "freedom", "deception"}


@pytest.fixture(scope="module", params=SEEDS, ids=lambda path: path.parent.name)
def analysis(request):
    return pipeline.analyse(Path(request.param))


def test_ten_sections_of_their_kinds(analysis):
    kinds = [row.kind for row in analysis["sections"]]
    assert kinds == ["title", "deck", "body", "body", "body", "caption", "body", "body", "caption", "body"]
    assert [row.lang for row in analysis["sections"]] == ["en"] * 8 + ["vi", "en"]


def test_the_film_and_who_made_it(analysis):
    (film,) = analysis["films"]
    assert (film.title, film.year, film.directors) == ("Run", 2020, "Aneesh Chaganty")
    cast = {(row.person, row.character) for row in analysis["credits"] if row.role == "actor"}
    assert {("Sarah Paulson", "Diane"), ("Kiera Allen", "Chloe")} <= cast
    assert ("Munchausen syndrome by proxy", "CONDITION") in {(row.name, row.label) for row in analysis["entities"]}


def test_praise_of_a_dark_story(analysis):
    (review,) = analysis["review_sentiments"]
    assert review.verdict == "positive"
    assert review.plot_valence < -0.1


def test_what_the_film_is_about(analysis):
    found = {row.theme_id for row in analysis["section_themes"]}
    assert found.isdisjoint({"fear", "murder"})
    assert len(found & WANTED) >= 4
