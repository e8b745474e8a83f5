"""What a run says at its end, as a reader sees it in a terminal of 80 columns."""

from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.engine.run import Order, Result
from pipeline.plan import STAGES
from pipeline.readers.raw import Refused
from pipeline.terminal import WIDTH, summary

ORDER = Order(Path("corpus"), Path("outputs"), Config())
COUNTS = {kind.TABLE: 123_456 for stage in STAGES for kind in stage.writes}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said hangs on whether outputs/ has a page: not on that of the project's own folder."""
    monkeypatch.chdir(tmp_path)


def test_a_page_is_what_to_look_at():
    page = ORDER.outputs / "report" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    assert summary(Result(COUNTS, 1), ORDER).splitlines()[-1] == f"Look at {page}, or open the tables below outputs."


def test_a_summary_tells_folder_by_folder_what_is_there():
    counts = COUNTS | {"reviews": 1, "entities": 1}
    lines = summary(Result(counts, 1, 2_684, 1, 1, 0, [], 137.4), ORDER).splitlines()
    assert lines[:3] == ["1 review, 2,684 words, in 2 min 17 s", "", "  ingest     1 review"]
    assert "  entities   123,456 films, 123,456 mentions, 123,456 credits, 1 entity" in lines
    assert lines[-2:] == ["1 text is not in English: kept, and left unscored.", "The tables lie below outputs."]
    assert max(map(len, lines)) <= WIDTH


def test_a_number_and_its_noun_stay_on_one_line():
    said = summary(Result(COUNTS, 1), ORDER)
    assert not any(line.rstrip()[-1].isdigit() for line in said.splitlines() if line)


def test_what_is_set_aside_is_told_with_its_remedy():
    refused = [Refused(f"{i}.csv", "no column holds the text", "Name it with --text-key.") for i in range(5)]
    said = summary(Result({}, 0, refused=refused), ORDER)
    assert said.splitlines() == [
        "No review could be read.",
        "",
        f"5 texts are set aside: {Path('outputs', 'quarantine.csv')} says which and why.",
        *[
            line
            for i in range(3)
            for line in (f"  {i}.csv: no column holds the text", "    fix: Name it with --text-key.")
        ],
    ]


def test_a_run_that_finds_all_done_says_so():
    assert summary(Result(COUNTS, 1, n_shards=2, n_reused=2), ORDER).startswith(
        "1 review, 0 words, in 0.0 s; nothing had changed\n"
    )
