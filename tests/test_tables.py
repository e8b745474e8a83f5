"""tables: records to Parquet and CSV and back."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import fields

import pytest
from conftest import HOME
from hypothesis import given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.plan import STAGES
from pipeline.records import Film, Section, SectionSentiment

KINDS = [kind for stage in STAGES for kind in stage.writes]
# What UTF-8 can hold: readers set lone surrogates aside before any row is made.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(st.lists(st.builds(Section, *[WORDS] * 5, st.integers(0, 9), st.integers(0, 9), WORDS), max_size=5))
def test_rows_survive_parquet(rows):
    content = tables.parquet_bytes(tables.to_arrow(Section, rows))
    import pyarrow.parquet as pq

    assert tables.to_rows(Section, pq.read_table(io.BytesIO(content))) == rows


@given(WORDS)
def test_a_cell_survives_csv_and_is_no_formula(text):
    row = Section("a.s1", "a", "body", "", "en", 0, 1, text)
    lines = tables.csv_header(Section) + tables.csv_lines(tables.to_arrow(Section, [row])).decode()
    assert lines.startswith(tables.BOM)
    (found,) = csv.DictReader(io.StringIO(lines.removeprefix(tables.BOM), newline=""))
    assert found["text"] in (text, "'" + text)
    assert not found["text"].startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


def test_numbers_are_never_guarded():
    row = SectionSentiment("a.s1", "a", -0.5, "negative", None, 0.25, 0.0, -0.0, 0.123456, 3)
    (line,) = tables.csv_lines(tables.to_arrow(SectionSentiment, [row])).decode().splitlines()
    assert line == "a.s1,a,-0.5,negative,,0.25,0.0,0.0,0.1235,3"


def test_an_empty_cell_is_empty_not_zero():
    row = Film("a", "", "", None, "", 0.0)
    assert tables.csv_lines(tables.to_arrow(Film, [row])) == b"a,,,,,0.0\r\n"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.TABLE)
def test_every_column_is_explained(kind):
    assert set(tables.column_help(kind)) == {field.name for field in fields(kind)}
    assert kind.__doc__
    assert "(" not in kind.__doc__.split(" ")[0]


def test_the_data_package_describes_every_table(sample_outputs):
    package = json.loads((sample_outputs / "datapackage.json").read_text(encoding="utf-8"))
    assert {one["name"] for one in package["resources"]} == {kind.TABLE for kind in KINDS}


def test_the_data_package_and_its_tables_are_valid(sample_outputs):
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(sample_outputs / "datapackage.json"))
    assert report.flatten(["name", "type", "message"]) == []
    assert report.stats["tasks"] == len(KINDS)


def test_pandas_is_imported_when_a_frame_is_asked_for_and_not_before():
    words = (
        "import sys, pyarrow as pa\n"
        "from pipeline.tables import forgo_pandas\n"
        "forgo_pandas()\n"
        "table = pa.table({'a': pa.array(['x', None])})\n"
        "assert 'pandas' not in sys.modules\n"
        "assert table.to_pandas()['a'].to_list()[0] == 'x'\n"
    )
    subprocess.run([sys.executable, "-c", words], check=True, cwd=HOME)
