"""The film that a text is about: headlines, titles that are common words, years, pages about several films."""

import re

import pytest

from pipeline.documents import Document
from pipeline.lexicon.load import read
from pipeline.rules.films import Film, find_film
from pipeline.rules.mentions import Span
from pipeline.rules.pages import Part, make_page
from pipeline.rules.titles import compiled, strip_headline, title_spans


def page_of(text: str, source: str = "1.txt", kinds: tuple[str, ...] = (), works: tuple[str, ...] = (), **given: str):
    """A page whose blocks, parted by blank lines, are of `kinds` (body where none is said)."""
    parts, italics = [], []
    for number, match in enumerate(re.finditer(r"\S(?:.*?\S)?(?=\n\n|\n*\Z)", text, re.DOTALL)):
        kind = kinds[number] if number < len(kinds) else "body"
        parts.append(Part(f"r.s{number + 1}", kind, match.start(), match.end()))
    document = Document("r", source, "", text, emphasis=tuple(italics), given=given)
    tagged = [
        Span(m.start(), m.end(), "WORK", 0.9, "tagger") for work in works for m in re.finditer(re.escape(work), text)
    ]
    tagged.sort(key=lambda span: span.start)
    return make_page(document, parts, frozenset(), tagged, lambda title: [])


def film_of(text: str, **settings) -> Film:
    return find_film(page_of(text, **settings))


@pytest.mark.parametrize("marked", read("films")["headline"]["examples"])
def test_headlines_are_stripped_of_what_says_that_it_is_a_review(marked):
    wanted = re.findall(r"\[(.+?)\]", marked)
    title, _, is_stripped = strip_headline(marked.replace("[", "").replace("]", ""))
    assert ([title] if is_stripped else []) == wanted


@pytest.mark.parametrize("part", ["several", "release"])
def test_patterns_find_what_their_examples_say(part):
    for marked in read("films")[part]["examples"]:
        wanted = re.findall(r"\[(.+?)\]", marked)
        line = marked.replace("[", "").replace("]", "")
        matches = [match for pattern in compiled(part) if (match := pattern.search(line))]
        found = [match.groupdict().get("year") or match[0] for match in matches[:1]]
        assert found == wanted, marked


RUN = (
    "Run (2020) – A Mother’s Love\n\nRun (2020), directed by Ann Lee, is a tight thriller. Chloe must run away.\n\n"
    "The brilliance of Run lies in its calm. Run taps into old fears. Run away from it if you must."
)


def test_a_title_that_is_a_common_word_is_found_and_the_word_is_not():
    page = page_of(RUN, kinds=("title",), works=("Run",))
    film = find_film(page)
    assert (film.title, film.year) == ("Run", 2020)
    after = [RUN[end : end + 5] for _, end in title_spans(page, "Run", [(0, len(RUN))])]
    assert after == [" (202", " (202", " lies", " taps"]


@pytest.mark.parametrize(
    ("text", "settings", "title", "year"),
    [
        ("The Way West is a big western. The Way West drags.", {"source": "blog/the-way-west-1967.md"}, "The Way West", 1967),
        ("Girls go camping, things go wrong\n\nBlack Rock review\n\nBlack Rock is brisk.", {"kinds": ("title", "deck"), "works": ("Black Rock",)}, "Black Rock", None),
        ("It is better than Jaws.", {"film": "Deep Water", "year": "1999"}, "Deep Water", 1999),
        ("I liked the songs. The acting is fine.", {}, "", None),
        ("Top 10 films of the year\n\nJaws is great. Alien is great.", {"kinds": ("title",), "works": ("Jaws", "Alien")}, "", None),
        ("Jaws | 1975\n\nGood.\n\nAlien | 1979\n\nGood.\n\nTron | 1982\n\nGood.", {"kinds": ("heading", "body") * 3}, "", None),
    ],
)  # fmt: skip
def test_the_film_is_found(text, settings, title, year):
    film = film_of(text, **settings)
    assert (film.title, film.year) == (title, year)


OTHER = "What a great film! It was made ten years before Star Wars, and the effects are fine."


def test_a_title_beside_the_films_year_or_director_is_the_films():
    title = "2001 A Space Odyssey"
    assert film_of(OTHER, works=("Star Wars",), title=title, director="Stanley Kubrick").title == title
    assert film_of(OTHER, works=("Star Wars",), title=title).title != title


def test_a_title_in_quotes_inside_a_headline_is_the_films():
    text = "Hackford’s “Ray” Hacked to Bits by Projector and Self\n\nI saw Ray at the Beverly Center. Ray was loud."
    assert film_of(text, kinds=("title",), works=("Ray",)).title == "Ray"


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("_Anatomy of a Fall_", "Anatomy of a Fall"),
        ("*Servant* - Seasons 1 and 2", "Servant"),
        ("_The Wolverine_ and _Logan_", ""),
        ("“Jaws” and “Alien”", ""),
        ("Why “Servant” is “the best of all”", "Servant"),
    ],
)
def test_a_headline_marks_its_titles(headline, title):
    assert film_of("It is better than Law & Order. Who lies?", title=headline, works=("Law & Order",)).title == title


def test_a_headline_that_marks_two_films_is_about_neither_alone():
    text = "Logan is a film about age. I saw Logan twice, and Logan is the better one."
    assert film_of(text, title="_Logan_", works=("Logan",)).title == "Logan"
    assert film_of(text, title="_The Wolverine_ and _Logan_", works=("Logan",)).title == ""


def test_the_year_is_never_that_of_the_review():
    film = film_of(
        "Babel\n\nMay 3, 2013\n\nBabel is a film of four stories. Babel works.",
        kinds=("title", "byline"),
        works=("Babel",),
    )
    assert (film.title, film.year) == ("Babel", None)


def test_the_score_is_a_probability():
    assert 0.5 < film_of(RUN, kinds=("title",)).score <= 1.0


def test_the_film_that_a_column_names_is_the_film(run_on):
    from pipeline import tables
    from pipeline.records import Film

    table = "id,film,year,text\na,Moonlight,2016,Three chapters and one life. Barry Jenkins films skin and water.\n"
    outputs, _ = run_on({"reviews.csv": table})
    (row,) = tables.to_rows(Film, tables.read_table(outputs, "entities", Film))
    assert (row.title, row.year, row.film_id) == ("Moonlight", 2016, "moonlight-2016")
