"""What a change of themes would add and drop, before anything is written."""

import json
from dataclasses import replace
from pathlib import Path

from pipeline import nlp
from pipeline.config import Config
from pipeline.engine import parts
from pipeline.engine.run import SHARDS
from pipeline.engine.shards import Shard
from pipeline.engine.work import Job, load_batch, run_stages
from pipeline.errors import OutputsError
from pipeline.plan import STAGES
from pipeline.records import SectionTheme, ThemeHit
from pipeline.rules.themes import Change, preview

PLACE = [stage.name for stage in STAGES].index("themes")


def rehearse(outputs: Path, config: Config, file: Path) -> list[Change]:
    """Sections that would gain or lose a theme if `file` were given as --themes, with the words that show it.

    Raises:
        OutputsError: the stages before have not been run.
        LexiconError: the file is no file of themes.
    """
    path = outputs / parts.FOLDER / SHARDS
    missing = OutputsError("nothing to rehearse on", where=str(outputs), fix="Run `closeup run` first.")
    if not path.is_file():
        raise missing
    after = replace(config, themes=str(file))
    changes: list[Change] = []
    for one in json.loads(path.read_text(encoding="utf-8"))["shards"]:
        job = Job(Shard(one["name"], one["key"], (), ()), str(outputs), config, PLACE, PLACE + 1)
        try:
            batch, _ = load_batch(job)
        except FileNotFoundError:
            raise missing from None
        with nlp.memory_zone():
            made = [run_stages(batch, [STAGES[PLACE]], settings)["themes"] for settings in (config, after)]
        changes += preview(*((rows[SectionTheme], rows[ThemeHit]) for rows in made))
    return changes
