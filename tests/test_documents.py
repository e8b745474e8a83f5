"""documents: clean offsets and source offsets."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import OffsetMap

# Pieces of a source: verbatim text, a decoded entity (one clean character for `width`), or mark-up that is skipped.
PIECES = st.lists(
    st.tuples(st.sampled_from(["verbatim", "decoded", "skipped"]), st.integers(1, 6)), min_size=1, max_size=8
)


def build(pieces):
    clean, source, width, at, seen = [], [], [], 0, 0
    for kind, size in pieces:
        if kind == "verbatim":
            clean.append(at), source.append(seen), width.append(1)
            at += size
        if kind == "decoded":
            clean.append(at), source.append(seen), width.append(size)
            at += 1
        seen += size
    return OffsetMap(tuple(clean), tuple(source), tuple(width)), at


@given(PIECES, st.data())
def test_to_source_and_back(pieces, data):
    offsets, size = build(pieces)
    if not size:
        return
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start + 1, size))
    first, last = offsets.to_source(start, end)
    assert first < last
    assert offsets.to_clean(first, last) == (start, end)


def test_no_runs_means_no_mark_up():
    assert OffsetMap().to_source(3, 9) == (3, 9)
    assert OffsetMap().to_clean(3, 9) == (3, 9)


def test_an_entity_is_one_character():
    # "a &amp; b" reads "a & b".
    offsets = OffsetMap((0, 2, 3), (0, 2, 7), (1, 5, 1))
    assert offsets.to_source(2, 3) == (2, 7)
    assert offsets.to_source(0, 5) == (0, 9)
