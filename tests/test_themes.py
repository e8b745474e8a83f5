"""What the stage of themes finds, on which words; files of a user's own; what a change of them changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline import nlp
from pipeline.config import Config
from pipeline.documents import Document
from pipeline.errors import LexiconError
from pipeline.models.themes import weights, words_that_say
from pipeline.records import Film, Mention, Section, SectionTheme, Sentence, SentenceSentiment, ThemeHit
from pipeline.rules.theme_blocks import lists, our_themes, own_themes, phrases
from pipeline.rules.themes import Change, preview
from pipeline.stage import Batch
from pipeline.stages.themes import known_themes, look, map_themes

TABLES = (Section, Sentence, SentenceSentiment, Mention, Film)
PLOT = "She keeps her daughter ill and locked in the house for years."


def batch(
    *paragraphs: str,
    voice: str = "plot",
    kind: str = "body",
    names: tuple[str, ...] = (),
    lang: str = "en",
    review: str = "r",
) -> Batch:
    """One review whose paragraphs are sections of one sentence each."""
    text = "\n\n".join(paragraphs)
    made = Batch([Document(review, "r.txt", "", text)])
    made.tables = {table: [] for table in TABLES}
    start = 0
    for number, paragraph in enumerate(paragraphs, 1):
        end, section = start + len(paragraph), f"{review}.s{number}"
        place = (start, end, paragraph)
        made.tables[Section].append(Section(section, review, kind, "", lang, *place))
        made.tables[Sentence].append(Sentence(f"{section}.1", section, review, *place))
        made.tables[SentenceSentiment].append(
            SentenceSentiment(f"{section}.1", section, review, voice, 0.9, 0.0, "neutral", 0.9, 0.0, 0.0)
        )
        for name in names:
            at = text.find(name, start, end)
            if at >= 0:
                found = Mention("m", "e", review, section, "WORK", at, at + len(name), name, 1.0, "film")
                made.tables[Mention].append(found)
        start = end + 2
    return made


def rows(made: Batch, config: Config = Config()) -> tuple[list[SectionTheme], list[ThemeHit]]:  # noqa: B008 it is frozen
    with nlp.memory_zone():
        found = list(map_themes(made, config))
    return [row for row in found if isinstance(row, SectionTheme)], [row for row in found if isinstance(row, ThemeHit)]


def test_what_the_plot_shows_is_found_on_words_that_show_it():
    sections, hits = rows(batch("The police find her in prison.", PLOT))
    assert {("r.s2", "captivity")} <= {(row.section_id, row.theme_id) for row in sections}
    assert {hit.text for hit in hits if hit.section_id == "r.s2" and hit.theme_id == "captivity"} == {"locked in"}


def test_each_hit_is_a_slice_of_the_source_and_each_section_counts_its_hits():
    made = batch("A mother grieves for her murdered son.", PLOT, "He escapes from prison and takes revenge.")
    sections, hits = rows(made)
    text = made.documents[0].text
    assert hits
    assert all(hit.text == text[hit.start : hit.end] and 0 <= hit.score <= 1 for hit in hits)
    for row in sections:
        assert row.n_hits == sum((hit.section_id, hit.theme_id) == (row.section_id, row.theme_id) for hit in hits) > 0


def test_hits_of_one_theme_do_not_overlap():
    _, hits = rows(
        batch("His wife, his mother and his brother: a family of liars who lied to the police about the murder.")
    )
    for one in hits:
        for other in hits:
            if one is not other and one.theme_id == other.theme_id:
                assert one.end <= other.start or other.end <= one.start


def test_names_hide_no_themes():
    text = "We talk of Prison Murder again."
    assert {row.theme_id for row in rows(batch(text))[0]} & {"captivity", "murder"}
    assert not {row.theme_id for row in rows(batch(text, names=("Prison Murder",)))[0]} & {"captivity", "murder"}


def test_a_sentence_of_nothing_but_a_name_tells_of_nothing():
    assert rows(batch("Prison Murder", names=("Prison Murder",))) == ([], [])


def test_the_words_of_a_sentence_that_holds_none_are_all_of_it():
    with nlp.memory_zone():
        tokens = nlp.tokenize([PLOT])
        blank = replace(tokens, norm=np.zeros_like(tokens.norm))
        sents = nlp.sentences_of(blank, [0], [0], [len(PLOT)], [0], [0])
        assert words_that_say(blank, sents, [(0, 0)], weights().out) == [(0, len(tokens))]


@pytest.mark.parametrize("text", ["A chilling thriller.", "The killer performance of the year."])
def test_praise_of_the_craft_is_no_theme(text):
    assert not {row.theme_id for row in rows(batch(text, voice="opinion"))[0]} & {"fear", "murder"}


@pytest.mark.parametrize("change", [{"kind": "caption"}, {"kind": "boilerplate"}, {"lang": "vi"}])
def test_only_english_text_of_kinds_that_speak_is_read(change):
    assert rows(batch(PLOT, **change)) == ([], [])


def test_an_empty_shard_has_no_rows():
    made = Batch([])
    made.tables = {table: [] for table in TABLES}
    assert rows(made) == ([], [])


def test_a_review_reads_the_same_in_any_company():
    first, second = batch("He steals cars and drinks.", PLOT, review="q"), batch(PLOT)
    both = Batch(first.documents + second.documents)
    both.tables = {table: first.tables[table] + second.tables[table] for table in TABLES}
    assert [[row for row in found if row.review_id == "r"] for found in rows(both)] == list(rows(batch(PLOT)))


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


LIGHTHOUSE = """
[[theme]]
id = "lighthouses"
definition = "Life in a lighthouse, far from the shore."
cues = ["lighthouse keeper", "lighthouse"]
examples = ["He tends [the lamp] alone.", "A light comedy."]
"""


def test_a_theme_of_ones_own_is_found_by_its_cues_and_its_examples(tmp_path):
    config = Config(themes=str(own(tmp_path, LIGHTHOUSE)))
    _, hits = rows(batch("The lighthouse keepers drink.", "Every night he cleans the lamp."), config)
    assert [hit.text for hit in hits if hit.theme_id == "lighthouses"] == ["lighthouse keepers", "the lamp"]


def test_cues_are_told_as_plain_phrases(tmp_path):
    path = own(tmp_path, "[[theme]]\nid = 'a'\ncues = ['<mother> ... =keeps|kept <det>? child|boy', '=lie']")
    assert phrases(own_themes(path)[0], lists()) == ["mother keeps a child", "lie"]


def test_what_is_near_to_a_themes_own_words_counts_for_it(tmp_path):
    path = own(
        tmp_path, "[[theme]]\nid = 'a'\ndefinition = 'Being a mother, or the tie between a mother and her child.'"
    )
    themes = known_themes(path.read_bytes(), str(path))
    with nlp.memory_zone():
        logits = look(batch("A mother and her little daughter.", "Two cars race through the desert."), themes).logits
    assert logits[0, -1] > logits[1, -1] + 2


@pytest.mark.parametrize(
    ("text", "what", "where", "fix"),
    [
        ("x = 1", "there is no [[theme]] block", "", "Begin each theme with a line [[theme]]."),
        ("[[theme]]\nid = 'A b'", "the theme has no id, or one that is not plain", ", theme 1",
         'Write small letters, figures and hyphens: id = "sibling-rivalry".'),
        ("[[theme]]\nid = 'a'\ncue = ['x']", "unknown field 'cue'", ", theme 1",
         "Use id, cluster, definition, lto, cues, hints, not, examples."),
        ("[[theme]]\nid = 'a'\ncues = 'x'", "'cues' is not a list of texts", ", theme 1 (a)",
         'Write cues = ["…", "…"].'),
        ("[[theme]]\nid = 'a'", "nothing says what the theme is", ", theme 1 (a)",
         "Give a definition, cues, examples or names in lto."),
        ("[[theme]]\nid = 'a'\ncues = ['x']\n[[theme]]\nid = 'a'\ncues = ['y']", "two themes are called 'a'", "",
         "Give each its own id."),
        ("[[theme]]\nid = 'a'\ncues = ['x']\n[lists]\nb = []", "'lists' means nothing here", "",
         "Keep to [[theme]] blocks; remove what is else."),
    ],
)  # fmt: skip
def test_a_malformed_file_is_told_in_three_parts(tmp_path, text, what, where, fix):
    path = own(tmp_path, text)
    with pytest.raises(LexiconError) as error:
        own_themes(path)
    assert (error.value.what, error.value.where, error.value.fix) == (what, f"{path}{where}", fix)


def test_a_changed_file_is_read_again(tmp_path):
    path = own(tmp_path, LIGHTHOUSE)
    made = batch("The lighthouse keepers drink.")
    assert "lighthouses" in {row.theme_id for row in rows(made, Config(themes=str(path)))[0]}
    own(tmp_path, LIGHTHOUSE.replace("lighthouse", "submarine"))
    assert "lighthouses" not in {row.theme_id for row in rows(made, Config(themes=str(path)))[0]}


def test_preview_tells_what_is_gained_and_lost():
    def finding(*themes: str) -> tuple[list[SectionTheme], list[ThemeHit]]:
        hits = [ThemeHit(theme, "r", "r.s1", "r.s1.1", i, i + 1, f"w{i}", 0.5) for theme in themes for i in range(2)]
        return [SectionTheme("r.s1", "r", theme, 0.5, 2) for theme in themes], hits

    assert preview(finding("war", "grief"), finding("grief", "art")) == [
        Change("r.s1", "art", True, 2, "w0 | w1"),
        Change("r.s1", "war", False, 2, "w0 | w1"),
    ]
    assert preview(finding("war"), finding("war")) == []


def test_a_name_that_the_ontology_does_not_know_is_told_with_the_nearest(tmp_path):
    path = own(tmp_path, "[[theme]]\nid = 'a'\nlto = ['overprotective parents']")
    with pytest.raises(LexiconError) as error:
        rows(batch(PLOT), Config(themes=str(path)))
    assert error.value.what == "the Literary Theme Ontology has no theme 'overprotective parents'"
    assert error.value.where == f"{path} (a)"
    assert error.value.fix.startswith("Did you mean 'overprotective parent'")


def test_a_theme_of_the_ontology_may_be_named(tmp_path):
    path = own(tmp_path, "[[theme]]\nid = 'smothering'\nlto = ['overprotective parent']")
    _, hits = rows(batch("A tale of an overprotective parent."), Config(themes=str(path)))
    assert "overprotective parent" in {hit.text for hit in hits if hit.theme_id == "smothering"}


def test_the_model_and_the_lexicon_know_the_same_themes():
    assert len(our_themes()) == len(weights().out_bias) == 50
