"""rules.film_ids: one film, one id."""

import pytest

from pipeline import tables
from pipeline.records import Entity, Film
from pipeline.rules.entities import NameCount
from pipeline.rules.film_ids import join_films
from pipeline.stage import Reduced, Rename
from pipeline.stages.entities import reduce_entities
from pipeline.summaries import FilmSummary


def film(film_id, year=None):
    return film_id, year


@pytest.mark.parametrize(
    ("films", "expected"),
    [
        ([film("run"), film("run-2020", 2020)], {"run": "run-2020"}),
        ([film("carrie"), film("carrie-1976", 1976), film("carrie-2013", 2013)], {}),
        ([film("heat")], {}),
        ([film("")], {}),
        ([film("run-2020", 2020), film("run-all-night")], {}),
    ],
)
def test_a_title_without_year_joins_the_only_film_of_its_name(films, expected):
    assert join_films(films) == expected


def test_the_summaries_know_one_film(run_on):
    outputs, _ = run_on(
        {
            "a.txt": "Heat (1995)\n\nHeat (1995), directed by Michael Mann, is a superb thriller.\n",
            "b.txt": "Heat\n\nHeat, directed by Michael Mann, is a dull film. I was bored by Heat.\n",
        }
    )
    rows = tables.to_rows(FilmSummary, tables.read_table(outputs, "report", FilmSummary))
    assert [(row.film_id, row.n_reviews) for row in rows] == [("heat-1995", 2)]
    assert {row.film_id for row in tables.to_rows(Film, tables.read_table(outputs, "entities", Film))} == {"heat-1995"}


def test_a_character_of_a_film_told_with_and_without_its_year_is_one():
    rows = {
        Film: [Film("a", "heat", "Heat", None, "", 1.0), Film("b", "heat-1995", "Heat", 1995, "", 1.0)],
        NameCount: [
            NameCount(f"r-{home}", home, f"{slug}.{home}", name, "CHARACTER", name, 1, 0)
            for home, slug, name in [("heat-1995", "vincent-hanna", "Vincent Hanna"), ("heat", "hanna", "Hanna")]
        ],
    }
    made = list(reduce_entities(lambda kind, *names: tables.to_arrow(kind, rows[kind]).select(names)))
    assert [one.ids["hanna.heat"] for one in made if isinstance(one, Rename) and "target" in one.columns] == [
        "vincent-hanna.heat-1995"
    ]
    (entities,) = [tables.to_rows(Entity, one.table) for one in made if isinstance(one, Reduced)]
    assert [(row.entity_id, row.n_reviews) for row in entities] == [("vincent-hanna.heat-1995", 2)]
