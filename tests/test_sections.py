"""Reviews as sections: kinds, headings, languages, offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Config
from pipeline.documents import Block, Document
from pipeline.readers.parse import parse
from pipeline.readers.raw import Raw, Refused
from pipeline.records import KINDS, Section, Sentence
from pipeline.stage import Batch
from pipeline.stages.sections import STAGE, map_sections

BODY = "The film moves slowly through the rooms of an old house, and the camera never hurries to tell us where the danger stands or who has been lying. It waits."
MORE = "Jane Doe plays the mother with a cold smile. She never raises her voice, and that is what makes every scene in the kitchen so hard to watch."


def rows(document: Document) -> tuple[list[Section], list[Sentence]]:
    made = list(map_sections(Batch([document]), Config()))
    return [row for row in made if isinstance(row, Section)], [row for row in made if isinstance(row, Sentence)]


def kinds(*paragraphs: str, **more) -> list[str]:
    return [section.kind for section in rows(Document("r", "r.txt", "", "\n\n".join(paragraphs), **more))[0]]


def test_a_scraped_review_is_told_apart() -> None:
    text = [
        "Still Water (2019) – A Father’s Care… or a Cage?",
        "He fed her. He taught her. He kept her",
        BODY,
        MORE,
        "What The Last Scene Of Jane Doe Movie Still Water Means",
        BODY,
        "Still Water': Khi tình yêu của cha trở thành nhà tù - Báo Điện Ảnh",
        MORE,
    ]
    sections, _ = rows(Document("r", "r.txt", "", "\n\n".join(text)))
    assert [section.kind for section in sections] == [
        "title",
        "deck",
        "body",
        "body",
        "caption",
        "body",
        "caption",
        "body",
    ]
    assert [section.lang for section in sections] == ["en", "en", "en", "en", "en", "en", "vi", "en"]
    assert [section.text for section in sections] == text


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("RATING: 4 out of 5", "facts"),
        ("Directed by Jane Doe\nStarring John Roe, Ann Poe", "facts"),
        ("PG-13 | 1h 32min | Drama", "facts"),
        ("Photo: Example Pictures", "caption"),
        ("Jane Doe as Ada in Still Water", "caption"),
        ("Still Water Ending Explained: What Happens to Ada?", "caption"),
        ("Still Water (2019) - IMDb", "caption"),
        ("Película Still Water: crítica de la historia de un padre y su hija", "caption"),
        ("Posted on March 3, 2021 by Jane Doe", "byline"),
        ("Share this:", "boilerplate"),
        ("© 2021 Example Media. All rights reserved.", "boilerplate"),
        ("https://example.org/still-water", "boilerplate"),
        ("“Nobody leaves this house while I live.” – Ada’s father", "quote"),
        ("The Performances", "heading"),
        ("THE HOUSE", "heading"),
        ("Go and see it", "body"),
        ("(Warning: spoilers ahead!)", "body"),
        ("Overall, this is a solid little film that anyone can enjoy", "body"),
        ("Not bad at all!", "body"),
    ],
)
def test_a_line_among_paragraphs_is_told_by_its_words_and_looks(line: str, kind: str) -> None:
    assert kinds("Still Water (2019)", BODY, MORE, line, BODY)[3] == kind


@pytest.mark.parametrize(
    "text", ["Great fun, see it", "I loved it. The end was sad but fair.", "8/10", "By Jane Doe", "…"]
)
def test_a_review_of_one_paragraph_is_body(text: str) -> None:
    assert kinds(text) == ["body"]


def test_the_title_that_is_given_is_found() -> None:
    assert kinds("A house of glass.", BODY, MORE, given={"title": "A House of Glass"})[0] == "title"
    assert kinds("Still here", BODY, MORE, given={"title": "A House of Glass"})[0] != "title"


def test_a_standfirst_is_found_under_a_title_of_the_mark_up() -> None:
    source = f"# Still Water\n\nA river, a house, a lie\n\n{BODY}\n\n{MORE}\n"
    document = parse(Raw("r.md", "r", source.encode(), "markdown", {}))
    assert isinstance(document, Document)
    assert [section.kind for section in rows(document)[0]] == ["title", "deck", "body", "body"]


def test_a_question_may_be_a_standfirst() -> None:
    assert kinds("Still Water (2019)", "What have we done to each other?", BODY, MORE)[1] == "deck"


def test_words_pulled_from_the_text_are_a_quote() -> None:
    pulled = "that is what makes every scene in the kitchen so hard to watch"
    assert kinds("Still Water (2019)", BODY, pulled, MORE)[2] == "quote"


def test_short_lines_in_a_row_are_a_list_of_facts() -> None:
    winners = [
        "Prize Winners",
        "Best Picture",
        "Still Water",
        "Best Director",
        "Jane Doe (Still Water)",
        "Best Editing",
        "Long Night",
    ]
    assert kinds(BODY, MORE, *winners) == ["body", "body", "heading"] + 6 * ["facts"]


def test_a_review_in_another_language_has_no_captions_for_it() -> None:
    french = "Le film raconte la vie de deux vieux musiciens qui ne sortent plus de leur appartement."
    sections, _ = rows(Document("r", "r.txt", "", f"Amour (2012)\n\n{french}\n\n{french} C'est très beau."))
    assert [(section.kind, section.lang) for section in sections][1:] == [("body", "fr"), ("body", "fr")]


def test_what_stands_under_a_heading_is_one_section_up_to_the_next_break() -> None:
    source = (
        f"# Still Water\n\nFirst. {BODY}\n\n## The House\n\n{BODY}\n\n{MORE}\n\n- one\n- two\n\nRATING: 4 out of 5\n"
    )
    document = parse(Raw("r.md", "r", source.encode(), "markdown", {}))
    assert isinstance(document, Document)
    sections, sentences = rows(document)
    assert [section.kind for section in sections] == ["title", "body", "heading", "body", "facts"]
    assert [section.heading for section in sections] == ["", "", "", "The House", "The House"]
    assert [row.text for row in sentences if row.section_id == sections[3].section_id][-2:] == ["one", "two"]


def test_a_page_of_several_reviews_has_headings_not_one_title() -> None:
    source = "".join(f"<h3>Film {name}</h3><p>{BODY}</p>" for name in ("One", "Two", "Three"))
    page = f"<html><head><title>Short reviews</title></head><body>{source}</body></html>"
    document = parse(Raw("r.html", "r", page.encode(), "html", {}))
    assert isinstance(document, Document)
    assert [section.kind for section in rows(document)[0]] == 3 * ["heading", "body"]


def test_ids_count_from_one() -> None:
    sections, sentences = rows(Document("r", "r.txt", "", f"{BODY}\n\n{MORE}"))
    assert [section.section_id for section in sections] == ["r.s1", "r.s2"]
    assert [row.sentence_id for row in sentences] == ["r.s1.1", "r.s1.2", "r.s2.1", "r.s2.2"]
    assert {row.review_id for row in (*sections, *sentences)} == {"r"}


def test_the_stage_says_what_it_writes() -> None:
    assert (STAGE.name, STAGE.reads, STAGE.writes) == ("sections", (), (Section, Sentence))


PIECES = st.sampled_from(
    [
        BODY,
        "Run (2020)",
        "The Plot",
        "RATING: 4 out of 5",
        "By Jane Doe",
        "Share this:",
        "- item",
        "“",
        "...",
        "\n",
        "\n\n",
        "\r\n\r\n",
        "é",
        "🙂",
        "Khi tình mẫu tử",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=12)).map("".join)


def hold(document: Document, source: str) -> None:
    """Slices hold, sections are in order and cover the text, sentences cover their sections."""
    sections, sentences = rows(document)
    at = 0
    for section in sections:
        start, end = document.offsets.to_clean(section.start, section.end)
        assert document.text[start:end] == section.text == section.text.strip() != ""
        assert not document.text[at:start].strip()
        assert section.kind in KINDS
        at = end
        inner = start
        for row in sentences:
            if row.section_id == section.section_id:
                first, last = document.offsets.to_clean(row.start, row.end)
                assert start <= first < last <= end
                assert document.text[first:last] == row.text
                assert not document.text[inner:first].strip()
                inner = last
        assert not document.text[inner:end].strip()
    assert not document.text[at:].strip()
    if not document.offsets.clean:
        assert all(source[row.start : row.end] == row.text for row in (*sections, *sentences))


@given(TEXTS)
def test_sections_and_sentences_cover_any_plain_text(text: str) -> None:
    hold(Document("r", "r.txt", "", text), text)


@given(TEXTS, st.sampled_from(["markdown", "html"]))
def test_sections_and_sentences_cover_any_mark_up(text: str, markup: str) -> None:
    source = text.replace("- ", "> ") + "<p>A <i>film</i> &amp; more</p>\n\n## End\n\nfin"
    document = parse(Raw("r", "r", source.encode("utf-8", "replace"), markup, {}))
    if not isinstance(document, Refused):
        hold(document, source)


@given(
    st.lists(
        st.tuples(st.sampled_from(["", *KINDS]), st.sampled_from([BODY, "Run", "8/10", "…"])), min_size=1, max_size=8
    )
)
def test_what_the_mark_up_tells_is_kept_apart_from_titles(blocks: list[tuple[str, str]]) -> None:
    text, made = "", []
    for kind, words in blocks:
        made.append(Block(len(text), len(text) + len(words), kind, 2 if kind == "heading" else 0))
        text += words + "\n"
    hold(Document("r", "r.html", "", text, blocks=tuple(made), markup="html"), text)
