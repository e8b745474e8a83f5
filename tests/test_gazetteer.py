"""The gazetteer: keys of names, lookups in runs of tokens, a user's own names."""

import numpy as np
import pytest

from pipeline import nlp
from pipeline.models import gazetteer


def test_key_is_the_same_however_a_name_is_capitalised() -> None:
    assert gazetteer.key_of("Sarah Paulson") == gazetteer.key_of("SARAH PAULSON") == gazetteer.key_of("sarah paulson")
    assert gazetteer.key_of("Sarah Paulson") != gazetteer.key_of("Paulson Sarah")


@pytest.mark.parametrize("name", ["", "   ", "one two three four five six seven"])
def test_names_without_words_or_with_too_many_have_no_key(name: str) -> None:
    assert gazetteer.key_of(name) == 0


def test_key_does_not_depend_on_the_process() -> None:
    assert gazetteer.key_of("Run") == gazetteer.key_of("run") == 4240594131


def test_knows_people_and_years_of_films() -> None:
    known = gazetteer.load()
    assert known.has_person("Meryl Streep")
    assert not known.has_person("Zzyzx Qwertzuiop")
    assert 1979 in known.years_of("Alien")
    assert known.years_of("no film has such a title") == []


def test_arrays_are_sorted_and_small() -> None:
    known = gazetteer.load()
    for table in (known.first, known.last, known.people, known.titles):
        assert table.dtype == np.uint32
        assert (np.diff(table.astype(np.int64)) >= 0).all()
    assert len(known.titles) == len(known.years)
    assert gazetteer.FILE.stat().st_size <= 4_000_000


def test_extra_names_are_found_and_leave_the_rest_alone() -> None:
    known = gazetteer.load()
    more = known.with_extra(people=["Zzyzx Qwertzuiop"], titles=["The Qwertzuiop Affair"])
    assert more.has_person("zzyzx qwertzuiop")
    assert not known.has_person("Zzyzx Qwertzuiop")
    assert more.years_of("The Qwertzuiop Affair") == []
    assert more.years_of("Alien") == known.years_of("Alien")
    assert gazetteer.contains(more.titles, np.array([gazetteer.key_of("The Qwertzuiop Affair")], dtype=np.uint32)).all()


def test_find_takes_the_longest_name_within_the_room() -> None:
    with nlp.memory_zone():
        tokens = nlp.tokenize(["Ann Lee Smith ran"])
        table = np.sort(np.array([gazetteer.key_of(n) for n in ("Ann Lee", "Ann Lee Smith", "ran")], dtype=np.uint32))
        starts = np.arange(4)
        assert gazetteer.find(table, tokens.norm, 4 - starts, starts, 1).tolist() == [3, 0, 0, 1]
        assert gazetteer.find(table, tokens.norm, np.array([2, 1, 1, 1]), starts, 2).tolist() == [2, 0, 0, 0]
        assert gazetteer.find(table[:0], tokens.norm, 4 - starts, starts, 1).tolist() == [0, 0, 0, 0]
