"""config: settings and the file they stand in."""

import pytest

from pipeline.config import Config, load_config
from pipeline.errors import ConfigError


def write(tmp_path, text):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    return file


def test_no_file_means_defaults():
    assert load_config(None, themes=None, no_spoilers=None) == Config()


def test_the_command_line_overrules_the_file(tmp_path):
    file = write(tmp_path, 'text_key = "body"\nno_spoilers = true\n')
    assert load_config(file, text_key="words") == Config(text_key="words", no_spoilers=True)


def test_paths_count_from_the_file(tmp_path):
    (tmp_path / "mine.csv").write_text("alias,name,label\n")
    assert load_config(write(tmp_path, 'aliases = "mine.csv"')).aliases == str(tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ('theems = "x"', "unknown setting 'theems'", "Did you mean 'themes'?"),
        ("zzz = 1", "unknown setting 'zzz'", "Known settings: text_key, themes, aliases, ner, no_spoilers."),
        ("no_spoilers = 1", "setting 'no_spoilers' is 1", "Give true or false."),
        ("text_key = 1", "setting 'text_key' is 1", "Give text in quotes."),
        ("text_key =", "not a TOML file: Invalid value (at end of document)", 'Write lines such as: text_key = "body"'),
    ],
)
def test_a_bad_file_is_told_in_three_parts(tmp_path, text, what, fix):
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert (caught.value.what, caught.value.where, caught.value.fix) == (what, str(file), fix)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_config(None, themes=str(tmp_path / "none.toml"))
    assert caught.value.what == "no such file, given as themes"
    assert caught.value.where == str(tmp_path / "none.toml")
    assert caught.value.fix == "Check the path."
