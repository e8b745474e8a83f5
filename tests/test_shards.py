"""engine.shards: the corpus cut by what is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engine import shards
from pipeline.engine.shards import cut_raws, slug
from pipeline.readers.raw import Raw, Refused


def raw(name, text="Good film."):
    return Raw(f"{name}.txt", name, text, "text", {})


def names(found):
    return [item.review_id for shard in found for item in shard.items]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Run 2020", "run-2020"), ("a/b c", "a-b-c"), ("Amélie", "amelie"), ("Паразиты", "паразиты"), ("a_b", "a-b")],
)
def test_slug(name, expected):
    assert slug(name) == expected


@given(st.text(max_size=300))
def test_a_slug_is_a_name_for_a_file(name):
    made = slug(name)
    assert 0 < len(made) <= 120
    assert not set(made) & set("/\\ \0\n")
    assert not made.startswith((".", "-"))


def test_names_that_collide_are_numbered():
    assert names(cut_raws([raw("a b"), raw("a-b"), raw("A B"), raw("c")])) == ["a-b", "a-b~2", "a-b~3", "c"]


def test_the_same_text_is_a_duplicate_of_the_first():
    found = [item for shard in cut_raws([raw("a"), raw("b", "Bad."), raw("c"), raw("d")]) for item in shard.items]
    assert [item.duplicate_of for item in found] == ["", "", "a", "a"]


def test_a_new_review_moves_the_borders_of_one_shard_alone():
    many = [raw(f"film-{i:05}", f"Text {i}.") for i in range(2000)]
    before = {shard.key for shard in cut_raws(many)}
    after = {shard.key for shard in cut_raws([*many[:1000], raw("a-new-one"), *many[1000:]])}
    assert len(before) > 5
    assert len(after - before) <= 2


def test_a_change_of_one_review_changes_one_key():
    many = [raw(f"film-{i:05}", f"Text {i}.") for i in range(2000)]
    before = [shard.key for shard in cut_raws(many)]
    after = [shard.key for shard in cut_raws([*many[:700], raw("film-00700", "Another."), *many[701:]])]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_a_shard_is_bounded():
    found = list(cut_raws(raw(f"x{i}", "word " * 1000 + str(i)) for i in range(1200)))
    assert max(len(shard.items) for shard in found) <= shards.MOST_REVIEWS
    assert max(sum(len(item.raw.content) for item in shard.items) for shard in found) <= shards.MOST_CHARACTERS


def test_what_is_refused_stays_with_its_neighbours():
    (shard,) = cut_raws([raw("a"), Refused("b.docx", "no reader", "Save it as text."), raw("c")])
    assert names([shard]) == ["a", "c"]
    assert [one.source for one in shard.refused] == ["b.docx"]
