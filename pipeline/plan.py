"""The list of stages, in order. A new stage is its file below stages/ and one line here."""

from pipeline.stage import Stage
from pipeline.stages import entities, ingest, report, sections, sentiment, themes

STAGES: tuple[Stage, ...] = (
    ingest.STAGE,
    sections.STAGE,
    entities.STAGE,
    sentiment.STAGE,
    themes.STAGE,
    report.STAGE,
)
