"""Pages: what is text, what is mark-up, and what each piece of text is for."""

import pytest

from pipeline.documents import Document
from pipeline.readers.elements import kind_by_class
from pipeline.readers.parse import parse
from pipeline.readers.raw import Raw

BLOG = """<!DOCTYPE html>
<html lang="en-GB"><head><title>Run: no way out &#8211; The Dark Room</title>
<style>p {color: red}</style><script>var a = "<p>no text</p>";</script></head>
<body class="single has-sidebar comments-open">
<a class="skip-link screen-reader-text" href="#content">Skip to content</a>
<header id="masthead" class="site-header"><h1 class="site-title"><a href="/">The Dark Room</a></h1>
<nav id="site-navigation"><ul><li><a href="/">Home</a></li><li><a href="/about">About</a></li></ul></nav></header>
<div class="content-sidebar-wrap"><main id="main"><article class="post hentry">
<header class="entry-header"><h1 class="entry-title">Run: no way out</h1>
<p class="subtitle">A mother, a daughter, a locked door</p>
<div class="entry-meta">Posted on <time datetime="2021-04-02">April 2, 2021</time> by <a rel="author" href="/ann">Ann Reader</a></div>
</header>
<div class="entry-content">
<figure class="wp-caption"><img src="a.jpg" alt="Chloe &amp; Diane at the table"><figcaption>Kiera Allen in a still</figcaption></figure>
<p>The first half is <em>superb</em>, and <i>Sarah&nbsp;Paulson</i> knows it.<br>
Every door is locked.</p><p>I could not look away.</p>
<h2>The ending</h2>
<p>It holds<!-- a comment --> up.</p>
<blockquote><p>You need me.</p></blockquote>
<ul><li>Tight</li><li>Mean</li></ul>
<table><tr><th>Director</th><td>Aneesh Chaganty</td></tr>
<tr><th>Running time</th>
<td>90 minutes</td></tr></table>
</div>
<div class="sharedaddy sd-sharing-enabled"><h3>Share this:</h3><ul><li><a href="#">Twitter</a></li></ul></div>
</article>
<div id="comments" class="comments-area"><h2>2 thoughts</h2><p>Great review!</p></div>
</main><aside class="widget-area"><h2>Recent Posts</h2><ul><li><a href="/x">Another film</a></li></ul></aside></div>
<footer class="site-footer"><p>Proudly powered by nobody</p></footer></body></html>
"""


def read(source: str) -> Document:
    document = parse(Raw("a.html", "a", source.encode(), "html"))
    assert isinstance(document, Document)
    return document


def blocks(source: str) -> list[tuple[str, str]]:
    document = read(source)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_a_blog_page_comes_apart() -> None:
    assert blocks(BLOG) == [
        ("boilerplate", "Skip to content\nThe Dark Room\nHome\nAbout"),
        ("title", "Run: no way out"),
        ("deck", "A mother, a daughter, a locked door"),
        ("byline", "Posted on April 2, 2021 by Ann Reader"),
        ("caption", "Chloe & Diane at the table"),
        ("caption", "Kiera Allen in a still"),
        ("", "The first half is superb, and Sarah\xa0Paulson knows it.\nEvery door is locked."),
        ("", "I could not look away."),
        ("heading", "The ending"),
        ("", "It holds up."),
        ("quote", "You need me."),
        ("", "Tight"),
        ("", "Mean"),
        ("facts", "Director\tAneesh Chaganty"),
        ("facts", "Running time\n90 minutes"),
        (
            "boilerplate",
            "Share this:\nTwitter\n2 thoughts\nGreat review!\nRecent Posts\nAnother film\nProudly powered by nobody",
        ),
    ]


def test_a_blog_page_tells_of_itself() -> None:
    assert read(BLOG).given == {"lang": "en", "title": "Run: no way out – The Dark Room"}


def test_offsets_point_into_the_page() -> None:
    document = read(BLOG)
    start = document.text.index("superb, and Sarah\xa0Paulson")
    begin, end = document.offsets.to_source(start, start + len("superb, and Sarah\xa0Paulson"))
    assert BLOG[begin:end] == "superb</em>, and <i>Sarah&nbsp;Paulson"
    assert document.offsets.to_clean(begin, end) == (start, start + len("superb, and Sarah\xa0Paulson"))
    assert [document.text[a:b] for a, b in document.emphasis] == ["superb", "Sarah\xa0Paulson"]


def test_a_page_of_several_reviews_is_one_review() -> None:
    source = """<%@ Page Title="" Language="C#" %>
<asp:Content runat="server"><title>Short Reviews - B</title>
<a name="one"></a><h2>One | 2014
</h2><p>
 Fine.
</p><a name="two"></a><h2>Two | 2015</h2><p>Dull.</p></asp:Content>"""
    assert blocks(source) == [("heading", "One | 2014"), ("", "Fine."), ("heading", "Two | 2015"), ("", "Dull.")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("I <3 this; a < b && c > d", "I <3 this; a < b && c > d"),
        (
            "AT&T &amp; &copy; &#233;&#x2019; &nosuch; &NotEqualTilde; &#0;",
            "AT&T & © é’ &nosuch; &NotEqualTilde; \ufffd",
        ),
        ("a<b>b</b>c<i>d", "abcd"),
        ("a<p title='a > b'>b", "a\nb"),
        ('a<p title="<b>">b', "a\nb"),
        ('a<a href="x>b</a> c <a href="y">d</a>', "ab c d"),
        ("a<p don't>b's", "a\nb's"),
        ("a<script>x<p>y</script>b", "ab"),
        ("a<script>x y", "ax y"),
        ("a<!-- b", "a b"),
        ("a<!-- b --> c", "a c"),
        ("<![CDATA[x]]>a<?php echo '<p>' ?>b<!doctype html>c", "abc"),
        ("a</p>b</div></div>c", "a\nb\nc"),
        ("a<br><br/><br />b", "a\nb"),
        ("a<br>\nb <br> c", "a\nb \nc"),
        ("one\n\n two", "one\n\n two"),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", "a\tb\nc\nd"),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "a\nb\nc\nd"),
        ("<p>a<p>b", "a\nb"),
        ("a <img alt=':)'> b", "a :) b"),
    ],
)
def test_what_is_text(source: str, expected: str) -> None:
    assert read(f"<i></i>{source}").text == expected


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ("nav-menu", "boilerplate"),
        ("related-posts", "boilerplate"),
        ("pageHeader", "boilerplate"),
        ("sidebar-primary", "boilerplate"),
        ("footer-widgets", "boilerplate"),
        ("wp-caption-text", "caption"),
        ("post-meta", "byline"),
        ("entry-author-name", "byline"),
        ("standfirst", "deck"),
        ("movie-info", "facts"),
        ("reviewBody", "main"),
        ("content-sidebar-wrap", ""),
        ("has-sidebar", ""),
        ("entry-header", ""),
        ("elementor-widget", ""),
        ("post-content", "main"),
        ("review", ""),
    ],
)
def test_classes_tell_kinds(names: str, kind: str) -> None:
    assert kind_by_class(names) == kind


def test_a_review_in_a_class_of_trimmings_is_not_lost() -> None:
    text = "It is a good film and I liked it. " * 20
    assert ("", text.strip()) in blocks(f"<html><body><div class='widget'><p>{text}</p></div></body></html>")


def test_what_stands_beside_the_article_is_trimmings() -> None:
    text = "It is a good film and I liked it. " * 20
    found = blocks(
        f"<body><div>Our sponsors thank you.</div><article><p>{text}</p></article><div>More of this.</div></body>"
    )
    assert found == [("boilerplate", "Our sponsors thank you."), ("", text.strip()), ("boilerplate", "More of this.")]


def test_a_page_without_article_or_main() -> None:
    text = "It is a good film and I liked it. " * 20
    page = f"""<html><head><title>Run: no way out | Dark Room</title></head><body>
<div class="header"><img src="l.png" alt="Dark Room logo"><h1 class="title">Dark Room</h1><p>Films at night</p></div>
<div class="post"><h3 class="post-title">Run: no way out</h3><div class="post-header">by Ann</div>
<div class="post-body"><img src="a.jpg" alt="Two women at a table"><br>{text}<br><br>{text}</div>
<div class="post-footer"><a href="/c">No comments</a></div></div><div>Powered by Blogger</div></body></html>"""
    assert blocks(page) == [
        ("boilerplate", "Dark Room\nFilms at night"),
        ("title", "Run: no way out"),
        ("", "by Ann"),
        ("caption", "Two women at a table"),
        ("", text.strip()),
        ("", text.strip()),
        ("boilerplate", "No comments\nPowered by Blogger"),
    ]


def test_comments_that_are_articles_are_no_review() -> None:
    text = "It is a good film and I liked it. " * 20
    page = f'<main><article class="post"><p>{text}</p></article><article class="comment"><p>Great!</p></article></main>'
    assert blocks(page) == [("", text.strip()), ("boilerplate", "Great!")]


def test_bold_lines_are_headings() -> None:
    source = "<p><b>The plot</b></p><p>A man runs.</p><p><strong>Rating: 4/5</strong></p><p><b>He</b> falls.</p>"
    assert [kind for kind, _ in blocks(source)] == ["heading", "", "", ""]


def test_a_byline_is_known_by_its_parts() -> None:
    source = '<div>By <a rel="author" class="author" href="/a">Ann Reader</a>, <time>May 4</time></div><p>In <time>1974</time> it was new, and it is now.</p>'
    assert [kind for kind, _ in blocks(source)] == ["byline", ""]


def test_rows_with_tags_are_read_as_html() -> None:
    document = parse(Raw("r.csv#1", "r-1", "Good.<br /><br />Tom &amp; Jerry <i>run</i>.\n\nEnd", "text"))
    assert isinstance(document, Document)
    assert document.markup == "html"
    assert [document.text[b.start : b.end] for b in document.blocks] == ["Good.", "Tom & Jerry run.", "End"]
    plain = parse(Raw("r.csv#1", "r-1", "a < b & c > d\n---\n<3", "text"))
    assert isinstance(plain, Document)
    assert (plain.markup, plain.text, plain.blocks) == ("text", "a < b & c > d\n---\n<3", ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_part_lines_and_paragraphs(end: str) -> None:
    for markup, head, first in (
        ("text", f"Title: x{end}Date: y{end}{end}", 1),
        ("text", "<i></i>", 0),
        ("markdown", "", 0),
    ):
        source = f"{head}a{end}b{end}{end}{end}c{end}"
        document = parse(Raw("a.txt", "a", source.encode(), markup))  # type: ignore[arg-type]
        assert isinstance(document, Document)
        assert [document.text[b.start : b.end] for b in document.blocks][first:] == [f"a{end}b", "c"]


def test_files_of_plain_text_are_html_only_if_they_hold_tags() -> None:
    plain = parse(Raw("a.txt", "a", b"Tom &amp; Jerry", "text"))
    assert isinstance(plain, Document)
    assert (plain.markup, plain.text) == ("text", "Tom &amp; Jerry")
    tagged = parse(Raw("a.txt", "a", b"It ends.<br /><br />Tom &amp; Jerry run.", "text"))
    assert isinstance(tagged, Document)
    assert (tagged.markup, tagged.text) == ("html", "It ends.\nTom & Jerry run.")


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 50_000 + "x",
        "<b>" * 50_000 + "x" + "<li>y" * 20_000,
        "<" * 100_000 + "x",
        "<a " * 50_000 + "x",
        '<a href="' * 30_000 + "x",
        "<a b='c\"" * 30_000 + ">x",
        "x" + "<!--" * 50_000,
        "x" + "<script>" * 30_000,
        "<p class='" + "1" * 59 + "x'>x",
        "<p " + "a" * 200_000 + ">x",
        "x" + "&" * 200_000,
        "x" + "</" * 100_000,
    ],
    ids=lambda source: source[:12],
)
def test_hostile_pages_are_read_in_one_pass(source: str) -> None:
    assert "x" in read(source).text
