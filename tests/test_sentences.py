"""Where sentences end."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon.load import read
from pipeline.rules.sentences import split_sentences

EXAMPLES = [marked for entry in read("abbreviations").values() for marked in entry["examples"]]

BRACKETED = [
    "[J. J. Abrams made it.] [Samuel L. Jackson stars.]",
    "[E.T. goes home.] [We cry.]",
    "[He lives in the U.S.] [The house is small.]",
    "[It runs 1.5 hours.] [It feels like 3.]",
    "[“Run,” she said.] [“Run!”] [He ran.]",
    "[“Run!” she said.]",
    "[“Why? I will not go. Never.” he said.] [He went.]",
    "[He waits… and waits … and sleeps.]",
    "[It drags...] [Then it ends.]",
    "[What?!] [No!!!] [Yes.]",
    "[It is good.][The cast is better.]",
    "[Mamma Mia! is fun.] [Who's Afraid of Virginia Woolf? is not.]",
    "[Mamma Mia! (2008) is fun.]",
    "[(I dragged that on too long. I apologise.)] [Sorry.]",
    "[It is dull (and long, etc.).] [Skip it.]",
    "[See example.com for more.] [It is free.]",
    "[1. The first film is good.]",
    "[It opens on Dec. 5 in No. 10.] [We wait.]",
    "[The end *is* near.*] [*Run* is better.]",
    "[这部电影很好。][我喜欢它！] [再见。]",
    "[यह अच्छी है।] [मुझे पसंद है।]",
    "[The U.S. Army shot it in L.A. with care.]",
    "[Dr. Jekyll vs. Mr. Hyde, Jr. is a mess.]",
]


@pytest.mark.parametrize("marked", EXAMPLES + BRACKETED)
def test_sentences_are_those_in_brackets(marked: str) -> None:
    expected = re.findall(r"\[([^\[\]]*)\]", marked)
    text = re.sub(r"[\[\]]", "", marked)
    assert [text[start:end] for start, end in split_sentences(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Soft wraps go on\nto the next line.", 1),
        ("- Skeleton bell tower\n- Room 666\n- What a film", 3),
        ("Director: A B\nCast: C D", 2),
        ("First paragraph\n\nSecond paragraph", 2),
        ("i saw it. it was bad. the acting was worse. i left.", 4),
        ("", 0),
        (" \n ", 0),
        ("...", 1),
    ],
)
def test_lines_and_habits(text: str, expected: int) -> None:
    assert len(split_sentences(text)) == expected


def test_a_wrapped_paragraph_is_not_cut_at_its_lines() -> None:
    text = "The film moves slowly through the rooms of an old\nhouse in which Jane Doe and the camera never hurry to\nMichigan or to anywhere else. Then\nit ends."
    assert [text[start:end][:4] for start, end in split_sentences(text)] == ["The ", "Then"]


PIECES = st.sampled_from(
    [
        "Mr. Hyde",
        "runs",
        ".",
        "!",
        "?",
        "…",
        "...",
        " ",
        "\n",
        "\n\n",
        "“",
        "”",
        "(",
        ")",
        "E.T.",
        "3.5",
        "- ",
        "é",
        "中。",
        "🙂",
        "\r\n",
    ]
)


@given(st.lists(PIECES | st.text(max_size=8)).map("".join))
def test_sentences_cover_all_that_is_not_blank(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        at = end
    assert not text[at:].strip()


@given(st.lists(PIECES).map("".join), st.lists(PIECES).map("".join), st.lists(PIECES).map("".join))
def test_sentences_stay_within_their_bounds(before: str, text: str, behind: str) -> None:
    whole = before + text + behind
    spans = split_sentences(whole, len(before), len(before) + len(text))
    assert all(len(before) <= start < end <= len(before) + len(text) for start, end in spans)
    assert bool(spans) == bool(text.strip())


@pytest.mark.parametrize("nasty", [".", '."', "“a. ", "(a. ", "A. ", "a.\n", "!? a", "“a. b”", "- \n", " ", "\n"])
def test_storms_of_stops_and_quotes_are_read(nasty: str) -> None:
    text = nasty * (200_000 // len(nasty))
    spans = split_sentences(text)
    assert bool(spans) == bool(text.strip())
