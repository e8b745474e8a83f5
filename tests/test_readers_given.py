"""What front matter, heads of pages, columns and ratings say."""

import pytest

from pipeline.documents import Document
from pipeline.readers.frontmatter import front_matter
from pipeline.readers.given import given_in
from pipeline.readers.head import given_in_head
from pipeline.readers.parse import parse
from pipeline.readers.ratings import scale_rating
from pipeline.readers.raw import Raw


@pytest.mark.parametrize(
    ("text", "end", "fields"),
    [
        ("---\ntitle: A\ntags: [b, c]\n---\nx", "---\nx", {"title": ["A"], "tags": ["b", "c"]}),
        ("---\r\nauthor:\r\n  name: Ann\r\n  url: u\r\n...\r\nx", "...\r\nx", {"author": ["Ann"]}),
        (
            "---\ntitle: >\n  A\n  b\ndate: 2012-11-29 23:06:24 +0000\n---",
            "---",
            {"title": ["A b"], "date": ["2012-11-29 23:06:24 +0000"]},
        ),
        (
            '+++\ntitle = "A"\nyear = 2020\ndate = 2020-01-02\n+++\nx',
            "+++\nx",
            {"title": ["A"], "year": ["2020"], "date": ["2020-01-02"]},
        ),
        ("-----\ntitle: A\n-----\nx", "-----\nx", {"title": ["A"]}),
        (
            "Title: A: b\nDate: 2017\n  more\nCast:\n\nx",
            "Cast:\n\nx",
            {"title": ["A: b"], "date": ["2017 more"], "cast": [""]},
        ),
        ("---\ntitle: a: b: c\nrating: 4\nx: [\n---\nx", "---\nx", {"title": ["a: b: c"], "rating": ["4"], "x": ["["]}),
        (
            '---\ntitle: !!python/object/apply:os.system ["x"]\nyear: 2020\n---\nx',
            "---\nx",
            {"title": ["x"], "year": ["2020"]},
        ),
        ("---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: T\n---\nx", "---\nx", {"a": ["x", "x"], "title": ["T"]}),
        ("---\na: " + "[" * 20_000 + "\ntitle: T\n---\nx", "---\nx", {"a": ["[" * 20_000], "title": ["T"]}),
    ],
)
def test_front_matter_is_found(text: str, end: str, fields: dict[str, list[str]]) -> None:
    start, stop, found = front_matter(text)
    assert start == 0
    assert text[stop:] == text[text.rindex(end) :].removeprefix(end.splitlines()[0])
    assert found == fields


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "---\n\nA text between rules.\n\n---\nmore",
        "---\ntitle: never closed\n\ntext",
        "BEFORE: Babel is a film.\n\nAFTER: It was.",
        "Director: Ann\nCast: Bob, Carl\n\nIt is good.",
        "Note: this is a review.\n\nIt is good.",
        "Title: run on\nwithout a blank line",
    ],
)
def test_what_is_no_front_matter(text: str) -> None:
    assert front_matter(text) == (0, 0, {})


def test_plain_text_with_front_matter_has_blocks() -> None:
    document = parse(Raw("a.txt", "a", b"Title: Run\nRating: 9\n\nOne.\nStill one.\n\n\nTwo.\n", "text"))
    assert isinstance(document, Document)
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("boilerplate", "Title: Run\nRating: 9"),
        ("", "One.\nStill one."),
        ("", "Two."),
    ]
    assert document.given == {"title": "Run", "rating": "9", "rating_scale": "rating"}


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        ({"Written-By": ["Ann, Bob and Carl"]}, {"writer": "Ann|Bob|Carl"}),
        (
            {"cast": ["Robert Downey, Jr., Don Cheadle & Gwyneth Paltrow"]},
            {"cast": "Robert Downey, Jr.|Don Cheadle|Gwyneth Paltrow"},
        ),
        ({"authors": ["Ann", "Bob"]}, {"author": "Ann, Bob"}),
        ({"release": ["February 24, 2017"]}, {"year": "2017"}),
        ({"year": ["2020.0"]}, {"year": "2020"}),
        ({"filmyear": ["2019"], "released_year": ["2018"]}, {"year": "2019"}),
        ({"released_year": ["2018"]}, {"year": "2018"}),
        ({"grade": ["C-"]}, {"rating": "C-", "rating_scale": "grade"}),
        ({"language": ["Vietnamese"]}, {"lang": "vi"}),
        ({"title": [" "], "tags": ["x"]}, {}),
        ({"title": ["&#202;tre &amp; Avoir"]}, {"title": "Être & Avoir"}),
    ],
)
def test_keys_fill_columns(fields: dict[str, list[str]], given: dict[str, str]) -> None:
    assert given_in(fields) == given


def test_a_number_is_a_film_in_a_table_and_none_in_front_matter() -> None:
    document = parse(Raw("a.md", "a", b"---\ntitle: Babel\nfilm: 331\n---\nx", "markdown"))
    assert isinstance(document, Document)
    assert document.given == {"title": "Babel"}
    assert given_in({"title": ["x"], "film": ["300"]})["film"] == "300"


def test_columns_are_believed_before_what_the_text_says() -> None:
    document = parse(Raw("r.csv#1", "r-1", "<title>No</title><p>x</p>", "text", {"title": "Yes"}))
    assert isinstance(document, Document)
    assert document.given == {"title": "Yes"}


PAGE = """<html lang="de"><head><title>Run &amp; hide | Blog</title>
<meta property="og:title" content="Run &amp; hide"><meta name=author content='Ann Reader'>
<meta content="2021-04-02" itemprop="datePublished"><meta property="og:title" content="second">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebPage", "name": "page"},
 {"@type": ["Review", "Thing"], "author": [{"@type": "Person", "name": "Ann R."}, "Bob"],
  "reviewRating": {"@type": "Rating", "ratingValue": 7, "bestRating": "10"},
  "itemReviewed": {"@type": "Movie", "name": "Run", "dateCreated": "2020-11-20",
   "director": {"name": "Aneesh Chaganty"}, "actor": [{"name": "Sarah Paulson"}, {"name": "Kiera Allen"}]}}]}</script>
<script type="application/ld+json">{broken</script></head><body>x</body></html>"""


def test_pages_tell_of_themselves() -> None:
    assert given_in_head(PAGE) == {
        "title": "Run & hide",
        "author": "Ann R., Bob",
        "published": "2021-04-02",
        "rating": "7",
        "rating_scale": "10",
        "film": "Run",
        "year": "2020",
        "director": "Aneesh Chaganty",
        "cast": "Sarah Paulson|Kiera Allen",
        "lang": "de",
    }


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"@graph": ' * 50_000,
        '{"@type": "Review", "author": {"name": {"name": 1}}, "reviewRating": [], "itemReviewed": 5}',
        "null",
        "[[[1]]]",
        '"x"',
    ],
    ids=lambda text: text[:12],
)
def test_hostile_json_ld_says_nothing(content: str) -> None:
    assert given_in_head(f'<script type="application/ld+json">{content}</script>') == {}


@pytest.mark.parametrize(
    ("text", "scale", "rating"),
    [
        ("4", "", 0.8),
        ("4.5", "rating", 0.9),
        ("9", "rating", 0.9),
        ("83", "score", 0.83),
        ("5", "score", 0.5),
        ("5", "10", 0.5),
        ("8", "5", 0.8),
        ("4", "stars", 0.8),
        ("0", "", 0.0),
        ("8/10", "", 0.8),
        ("3.5/5", "", 0.7),
        ("3,5 / 5", "", 0.7),
        ("4 out of 5", "", 0.8),
        ("4 out of 5 stars", "", 0.8),
        ("3½", "", 0.7),
        ("3 1/2 stars", "", 0.7),
        ("½", "", 0.1),
        ("★★★½", "", 0.7),
        ("★★★☆☆", "", 0.6),
        ("⭐⭐⭐⭐", "", 0.8),
        ("***", "", 0.6),
        ("83%", "", 0.83),
        ("A+", "", 1.0),
        ("B+", "", 0.75),
        ("C-", "", 0.3333),
        ("F", "", 0.0),
        ("👍", "", 1.0),
        ("PG-13", "", None),
        ("R", "", None),
        ("6/5", "", None),
        ("great", "", None),
        ("120", "", None),
        ("", "", None),
    ],
)
def test_ratings_are_scaled(text: str, scale: str, rating: float | None) -> None:
    assert scale_rating(text, scale) == rating
