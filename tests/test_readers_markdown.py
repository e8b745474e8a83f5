"""Markdown: what blogs write, read as they mean it."""

import pytest

from pipeline.documents import Document
from pipeline.readers.parse import parse
from pipeline.readers.raw import Raw


def read(source: str) -> Document:
    document = parse(Raw("a.md", "a", source.encode(), "markdown"))
    assert isinstance(document, Document)
    return document


def blocks(source: str) -> list[tuple[str, str]]:
    document = read(source)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("*Run* is _good_, **very** good", "Run is good, very good"),
        ("***Run*** and **_Fly_**", "Run and Fly"),
        ("a * b * c, 2*3*4, snake_case_name", "a * b * c, 234, snake_case_name"),
        ("f***ing s***", "f***ing s***"),
        ("*not closed", "*not closed"),
        ("**bold *and italic***", "bold and italic"),
        ("see [the *film*](http://x.y/z_(1) 'T') now", "see the film now"),
        ("see [further]({{ site.url }}/a b) now", "see further now"),
        (
            "see [Warrior][1] and [this] and [that][no]\n\n[1]: {% post_url 2012/a %}\n[this]: http://x.y 'T'",
            "see Warrior and this and [that][no]",
        ),
        ("a [bracket] and ](x) and [x] (y)", "a [bracket] and ](x) and [x] (y)"),
        ("`a * b` and ``c ` d`` and it`s", "a * b and c ` d and it`s"),
        (r"\*not\* \[this\] C:\dir", r"*not* [this] C:\dir"),
        ("<http://x.y> &amp; AT&T &lt;b&gt;", "http://x.y & AT&T <b>"),
        ("I <3 it, a < b", "I <3 it, a < b"),
        ('a <span data-id="tt1">_b_</span> c<!--more--> d', "a b c d"),
        ("noted[^1] twice", "noted twice"),
        ("line one  \nline two\\\nline three", "line one  \nline two\\\nline three"),
        ("{{ page.title }} is a film{: .big}", " is a film"),
        ("one *two\n\nthree* four", "one *two\n\nthree* four"),
    ],
)
def test_inline_markup(source: str, expected: str) -> None:
    assert read("x " + source).text == "x " + expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "# Title\n\n## Plot ##\ntext\n###Cast\n",
            [("title", "Title"), ("heading", "Plot"), ("", "text"), ("heading", "Cast")],
        ),
        (
            "Title\n=====\ntext\n\nPlot\n----\ntext",
            [("title", "Title"), ("", "text"), ("heading", "Plot"), ("", "text")],
        ),
        ("a\nb\n\n\nc\n***\nd\n\n---\ne", [("", "a\nb"), ("", "c"), ("", "d"), ("", "e")]),
        ("- a\n- b\n  b\n\n1. c\n2) d\n* e", [("", each) for each in ("a", "b\n  b", "c", "d", "e")]),
        ("In\n1974. It was new", [("", "In\n1974. It was new")]),
        ("> a\n> *b*\nc\n\nd", [("quote", "a\nb\nc"), ("", "d")]),
        ("> a\n>\n> b\n\n> > c", [("quote", "a"), ("quote", "b"), ("quote", "c")]),
        ("```\nx = *1*\n\ny\n```\nafter", [("", "x = *1*\n\ny"), ("", "after")]),
        ("![A *door*](a.png 'T')\n\ntext ![b](c)", [("caption", "A *door*"), ("", "text"), ("caption", "b")]),
        ('{% img full /a.jpg 600 "Get Out" %}\n\nb', [("caption", "Get Out"), ("", "b")]),
        (f'{{% img /a.jpg "{"so long " * 55}a caption" %}}', [("caption", "so long " * 55 + "a caption")]),
        ('{{< figure src="a.jpg" caption="The door" >}}\n\nb', [("caption", "The door"), ("", "b")]),
        ("a\n\n{% youtube abc %}\n\nb", [("", "a"), ("boilerplate", "{% youtube abc %}"), ("", "b")]),
        (
            "| Who | What |\n|-----|:----:|\n| Ann | acts |\n|Bob|sings|\n",
            [("facts", "Who  What"), ("facts", "Ann  acts"), ("facts", "Bob|sings")],
        ),
        (
            "**The plot**\n\nA man runs.\n\n**Rating: 4/5**\n\nb",
            [("heading", "The plot"), ("", "A man runs."), ("", "Rating: 4/5"), ("", "b")],
        ),
        ("a\n\n[1]: http://x.y\n[^1]: A *note*.\n", [("", "a"), ("", "A note.")]),
        ("[Spoiler]: he dies", [("", "[Spoiler]: he dies")]),
        (
            "<blockquote><i>Run.</i></blockquote>Some *men* run\n\nb",
            [("quote", "Run."), ("", "Some men run"), ("", "b")],
        ),
        ("a\n<script>\nx\n\ny\n</script>\nb\n\nc", [("", "a"), ("", "b"), ("", "c")]),
        ("a\n<script>\nx\n# y\n- z\n</script> b\n\nc", [("", "a"), ("", "b"), ("", "c")]),
        (">      > a", [("quote", "> a")]),
        ("a\r\n\r\n## b\r\n\r\nc\r\n", [("", "a"), ("heading", "b"), ("", "c")]),
        ("a\r\r# b\rc", [("", "a"), ("heading", "b"), ("", "c")]),
    ],
)
def test_blocks(source: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(source) == expected


def test_no_space_is_left_of_what_closes_a_heading() -> None:
    assert read("# A\n\n## Plot \t  ##\n").text == "A Plot"


def test_a_quotation_that_is_not_closed_is_no_caption() -> None:
    ((kind, _),) = blocks('{% img /a.jpg "a caption %}')
    assert kind == "boilerplate"


def test_front_matter_is_a_block_and_fills_columns() -> None:
    source = '---\ntitle: "Run"\nstaring:\n- Sarah Paulson\n- Kiera Allen\nscore: 83\n---\r\n\r\n*Run* runs.\r\n'
    document = read(source)
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("boilerplate", source[: source.index("\r")]),
        ("", "Run runs."),
    ]
    assert document.given == {
        "title": "Run",
        "cast": "Sarah Paulson|Kiera Allen",
        "rating": "83",
        "rating_scale": "score",
    }


def test_without_markup_the_text_is_the_source() -> None:
    source = "A plain text.\r\n\r\nOf two paragraphs — no more.\r\n"
    document = read(source)
    assert document.text == source[: len(document.text)]
    assert document.offsets.to_source(17, 19) == (17, 19)


def test_emphasis_is_told() -> None:
    document = read("*Run* and **not this** and [_Fly_](x) and <em>Swim</em>")
    assert [document.text[a:b] for a, b in document.emphasis] == ["Run", "Fly", "Swim"]


@pytest.mark.parametrize(
    "scrap",
    [
        "*",
        "* ",
        "*a ",
        "a*",
        "**a*",
        "_a ",
        "[",
        "[a](",
        '](a "',
        "![",
        "`",
        "`a``b```",
        "\\",
        "> ",
        "#",
        "- ",
        "|a",
        "{%",
        "{{",
        "[a]: b/c\n",
        "```\n",
        "<div>\n",
        "<!--",
        "[^a]",
        "a\r",
        "*[_`",
    ],
)
def test_hostile_markdown_is_read_in_one_pass(scrap: str) -> None:
    assert isinstance(parse(Raw("a.md", "a", ("x\n\n" + scrap * 20_000).encode(), "markdown")), Document)


def test_a_line_longer_than_a_window_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.inline.WINDOW", 100)
    document = read("see *one* [two](x) &amp; " * 40)
    assert document.text.split() == ["see", "one", "two", "&"] * 40
