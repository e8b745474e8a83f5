"""Lexicon files: read once, refused in words that help."""

import pytest

from pipeline.errors import LexiconError
from pipeline.lexicon.load import FOLDER, read, read_file


def test_every_file_of_the_lexicon_is_read() -> None:
    for path in FOLDER.glob("*.toml"):
        assert read(path.stem), path.name


def test_a_file_is_read_once() -> None:
    assert read("abbreviations") is read("abbreviations")


def refusal(path) -> tuple[str, str, str]:
    with pytest.raises(LexiconError) as caught:
        read_file(path)
    return caught.value.what, caught.value.where, caught.value.fix


def test_a_missing_file_is_told(tmp_path) -> None:
    path = tmp_path / "none.toml"
    assert refusal(path) == (
        "there is no such lexicon",
        str(path),
        "Check the file's name, or restore the file.",
    )


def test_bytes_that_are_no_utf8_are_told(tmp_path) -> None:
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"a = '\xff'")
    assert refusal(path) == ("byte 5 is not UTF-8", str(path), "Save the file as UTF-8.")


def test_broken_toml_is_told_with_its_line(tmp_path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("a = 1\nb = ]\nc = 2", encoding="utf-8")
    what, where, fix = refusal(path)
    assert what.startswith("not valid TOML: ")
    assert "line 2" in what
    assert (where, fix) == (str(path), "Mend the line that is named, and run again.")
