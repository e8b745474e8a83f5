"""How documents are cut into paragraphs."""

import textwrap

from pipeline.documents import Block, Document
from pipeline.rules.paragraphs import cut

BODY = "The film moves slowly through the rooms of an old house, and the camera never hurries to tell us where the danger stands."


def pieces(text: str, **more) -> list[str]:
    document = Document("r", "r.txt", "", text, **more)
    return [text[each.start : each.end] for each in cut(document)]


def test_blank_lines_part_paragraphs() -> None:
    assert pieces("One\n\nTwo\n \t\n\nThree\r\n\r\nFour\n") == ["One", "Two", "Three", "Four"]


def test_wrapped_lines_are_one_paragraph() -> None:
    for width in (50, 72, 130):
        text = textwrap.fill(" ".join([BODY] * 6), width)
        assert pieces(text) == [text]


def test_long_lines_are_paragraphs_and_so_is_what_stands_between_them() -> None:
    lines = ["Run (2020)", "She lied to her", BODY, "A still from Run", BODY]
    assert pieces("\n".join(lines)) == lines


def test_a_heading_stuck_to_its_text_is_set_free() -> None:
    text = textwrap.fill(" ".join([BODY] * 3), 72)
    assert pieces("The Plot\n" + text) == ["The Plot", text]


def test_lists_of_short_lines_stay_whole() -> None:
    assert pieces("Pros:\n- good\n- short\nCons:\n- none") == ["Pros:\n- good\n- short\nCons:\n- none"]


def test_blocks_of_the_mark_up_are_kept_and_what_stands_between_them_too() -> None:
    text = "Head\nOne\n\nTwo"
    document = Document("r", "r.html", "", text, blocks=(Block(0, 4, "heading", 2), Block(5, 8, "")), markup="html")
    assert [(each.kind, each.level, text[each.start : each.end]) for each in cut(document)] == [
        ("heading", 2, "Head"),
        ("", 0, "One"),
        ("", 0, "Two"),
    ]


def test_a_paragraph_knows_whether_all_of_it_is_emphasised() -> None:
    text = "Paris, 1930\n\nThe rest"
    document = Document("r", "r.md", "", text, emphasis=((0, 11),), markup="markdown")
    assert [each.emphasis for each in cut(document)] == [True, False]
