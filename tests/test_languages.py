"""Which language a text is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents import Block, Document
from pipeline.lexicon.load import read
from pipeline.rules.languages import language_of, review_language

LATIN = [(lang, text) for lang, entry in read("languages")["latin"].items() for text in entry["examples"]]
OTHER = [(lang, text) for lang, texts in read("languages")["examples"].items() for text in texts]
ENGLISH = read("languages")["not_foreign"]["examples"]


@pytest.mark.parametrize(("lang", "text"), LATIN + OTHER)
def test_examples_are_of_their_language(lang: str, text: str) -> None:
    assert language_of(text, "en") == lang


@pytest.mark.parametrize("text", ENGLISH)
def test_names_do_not_make_a_text_foreign(text: str) -> None:
    assert language_of(text, "en") == "en"


def test_there_are_languages_enough() -> None:
    wanted = [
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "sv",
        "da",
        "no",
        "fi",
        "pl",
        "cs",
        "hu",
        "ro",
        "tr",
        "vi",
        "id",
        "ru",
        "uk",
        "el",
        "ar",
        "he",
        "zh",
        "ja",
        "ko",
        "hi",
        "th",
        "en",
    ]
    assert set(wanted) <= {lang for lang, _ in LATIN + OTHER}


def test_a_headline_with_an_english_name_is_still_vietnamese() -> None:
    assert language_of("Run': Khi tình mẫu tử hóa nỗi đau - Báo VnExpress Giải trí", "en") == "vi"


@pytest.mark.parametrize("text", ["", "…", "8/10", "Run", "Amélie"])
def test_text_too_short_to_tell_takes_the_default(text: str) -> None:
    assert language_of(text, "fr") == "fr"


def test_a_review_is_in_the_language_of_its_text_not_of_its_front_matter() -> None:
    front = "title: The best film of the year and what it means\n"
    text = front + "C'est un très beau film sur la vie, mais il n'est pas pour tous. " * 3
    document = Document(
        "r", "r.md", "", text, blocks=(Block(0, len(front), "boilerplate"), Block(len(front), len(text), ""))
    )
    assert review_language(document) == "fr"


def test_a_review_without_words_is_english() -> None:
    assert review_language(Document("r", "r.txt", "", "★★★★")) == "en"


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert len(language_of(text, "en")) == 2
