"""readers.ranges: large tables read range by range are what they are when read whole."""

import io
import json
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs import snapshot
from pipeline.config import Config
from pipeline.engine import pools, shards
from pipeline.engine.run import Order, run
from pipeline.engine.shards import cut, load
from pipeline.errors import CorpusError
from pipeline.readers import ranges

HERE = partial(pools.map_in_order, workers=1)


def line(number: int, **more: object) -> str:
    return json.dumps({"text": f"A film, number {number % 40}, that is dull.", "stars": number % 10} | more)


LINES = st.lists(
    st.sampled_from(
        ["", "   ", "{", '"a text"', "\x85", "\ufeff{}", line(1), line(1, id="x"), line(2, id="y"), "é" * 90]
    ),
    max_size=40,
)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(ranges, "LARGE", 300)
    monkeypatch.setattr(shards, "MEAN", 3)


def whole_and_by_ranges(corpus):
    """Shards of the corpus as they are when files are read whole, and when large ones are split."""
    whole, split = list(cut(corpus, "")), list(cut(corpus, "", spread=HERE))
    assert any(shard.range for shard in split)
    return whole, [load(shard, "") for shard in split]


def test_json_lines_by_ranges_are_the_same_reviews(tmp_path):
    rows = [line(n, **({"id": f"r{n}"} if n % 3 else {})) for n in range(100)]
    rows[7], rows[31:33] = "no json", ["", "  ", '{"text": ""}']
    (tmp_path / "many.jsonl").write_text("\n".join(rows) + "\n")
    whole, split = whole_and_by_ranges(tmp_path)
    assert split == whole
    assert any(item.duplicate_of for shard in split for item in shard.items)
    assert {item.raw.given["rating_scale"] for shard in split for item in shard.items} == {"10"}


@given(rows=LINES, end=st.sampled_from(["", "\n", "\r\n\n"]))
def test_json_lines_of_any_kind(tmp_path_factory, rows, end):
    corpus = tmp_path_factory.mktemp("corpus")
    rows = [*rows, *[line(n) for n in range(20)]]
    (corpus / "many.jsonl").write_bytes("\n".join(rows).encode() + end.encode())
    whole, split = whole_and_by_ranges(corpus)
    assert split == whole


def parquet(path, count, group):
    table = pa.table({"text": [f"Film {n % 40} is dull." for n in range(count)], "id": [f"p{n}" for n in range(count)]})
    pq.write_table(table, path, row_group_size=group)


@pytest.mark.parametrize("group", [1, 7, 50, 1000])
def test_parquet_by_row_groups_is_the_same_reviews(tmp_path, group):
    parquet(tmp_path / "many.parquet", 120, group)
    whole, split = whole_and_by_ranges(tmp_path)
    assert split == whole


def test_small_and_packed_files_are_read_whole(tmp_path):
    import gzip

    (tmp_path / "few.jsonl").write_text(line(1) + "\n")
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress("\n".join(map(line, range(100))).encode()))
    (tmp_path / "wide.jsonl").write_text("\n".join(map(line, range(100))), encoding="utf-16")
    assert [shard.range for shard in cut(tmp_path, "", spread=HERE)] == [None] * len(list(cut(tmp_path, "")))


def test_splitting_does_not_read_the_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(ranges, "LARGE", 1_000_000)
    path = tmp_path / "large.jsonl"
    path.write_text("".join(line(n, more="x" * 900) + "\n" for n in range(20_000)))
    read = []

    class Counting(io.FileIO):
        def readinto(self, buffer):
            count = super().readinto(buffer)
            read.append(count)
            return count

    monkeypatch.setattr(ranges, "open_bytes", lambda path: io.BufferedReader(Counting(path), 1 << 14))
    found = ranges.ranges_of(path, "large.jsonl", "")
    assert len(found) == 20
    assert sum(read) < path.stat().st_size / 5


def test_a_run_by_ranges_says_the_same_for_any_number_of_workers(tmp_path, monkeypatch):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Heat (1995) is a superb film.\n")
    (corpus / "many.jsonl").write_text("".join(line(n) + "\n" for n in range(60)) + "bad\n")
    parquet(corpus / "more.parquet", 40, 10)
    order = Order(corpus, tmp_path / "one", Config())
    assert [one.source for one in run(order).refused] == ["many.jsonl#61"]
    run(replace(order, outputs=tmp_path / "two", workers=2))
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    # A large table begins a shard of its own, and a shard is a row group of Parquet: all else is the same, too.
    monkeypatch.setattr(ranges, "LARGE", 10**9)
    run(replace(order, outputs=tmp_path / "whole"))
    found, whole = snapshot(tmp_path / "one"), snapshot(tmp_path / "whole")
    for name, content in found.items():
        if name != "run.json" and not name.endswith(".parquet"):
            assert content == whole[name], name


def test_a_corpus_that_changes_while_it_is_read_is_told(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text("".join(line(n) + "\n" for n in range(60)))
    before = list(cut(tmp_path, "", spread=HERE))
    path.write_text(path.read_text().replace("dull", "good"))
    with pytest.raises(CorpusError) as caught:
        load(before[-1], "")
    assert caught.value.what == "it was changed while it was read"
    assert caught.value.where == "many.jsonl"
    assert caught.value.fix == "Run again when the corpus is at rest."
