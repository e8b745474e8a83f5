"""The door in: which files are read, how each format is cut into reviews, and what is refused with which words."""

import csv
import gzip
import io
import json
import os
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pipeline.errors import CorpusError
from pipeline.readers import packed
from pipeline.readers.corpus import READERS, list_files, split
from pipeline.readers.parse import parse, source_text
from pipeline.readers.raw import Raw, Refused

ROWS = [
    {
        "id": "a1",
        "text": "A fine film.",
        "title": "Fine",
        "author": "Ann",
        "rating": "8",
        "film": "Run",
        "year": "2020",
    },
    {"id": "", "text": "A dull film,\nall in all.", "title": "", "author": "", "rating": "3", "film": "", "year": ""},
]


def all_of(path: Path, text_key: str = "") -> list[Raw | Refused]:
    return list(split(path, path.parent, text_key))


def reasons(path: Path) -> list[tuple[str, str]]:
    return [(each.source, each.reason) for each in all_of(path) if isinstance(each, Refused)]


def csv_bytes(delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ROWS[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


TABLES = {
    ".csv": csv_bytes(),
    ".tsv": csv_bytes("\t"),
    ".jsonl": "\n".join(json.dumps(row) for row in ROWS).encode(),
    ".json": json.dumps(ROWS, indent=2).encode(),
    ".parquet": parquet_bytes(),
}
PACK = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def test_every_suffix_of_the_contract_is_read() -> None:
    assert list(READERS) == [".txt", ".md", ".html", ".htm", ".csv", ".tsv", ".jsonl", ".json", ".parquet"]


@pytest.mark.parametrize("pack", PACK)
@pytest.mark.parametrize("suffix", TABLES)
def test_tables_give_the_same_reviews_in_every_format(tmp_path: Path, suffix: str, pack: str) -> None:
    path = tmp_path / f"some reviews{suffix}{pack}"
    path.write_bytes(PACK[pack](TABLES[suffix]))
    first, second = all_of(path)
    assert first == Raw(
        f"{path.name}#a1",
        "some reviews-a1",
        "A fine film.",
        "text",
        {
            "title": "Fine",
            "author": "Ann",
            "rating": "8",
            "film": "Run",
            "year": "2020",
            "rating_scale": "10",
        },
    )
    assert second == Raw(
        f"{path.name}#2", "some reviews-2", "A dull film,\nall in all.", "text", {"rating": "3", "rating_scale": "10"}
    )


@pytest.mark.parametrize("pack", PACK)
@pytest.mark.parametrize(
    ("suffix", "markup"), [(".txt", "text"), (".md", "markdown"), (".html", "html"), (".HTM", "html")]
)
def test_a_file_of_text_is_one_review(tmp_path: Path, suffix: str, markup: str, pack: str) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / f"run.2020{suffix}{pack}"
    path.write_bytes(PACK[pack](b"<p>A fine film.</p>"))
    (raw,) = split(path, tmp_path)
    assert raw == Raw(f"sub/{path.name}", "sub/run.2020", b"<p>A fine film.</p>", markup)


def test_files_come_in_order_and_what_is_no_input_is_left_out(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.md",
        "a/z.csv",
        "a/.hidden.txt",
        "_draft.md",
        "README.md",
        "readme.txt",
        ".git/x.txt",
        "_x/y.md",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [path.relative_to(tmp_path).as_posix() for path in list_files(tmp_path)]
    assert found == ["a/z.csv", "a.md", "b.txt"]


@pytest.mark.parametrize(
    ("name", "reason", "fix"),
    [
        ("x.pdf", "no reader for .pdf files", "Turn it into text first: pdftotext FILE.pdf FILE.txt"),
        ("x.docx", "no reader for .docx files", "Save it as plain text (.txt, UTF-8)."),
        ("x.xlsx.gz", "no reader for .xlsx files", "Save the sheet as CSV UTF-8 (.csv)."),
        ("x.zip", "no reader for .zip files", "Unpack it into the corpus."),
        ("x", "no reader for files without a suffix", "Turn it into one of " + ", ".join(READERS) + "."),
        (
            "x.pkl",
            "no reader for .pkl files",
            "Pickles can run code and are never opened: write the table as .parquet or .csv.",
        ),
    ],
)
def test_other_suffixes_are_refused_with_advice(tmp_path: Path, name: str, reason: str, fix: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / name).write_text("x")
    assert list(list_files(tmp_path)) == [tmp_path / "a.txt", Refused(name, reason, fix)]
    with pytest.raises(CorpusError) as caught:
        list(list_files(tmp_path / name))
    assert (caught.value.what, caught.value.where, caught.value.fix) == (reason, str(tmp_path / name), fix)


def test_one_file_may_be_the_corpus(tmp_path: Path) -> None:
    path = tmp_path / "_my review.txt"
    path.write_text("A fine film.")
    assert list(list_files(path)) == [path]
    assert [raw.source for raw in split(path, path)] == ["_my review.txt"]


def test_a_corpus_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        list(list_files(tmp_path / "nowhere"))
    assert str(caught.value) == f"{tmp_path / 'nowhere'}: there is no such folder or file"
    assert caught.value.fix == "Name your folder of reviews: --corpus FOLDER"


def test_a_corpus_with_nothing_to_read_is_an_error_that_names_the_suffixes(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(CorpusError) as caught:
        list(list_files(tmp_path))
    assert str(caught.value) == f"{tmp_path}: nothing here can be read"
    assert caught.value.fix == (
        "Put reviews into it: .txt, .md, .html, .htm, .csv, .tsv, .jsonl, .json, .parquet, or .gz or .zst of these."
    )


def test_links_may_not_lead_out_and_loops_end(tmp_path: Path) -> None:
    outside, corpus = tmp_path / "outside", tmp_path / "corpus"
    outside.mkdir()
    corpus.mkdir()
    (outside / "secret.txt").write_text("x")
    (corpus / "a.txt").write_text("x")
    (corpus / "again.txt").symlink_to(corpus / "a.txt")
    (corpus / "gone.txt").symlink_to(corpus / "nothing.txt")
    (corpus / "loop").symlink_to(corpus, target_is_directory=True)
    (corpus / "out").symlink_to(outside, target_is_directory=True)
    (corpus / "out.txt").symlink_to(outside / "secret.txt")
    os.mkfifo(corpus / "pipe.txt")
    out = "a link that leads out of the corpus"
    assert list(list_files(corpus)) == [
        corpus / "a.txt",
        corpus / "again.txt",
        Refused("gone.txt", "a link that leads nowhere", "Take it out, or mend the link."),
        Refused("out", out, "Copy what it points at."),
        Refused("out.txt", out, "Copy what it points at."),
        Refused("pipe.txt", "not a file", "Take it out of the corpus."),
    ]


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with open(os.fsencode(tmp_path) + b"/b\xff.txt", "wb") as file:
        file.write(b"x")
    assert list(list_files(tmp_path))[1] == Refused("b\ufffd.txt", "its name is not UTF-8", "Rename it.")


def test_a_file_that_vanishes_is_refused(tmp_path: Path) -> None:
    assert all_of(tmp_path / "a.txt") == [
        Refused("a.txt", "it vanished while the corpus was read", "Run again when the corpus is at rest.")
    ]


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n"])
def test_empty_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    assert all_of(path) == [Refused("a.md", "nothing to read", "Write a review into it, or take it out of the corpus.")]


def test_bad_rows_of_a_csv_are_refused_by_number(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(
        b"id,text,rating\na,fine,1\nb,too,many,fields\nc,few\n\nd,,2\ne,caf\xe9,3\nf,bad \x81\x00,1\ng,ok,2\n"
    )
    read = all_of(path)
    assert [raw.source for raw in read if isinstance(raw, Raw)] == ["r.csv#a", "r.csv#e", "r.csv#g"]
    assert [raw.content for raw in read if isinstance(raw, Raw)] == ["fine", "café", "ok"]
    assert reasons(path) == [
        ("r.csv#2", "has 4 fields where the header has 3"),
        ("r.csv#3", "has 2 fields where the header has 3"),
        ("r.csv#d", "nothing to read"),
        ("r.csv#f", "holds NULs or bytes that are in no known encoding"),
    ]


def test_bad_lines_of_json_are_refused_by_number(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [
        '{"text": "one"}',
        '{"text": broken',
        "[1, 2]",
        "",
        '{"other": 1}',
        '{"text": ["a"]}',
        "[" * 100_000,
        '{"text": "\\ud800x"}',
    ]
    path.write_text("\n".join(lines))
    read = all_of(path)
    assert [(raw.source, raw.content) for raw in read if isinstance(raw, Raw)] == [
        ("r.jsonl#1", "one"),
        ("r.jsonl#7", "\ufffdx"),
    ]
    assert [source for source, _ in reasons(path)] == ["r.jsonl#2", "r.jsonl#3", "r.jsonl#4", "r.jsonl#5", "r.jsonl#6"]
    assert reasons(path)[1:4] == [
        ("r.jsonl#3", "is not an object with a text"),
        ("r.jsonl#4", "no column holds the text: there are other"),
        ("r.jsonl#5", "its text is not a text"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[{"text": "one"}, {"text": "two"}]',
        '{"reviews": [{"text": "one"}, {"text": "two"}], "n": 2}',
        '{"n": {"x": [1]}, "reviews" : [ {"text": "one"}\n,\n{"text": "two"} ] }',
        '{"text": "one"}\n{"text": "two"}',
        '["one", "two"]',
    ],
)
def test_json_comes_in_many_shapes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)
    assert [raw.content for raw in all_of(path) if isinstance(raw, Raw)] == ["one", "two"]
    assert not reasons(path)


def test_one_object_of_json_is_one_review(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(
        '{"text": "a \\"b\\" {c]", "title": "T", "cast": ["A B", "C D"], "tags": [], "author": {"name": "Ann"}}'
    )
    (raw,) = all_of(path)
    assert raw == Raw("r.json#1", "r-1", 'a "b" {c]', "text", {"title": "T", "author": "Ann", "cast": "A B|C D"})


def test_json_that_is_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('[{"text": "one"}, {"te')
    read = all_of(path)
    assert isinstance(read[0], Raw)
    assert [each.reason for each in read[1:]] == [  # type: ignore[union-attr]
        "is not JSON: Unterminated string starting at: line 1 column 2 (char 1)",
        "the list does not end: the file is cut off",
    ]


def test_broken_elements_of_json_do_not_take_their_neighbours_along(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text('[{"text": "one"}, {"text": tru}, nonsense, {"text": "four"}]')
    read = all_of(path)
    assert [type(each) for each in read] == [Raw, Refused, Refused, Raw]


def test_json_across_the_bounds_of_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"id": f"x{i}", "text": 'quote " and \\ and [brackets} é' * (i % 7 + 1)} for i in range(50)]
    path = tmp_path / "r.json"
    path.write_text(json.dumps(rows))
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr("pipeline.readers.streams.PIECE", size)
        assert [raw.content for raw in all_of(path) if isinstance(raw, Raw)] == [row["text"] for row in rows]


def test_a_table_without_texts_is_refused_once(tmp_path: Path) -> None:
    reason = "no column holds the text: there are a, b"
    fix = "Name the column with --text-key."
    (tmp_path / "r.csv").write_text("a,b\n1,2\n3,4\n")
    assert all_of(tmp_path / "r.csv") == [Refused("r.csv", reason, fix)]
    pq.write_table(pa.table({"a": ["1"], "b": ["2"]}), tmp_path / "r.parquet")
    assert all_of(tmp_path / "r.parquet") == [Refused("r.parquet", reason, fix)]


def test_text_key_names_the_column(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Id;Words;text\n1;mine;not mine\n")
    assert [raw.content for raw in all_of(path, "words") if isinstance(raw, Raw)] == ["mine"]


def test_excel_writes_a_mark_and_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes('id;text\r\n1;"a; b""c""\r\nd"\r\n'.encode("utf-8-sig"))
    assert [(raw.source, raw.content) for raw in all_of(path) if isinstance(raw, Raw)] == [("r.csv#1", 'a; b"c"\r\nd')]
    path.write_bytes("id\ttext\r\n1\tcafé\r\n".encode("utf-16"))
    assert [raw.content for raw in all_of(path) if isinstance(raw, Raw)] == ["café"]


def test_table_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("id,text\n")
    assert reasons(path) == [("r.csv", "nothing to read: a table without rows")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt.gz", b"no gzip"),
        ("a.csv.gz", gzip.compress(b"id,text\n" + b"1,x\n" * 10_000)[:-20]),
        ("a.txt.zst", b"no zstd at all"),
        ("a.parquet", b"PAR1 no parquet"),
        ("a.parquet.gz", gzip.compress(b"no parquet")),
    ],
)
def test_broken_containers_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    *_, last = all_of(path)
    assert isinstance(last, Refused)
    assert last.source == name
    assert last.reason.startswith(("cannot be unpacked to the end: ", "cannot be read: "))


@pytest.mark.parametrize("pack", [".gz", ".zst"])
def test_decompression_bombs_are_refused(tmp_path: Path, pack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "BOMB_FREE", 1_000_000)
    path = tmp_path / f"bomb.txt{pack}"
    path.write_bytes(PACK[pack](b"\n" * 20_000_000))
    refused = Refused(
        path.name, "unpacks to more than 200 times its size", "If it is no decompression bomb, unpack it yourself."
    )
    assert all_of(path) == [refused]


def test_a_parquet_that_unfolds_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "BOMB_FREE", 1_000_000)
    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"text": pa.array(["x" * 1_000] * 50_000)}), path)
    assert path.stat().st_size < 20_000
    *rows, last = all_of(path)
    assert len(rows) < 10_000
    assert last == Refused(
        "bomb.parquet", "unpacks to more than 200 times its size", "If it is no decompression bomb, unpack it yourself."
    )


@pytest.mark.parametrize("values", [[1, 2], [b"one", b"two"], [None, "two"], [["a"], ["b"]]])
def test_parquet_columns_of_other_types(tmp_path: Path, values: list[object]) -> None:
    path = tmp_path / "r.parquet"
    pq.write_table(pa.table({"text": values, "when": pa.array([0, 1], pa.timestamp("s")), "m": [{"a": 1}, None]}), path)
    assert len(all_of(path)) == 2


def test_reviews_larger_than_any_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.corpus.LONGEST", 1_000_000)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x " * 600_000)
    assert reasons(path) == [("a.txt", "larger than 1 MB: more than one review")]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json"])
def test_tables_are_streamed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    row = {"id": "x", "text": "word " * 2_000}
    with path.open("w", newline="") as file:
        if suffix == ".csv":
            writer = csv.DictWriter(file, row)
            writer.writeheader()
            writer.writerows(row for _ in range(4_000))
        else:
            line = json.dumps(row)
            file.write("[" if suffix == ".json" else "")
            file.writelines(line + (",\n" if suffix == ".json" else "\n") for _ in range(3_999))
            file.write(line + ("]" if suffix == ".json" else "\n"))
    assert path.stat().st_size > 40_000_000
    tracemalloc.start()
    n = sum(isinstance(raw, Raw) for raw in split(path, tmp_path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n == 4_000
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Amélie".encode(), "Amélie"),
        ("Amélie".encode("utf-8-sig"), "Amélie"),
        ("Amélie".encode("utf-16"), "Amélie"),
        ("Amélie".encode("utf-32"), "Amélie"),
        ("“Amélie”".encode("cp1252"), "“Amélie”"),
        (b"<meta charset=koi8-r>" + "Сталкер".encode("koi8-r"), "<meta charset=koi8-r>Сталкер"),
        (b"<meta charset='utf-8'>\xe9", "<meta charset='utf-8'>é"),
        (b"<meta charset=rot13>\xe9", "<meta charset=rot13>é"),
        (b"a\xed\xa0\x80b \xc3\xa9", "a\ufffdb é"),
    ],
)
def test_decoding_goes_down_the_ladder(content: bytes, text: str) -> None:
    assert source_text(Raw("a.html", "a", content, "html")) == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"caf\xe9 \x81", "neither UTF-8 nor cp1252: byte 5"),
        (b"\xff\xfea", "begins like UTF-16-LE but is not: byte 0"),
        (b"a\x00b", "holds control characters: not a text, or in an encoding such as UTF-16 without its mark"),
        (
            bytes(range(1, 128)) * 9,
            "holds control characters: not a text, or in an encoding such as UTF-16 without its mark",
        ),
    ],
)
def test_what_cannot_be_decoded_is_refused(content: bytes, reason: str) -> None:
    assert parse(Raw("a.txt", "a", content, "text")) == Refused("a.txt", reason, "Save it as UTF-8 text.")
