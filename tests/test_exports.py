"""One file of all tables: a workbook, a database, lines for a labelling tool."""

import csv
import io
import json
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from dataclasses import fields
from xml.etree import ElementTree

import pytest
from handmade import KINDS, Maker, run_review, summaries

from pipeline import exports, storage, tables
from pipeline.errors import OutputsError
from pipeline.records import Credit, Entity, Mention, Section, Sentence
from pipeline.rules.keys import KEYS
from pipeline.stages.report import STAGE

FORMULA = '=HYPERLINK("http://example.org","x")'
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write_outputs(folder, *makers):
    found = summaries(*makers)
    rows = {kind: [row for maker in makers for row in maker.rows[kind]] for kind in KINDS}
    rows[Entity] = [
        Entity(entity_id, entity_id, "PERSON", 1, 1, "")
        for entity_id in sorted({row.entity_id for maker in makers for row in maker.rows[Mention]})
    ]
    for stage, kind in exports.TABLES:
        table = tables.to_arrow(kind, found[kind] if kind in STAGE.writes else rows[kind])
        storage.write_bytes(folder / stage / f"{kind.TABLE}.parquet", tables.parquet_bytes(table))
    return folder


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    odd = (
        Maker("odd", film="")
        .section("body", (FORMULA, "opinion", 0.9), ("Grüße\nund „Zitate“, 5\u200b€.", "opinion", 0.1))
        .section("body", ("x" * 40_000, "other", 0.0))
        .done()
    )
    return write_outputs(tmp_path_factory.mktemp("exports"), odd, run_review(), run_review("second"))


@pytest.fixture(scope="module")
def book(outputs, tmp_path_factory):
    file = tmp_path_factory.mktemp("xlsx") / "all.xlsx"
    exports.to_xlsx(outputs, file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sheet_of(book, name):
    names = [one.attrib["name"] for one in ElementTree.fromstring(book["xl/workbook.xml"]).iter(f"{SPREADSHEET}sheet")]
    return ElementTree.fromstring(book[f"xl/worksheets/sheet{names.index(name) + 1}.xml"])


def cells(sheet):
    return ["".join(one.itertext()) for one in sheet.iter(f"{SPREADSHEET}c")]


def test_a_workbook_has_a_sheet_a_table(book):
    names = [one.attrib["name"] for one in ElementTree.fromstring(book["xl/workbook.xml"]).iter(f"{SPREADSHEET}sheet")]
    assert names == ["columns", *(kind.TABLE for _, kind in exports.TABLES)]
    sheet = sheet_of(book, "sentences")
    assert sheet.find(f".//{SPREADSHEET}pane").attrib["state"] == "frozen"
    assert sheet.find(f"{SPREADSHEET}autoFilter").attrib["ref"] == "A1:F14"


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(book):
    assert FORMULA in cells(sheet_of(book, "sentences"))
    for name, text in book.items():
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in text, name
            assert "hyperlink" not in text.replace("HYPERLINK", ""), name


def test_odd_text_is_whole_in_a_workbook_and_long_text_says_that_it_is_cut(book):
    found = cells(sheet_of(book, "sentences"))
    assert "Grüße\nund „Zitate“, 5\u200b€." in found
    (long,) = [cell for cell in found if cell.startswith("xxx")]
    assert len(long) == exports.CELL
    assert long.endswith(exports.CUT)


def test_rows_beyond_a_sheet_go_on_in_the_next(outputs, tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "ROWS", 6)
    exports.to_xlsx(outputs, tmp_path / "small.xlsx")
    with zipfile.ZipFile(tmp_path / "small.xlsx") as archive:
        text = archive.read("xl/workbook.xml").decode()
    assert 'name="sentences"' in text
    assert 'name="sentences (3)"' in text
    assert 'name="sentences (4)"' not in text


def test_the_same_tables_give_the_same_workbook(outputs, tmp_path):
    for name in ("a", "b"):
        exports.to_xlsx(outputs, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_database_has_keys_that_hold_and_finds_words(outputs, tmp_path):
    exports.to_sqlite(outputs, tmp_path / "all.db")
    with closing(sqlite3.connect(tmp_path / "all.db")) as base:
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for _, kind in exports.TABLES:
            key = {row[1] for row in base.execute(f"PRAGMA table_info({kind.TABLE})") if row[5]}
            assert key == set(KEYS.get(kind, ()))
        found = base.execute(
            "SELECT sentence_id FROM sentences JOIN sentences_fts ON sentences.rowid = sentences_fts.rowid"
            " WHERE sentences_fts MATCH 'forget' ORDER BY 1"
        )
        assert found.fetchall() == [("run-2020.s2.3",), ("second.s2.3",)]
        # What Datasette looks for before it offers a search of a table.
        finds = "sql LIKE '%VIRTUAL TABLE%USING FTS%content=[sentences]%'"
        assert base.execute(f"SELECT name FROM sqlite_master WHERE {finds}").fetchall() == [("sentences_fts",)]
        leads = {tuple(row[2:5]) for row in base.execute("PRAGMA foreign_key_list(film_aspects)")}
        assert ("film_summaries", "film_id", "film_id") in leads
        assert ("reviews", "for_review_id", "review_id") in leads
        indexes = {row[1] for row in base.execute("PRAGMA index_list(mentions)")}
        assert {"mentions_review_id", "mentions_entity_id", "mentions_label"} <= indexes


def test_lines_mark_names_in_their_own_text(outputs, tmp_path):
    exports.to_jsonl(outputs, tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 8
    assert [line["spans"] for line in lines[:3]] == [[], [], []]
    marked = [(line["text"][start:end], label) for line in lines for start, end, label in line["label"]]
    assert marked == [("Diane", "CHARACTER"), ("Sarah Paulson", "PERSON")] * 2
    for line in lines:
        assert [[one["start"], one["end"], one["label"]] for one in line["spans"]] == line["label"]
        values = [one["value"] for one in line["predictions"][0]["result"]]
        assert all(line["data"]["text"][one["start"] : one["end"]] == one["text"] for one in values)


def test_a_file_named_json_is_one_list_of_the_same_lines(outputs, tmp_path):
    exports.to_jsonl(outputs, tmp_path / "all.jsonl")
    exports.to_jsonl(outputs, tmp_path / "all.json")
    lines = (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads((tmp_path / "all.json").read_text(encoding="utf-8")) == [json.loads(line) for line in lines]


def test_a_review_without_names_takes_none_of_the_next(tmp_path):
    rows = exports._By(iter([Mention("b.m1", "e", "b", "b.s1", "PERSON", 0, 1, "x", 1.0, "tagger")]))
    section = Section("a.s1", "a", "body", "", "en", 0, 1, "y")
    assert rows.of(section) == []
    assert [row.mention_id for row in rows.of(Section("b.s1", "b", "body", "", "en", 0, 1, "x"))] == ["b.m1"]
    assert rows.of(Section("c.s1", "c", "body", "", "en", 0, 1, "x")) == []


def test_without_tables_the_error_says_what_to_do(tmp_path):
    for write in (exports.to_xlsx, exports.to_sqlite, exports.to_jsonl):
        with pytest.raises(OutputsError) as caught:
            write(tmp_path, tmp_path / "file")
        assert caught.value.what == "no such table yet"
        assert caught.value.fix == "Run `closeup run` first."
        assert not (tmp_path / "file").exists()


def test_every_table_has_a_key_or_is_known_to_have_none():
    assert {kind for _, kind in exports.TABLES} - set(KEYS) == {
        Credit,
        *(kind for _, kind in exports.TABLES if kind.TABLE in ("aspects", "theme_hits")),
    }
    assert Sentence in KEYS


SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def as_libreoffice_shows(file, folder):
    """A spreadsheet's first sheet as LibreOffice shows it, as rows of cells; formulas would show as their results."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    # Comma, quotes, UTF-8, from line 1, English; cells as shown, text in quotes.
    to = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false"
    # UTF-8, as the window that opens a file proposes by itself where there is a BOM.
    command = [
        SOFFICE,
        profile,
        "--headless",
        "--infilter=CSV:44,34,76,1",
        "--convert-to",
        to,
        "--outdir",
        str(folder / "shown"),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = (folder / "shown" / f"{file.stem}.csv").read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed (apt-get install libreoffice-calc-nogui)")
def test_libreoffice_opens_a_table_with_every_character_and_no_formula(outputs, tmp_path):
    table = tables.read_table(outputs, "sections", Sentence)
    file = tmp_path / "sentences.csv"
    file.write_bytes(tables.csv_header(Sentence).encode() + tables.csv_lines(table))
    head, *rows = as_libreoffice_shows(file, tmp_path)
    assert head == [f.name for f in fields(Sentence)]
    assert len(rows) == table.num_rows
    shown = [row[-1] for row in rows]
    assert shown[0] == "'" + FORMULA
    assert shown[1] == "Grüße\nund „Zitate“, 5\u200b€."
    assert len(shown[2]) == 40_000
    assert shown[3:] == [row["text"] for row in table.to_pylist()[3:]]
