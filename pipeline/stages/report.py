"""everything -> summaries of reviews, films, aspects, themes and entities, made for a first look."""

from pipeline.rules.summaries import READS, map_report
from pipeline.rules.totals import reduce_report
from pipeline.stage import Stage
from pipeline.summaries import (
    EntitySummary,
    FilmAspect,
    FilmSummary,
    ReviewAspect,
    ReviewEntity,
    ReviewSummary,
    ReviewTheme,
    ThemeSummary,
)

STAGE = Stage(
    "report",
    "Sum it up: tables for a first look, and pages to read.",
    reads=READS,
    writes=(ReviewSummary, FilmSummary, FilmAspect, ThemeSummary, EntitySummary),
    map=map_report,
    reduce=reduce_report,
    partials=(ReviewAspect, ReviewTheme, ReviewEntity),
    reduces=(FilmSummary, FilmAspect, ThemeSummary, EntitySummary),
    settings=("no_spoilers",),
)
