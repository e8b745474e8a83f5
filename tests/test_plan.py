"""plan: stages that fit together."""

import pytest

from pipeline.config import Config
from pipeline.plan import STAGES

WRITTEN = [kind for stage in STAGES for kind in stage.writes]


def test_no_table_is_written_twice():
    assert len({kind.TABLE for kind in WRITTEN}) == len(WRITTEN)


@pytest.mark.parametrize("place", range(len(STAGES)), ids=lambda place: STAGES[place].name)
def test_a_stage_reads_what_earlier_stages_wrote(place):
    earlier = {kind for stage in STAGES[:place] for kind in stage.writes if kind not in stage.reduces}
    assert set(STAGES[place].reads) <= earlier


@pytest.mark.parametrize("setting", Config.__dataclass_fields__)
def test_every_setting_makes_some_stage_stale(setting):
    assert [stage.name for stage in STAGES if setting in stage.settings]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_settings_are_settings(stage):
    assert set(stage.settings) <= set(Config.__dataclass_fields__)
