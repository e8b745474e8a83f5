"""The command line: it parses and speaks; the work is done below."""

import inspect
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

# One thread a process: the shards are what runs side by side. Set before numpy is loaded, or it has no effect.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import typer  # noqa: E402 - see above

from pipeline.config import load_config  # noqa: E402
from pipeline.errors import CloseupError  # noqa: E402
from pipeline.storage import reach, reach_here  # noqa: E402

DONE, BUG, USAGE, SET_ASIDE, NOTHING_DONE, MISMATCH, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
"""Exit statuses."""

app = typer.Typer(
    help="Closeup reads film reviews: who is in them, what they say of the film, what the story is, and on which words.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

# fmt: off
Corpus = Annotated[Path, typer.Option(parser=reach, metavar="PATH", help="Folder of reviews, or one file; a URL such as s3://… too.")]
Outputs = Annotated[Path, typer.Option(parser=reach, metavar="PATH", help="Folder for what comes out; a URL such as s3://… too.")]
CorpusHere = Annotated[Path, typer.Option("--corpus", parser=reach_here, metavar="PATH", help="Folder of reviews, or one file.")]
OutputsHere = Annotated[Path, typer.Option("--outputs", parser=reach_here, metavar="PATH", help="Folder of what came out.")]
Workers = Annotated[int, typer.Option(min=1, max=256, help="Processes that read side by side.")]
Cluster = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Address of a Dask scheduler to run on.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="TOML file of settings.")]
Themes = Annotated[str | None, typer.Option(metavar="FILE", help="TOML file of your own themes.")]
Ner = Annotated[str | None, typer.Option(metavar="PIPELINE", help="spaCy pipeline that finds names instead of ours.")]
TextKey = Annotated[str | None, typer.Option(metavar="NAME", help="Column that holds the text of tables.")]
NoHtml = Annotated[bool, typer.Option("--no-html", help="Write no HTML pages.")]
NoSpoilers = Annotated[bool, typer.Option("--no-spoilers", help="Leave plot sentences out of the report.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]
Preview = Annotated[Path | None, typer.Option(metavar="FILE", help="Show what this file of themes would change, and write nothing.")]
# fmt: on


def _order(name: str | None, options: dict[str, Any]) -> None:
    """Run one stage of the plan, or all of it, and say what came of it."""
    settings = load_config(
        options["config"],
        themes=options["themes"],
        ner=options["ner"],
        text_key=options["text_key"],
        no_spoilers=options["no_spoilers"] or None,
    )
    from pipeline.engine.run import Order, run
    from pipeline.plan import STAGES
    from pipeline.tables import forgo_pandas
    from pipeline.terminal import progress, summary

    forgo_pandas()
    first, last = 0, len(STAGES)
    if name is not None:
        first = [stage.name for stage in STAGES].index(name)
        last = first + 1
    order = Order(
        corpus=options["corpus"],
        outputs=options["outputs"],
        config=settings,
        first=first,
        last=last,
        workers=options["workers"],
        is_html_wanted=not options["no_html"],
        cluster=options["cluster"] or "",
    )
    with progress(is_wanted=not options["quiet"]) as tell:
        result = run(order, tell)
    if not options["quiet"]:
        typer.echo(summary(result, order))
    raise typer.Exit(SET_ASIDE if result.refused else DONE)


def _options(
    corpus: Corpus = Path("corpus"),
    outputs: Outputs = Path("outputs"),
    workers: Workers = 1,
    cluster: Cluster = None,
    config: ConfigFile = None,
    themes: Themes = None,
    ner: Ner = None,
    text_key: TextKey = None,
    no_html: NoHtml = False,
    no_spoilers: NoSpoilers = False,
    quiet: Quiet = False,
) -> None:
    """The options of every stage, and of all of them at once."""


def _stage_command(name: str | None, text: str, *more: inspect.Parameter) -> None:
    """Register the command of one stage, or of all of them; `more` are options of its own."""

    def command(**options: Any) -> None:
        preview = options.pop("preview", None)
        if preview is None:
            _order(name, options)
        else:
            _rehearse(preview, options)

    signature = inspect.signature(_options)
    shown = signature.replace(parameters=[*signature.parameters.values(), *more])
    command.__signature__ = shown  # type: ignore[attr-defined]
    app.command(name or "run", help=text)(command)


def _rehearse(file: Path, options: dict[str, Any]) -> None:
    """Show what a change of themes would do."""
    from pipeline.engine.rehearsal import rehearse
    from pipeline.terminal import preview_table

    settings = load_config(options["config"], themes=options["themes"])
    typer.echo(preview_table(rehearse(options["outputs"], settings, file)))


# The words stand here and not in the plan, so that --help need not load the stages; a test holds them together.
STAGE_HELP = {
    "ingest": "Read the corpus: one row a review.",
    "sections": "Cut reviews into sections and sentences; say what each is for.",
    "entities": "Find names, the film, who made it and who plays whom.",
    "sentiment": "Tell plot from opinion, praise from blame, and what is judged.",
    "themes": "Find what each film is said to be about, on which words.",
    "report": "Sum it up: tables for a first look, and pages to read.",
}
OWN_OPTIONS = {
    "themes": [inspect.Parameter("preview", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Preview)]
}

_stage_command(None, "Do it all: read the corpus, write tables and the report.")
for _stage_name, _text in STAGE_HELP.items():
    _stage_command(_stage_name, _text, *OWN_OPTIONS.get(_stage_name, ()))


@app.command("verify", help="Read every source again and hold every row to it.")
def verify_command(
    corpus: CorpusHere = Path("corpus"), outputs: OutputsHere = Path("outputs"), text_key: TextKey = None
) -> None:
    """Check the outputs; exit 5 on one mismatch."""
    from pipeline.engine.verify import MOST, verify

    n_checked, wrong = verify(corpus, outputs, text_key or "")
    for line in wrong[:MOST]:
        typer.echo(line)
    if wrong:
        typer.echo(f"{len(wrong)} mismatches in {n_checked} rows. Run `closeup run` again, or restore the corpus.")
        raise typer.Exit(MISMATCH)
    typer.echo(f"{n_checked} rows checked: every one is what its source says.")


@app.command("evaluate", help="Score the outputs against labels or corrections of yours.")
def evaluate_command(gold: Path, outputs: OutputsHere = Path("outputs")) -> None:
    """Print the figures."""
    from pipeline.evaluation import evaluate

    typer.echo(str(evaluate(gold, outputs)))


@app.command("export", help="Write all tables into one file: workbook, database or lines.")
def export_command(
    outputs: OutputsHere = Path("outputs"),
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Excel workbook, one sheet a table.")] = None,
    sqlite: Annotated[Path | None, typer.Option(metavar="FILE", help="SQLite database, with full-text search.")] = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Lines for Prodigy and doccano; named .json, a list for Label Studio, too."),
    ] = None,
) -> None:
    """Write the files asked for."""
    from pipeline import exports

    wanted = [(xlsx, exports.to_xlsx), (sqlite, exports.to_sqlite), (jsonl, exports.to_jsonl)]
    if not any(file for file, _ in wanted):
        raise typer.BadParameter("Give --xlsx FILE, --sqlite FILE or --jsonl FILE.")
    for file, write in wanted:
        if file:
            write(outputs, file)
            typer.echo(f"Wrote {file}.")


@app.command("review", help="Write a sheet of the least certain rows, for you to correct.")
def review_command(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="CSV file to write.")],
    outputs: OutputsHere = Path("outputs"),
) -> None:
    """Write the sheet."""
    from pipeline.corrections import write_sheet

    typer.echo(write_sheet(outputs, to))


@app.command("correct", help="Read a corrected sheet back; every later run applies it.")
def correct_command(file: Path, outputs: OutputsHere = Path("outputs")) -> None:
    """Keep the corrections."""
    from pipeline.corrections import read_sheet

    typer.echo(read_sheet(file, outputs))


@app.command("diff", help="Say what changed between two runs, row by row, and why.")
def diff_command(outputs_a: Path, outputs_b: Path) -> None:
    """Print the differences."""
    from pipeline.differences import diff

    for line in diff(outputs_a, outputs_b):
        typer.echo(line)


def main() -> NoReturn:
    """Parse, run, and tell errors in two lines: what and where, then the fix."""
    # Typer carries a click of its own and gives a name to no more of it than this grandchild of ClickException.
    click_exception: Any = typer.BadParameter.__mro__[2]
    try:
        status = app(standalone_mode=False)
    except CloseupError as error:
        typer.echo(f"error: {error.where}: {error.what}\n  fix: {error.fix}", err=True)
        status = NOTHING_DONE
    except click_exception as error:
        error.show()
        status = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    if status == INTERRUPTED:
        typer.echo("interrupted: what is finished is kept, and the next run goes on from there", err=True)
    sys.exit(status or DONE)
