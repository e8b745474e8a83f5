"""splice: Parquet files put together without reading their columns."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.records import Mention, SectionSentiment
from pipeline.splice import Splicer, cut_groups

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.builds(
    SectionSentiment,
    WORDS,
    WORDS,
    st.none() | st.floats(-1, 1),
    WORDS,
    st.none() | st.floats(-1, 1),
    *[st.none() | st.floats(0, 1)] * 4,
    st.integers(0, 2**40),
)


def spliced(kind, contents):
    out = io.BytesIO()
    splicer = Splicer(out, tables.empty_parquet(kind))
    for content in contents:
        splicer.add(content)
    splicer.close()
    return out.getvalue()


@given(st.lists(st.lists(ROWS, max_size=4), max_size=5))
def test_it_is_the_file_that_arrow_writes_itself(groups):
    pieces = [tables.to_arrow(SectionSentiment, rows) for rows in groups]
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, tables.schema(SectionSentiment), compression="zstd") as writer:
        for piece in pieces:
            if piece.num_rows:
                writer.write_table(piece)
    assert spliced(SectionSentiment, map(tables.parquet_bytes, pieces)) == sink.getvalue()


@pytest.mark.parametrize("count", [0, 1, 20, 300])
def test_every_row_is_there_in_its_place(count):
    def row(n):
        return Mention(f"a.m{n}", "x" * (n % 40), "a", "a.s1", "WORK", n, n + 1, "t" * n, 0.5, "tagger")

    pieces = [tables.to_arrow(Mention, [row(n)] * (1 + n % 3)) for n in range(count)]
    content = spliced(Mention, map(tables.parquet_bytes, pieces))
    whole = pa.concat_tables([tables.to_arrow(Mention, []), *pieces])
    assert pq.read_table(io.BytesIO(content)).equals(whole)
    assert pq.read_metadata(io.BytesIO(content)).num_row_groups == count


def test_a_file_of_several_row_groups_is_taken_whole():
    rows = [Mention(f"a.m{n}", "x", "a", "a.s1", "WORK", n, n + 1, "t", 0.5, "tagger") for n in range(100)]
    sink = io.BytesIO()
    pq.write_table(tables.to_arrow(Mention, rows), sink, row_group_size=30)
    assert [group.n_rows for group in cut_groups(sink.getvalue())] == [30, 30, 30, 10]
    content = spliced(Mention, [sink.getvalue(), sink.getvalue()])
    assert tables.to_rows(Mention, pq.read_table(io.BytesIO(content))) == rows * 2


def test_page_indexes_and_bloom_filters_do_not_mislead():
    rows = [Mention(f"a.m{n}", "x", "a", "a.s1", "WORK", n, n + 1, "t", 0.5, "tagger") for n in range(100)]
    sink = io.BytesIO()
    pq.write_table(tables.to_arrow(Mention, rows), sink, row_group_size=40, write_page_index=True)
    content = spliced(Mention, [sink.getvalue()] * 3)
    assert tables.to_rows(Mention, pq.read_table(io.BytesIO(content))) == rows * 3
    assert pq.read_metadata(io.BytesIO(content)).row_group(5).column(0).has_offset_index
