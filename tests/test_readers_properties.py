"""Laws that hold for any text and any bytes: nothing crashes, every clean character has its place, blocks cover all."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.documents import Document
from pipeline.readers.corpus import READERS, split
from pipeline.readers.frontmatter import front_matter
from pipeline.readers.parse import parse, source_text
from pipeline.readers.ratings import scale_rating
from pipeline.readers.raw import Markup, Raw, Refused

SCRAPS = st.sampled_from(
    """<p> </p> <p\tclass="nav"> <div> </div> <div\tid=x> <b> </b> <i> </i> <a\thref="x"> </a> <br> <br/> <li> <ul> </ul> <td> <tr> <table>
    </table> <h1> </h1> <h2> </h2> <blockquote> </blockquote> <script> </script> <title> </title> <!-- --> <!--more--> <%@ %> <img\talt="a\tb">
    <img\talt=x> <span\tclass="byline"> </span> <nav> </nav> <article> </article> <header> </header> <time> </time> <a\thref="<p>"> <p\ta='b>
    &amp; &amp &lt; &#65; &#x1F600; &nbsp; &nosuch; &NotEqualTilde; & < > " ' ` `` ``` ~~~ * ** *** _ __ [ ] ]( ](x) ](x\t"y") ![ ![a](b) [^1] [^1]:
    [x]:\thttp://x.y [x] # ## ###### > - 1. + --- === | |-|-| {% %} {{ }} {%\timg\tx\t"Some\tcaption"\t%} {:\t.x} \\ \\* Title:\tx Date:\t1
    --- +++ title:\t"x" tags:\t[a,\tb] \ufeff \u2028 \xa0 é 😀 עברית \x0c word Run (2020). Mr. said""".replace(
        "\\t", "\t"
    ).split(" ")
)
MARKED = st.lists(SCRAPS | st.text(max_size=4) | st.sampled_from([" ", "\n", "\n\n", "\r\n", "\r", "  \n", "\t"])).map(
    "".join
)
MARKUPS = st.sampled_from(["text", "markdown", "html"])


def assert_lawful(document: Document, source: str) -> None:
    text, offsets = document.text, document.offsets
    runs = list(zip(offsets.clean or (0,), offsets.source or (0,), offsets.width or (1,), strict=True))
    assert runs[0][0] == 0
    reached = 0
    for number, (clean, start, width) in enumerate(runs):
        stop = runs[number + 1][0] if number + 1 < len(runs) else len(text)
        assert stop > clean, "runs rise"
        assert start >= reached, "no source character is used twice"
        if width == 1:
            assert text[clean:stop] == source[start : start + stop - clean], "verbatim runs are"
        reached = start + (stop - clean) * width
        assert reached <= len(source)
        for at in {clean, stop - 1}:
            assert offsets.to_clean(*offsets.to_source(at, at + 1)) == (at, at + 1)
    reached = 0
    for block in document.blocks:
        assert reached <= block.start < block.end <= len(text)
        assert text[reached : block.start].strip() == "", "blocks cover what is visible"
        assert text[block.start : block.end] == text[block.start : block.end].strip()
        reached = block.end
    assert not document.blocks or text[reached:].strip() == ""
    for start, end in document.emphasis:
        assert any(block.start <= start < end <= block.end for block in document.blocks)


@given(MARKED, MARKUPS, st.booleans())
@example("---\n", "markdown", True)
@example("a\n\n\n\n\nb", "text", True)
def test_any_text_is_read_lawfully(text: str, markup: Markup, as_file: bool) -> None:
    content = text.encode("utf-8", "surrogatepass") if as_file else text
    raw = Raw("a", "a", content, markup)
    read = parse(raw)
    if isinstance(read, Document):
        assert_lawful(read, source_text(raw))
        assert read == parse(raw)
    else:
        assert read.reason


@given(st.binary(), MARKUPS)
def test_any_bytes_are_read_or_refused(content: bytes, markup: Markup) -> None:
    raw = Raw("a", "a", content, markup)
    read = parse(raw)
    if isinstance(read, Document):
        assert_lawful(read, source_text(raw))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_plain_text_is_its_own_source(text: str) -> None:
    read = parse(Raw("a", "a", text, "text"))
    if isinstance(read, Document) and read.markup == "text":
        assert read.text == text
        assert read.offsets.to_source(0, len(text)) == (0, len(text))


@given(
    st.sampled_from(sorted(READERS)),
    st.sampled_from(["", ".gz", ".zst"]),
    st.binary() | MARKED.map(lambda t: t.encode("utf-8", "surrogatepass")),
)
def test_any_file_is_cut_or_refused(tmp_path_factory: object, suffix: str, pack: str, content: bytes) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / f"x{suffix}{pack}"  # type: ignore[attr-defined]
    path.write_bytes(content)
    read = list(split(path, path.parent))
    assert read, "nothing is lost without a word"
    for each in read:
        assert isinstance(each, Refused) or isinstance(parse(each), Document | Refused)


@given(st.lists(st.fixed_dictionaries({"id": st.text(max_size=3), "text": st.text()}), min_size=1))
def test_rows_of_json_come_back(tmp_path_factory: object, rows: list[dict[str, str]]) -> None:
    import json

    path = Path(tmp_path_factory.getbasetemp()) / "rows.json"  # type: ignore[attr-defined]
    path.write_text(json.dumps(rows))
    read = list(split(path, path.parent))
    assert len(read) == len(rows)
    for row, each in zip(rows, read, strict=True):
        if isinstance(each, Raw):
            assert each.content == row["text"].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


@given(MARKED)
def test_front_matter_is_a_head_of_the_text(text: str) -> None:
    start, end, fields = front_matter(text)
    assert 0 <= start <= end <= len(text)
    assert bool(end) or not fields
    assert text[:start].strip() == ""


@given(st.text(max_size=20), st.text(max_size=8))
def test_ratings_are_shares(text: str, scale: str) -> None:
    rating = scale_rating(text, scale)
    assert rating is None or 0 <= rating <= 1
