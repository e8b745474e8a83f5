"""The pages, as text: what stands in them, and that nothing in a review can act."""

import json
import re
from dataclasses import replace

import pytest
from handmade import BLAME, PLOT, PRAISE, Maker, run_review, summaries, with_review
from hypothesis import given
from hypothesis import strategies as st
from page import Page

from pipeline.formats import html, listing, opening
from pipeline.formats.bundle import ReviewBundle, without_plot
from pipeline.formats.heat import parse_pairs, themes_over_years
from pipeline.formats.line import MOST_BARS, stance_line
from pipeline.formats.marks import Mark, cut, place
from pipeline.formats.meters import MOST_DOTS, picture
from pipeline.formats.pages import asset
from pipeline.formats.words import count, shorten, signed
from pipeline.records import Mention, Review, Sentence
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewSummary, ThemeSummary

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><a href=javascript:alert(3)>Diane</a> ]]>--></style>"
)


def pages_of(*makers: Maker) -> dict[str, str]:
    found = summaries(*makers)
    kinds = (ReviewSummary, FilmSummary, FilmAspect, ThemeSummary, EntitySummary)
    return dict(html.index_pages(*(found[kind] for kind in kinds)))


def hostile_review(review_id: str = "hostile") -> Maker:
    return (
        Maker(review_id, film=HOSTILE, title=HOSTILE, rating=0.1)
        .section("body", (f"{HOSTILE} is a wonder to see and to hear.", "opinion", 0.9), (BLAME, "opinion", -0.7))
        .aspect(HOSTILE, "overall", "positive", target="hostile-person")
        .theme(HOSTILE, "<b>theme</b>")
        .mention(HOSTILE, "PERSON", "hostile-person")
        .credit(HOSTILE, "actor", HOSTILE)
        .done()
    )


@pytest.fixture(scope="module")
def page():
    return html.review_page(run_review(title="A Mother’s Love").bundle())


def text_of(page: str) -> str:
    return Page(page).one("div", "text").text


def test_a_review_is_shown_whole(page):
    for words in (PLOT, PRAISE.replace("chilling in her restraint", ""), BLAME[:12], "Sarah Paulson on the stairs"):
        assert words.split(",")[0][:12] in text_of(page)
    assert Page(page).one("h1").text == "A Mother’s Love"


def test_voices_are_told_apart_by_words_too(page):
    says = [node.text for node in Page(page).all("span", "says")]
    assert says == ["aside: ", "story: ", "opinion: "]


def test_stance_is_a_sign_and_a_word(page):
    leans = [node.text for node in Page(page).all("span", "lean")]
    assert leans == ["▲ praise: ", "▼ blame: "]


def test_evidence_is_marked_on_its_words(page):
    marks = {node.attributes["class"]: node.text for node in Page(page).all("mark")}
    assert marks["theme"] == "keeps her daughter ill"
    assert marks["praise-w"] == "chilling in her restraint"
    assert marks["blame-w"] == "a mess"
    assert marks["name"] == "Sarah Paulson"


def test_a_quote_of_the_index_leads_to_its_sentence(page):
    index = Page(pages_of(run_review())["index.html"])
    link = index.all("a", within=index.one("blockquote"))[0].attributes["href"]
    path, anchor = link.split("#")
    assert path == "reviews/run-2020.html"
    assert PRAISE[:13] in Page(page).by_id(anchor).text


def test_every_link_within_a_page_has_its_place(page):
    tree = Page(page)
    ids = [node.attributes["id"] for node in tree.elements if "id" in node.attributes]
    links = {node.attributes["href"] for node in tree.all("a") if node.attributes["href"].startswith("#")}
    assert links
    assert {link[1:] for link in links} <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_page_reaches_for_nothing_outside(page):
    for text in (page, *pages_of(run_review()).values()):
        assert not re.search(r"https?://|@import|url\((?!#)", text)
        policy = next(one.attributes["content"] for one in Page(text).all("meta") if "http-equiv" in one.attributes)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_review_cannot_act_on_its_page():
    for text in (html.review_page(hostile_review().bundle()), *pages_of(hostile_review()).values()):
        tree = Page(text)
        assert not {"img", "iframe", "object", "embed", "form"} & {node.tag for node in tree.elements}
        assert not {"onerror", "onclick", "style"} & {name for node in tree.elements for name in node.attributes}
        assert len(tree.all("style")) == 1
        scripts = [node for node in tree.all("script") if node.attributes.get("type") != "application/json"]
        assert [node.text for node in scripts] in ([], [str(asset("table.js"))])
        assert not [node for node in tree.all("a") if node.attributes["href"].startswith("javascript")]


def test_hostile_text_is_shown_as_it_is():
    assert HOSTILE in text_of(html.review_page(hostile_review().bundle()))


@given(
    st.lists(
        st.sampled_from(["<b", ">", "&amp;", "'", '"', "</script>", "<!--", " ", "\u202e", "é"]) | st.text(max_size=6)
    )
)
def test_any_text_is_shown_to_the_letter_and_makes_no_element(parts):
    words = "It " + "".join(parts) + " ends."
    maker = Maker("r").section("body", (words, "opinion", 0.9)).aspect(words, "overall", "positive").theme(words, words)
    page = Page(html.review_page(maker.done().bundle()))
    assert [mark.text for mark in page.all("mark")] == [words]
    plain = Page(html.review_page(Maker("r").section("body", ("It ends.", "opinion", 0.9)).done().bundle()))
    assert {one.tag for one in page.elements} - {one.tag for one in plain.elements} <= {"mark"}


def test_a_review_of_which_nothing_is_known_has_a_page():
    bare = ReviewBundle(Review("bare", "bare.txt", "", "", "", None, "", None, "en", 0, "0" * 64, ""))
    assert Page(html.review_page(bare)).one("h1").text == "bare"


def test_an_empty_corpus_has_a_page():
    index = Page(pages_of()["index.html"])
    assert index.one("h1").text == "0 reviews, read closely"
    assert index.one("p", "lead").text == "None of them could be scored."
    assert not index.all("table")


def test_a_duplicate_says_so_and_is_counted_once():
    pages = pages_of(run_review("a"), run_review("b", duplicate_of="a"))
    assert "1 more has the text of another and is counted once." in pages["index.html"]
    assert "1 review of 1 film" in Page(pages["index.html"]).one("h1").text


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (
            ["positive"],
            "1 would send you to see the film. 1 review tells a dark story and likes the film all the same.",
        ),
        (["mixed", "mixed", "negative"], "2 are of two minds and 1 would not send you."),
        ([""], "None of them could be scored."),
    ],
)
def test_the_first_lines_tell_of_what_is_there(verdicts, said):
    makers = [run_review(f"r-{i}", verdict=verdict) for i, verdict in enumerate(verdicts)]
    assert Page(pages_of(*makers)["index.html"]).one("p", "lead").text == said


def test_what_is_not_scored_and_what_is_of_no_film_is_counted():
    foreign = replace(summaries(run_review("a", verdict=""))[ReviewSummary][0], lang="de")
    bare = replace(foreign, lang="en", film_id="", film="")
    assert opening.notes([foreign, foreign, bare]) == (
        "2 are not in English and left unscored. 1 is left unscored: too little is said in sentences. "
        "1 does not say which one film it is about."
    )


def heads(pages, name: str) -> list[str]:
    tree = Page(pages["index.html"])
    return [one.text for one in tree.all("th", within=tree.by_id(f"{name}-list")) if one.attributes["scope"] == "col"]


def test_a_column_in_which_nothing_stands_is_left_out():
    assert "Rating" not in heads(pages_of(run_review("a")), "reviews")
    assert "Rating" in heads(pages_of(run_review("a"), run_review("b", rating=0.5)), "reviews")
    several = [run_review(f"r-{i}", stance=i / 10) for i in range(3)]
    assert "95 % interval" not in heads(pages_of(*several[:2]), "films")
    assert "95 % interval" in heads(pages_of(*several), "films")


def test_an_aspect_that_nobody_judges_has_no_column():
    tree = Page(pages_of(run_review("a"))["index.html"])
    columns = [one.text for one in tree.all("th", within=tree.by_id("aspects")) if one.attributes["scope"] == "col"]
    assert columns == ["acting", "story"]


def test_a_film_leads_to_its_reviews_and_a_number_to_its_sentence():
    page = pages_of(run_review("a", film="Run & Hide"))["index.html"]
    tree = Page(page)
    (link,) = tree.all("a", within=tree.by_id("films-list"))
    assert (link.text, link.attributes["href"]) == ("Run & Hide (2020)", "index.html#film=Run%20%26%20Hide")
    (cited,) = tree.all("a", within=tree.by_id("names-list"))
    assert (cited.text, cited.attributes["href"]) == ("1", f"reviews/a.html#c{run_review().text.index(PRAISE)}")


def test_spoiler_safe_pages_hold_no_word_of_the_story():
    page = html.review_page(without_plot(run_review().bundle()))
    assert "daughter" not in page
    assert "Sentences that tell the story have been left out" in page


def test_another_language_is_named():
    maker = (
        Maker("r").section("body", (PRAISE, "opinion", 0.9)).section("caption", ("Khi tình mẫu tử", "", 0.0), lang="vi")
    )
    prose = Page(html.review_page(maker.done().bundle())).all("div", "prose")
    assert [node.text for node in prose if node.attributes.get("lang") == "vi"] == ["Khi tình mẫu tử"]


def test_long_tables_are_split_and_the_index_stays_small():
    makers = [
        run_review(f"review-{i}", film=f"Film {i % 400}", title=f"A title of some length {i}") for i in range(1200)
    ]
    pages = pages_of(*makers)
    assert set(pages) == {"index.html", "reviews-1.html", "reviews-2.html", "reviews-3.html", "films-1.html"}
    assert len(pages["index.html"].encode()) < 400_000
    tree = Page(pages["index.html"])
    (data,) = tree.all("script", "rows", within=tree.by_id("reviews-list"))
    assert len(json.loads(data.text)) == 1200
    rows = [Page(pages[f"reviews-{n}.html"]).all("tr") for n in (1, 2, 3)]
    assert [len(some) - 1 for some in rows] == [500, 500, 200]


def test_a_table_beyond_its_budget_is_cut_in_the_index_alone():
    table = listing.Listing("x", "X", (listing.Column("a"), listing.Column("b", "list")), [("x", ["y", "z"])] * 100, "")
    assert 0 < len(listing.data_of(table, 500).rows) < 100
    whole = listing.data_of(table, 10**6)
    assert (whole.words, whole.rows) == (["y", "z"], [["x", [0, 1]]] * 100)


def test_many_reviews_are_squares_and_few_are_dots():
    (row,) = summaries(run_review())[ReviewSummary]
    few, many = picture([row] * MOST_DOTS), picture([row] * (MOST_DOTS + 1))
    assert (len(few.dots), len(few.squares)) == (MOST_DOTS, 0)
    assert (len(many.dots), len(many.squares)) == (0, 1)
    assert many.squares[0].n == MOST_DOTS + 1
    assert dict(many.counts)["dark"] == (0, 0, MOST_DOTS + 1)


def test_squares_are_explained_as_squares():
    (row,) = summaries(run_review())[ReviewSummary]
    few, many = (dict(html.index_pages([row] * n, [], [], [], []))["index.html"] for n in (MOST_DOTS, MOST_DOTS + 1))
    assert "each mark leads to its review" in few
    assert "each mark leads to its review" not in many
    assert "the larger a square, the more reviews stand there" in many


def test_films_are_counted_in_the_heading_where_most_reviews_name_theirs():
    (row,) = summaries(run_review("a"))[ReviewSummary]
    bare = replace(row, film_id="", film="")
    heads = [
        Page(dict(html.index_pages(rows, summaries(run_review("a"))[FilmSummary], [], [], []))["index.html"])
        .one("h1")
        .text
        for rows in ([row, row, bare], [row, bare, bare])
    ]
    assert heads == ["3 reviews of 1 film, read closely", "3 reviews, read closely"]


def test_the_line_of_a_long_review_puts_sentences_together():
    sentences = [(f"Sentence {i} is fine.", "opinion", 0.5) for i in range(MOST_BARS * 2)]
    line = stance_line(Maker("r").section("body", *sentences).done().bundle())
    assert len(line.bars) == MOST_BARS
    assert all(bar.n == 2 and bar.stance == 0.5 for bar in line.bars)
    assert line.curve.startswith("M")


def test_the_line_goes_up_for_praise_and_down_for_blame():
    up, down = stance_line(run_review().bundle()).bars[2:4]
    assert (up.side, down.side) == ("praise", "blame")
    assert up.y + up.height == down.y == 75.0


def test_years_become_periods():
    (row,) = summaries(run_review())[ReviewSummary]
    (theme,) = summaries(run_review())[ThemeSummary]
    theme = replace(theme, years="1931:1|2020:3")
    years = themes_over_years([replace(row, year=year) for year in (1931, 2019, 2020, 2020, 2020)], [theme])
    assert (years.periods[0], years.periods[-1]) == ("1930–39", "2020–29")
    assert (years.totals[0], years.totals[-1]) == (1, 3)
    assert years.rows[0][1][0] == 1


@pytest.mark.parametrize(
    ("clean", "start", "words", "expected"),
    [
        ("She is good and good.", 7, "good", 7),
        # Five characters of mark-up stood before the second "good" in the source.
        ("She is good and good.", 21, "good", 16),
        ("She is good and good.", 9, "good", 7),
        ("Nothing here.", 3, "good", -1),
    ],
)
def test_words_are_found_though_mark_up_moved_them(clean, start, words, expected):
    sentence = Sentence("r.s1.1", "r.s1", "r", 100, 140, clean)
    row = Mention("r.m1", "e", "r", "r.s1", "PERSON", 100 + start, 100 + start + len(words), words, 0.9, "tagger")
    assert place(sentence, row) == expected


def test_crossing_marks_are_cut_where_they_cross():
    pieces = list(cut("abcdef", [Mark(0, 4, "theme", "t", 0), Mark(2, 6, "praise", "acting +", 2)]))
    assert [(piece.text, piece.styles) for piece in pieces] == [
        ("ab", "theme"),
        ("cd", "theme praise"),
        ("ef", "praise"),
    ]
    assert [piece.notes for piece in pieces] == [(), (("theme", "t"),), (("praise", "acting +"),)]


def test_numbers_are_written_for_people():
    assert [signed(x) for x in (0.5, -0.25, 0.0, -0.001, None)] == ["+0.50", "−0.25", "0.00", "0.00", "–"]
    assert [count(n, "review") for n in (1, 0, 12_345)] == ["1 review", "0 reviews", "12,345 reviews"]
    assert shorten("one two three", 8) == "one two …"
    assert parse_pairs("a:1|b:c:2") == {"a": 1, "b:c": 2}


def test_a_title_that_is_given_stands_at_the_top():
    bundle = with_review(run_review().bundle(), title="Given")
    assert Page(html.review_page(bundle)).one("h1").text == "Given"
