"""The report in a real browser: headless Chromium, driven by Playwright.

Skipped where Chromium or Playwright is missing (`apt-get install chromium`); the test of accessibility also needs
axe-core (`npm install --no-save axe-core`).
"""

import shutil
from pathlib import Path

import pytest
from handmade import BLAME, PLOT, PRAISE, Maker, run_review, summaries
from test_html import HOSTILE, hostile_review

from pipeline.formats import html
from pipeline.formats.listing import IN_PAGE
from pipeline.summaries import EntitySummary, FilmAspect, FilmSummary, ReviewSummary, ThemeSummary

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (apt-get install chromium)"),
]


def write_pages(folder: Path, makers: list[Maker]) -> Path:
    found = summaries(*makers)
    kinds = (ReviewSummary, FilmSummary, FilmAspect, ThemeSummary, EntitySummary)
    (folder / "reviews").mkdir(parents=True)
    for maker in makers:
        (folder / "reviews" / f"{maker.review_id}.html").write_text(html.review_page(maker.bundle()), encoding="utf-8")
    for name, text in html.index_pages(*(found[kind] for kind in kinds)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    makers = [
        run_review("run-a", title="Mother knows best", rating=0.9, stance=0.8),
        run_review("run-b", title="A thin thriller", rating=0.7, stance=-0.4, verdict="negative", plot_valence=0.4),
        run_review("carrie", title="Blood and gym", film="Carrie", year=1976, verdict="mixed", stance=0.1),
        hostile_review(),
    ]
    return write_pages(tmp_path_factory.mktemp("small"), makers)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    makers = [
        run_review(f"r-{i}", title=f"Review number {i}", film=f"Film {i % 7}", stance=(i % 200 - 100) / 100)
        for i in range(IN_PAGE + 200)
    ]
    return write_pages(tmp_path_factory.mktemp("large"), makers)


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser):
    """Opens a file; afterwards there must have been no request outside, no message and no error."""
    contexts, faults = [], []

    def open_file(path: Path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else faults.append(r.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert faults == []


def first_cells(page, table: str) -> list[str]:
    return page.locator(f"#{table}-list tbody th").all_inner_texts()


def test_reviews_are_sorted_by_their_heads(small, visit):
    page = visit(small / "index.html")
    head = page.locator("#reviews-list thead th", has_text="Stance")
    head.get_by_role("button").click()
    assert first_cells(page, "reviews")[-1] == "A thin thriller"
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert first_cells(page, "reviews")[0] == "A thin thriller"
    assert head.get_attribute("aria-sort") == "ascending"


def test_reviews_are_found_by_words_and_by_verdict(small, visit):
    page = visit(small / "index.html")
    page.get_by_label("Find in reviews").fill("carrie 1976")
    page.get_by_text("1 of 4 rows").wait_for()
    assert first_cells(page, "reviews") == ["Blood and gym"]
    page.get_by_label("Find in reviews").fill("")
    page.locator("#reviews-list select").select_option("negative")
    assert first_cells(page, "reviews") == ["A thin thriller"]


def test_a_row_leads_to_its_review_and_back(small, visit):
    page = visit(small / "index.html")
    page.get_by_role("link", name="Mother knows best").first.click()
    page.wait_for_url("**/reviews/run-a.html")
    assert page.locator("h1").inner_text() == "Mother knows best"
    page.get_by_role("link", name="Closeup").click()
    page.wait_for_url("**/index.html")


def test_a_film_leads_to_its_reviews(small, visit):
    page = visit(small / "index.html")
    page.locator("#films-list").get_by_role("link", name="Run").click()
    page.get_by_text("2 of 4 rows").wait_for()
    assert first_cells(page, "reviews") == ["Mother knows best", "A thin thriller"]
    assert page.get_by_label("Find in reviews").input_value() == "Run"
    page.get_by_label("Find in reviews").fill("")
    page.get_by_text("4 rows", exact=True).first.wait_for()
    page = visit(small / "reviews" / "carrie.html")
    page.get_by_role("link", name="Carrie", exact=True).click()
    page.get_by_text("1 of 4 rows").wait_for()


def test_names_are_picked_by_what_they_are(small, visit):
    page = visit(small / "index.html")
    page.locator("#names-list").get_by_label("What it is").select_option("character")
    assert set(page.locator("#names-list tbody td:nth-child(2)").all_inner_texts()) == {"character"}
    page.locator("#names-list").get_by_label("What it is").select_option("person")
    page.locator("#names-list td a").first.click()
    page.wait_for_url("**/reviews/*.html#c*")


def test_a_quote_leads_to_its_sentence(small, visit):
    page = visit(small / "index.html")
    page.locator("#people blockquote.for a").first.click()
    page.wait_for_url("**/reviews/*.html#c*")
    target = page.evaluate("document.querySelector(':target').textContent")
    assert "Sarah Paulson is" in target


def test_marks_can_be_switched_off_with_the_keyboard(small, visit):
    page = visit(small / "reviews" / "run-a.html")
    tag = page.locator(".tag.t").first
    assert tag.is_visible()
    page.locator("#show-themes").focus()
    page.keyboard.press("Space")
    assert not tag.is_visible()
    page.locator("#show-voices").focus()
    page.keyboard.press("Space")
    assert page.locator(".says").first.is_hidden()


def test_voices_differ_in_more_than_colour(small, visit):
    page = visit(small / "reviews" / "run-a.html")
    style = "node => getComputedStyle(node).fontStyle"
    assert page.locator(".s.plot").first.evaluate(style) == "italic"
    assert page.locator(".s.opinion").first.evaluate(style) == "normal"


def test_a_long_table_is_sorted_and_searched_whole(large, visit):
    page = visit(large / "index.html")
    assert len(first_cells(page, "reviews")) == 25
    page.get_by_label("Find in reviews").fill("number 499")
    page.get_by_text(f"1 of {IN_PAGE + 200} rows").wait_for()
    page.get_by_role("link", name="Review number 499").click()
    page.wait_for_url("**/reviews/r-499.html")


def test_a_long_table_has_pages_that_need_no_script(large, visit):
    page = visit(large / "index.html", java_script_enabled=False)
    page.locator("#reviews-list .pager a").first.click()
    page.wait_for_url("**/reviews-1.html")
    assert page.locator("tbody tr").count() == IN_PAGE + 200
    assert not page.locator(".tools").is_visible()


@pytest.mark.parametrize("name", ["index.html", "reviews/run-a.html", "reviews/hostile.html"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_screen(small, visit, name, width):
    page = visit(small / name, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_review_does_nothing_and_is_shown(small, visit):
    page = visit(small / "reviews" / "hostile.html")
    assert HOSTILE in page.locator(".text").inner_text()
    page = visit(small / "index.html")
    page.get_by_label("Find in reviews").fill("alert")
    page.wait_for_timeout(200)
    assert page.locator("img").count() == 0


def test_the_policy_stops_what_escaping_might_miss(small, visit, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto((small / "index.html").as_uri())
    ran = page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); return window.ran ?? 0 }"
    )
    context.close()
    assert ran == 0


def test_print_shows_every_row_of_a_short_table(small, visit):
    page = visit(small / "index.html")
    page.emulate_media(media="print")
    assert not page.locator(".tools").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (npm install --no-save axe-core)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "reviews/run-a.html", "reviews/hostile.html"])
def test_axe_finds_no_fault(small, visit, name, scheme):
    page = visit(small / name, color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(result => result.violations)")
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def test_the_text_of_a_review_is_whole(small, visit):
    page = visit(small / "reviews" / "run-a.html")
    for name in ("voices", "stance", "judgements", "themes", "names"):
        page.locator(f"#show-{name}").uncheck()
    text = " ".join(page.locator(".part.body .prose").inner_text().split())
    assert f"{PLOT} {PRAISE} {BLAME}" in text
