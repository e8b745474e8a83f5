"""Write again what tests compare with: outputs/README.md and tests/golden/. `make golden`, then look at the difference."""

import tempfile
from pathlib import Path

from pipeline import tables
from pipeline.config import Config
from pipeline.engine.run import Order, run
from pipeline.plan import STAGES

HOME = Path(__file__).parents[1]
GOLDEN = HOME / "tests" / "golden"
TABLES = (
    "ingest/reviews",
    "sections/sections",
    "entities/films",
    "entities/credits",
    "sentiment/review_sentiments",
    "themes/section_themes",
)
"""What is compared of the sample corpus: enough to see any change of what users see, small enough to be read."""

INTRO = """# What comes out

Everything in this folder but this file is made by a run and may be deleted. `report/index.html` is the page to open first.

- `<stage>/<table>.csv` for people: UTF-8 with a byte order mark, opens in Excel and LibreOffice. A text cell that a spreadsheet would take for a formula starts with `'`.
- `<stage>/<table>.parquet` for programs: the same rows, exact.
- `report/reviews/<review_id>.json` and `.html`, `report/corpus.json`: the same by review, and for the corpus.
- `quarantine.csv`: what could not be read, why, and what to do.
- `datapackage.json`: every table and column for machines. `run.json`: what was run with what.

`start` and `end` count characters (Unicode code points) of the source text, half-open, from 0. Scores are probabilities, 0 to 1. Numbers are rounded to four decimals.
An empty cell means: not known, or not scored (text that is not in English).

## Tables

"""


def main() -> None:
    """Write both."""
    described = tables.describe({stage.name: stage.writes for stage in STAGES})
    (HOME / "outputs").mkdir(exist_ok=True)
    (HOME / "outputs" / "README.md").write_text(INTRO + described, encoding="utf-8")
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        outputs = Path(folder) / "outputs"
        run(Order(HOME / "corpus", outputs, Config(), is_html_wanted=False))
        for name in TABLES:
            content = (outputs / f"{name}.csv").read_bytes()
            (GOLDEN / f"{Path(name).name}.csv").write_bytes(content)


if __name__ == "__main__":
    main()
