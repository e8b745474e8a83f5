"""A sheet goes out, a reader mends it, it comes back, and later runs know better."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from handmade import BLAME, PLOT, PRAISE, Maker, batch, run_review
from test_exports import write_outputs

from pipeline import corrections
from pipeline.documents import Document, OffsetMap
from pipeline.errors import OutputsError
from pipeline.formats.sheet import COLUMNS, parse_sheet
from pipeline.records import (
    VOICES,
    Aspect,
    Film,
    Mention,
    ReviewSentiment,
    Section,
    SectionSentiment,
    SectionTheme,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.rules.amendments import amend
from pipeline.rules.certainties import put_in
from pipeline.rules.corrections import (
    FILE,
    Correction,
    Corrections,
    Place,
    context,
    dump,
    group,
    load,
    locate,
    parse,
    place_all,
)
from pipeline.rules.entities import NameCount


@pytest.fixture
def outputs(tmp_path):
    return write_outputs(tmp_path / "outputs", run_review())


def sheet_of(outputs, tmp_path):
    corrections.write_sheet(outputs, tmp_path / "sheet.csv")
    return parse_sheet((tmp_path / "sheet.csv").read_bytes())


def send_back(outputs, tmp_path, lines, columns=COLUMNS, delimiter=",", encoding="utf-8-sig"):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    (tmp_path / "back.csv").write_bytes(out.getvalue().encode(encoding))
    said = corrections.read_sheet(tmp_path / "back.csv", outputs)
    return said, parse((outputs / FILE).read_bytes())


def pick(lines, what, text=""):
    return next(line for line in lines if line["what"] == what and line["text"].startswith(text))


def test_a_sheet_has_what_can_be_corrected_with_the_words_around(outputs, tmp_path):
    lines = sheet_of(outputs, tmp_path)
    assert {line["what"] for line in lines} == {"voice", "stance", "verdict", "film", "name", "aspect", "theme"}
    name = pick(lines, "name", "Sarah")
    assert (name["label"], name["source"], name["review_id"]) == ("PERSON", "run-2020.txt", "run-2020")
    assert (name["before"], name["after"]) == (PLOT[-39:] + " ", PRAISE[13:53])
    assert pick(lines, "film")["label"] == "Run (2020)"


def test_a_sheet_sent_back_as_it_was_corrects_nothing(outputs, tmp_path):
    said, kept = send_back(outputs, tmp_path, sheet_of(outputs, tmp_path))
    assert kept == []
    assert said.splitlines() == [
        "Read 15 rows: 0 corrections kept, 0 in all.",
        "The next `closeup run` applies them.",
    ]


def test_what_a_reader_changes_or_finds_right_is_kept(outputs, tmp_path):
    lines = sheet_of(outputs, tmp_path)
    pick(lines, "voice", PLOT)["label"] = "fact"
    pick(lines, "voice", BLAME)["ok"] = "x"
    pick(lines, "verdict")["label"] = "Mixed"
    pick(lines, "theme")["label"] = "Motherhood"
    _, kept = send_back(outputs, tmp_path, lines)
    assert {(one.what, one.text, one.was, one.label) for one in kept} == {
        ("voice", PLOT, "plot", "fact"),
        ("voice", BLAME, "opinion", "opinion"),
        ("verdict", "", "positive", "mixed"),
        ("theme", "keeps her daughter ill", "control-and-abuse", "motherhood"),
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_spreadsheet_may_save_it(outputs, tmp_path, delimiter, encoding):
    lines = [replace_line for replace_line in reversed(sheet_of(outputs, tmp_path)) if replace_line["what"] != "film"]
    pick(lines, "name", "Diane")["label"] = "person"
    columns = ["label", "ok", "text", "what", "review_id", "start", "end"]
    _, kept = send_back(outputs, tmp_path, lines, columns, delimiter, encoding)
    assert [(one.text, one.was, one.label) for one in kept] == [("Diane", "CHARACTER", "PERSON")]


def test_rows_are_known_by_their_words_where_places_are_missing(outputs, tmp_path):
    lines = [pick(sheet_of(outputs, tmp_path), "stance", PRAISE) | {"label": "neutral"}]
    _, kept = send_back(outputs, tmp_path, lines, ["what", "text", "label", "review_id"])
    assert [(one.what, one.text, one.was, one.label) for one in kept] == [("stance", PRAISE, "positive", "neutral")]


def test_curly_quotes_and_a_guard_change_no_words(tmp_path):
    words = '=Don\'t ask "why" of Kiera.'
    outputs = write_outputs(tmp_path / "outputs", Maker("r").section("body", (words, "opinion", 0.1)).done())
    lines = sheet_of(outputs, tmp_path)
    row = pick(lines, "voice")
    assert row["text"] == "'" + words
    row |= {"text": "'=Don’t ask “why” of Kiera.", "label": "plot"}
    _, kept = send_back(outputs, tmp_path, lines)
    assert [(one.text, one.label) for one in kept] == [(words, "plot")]


def test_a_name_of_other_extent_is_one_taken_away_and_one_put_in(outputs, tmp_path):
    lines = sheet_of(outputs, tmp_path)
    pick(lines, "name", "Sarah")["text"] = "Paulson"
    _, kept = send_back(outputs, tmp_path, lines)
    assert [(one.text, one.label) for one in kept] == [("Sarah Paulson", "none"), ("Paulson", "PERSON")]


def test_a_row_of_the_readers_own_is_found_by_its_words(outputs, tmp_path):
    own = {"what": "theme", "text": "never leave the house", "label": "captivity", "review_id": "run-2020"}
    _, kept = send_back(outputs, tmp_path, [own])
    (one,) = kept
    assert run_review().text[one.start : one.end] == one.text == "never leave the house"
    assert (one.was, one.label) == ("", "captivity")


def test_conflicts_are_told_row_by_row(outputs, tmp_path):
    lines = sheet_of(outputs, tmp_path)
    voice = pick(lines, "voice", PLOT)
    rows = [
        voice | {"label": "fact"},
        voice | {"label": "other"},
        voice | {"label": "opinon"},
        voice | {"what": "mood"},
        voice | {"review_id": "gone"},
        voice | {"text": "Something else.", "label": "fact"},
        {"what": "name", "text": "her", "label": "PERSON", "review_id": "run-2020"},
        {"what": "name", "text": "Zed", "label": "PERSON", "review_id": "run-2020"},
        pick(lines, "theme") | {"label": "motherhod"},
    ]
    said, kept = send_back(outputs, tmp_path, rows)
    assert [one.label for one in kept] == ["fact"]
    assert said.splitlines() == [
        "Read 9 rows: 1 correction kept, 1 in all.",
        "8 rows were not understood and left out:",
        f"  row 3: “{PLOT}” is fact in one row and other in another",
        "  row 4: “opinon” is no voice; did you mean opinion?",
        "  row 5: “mood” is none of kind, voice, stance, verdict, name, aspect, film, theme",
        "  row 6: there is no review “gone” in these outputs",
        "  row 7: the words of a voice cannot be changed; give a row of its own to others",
        "  row 8: “her” stands more than once in run-2020",
        "  row 9: “Zed” stands nowhere in run-2020",
        "  row 10: “motherhod” is no theme; did you mean motherhood?",
        "The next `closeup run` applies them.",
    ]


def test_a_later_sheet_adds_and_overrules(outputs, tmp_path):
    lines = sheet_of(outputs, tmp_path)
    send_back(outputs, tmp_path, [pick(lines, "voice", PLOT) | {"label": "fact"}])
    said, kept = send_back(
        outputs,
        tmp_path,
        [pick(lines, "voice", PLOT) | {"label": "other"}, pick(lines, "verdict") | {"label": "mixed"}],
    )
    assert [one.label for one in kept] == ["mixed", "other"]
    assert "1 says something else than before; the new word counts." in said


def test_a_row_says_what_its_label_may_be(outputs, tmp_path):
    lines = sheet_of(outputs, tmp_path)
    assert pick(lines, "stance")["may_be"] == "positive | neutral | negative"
    assert pick(lines, "film")["may_be"] == "Title (year) | none"


def test_a_workbook_is_told(outputs, tmp_path):
    (tmp_path / "sheet.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(OutputsError) as caught:
        corrections.read_sheet(tmp_path / "sheet.xlsx", outputs)
    assert caught.value.what == "this is a workbook, not CSV"
    assert caught.value.fix == "Save it as CSV in your spreadsheet (in Excel: CSV UTF-8), and give that file."


def test_what_is_no_sheet_is_told(outputs, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(OutputsError) as caught:
        corrections.read_sheet(tmp_path / "other.csv", outputs)
    assert caught.value.what == "it has no column `what`"
    assert caught.value.fix == "Give a sheet that `closeup review --to FILE` wrote, saved as CSV."
    with pytest.raises(OutputsError) as caught:
        corrections.read_sheet(tmp_path / "none.csv", outputs)
    assert caught.value.fix == "Check the path."


# --- applying them


def correct(maker: Maker, *some: tuple[str, str, str, str], sha: str = "0" * 64) -> Corrections:
    """Corrections given as what, words, was and label, as of another text with the same words if `sha` differs."""
    found = []
    for what, words, was, label in some:
        start = maker.text.index(words) if words else 0
        end = start + len(words)
        around = context(maker.text, start, end) if words else ("", "")
        found.append(Correction(what, maker.review_id, sha, start, end, words, *around, was, label))
    return load(dump(found)) if found else group([])


def amended(maker: Maker, known: Corrections, *kinds):
    shard = batch(maker)
    made = {kind: list(shard.tables[kind]) for kind in kinds if kind in shard.tables}
    if Film in kinds:
        made[NameCount] = [
            NameCount("run-2020", "run-2020", row.entity_id, row.text, row.label, row.text, 1, 0)
            for row in made[Mention]
        ]
    shard.tables[Place] = place_all(shard.documents, known)
    return amend(shard, made)


@pytest.mark.parametrize("sha", ["0" * 64, "1" * 64], ids=["same text", "changed text"])
def test_what_is_known_of_a_sentence_is_certain(sha):
    maker = run_review()
    shard = batch(maker)
    shard.tables[Place] = place_all(shard.documents, correct(maker, ("voice", BLAME, "opinion", "plot"), sha=sha))
    row = np.array([1, 3])
    likely = np.full((2, 4), 0.25, dtype=np.float32)
    assert put_in(shard, row, likely, "voice", VOICES).tolist() == [[0.25] * 4, [0, 1, 0, 0]]
    assert put_in(shard, row, likely, "stance", VOICES) is likely
    assert likely.tolist() == [[0.25] * 4] * 2


def test_a_verdict_a_kind_and_an_aspect_are_put_right():
    maker = run_review()
    known = correct(
        maker,
        ("verdict", "", "positive", "mixed"),
        ("kind", "Sarah Paulson on the stairs", "caption", "body"),
        ("aspect", "a mess", "story negative", "pacing negative"),
        ("aspect", "chilling in her restraint", "acting positive", "none"),
        ("aspect", "never less than human", "", "characters positive"),
    )
    made = amended(maker, known, Section, SentenceSentiment, SectionSentiment, ReviewSentiment, Aspect)
    assert made[ReviewSentiment][0].verdict == "mixed"
    assert made[Section][2].kind == "body"
    assert [(row.aspect, row.polarity, row.text, row.score) for row in made[Aspect]] == [
        ("characters", "positive", "never less than human", 1.0),
        ("pacing", "negative", "a mess", 1.0),
    ]


def test_names_are_put_right_in_every_table_that_has_them():
    maker = run_review()
    known = correct(
        maker,
        ("name", "Diane", "CHARACTER", "PERSON"),
        ("name", "Sarah Paulson", "PERSON", "none"),
        ("name", "Paulson", "", "PERSON"),
    )
    made = amended(maker, known, Film, Mention)
    assert [(row.text, row.label, row.entity_id, row.method, row.mention_id) for row in made[Mention]] == [
        ("Diane", "PERSON", "diane", "corrected", "run-2020.m1"),
        ("Paulson", "PERSON", "paulson", "corrected", "run-2020.m2"),
    ]
    assert {(row.entity_id, row.form, row.n) for row in made[NameCount]} == {
        ("diane", "Diane", 1),
        ("paulson", "Paulson", 1),
    }


def test_a_film_is_put_right():
    made = amended(run_review(), correct(run_review(), ("film", "", "Run (2020)", "Carrie (1976)")), Film, Mention)
    (film,) = made[Film]
    assert (film.film_id, film.title, film.year, film.score) == ("carrie-1976", "Carrie", 1976, 1.0)
    made = amended(run_review(), correct(run_review(), ("film", "", "Run (2020)", "none")), Film, Mention)
    assert (made[Film][0].film_id, made[Film][0].title) == ("", "")


def test_themes_of_sections_follow_their_hits():
    maker = run_review()
    known = correct(
        maker,
        ("theme", "keeps her daughter ill", "control-and-abuse", "motherhood"),
        ("theme", "never leave the house", "", "captivity"),
    )
    made = amended(maker, known, ThemeHit, SectionTheme)
    assert [(row.theme_id, row.text, row.score) for row in made[ThemeHit]] == [
        ("motherhood", "keeps her daughter ill", 1.0),
        ("captivity", "never leave the house", 1.0),
    ]
    assert [(row.theme_id, row.n_hits) for row in made[SectionTheme]] == [("captivity", 1), ("motherhood", 1)]


def test_rows_of_other_reviews_are_the_same_objects():
    one, other = run_review("one"), run_review("two")
    shard = batch(one, other)
    made = {ThemeHit: list(shard.tables[ThemeHit]), SectionTheme: list(shard.tables[SectionTheme])}
    known = correct(one, ("theme", "keeps her daughter ill", "control-and-abuse", "none"), sha="1" * 64)
    shard.tables[Place] = place_all(shard.documents, known)
    found = amend(shard, made)
    assert [row.review_id for row in found[ThemeHit]] == ["two"]
    assert found[ThemeHit][0] is made[ThemeHit][1]
    shard.tables[Place] = []
    assert amend(shard, made) is made


DOCUMENT = Document("r", "r.txt", "new", "Alpha is here. Then Alpha is gone, and so is Beta.")


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        ("Alpha", "re. Then ", " is gone", (20, 25)),
        ("Alpha", "", " is here", (0, 5)),
        ("Alpha", "zzz", "zzz", None),
        ("Beta", "zzz", "zzz", (45, 49)),
        ("Gamma", "", "", None),
    ],
)
def test_words_are_found_again_by_what_stands_around_them(text, before, after, expected):
    one = Correction("name", "r", "old", 900, 905, text, before, after, "", "PERSON")
    assert locate(one, DOCUMENT) == expected


def test_what_was_corrected_in_an_older_text_counts_beside_what_was_in_the_newer():
    old = Correction("name", "r", "old", 900, 904, "Beta", "", "", "", "PERSON")
    new = Correction("name", "r", "new", 0, 5, "Alpha", "", "", "", "PERSON")
    other = replace(new, start=45, end=49, text="Beta", label="CHARACTER")
    labels = {(place.start, place.one.label) for place in place_all([DOCUMENT], group([new, old]))}
    assert labels == {(0, "PERSON"), (45, "PERSON")}
    labels = {(place.start, place.one.label) for place in place_all([DOCUMENT], group([other, old]))}
    assert labels == {(45, "CHARACTER")}


def test_in_the_same_text_only_the_place_counts():
    marked = replace(DOCUMENT, text="A & B", offsets=OffsetMap((0, 2, 3), (0, 2, 7), (1, 5, 1)))
    one = Correction("name", "r", "new", 8, 9, "B", "", "", "", "PERSON")
    assert locate(one, marked) == (4, 5)
    assert locate(replace(one, text="C"), marked) is None


def test_corrections_are_the_same_after_they_were_written():
    some = [Correction("name", "r", "s", 1, 3, '=a";\n', "ü’", ",\r", "", "PERSON")]
    assert parse(dump(some)) == some
    assert not load(b"")
