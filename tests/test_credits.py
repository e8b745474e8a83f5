"""Credits: what each pattern of the lexicon finds, lists, brackets, and what a whole review says."""

import re

import pytest

from pipeline.lexicon.load import read
from pipeline.rules.casting import cast_review
from pipeline.rules.credits import compile_pattern, find_brackets, find_credits, find_makers, patterns
from pipeline.rules.evidence import Name
from pipeline.rules.facts import find_listed
from pipeline.rules.names import find_runs, mask

PATTERNS = list(zip(read("credits")["pattern"], patterns(), strict=True))
CASES = [
    pytest.param(number, marked, id=f"{entry['role']} {number}: {marked}")
    for number, (entry, _) in enumerate(PATTERNS)
    for marked in entry["examples"]
]


def expected(marked: str) -> tuple[str, set[tuple[str, str]]]:
    """An example without its brackets, and the people and characters that they name."""
    pairs = {(person, character) for person, character in re.findall(r"\[([^\]=]+)=?([^\]]*)\]", marked)}
    return re.sub(r"\[([^\]=]+)=?[^\]]*\]", r"\1", marked), pairs


def found(text: str, findings) -> set[tuple[str, str]]:
    spans = find_runs(text)
    words = [text[start:end] for start, end in spans]
    return {
        (words[i], words[finding.character] if finding.character >= 0 else "")
        for finding in findings(mask(text, spans), text)
        for i in finding.people
    }


@pytest.mark.parametrize(("number", "marked"), CASES)
def test_a_pattern_finds_what_its_examples_say(number, marked, monkeypatch):
    monkeypatch.setattr("pipeline.rules.credits.patterns", lambda: (PATTERNS[number][1],))
    monkeypatch.setattr("pipeline.rules.credits.find_brackets", lambda masked, text: iter(()))
    text, pairs = expected(marked)
    assert found(text, find_credits) == pairs


@pytest.mark.parametrize("entry", [entry for entry, _ in PATTERNS], ids=lambda entry: entry["pattern"][:40])
def test_a_pattern_shows_a_hit_and_a_miss(entry):
    assert {bool(expected(marked)[1]) for marked in entry["examples"]} == {True, False}


def say(text: str, known: tuple[str, ...] = (), works: frozenset[str] = frozenset()) -> set[tuple[str, str, str]]:
    """Person, role and character of the credits of a text, without a tagger."""
    spans = find_runs(text)
    names = [Name(start, end, text[start:end]) for start, end in spans]
    findings = list(find_credits(mask(text, spans), text))
    cast = cast_review(
        names, findings, known.__contains__, works, lambda places, is_known: (0.0, 0.0), lambda place: True
    )
    return {(row.person, row.role, row.character) for row in cast.credits}


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        ("Chloe (Kiera Allen) runs. Chloe hides.", {("Kiera Allen", "actor", "Chloe")}),
        ("Kiera Allen (Chloe) is superb. Chloe hides, and Allen shines.", {("Kiera Allen", "actor", "Chloe")}),
        (
            "Mara (Ines Quill) meets Tom (Peter Sand). Jo Dahl (Captain Reyes) barks.",
            {("Ines Quill", "actor", "Mara"), ("Peter Sand", "actor", "Tom"), ("Jo Dahl", "actor", "Captain Reyes")},
        ),
        ("His wife (Rosemarie DeWitt) leaves.", {("Rosemarie DeWitt", "actor", "")}),
        ("The Senator (Kirk Douglas) drinks.", {("Kirk Douglas", "actor", "")}),
        ("Oscar Mannheim, or Manny (Jon Voight), is in prison.", {("Jon Voight", "actor", "Oscar Mannheim")}),
        ("Detective Hale (Ana Brook) waits. Brook is good.", {("Ana Brook", "actor", "Detective Hale")}),
        (
            "Sarah Paulson is back. Paulson plays Diane, and it was directed by Aneesh Chaganty.",
            {("Sarah Paulson", "actor", "Diane"), ("Aneesh Chaganty", "director", "")},
        ),
        ("It rained (in Paris).", set()),
    ],
)
def test_a_review_tells_who_plays_whom(text, credits):
    assert say(text) == credits


def test_titles_with_a_maker_in_brackets_are_no_cast():
    assert say("It is a lighter Drive (Nicolas Refn).", works=frozenset({"drive"})) == set()


def test_a_person_keeps_one_role_per_name_and_an_actor_one_row_per_character():
    text = "Ines Quill plays Mara. Mara (Ines Quill) sings. Ines Quill’s performance is good."
    assert say(text, known=("Ines Quill",)) == {("Ines Quill", "actor", "Mara")}


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Director: Ben Stiller", [("director", "Ben Stiller", "")]),
        ("Starring: Ben Stiller, Kristen Wiig and Adam Scott", [("actor", n, "") for n in ("Ben Stiller", "Kristen Wiig", "Adam Scott")]),
        ("Director Guy Ritchie\nCast Jude Law, Noomi Rapace", [("director", "Guy Ritchie", ""), ("actor", "Jude Law", ""), ("actor", "Noomi Rapace", "")]),
        ("staring:\n- Jeremy Renner\n- Elizabeth Olsen\ndirector: Taylor Sheridan\n", [("actor", "Jeremy Renner", ""), ("actor", "Elizabeth Olsen", ""), ("director", "Taylor Sheridan", "")]),
        ("Screenwriters Susan Hill (novel), Jane Goldman (screenplay)", [("author", "Susan Hill", ""), ("writer", "Jane Goldman", "")]),
        ("Cast: Ines Quill (Mara), Peter Sand as Tom", [("actor", "Ines Quill", "Mara"), ("actor", "Peter Sand", "Tom")]),
        ("tags:\n- Robert Luketic\n- Amber Heard\n", []),
        ("Directors rarely dare so much.", []),
        ("Cast your mind back to that summer.", []),
    ],
)  # fmt: skip
def test_lists_of_credits(text, listed):
    got = [
        (item.role, text[item.start : item.end], text[slice(*item.character)] if item.character else "")
        for item in find_listed(text, 0, len(text))
    ]
    assert got == listed


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000 + "A" + ")" * 20_000,
        "Ann Lee (" * 5_000,
        ", ".join(f"Name{i} Other{i}" for i in range(5_000)),
        "X" * 10_000 + " plays " + "Y" * 10_000,
        "Diane, " + "played " * 5_000 + "by",
        "A. " * 10_000,
    ],
    ids=["brackets", "pairs", "names", "long names", "cues", "initials"],
)
def test_odd_texts_are_read_to_their_end(text):
    # A search that is not linear would not come back.
    spans = find_runs(text)
    assert list(find_credits(mask(text, spans), text)) is not None
    assert list(find_listed(text, 0, len(text))) is not None


def test_macros_may_be_used_twice():
    assert compile_pattern("{person} or {person}").groups == 2


def test_brackets_take_the_possessive_along():
    text = "It is Deborah’s (Lily James’) plight."
    assert found(text, find_brackets) == {("Lily James", "Deborah")}


@pytest.mark.parametrize(
    ("text", "is_maker"),
    [
        ("Jordan Peele’s Get Out", True),
        ("Jordan Peele's clever debut, Get Out", True),
        ("Peter Bradshaw’s negative review of Get Out", False),
        ("Daniel Kaluuya’s performance in Get Out", False),
    ],
)
def test_who_has_the_title_has_made_it(text, is_maker):
    start = text.index("Get Out")
    spans = find_runs(text)
    makers = list(find_makers(text, mask(text, spans), [(start, len(text))]))
    assert [finding.role for finding in makers] == ["director"] * is_maker


def test_a_name_does_not_begin_with_what_was_left_of_a_role():
    text = "It was the Director of Public Prosecutions who told Director von Trier."
    assert [text[start:end] for start, end in find_runs(text)] == ["Public Prosecutions", "von Trier"]
