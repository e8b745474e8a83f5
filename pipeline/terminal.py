"""What the command line shows: progress on stderr, and only on a terminal; a summary at the end."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.engine.run import Order, Result
from pipeline.rules.themes import Change


@contextmanager
def progress(is_wanted: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell of progress; it shows a line on stderr where that is a terminal."""
    if not (is_wanted and sys.stderr.isatty()):
        yield lambda what, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading reviews", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of or None)


def summary(result: Result, order: Order) -> str:
    """A few lines on what came of a run and where to look."""
    lines = [f"{_count(result.n_reviews, 'review')}, {_count(result.n_words, 'word')}, in {result.seconds:.1f} s"]
    if result.n_reused and result.n_reused == result.n_shards:
        lines[0] += "; nothing had changed"
    lines.append("")
    lines += [f"{count:>10,}  {name.replace('_', ' ')}" for name, count in result.counts.items()]
    lines.append("")
    if result.n_foreign:
        lines.append(f"{_are(result.n_foreign)} not in English: kept, and left unscored.")
    if result.refused:
        lines.append(f"{_are(len(result.refused))} set aside: {order.outputs / 'quarantine.csv'} says which and why.")
    page = order.outputs / "report" / "index.html"
    if page.is_file():
        lines.append(f"Look at {page}, or open the tables below {order.outputs}.")
    else:
        lines.append(f"The tables lie below {order.outputs}.")
    return "\n".join(lines)


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _are(count: int) -> str:
    return "1 text is" if count == 1 else f"{count:,} texts are"


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
