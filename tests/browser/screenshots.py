"""Pictures of the report for the README: `python tests/browser/screenshots.py REPORT FOLDER REVIEW`.

Made by `make screenshots`; needs Playwright and Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDE, PHONE = {"width": 1200, "height": 860}, {"width": 390, "height": 780}


def main(report: Path, folder: Path, review: str) -> None:
    """Take a picture of each view."""
    page = f"reviews/{review}.html"
    views = (
        ("index", "index.html", "", {"viewport": WIDE}),
        ("tables", "index.html", "#reviews", {"viewport": WIDE}),
        ("aspects", "index.html", "#aspects", {"viewport": WIDE}),
        ("review", page, "#text-h", {"viewport": WIDE}),
        ("review-dark", page, "#text-h", {"viewport": WIDE, "color_scheme": "dark"}),
        ("review-phone", page, "#text-h", {"viewport": PHONE, "device_scale_factor": 2}),
    )
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, anchor, options in views:
            context = browser.new_context(**options)
            view = context.new_page()
            view.goto((report / path).resolve().as_uri() + anchor)
            view.screenshot(path=folder / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
