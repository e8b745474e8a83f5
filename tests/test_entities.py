"""Merging of names, and the stage: rows are slices of the source, ids tell two films' characters apart."""

import itertools
import random
import tomllib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import tables
from pipeline.config import Config
from pipeline.documents import Document
from pipeline.errors import LexiconError
from pipeline.lexicon.aliases import read_aliases
from pipeline.records import Credit, Entity, Film, Mention, Section, Sentence
from pipeline.rules.entities import NameCount, entity_id, merge_entities
from pipeline.rules.forms import fold, is_misspelt, merge_forms, slug
from pipeline.rules.mentions import is_sure
from pipeline.stage import Batch
from pipeline.stages.entities import map_entities

MERGING = tomllib.loads((Path(__file__).parent / "merging.toml").read_text(encoding="utf-8"))


def b_cubed(gold: dict, found: dict) -> float:
    """B³ F1 of two groupings, item -> group (Bagga and Baldwin 1998)."""

    def mean(first: dict, second: dict) -> float:
        groups = defaultdict(set)
        for item, group in first.items():
            groups[group].add(item)
        return sum(sum(second[a] == second[b] for b in groups[first[a]]) / len(groups[first[a]]) for a in first) / len(
            first
        )

    precision, recall = mean(found, gold), mean(gold, found)
    return 2 * precision * recall / (precision + recall)


def counted(groups) -> list[NameCount]:
    """Corpus groups as rows that reviews might give: one review a film."""
    return [
        NameCount(f"r-{film}", film, entity_id(form, label, film), form, label, form, 1, 0)
        for group in groups
        for film, label, form in group
    ]


def merged(rows: list[NameCount]) -> tuple[dict[str, str], list[Entity]]:
    renames, entities = merge_entities(tables.to_arrow(NameCount, rows))
    return renames, tables.to_rows(Entity, entities)


def test_forms_of_one_review_are_merged_rightly():
    gold, found = {}, {}
    for number, case in enumerate(MERGING["review"]):
        merged = merge_forms({form: 1 for group in case["groups"] for form in group})
        for i, group in enumerate(case["groups"]):
            for form in group:
                gold[number, form] = (number, i)
                found[number, form] = (number, merged[form])
    assert b_cubed(gold, found) >= 0.96


def test_names_of_the_corpus_are_merged_rightly():
    for case in MERGING["corpus"]:
        rows = counted(case["groups"])
        renames, entities = merged(rows)
        final = [renames.get(row.entity_id, row.entity_id) for row in rows]
        groups = [i for i, group in enumerate(case["groups"]) for _ in group]
        for (a, i), (b, j) in itertools.combinations(zip(final, groups, strict=True), 2):
            assert (a == b) == (i == j), (a, b)
        assert {entity.entity_id for entity in entities} == set(final)


@given(st.randoms(use_true_random=False))
def test_the_order_of_reviews_changes_nothing(source: random.Random):
    rows = [row for case in MERGING["corpus"] for row in counted(case["groups"])]
    wanted = merged(rows)
    source.shuffle(rows)
    assert merged(rows) == wanted


def test_duplicates_are_merged_but_not_counted():
    rows = [NameCount("a", "", "ann-lee", "Ann Lee", "PERSON", "Ann Lee", 2, 0), NameCount("b", "", "ann-lee", "Ann Lee", "PERSON", "Lee", 0, 0)]  # fmt: skip
    (entity,) = merged(rows)[1]
    assert (entity.n_mentions, entity.n_reviews, entity.aliases) == (2, 1, "Lee")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("alien", "aliens", False), ("rocky 2", "rocky 3", False), ("micheal", "michael", True), ("demme", "deme", True), ("bill", "will", False), ("foxx", "fox", True)],
)  # fmt: skip
def test_a_misspelling_is_one_letter(a, b, same):
    assert (is_misspelt(a, b), is_misspelt(b, a)) == (same, same)


@given(st.text(max_size=40))
def test_slugs_are_made_of_letters_digits_and_hyphens(name):
    assert (slug(name) and " " not in slug(name) and fold(fold(name)) == fold(name)) or not fold(name)


def test_ids_tell_labels_and_films_apart():
    ids = [entity_id("Carrie", label, "carrie-1976") for label in ("PERSON", "CHARACTER", "WORK", "PLACE")]
    assert ids[0] == "carrie"
    assert len(set(ids)) == 4
    assert entity_id("Chloe", "CHARACTER", "run-2020") != entity_id("Chloe", "CHARACTER", "chloe-2009")


def batch_of(*texts: str, **given_fields: str) -> Batch:
    """Reviews of one body section and one sentence a line."""
    documents, sections, sentences = [], [], []
    for number, text in enumerate(texts):
        review_id = f"r{number}"
        documents.append(Document(review_id, f"r{number}.txt", "", text, given=dict(given_fields)))
        sections.append(Section(f"{review_id}.s1", review_id, "body", "", "en", 0, len(text), text))
        start = 0
        for i, line in enumerate(text.splitlines(keepends=True)):
            if line.strip():
                words = line.strip()
                begin = start + line.index(words)
                sentences.append(
                    Sentence(f"{review_id}.s1.{i}", f"{review_id}.s1", review_id, begin, begin + len(words), words)
                )
            start += len(line)
    return Batch(documents, {Section: sections, Sentence: sentences})


RUN = (
    "Run (2020), directed by Aneesh Chaganty, is a tight thriller.\n"
    "At the center is Chloe (played by Kiera Allen in a breakout role), raised by her mother, Diane (Sarah Paulson).\n"
    "Sarah Paulson’s performance is chilling. Paulson plays Diane as a woman who lies, and Chloe must run.\n"
)


def rows_of(kind: type, batch: Batch, config: Config | None = None) -> list:
    return [row for row in map_entities(batch, config or Config()) if type(row) is kind]


def test_a_review_gives_film_credits_and_mentions():
    (film,) = rows_of(Film, batch_of(RUN))
    assert (film.title, film.year, film.directors) == ("Run", 2020, "Aneesh Chaganty")
    credits = {(row.person, row.role, row.character) for row in rows_of(Credit, batch_of(RUN))}
    assert credits == {
        ("Aneesh Chaganty", "director", ""),
        ("Kiera Allen", "actor", "Chloe"),
        ("Sarah Paulson", "actor", "Diane"),
    }
    mentions = rows_of(Mention, batch_of(RUN))
    by_text = {row.text: row for row in mentions}
    assert by_text["Paulson"].entity_id == by_text["Sarah Paulson"].entity_id == "sarah-paulson"
    assert {row.label for row in mentions if row.text == "Chloe"} == {"CHARACTER"}
    assert by_text["Chloe"].entity_id == "chloe.run-2020"
    assert [row.mention_id for row in mentions] == [f"r0.m{i}" for i in range(1, len(mentions) + 1)]


def test_what_a_page_has_buttons_for_is_named_in_its_text_alone():
    batch = batch_of("Twitter is what the film is about.\nShare on Twitter")
    (section,) = batch.tables[Section]
    at = section.text.index("Share")
    rest = (at, len(section.text), section.text[at:])
    batch.tables[Section] = [
        replace(section, end=at, text=section.text[:at]),
        replace(section, section_id="r0.s2", kind="boilerplate", start=at, text=rest[2]),
    ]
    batch.tables[Sentence][-1] = Sentence("r0.s2.1", "r0.s2", "r0", *rest)
    assert [(row.text, row.start) for row in rows_of(Mention, batch) if row.text == "Twitter"] == [("Twitter", 0)]


def test_a_work_is_a_mention_at_a_lower_score():
    assert is_sure("WORK", 0.4)
    assert not is_sure("PERSON", 0.4)
    assert not is_sure("WORK", 0.3)


@pytest.mark.parametrize(
    "words",
    [
        "Chloe(Kiera Allen)is the girl",
        "Chloe [Kiera Allen] is the girl",
        "Chloe (a superbly steely Kiera Allen) is the girl",
    ],
)
def test_a_pair_in_any_brackets(words):
    credits = {(row.person, row.character) for row in rows_of(Credit, batch_of(f"{RUN}And {words}.\n"))}
    assert ("Kiera Allen", "Chloe") in credits
    alone = {(row.person, row.character) for row in rows_of(Credit, batch_of(f"I liked the film a lot. {words}.\n"))}
    assert alone == {("Kiera Allen", "Chloe")}


def test_a_review_s_rows_do_not_depend_on_the_others():
    other = "Babel (2006) is a film by Alejandro Iñárritu. Susan (Cate Blanchett) is shot in Morocco.\n"
    alone = [row for row in map_entities(batch_of(RUN), Config()) if getattr(row, "review_id", "") == "r0"]
    beside = [row for row in map_entities(batch_of(RUN, other), Config()) if row.review_id == "r0"]
    assert alone == beside


PIECES = st.sampled_from(
    [
        "Chloe (Kiera Allen)",
        "Paulson plays",
        "“Run”",
        "Dr. Ventress",
        "directed by",
        "Ann Lee",
        "(",
        ")",
        "\n",
        "’s",
        "é",
        "🙂",
        "NEW YORK",
        "李安",
        "1999",
    ]
)


@given(st.lists(PIECES | st.text(max_size=12), max_size=30).map(" ".join))
def test_every_row_is_a_slice_of_its_review(text):
    if not text.strip():
        return
    last = 0
    for row in map_entities(batch_of(text), Config()):
        if isinstance(row, Mention | Credit):
            assert text[row.start : row.end] == row.text != ""
            assert 0 <= row.score <= 1
        if isinstance(row, Mention):
            assert row.start >= last
            assert row.text == row.text.strip()
            last = row.end


@pytest.mark.parametrize(
    "text",
    [
        "Cast: " + ", ".join(f"Anna Name{i}" for i in range(5_000)),
        "CHLOE PLAYS DIANE AND " * 300,
        "chloe is played by kiera allen " * 300,
        "X" * 10_000 + " (Kiera Allen)",
        "Baby (Ann Lee) " * 2_000,
        "((((" * 200 + "Chloe",
    ],
    ids=["list", "capitals", "no capitals", "long name", "nouns", "brackets"],
)
def test_odd_texts_are_read(text):
    assert rows_of(Film, batch_of(text))


def test_a_user_s_aliases_win(tmp_path):
    path = tmp_path / "aliases.csv"
    path.write_text(
        "alias,name,label\nPaulson,Sarah Catharine Paulson,PERSON\nChloe,Chloe the Cat,GROUP\n", encoding="utf-8"
    )
    mentions = rows_of(Mention, batch_of(RUN), Config(aliases=str(path)))
    found = {row.text: (row.entity_id, row.label, row.method) for row in mentions}
    assert found["Chloe"] == ("chloe-the-cat.group", "GROUP", "aliases")
    assert ("Paulson", "sarah-catharine-paulson") in {(row.text, row.entity_id) for row in mentions}


def test_aliases_that_are_wrong_are_told(tmp_path):
    path = tmp_path / "aliases.csv"
    path.write_text("alias,name,label\nThe Rock,Dwayne Johnson,ROCK\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="line 2 is not alias,name,label"):
        read_aliases(str(path))
