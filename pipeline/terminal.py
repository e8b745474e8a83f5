"""What the command line shows: progress on stderr, and only on a terminal; a summary at the end."""

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.engine.run import Order, Result
from pipeline.formats.words import count
from pipeline.plan import STAGES
from pipeline.rules.themes import Change

WIDTH = 79
"""Columns of a summary."""

MOST_REFUSED = 3
"""Texts set aside that are told one by one."""


@contextmanager
def progress(is_wanted: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell of progress; it shows a line on stderr where that is a terminal."""
    if not (is_wanted and sys.stderr.isatty()):
        yield lambda what, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[so_far]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading reviews", total=None, so_far="")

        def tell(what: str, done: int, of: int) -> None:
            so_far = f"{done:,} of {of:,}" if of else f"{done:,}"
            bar.update(task, description=what, completed=done, total=of or None, so_far=so_far)

        yield tell


def summary(result: Result, order: Order) -> str:
    """What came of a run, folder by folder, what was set aside, and where to look."""
    lines = [f"{count(result.n_reviews, 'review')}, {count(result.n_words, 'word')}, in {_duration(result.seconds)}"]
    if not result.n_reviews:
        lines[0] = "No review could be read."
    elif result.n_reused and result.n_reused == result.n_shards:
        lines[0] += "; nothing had changed"
    lines.append("")
    for stage in STAGES if result.n_reviews else ():
        counts = ((kind.TABLE.replace("_", " "), result.counts.get(kind.TABLE)) for kind in stage.writes)
        # A number and its noun stay on one line.
        said = ", ".join(count(n, _one(name), name).replace(" ", "\u00a0") for name, n in counts if n is not None)
        folded = textwrap.wrap(said, WIDTH, initial_indent=f"  {stage.name:<11}", subsequent_indent=" " * 13)
        lines += [line.replace("\u00a0", " ") for line in folded]
    lines += [""] if result.n_reviews else []
    if result.n_foreign:
        lines.append(f"{_are(result.n_foreign)} not in English: kept, and left unscored.")
    if result.refused:
        lines.append(f"{_are(len(result.refused))} set aside: {order.outputs / 'quarantine.csv'} says which and why.")
        for one in result.refused[:MOST_REFUSED]:
            lines += [f"  {one.source}: {one.reason}", f"    fix: {one.fix}"]
    page = order.outputs / "report" / "index.html"
    if not result.n_reviews:
        return "\n".join(lines)
    if page.is_file():
        lines.append(f"Look at {page}, or open the tables below {order.outputs}.")
    else:
        lines.append(f"The tables lie below {order.outputs}.")
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _one(name: str) -> str:
    """The singular of a table's name."""
    return name[:-3] + "y" if name.endswith("ies") else name[:-1]


def _are(n: int) -> str:
    return count(n, "text is", "texts are")


def preview_table(changes: Sequence[Change]) -> str:
    """What a change of themes would add and drop: counts by theme, then each section with the words that show it."""
    if not changes:
        return "Nothing would change."
    counts: dict[str, list[int]] = {}
    for change in changes:
        counts.setdefault(change.theme_id, [0, 0])[not change.is_gained] += 1
    lines = [f"{'theme':<28}{'gained':>8}{'lost':>8}   (sections)"]
    lines += [f"{theme:<28}{gained:>8,}{lost:>8,}" for theme, (gained, lost) in sorted(counts.items())]
    lines.append("")
    lines += [f"{'+' if one.is_gained else '-'} {one.theme_id:<26}{one.section_id}: {one.words}" for one in changes]
    return "\n".join(lines)
