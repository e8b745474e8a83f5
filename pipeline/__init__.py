"""Closeup: close reading of film reviews, at any scale.

>>> import pipeline
>>> analysis = pipeline.analyse(["Run (2020) is a tight, suspenseful thriller."])
>>> analysis.frame("sentence_sentiments")
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.engine.memory import Analysis


def analyse(texts_or_path: "Iterable[str] | str | Path", config: "Config | None" = None) -> "Analysis":
    """Read reviews, in a list or below a path, and say all that the stages say of them; see engine.memory."""
    # Imported late: `closeup --help` must not wait for spaCy.
    from pipeline.engine.memory import analyse as analyse_in_memory

    return analyse_in_memory(texts_or_path, config)
