"""engine.verify: every row is held to its source."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import HOME

from pipeline.engine.verify import verify
from pipeline.errors import OutputsError


def test_the_sample_verifies(sample_outputs):
    n_checked, wrong = verify(HOME / "corpus", sample_outputs)
    assert n_checked > 500
    assert wrong == []


@pytest.mark.parametrize(
    ("table", "column", "change", "says"),
    [
        ("entities/mentions", "start", lambda value: value + 1, "reads"),
        ("sections/sentences", "text", lambda value: value + "!", "the row says"),
        ("sections/sections", "end", lambda value: value - 1, "reads"),
        ("ingest/reviews", "sha256", lambda value: "0" * 64, "the source has changed since it was read"),
        ("ingest/reviews", "review_id", lambda value: "nobody", "no such review in the corpus"),
    ],
)
def test_one_changed_cell_is_found(run_on, tmp_path, table, column, change, says):
    outputs, _ = run_on({"heat.txt": "Heat (1995)\n\nAl Pacino plays a detective. Michael Mann directs superbly.\n"})
    path = outputs / f"{table}.parquet"
    found = pq.read_table(path)
    values = found.column(column).to_pylist()
    values[0] = change(values[0])
    place = found.column_names.index(column)
    pq.write_table(found.set_column(place, column, pa.array(values, type=found.schema.field(column).type)), path)
    _, wrong = verify(tmp_path / "corpus", outputs)
    assert wrong
    assert any(says in line for line in wrong)


def test_nothing_to_verify(tmp_path):
    with pytest.raises(OutputsError) as caught:
        verify(HOME / "corpus", tmp_path)
    assert (caught.value.what, caught.value.fix) == ("no tables to verify", "Run `closeup run` first.")
