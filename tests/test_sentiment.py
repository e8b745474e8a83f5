"""Sentences, sections and reviews scored."""

from functools import cache
from typing import Any

import pytest

from pipeline import nlp
from pipeline.config import Config
from pipeline.documents import Document
from pipeline.engine.work import run_stages
from pipeline.plan import STAGES
from pipeline.records import (
    TEXT_KINDS,
    Aspect,
    ReviewSentiment,
    Section,
    SectionSentiment,
    Sentence,
    SentenceSentiment,
)
from pipeline.stage import Batch

UP_TO = next(i for i, stage in enumerate(STAGES) if stage.name == "sentiment") + 1

PRAISE = """Run (2020): a mother’s love

Run (2020), directed by Aneesh Chaganty, is a tight and gripping thriller, and I loved it.

Chloe (Kiera Allen) has lived her whole life in a wheelchair, cared for by her mother, Diane (Sarah Paulson). \
Diane seems like the perfect parent—devoted, nurturing, always there. One night Chloe finds a bottle with the wrong name and begins to fear for her life.

Sarah Paulson’s performance is chilling in its restraint. Kiera Allen is superb. It is one of the best films of the year.
"""
PERFECT = "Diane seems like the perfect parent—devoted, nurturing, always there."
BLAME = """The pace is dreadful, the jokes are not funny, and I was bored from start to finish.

What a waste of time. The script is lazy and the acting is wooden. Avoid it.

Rating: 1/5
"""
FOREIGN = """The film is a delight from start to finish, and I would happily watch it again tomorrow.

Khi tình mẫu tử hóa nỗi đau, bộ phim kể câu chuyện về một người mẹ và đứa con gái của bà trong ngôi nhà nhỏ.
"""


def documents(**texts: str) -> list[Document]:
    return [Document(name, f"{name}.txt", "0", text) for name, text in texts.items()]


def made(given: list[Document]) -> dict[type, list[Any]]:
    with nlp.memory_zone():
        batch = Batch(given)
        run_stages(batch, STAGES[:UP_TO], Config())
        return batch.tables


@cache
def tables() -> dict[type, list[Any]]:
    return made(documents(praise=PRAISE, blame=BLAME, foreign=FOREIGN, blank=" \n"))


def by_text() -> dict[str, SentenceSentiment]:
    score = {row.sentence_id: row for row in tables()[SentenceSentiment]}
    return {row.text: score[row.sentence_id] for row in tables()[Sentence]}


def review(name: str) -> ReviewSentiment:
    return next(row for row in tables()[ReviewSentiment] if row.review_id == name)


def test_every_sentence_section_and_review_has_a_row() -> None:
    found = tables()
    assert [row.sentence_id for row in found[SentenceSentiment]] == [row.sentence_id for row in found[Sentence]]
    assert [row.section_id for row in found[SectionSentiment]] == [row.section_id for row in found[Section]]
    assert [row.review_id for row in found[ReviewSentiment]] == ["praise", "blame", "foreign", "blank"]


def test_only_english_text_is_scored() -> None:
    found = tables()
    is_text = {row.section_id: row.kind in TEXT_KINDS and row.lang == "en" for row in found[Section]}
    assert {row.section_id for row in found[SentenceSentiment] if row.voice} == {
        row.section_id for row in found[Sentence] if is_text[row.section_id]
    }
    unscored = [row for row in found[SentenceSentiment] if not row.voice]
    assert any("foreign" in row.review_id for row in unscored)
    for row in unscored:
        assert (row.voice_score, row.stance, row.stance_score, row.polarity, row.subjectivity) == (None,) * 5
        assert row.stance_label == ""
    blank = review("blank")
    assert (blank.verdict, blank.verdict_score, blank.stance, blank.opinion_share) == ("", None, None, None)


def test_scores_lie_in_their_ranges_with_four_decimals() -> None:
    for kind in (SentenceSentiment, SectionSentiment, ReviewSentiment, Aspect):
        for row in tables()[kind]:
            for name in row.__slots__:
                value = getattr(row, name)
                if isinstance(value, float):
                    low = -1 if name in ("stance", "plot_valence", "polarity") else 0
                    assert low <= value <= 1, (name, value)
                    assert round(value, 4) == value or kind is Aspect
    assert all(row.n_sentences >= 0 for row in tables()[SectionSentiment])


def test_praise_is_told_from_a_dark_story() -> None:
    found = by_text()
    chilling = found["Sarah Paulson’s performance is chilling in its restraint."]
    assert (chilling.voice, chilling.stance_label) == ("opinion", "positive")
    assert chilling.polarity == -0.5
    assert found["What a waste of time."].stance_label == "negative"


def test_a_character_who_seems_perfect_is_plot() -> None:
    assert (by_text()[PERFECT].voice, by_text()[PERFECT].stance_label) == ("plot", "neutral")


def test_verdicts_and_sections_follow_the_words() -> None:
    assert review("praise").verdict == "positive"
    assert review("praise").stance > 0 > review("blame").stance
    assert review("blame").verdict == "negative"
    last = [row for row in tables()[SectionSentiment] if row.review_id == "praise"][-1]
    assert last.stance_label == "positive"
    assert last.opinion_share > last.plot_share


def test_the_stated_rating_is_kept_apart_and_the_words_win_over_the_front_matter() -> None:
    assert review("blame").stated_rating == 0.2
    assert review("praise").stated_rating is None
    given = {"rating": "4/5"}
    silent = Document("silent", "silent.txt", "0", PRAISE, given=given)
    said = Document("said", "said.txt", "0", BLAME, given=given)
    rows = {row.review_id: row for row in made([silent, said])[ReviewSentiment]}
    assert rows["silent"].stated_rating == 0.8
    assert rows["said"].stated_rating == 0.2
    assert rows["said"].verdict == "negative"


@pytest.mark.parametrize("name", ["praise", "blame", "foreign"])
def test_a_review_scores_the_same_alone_and_among_others(name: str) -> None:
    alone = made(documents(**{name: {"praise": PRAISE, "blame": BLAME, "foreign": FOREIGN}[name]}))
    for kind in (SentenceSentiment, SectionSentiment, ReviewSentiment, Aspect):
        assert alone[kind] == [row for row in tables()[kind] if row.review_id == name]


def test_no_reviews_make_no_rows() -> None:
    assert not any(made([])[kind] for kind in (SentenceSentiment, SectionSentiment, ReviewSentiment, Aspect))
