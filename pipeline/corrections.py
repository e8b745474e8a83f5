"""A sheet of what we are least sure of, for a reader to correct in any spreadsheet, and its way back.

What comes back is kept in `outputs/corrections.csv`; every later run puts it in the place of what it finds itself.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import OutputsError
from pipeline.formats.sheet import parse_sheet, sheet_bytes
from pipeline.formats.words import count
from pipeline.records import (
    ASPECTS,
    Aspect,
    Film,
    Kind,
    Mention,
    Review,
    ReviewSentiment,
    Section,
    Sentence,
    SentenceSentiment,
    ThemeHit,
)
from pipeline.rules.answers import ConflictError, corrections_of
from pipeline.rules.corrections import FILE, NONE, WORDS, Correction, dump, parse
from pipeline.rules.found import Found, Shelf
from pipeline.rules.theme_blocks import our_themes
from pipeline.storage import write_bytes
from pipeline.tables import guard, to_rows

ZIPPED = b"PK"
"""How .xlsx and .ods files begin."""

MOST = 40
"""Rows of each sort in a sheet."""

_TABLES: dict[Kind, str] = {
    Review: "ingest",
    Section: "sections",
    Sentence: "sections",
    Film: "entities",
    Mention: "entities",
    SentenceSentiment: "sentiment",
    ReviewSentiment: "sentiment",
    Aspect: "sentiment",
    ThemeHit: "themes",
}
_SCORES: tuple[tuple[Kind, str], ...] = (
    (SentenceSentiment, "voice_score"),
    (SentenceSentiment, "stance_score"),
    (ReviewSentiment, "verdict_score"),
    (Film, "score"),
    (Mention, "score"),
    (Aspect, "score"),
    (ThemeHit, "score"),
)
"""Columns that say how sure we are."""


@dataclass(slots=True)
class Answers:
    """What was read from a sheet."""

    corrections: dict[tuple[Any, ...], Correction] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def read_shelf(outputs: Path, review_ids: set[str]) -> Shelf:
    """The rows of some reviews.

    Raises:
        OutputsError: a table is missing.
    """
    rows: dict[Kind, dict[str, list[Any]]] = {}
    for kind in _TABLES:
        table = _read(outputs, kind, filters=[("review_id", "in", sorted(review_ids))]) if review_ids else None
        rows[kind] = {}
        for row in to_rows(kind, table) if table is not None else ():
            rows[kind].setdefault(row.review_id, []).append(row)
    return Shelf(rows)


def _read(outputs: Path, kind: Kind, **options: Any) -> pa.Table:
    path = outputs / _TABLES[kind] / f"{kind.TABLE}.parquet"
    if not path.is_file():
        raise OutputsError("no such table yet", where=str(path), fix="Run `closeup run` first.")
    return pq.read_table(path, **options)


def write_sheet(outputs: Path, to: Path) -> str:
    """Write the least certain rows of each sort, for a reader to correct; what was done, in words.

    Raises:
        OutputsError: a table is missing, or the sheet cannot be written.
    """
    copies = {row["review_id"] for row in _read(outputs, Review).to_pylist() if row["duplicate_of"]}
    doubtful: set[str] = set()
    for kind, column in _SCORES:
        table = _read(outputs, kind, columns=["review_id", column])
        scores = table.column(column).to_numpy(zero_copy_only=False).astype(np.float64)
        order = np.argsort(scores, kind="stable")[: MOST + len(copies)]
        doubtful.update(np.array(table.column("review_id").to_pylist(), dtype=object)[order].tolist())
    doubtful -= copies
    shelf = read_shelf(outputs, doubtful)
    every = [one for review_id in sorted(doubtful) for one in shelf.found(review_id)]
    chosen = []
    for what in WORDS:
        some = sorted((one for one in every if one.what == what and one.score < 1.0), key=lambda one: one.score)
        chosen += some[:MOST]
    lines = (_line(one, shelf) for one in chosen)
    guarded = [{name: guard(cell) if isinstance(cell, str) else cell for name, cell in line.items()} for line in lines]
    write_bytes(to, sheet_bytes(guarded))
    return (
        f"Wrote {len(chosen):,} rows to {to}, the least certain of each sort.\n"
        "Open it in a spreadsheet. Where `label` is wrong, write another that it may be; of a name `text` can be mended,\n"
        "too. Where a row is right, put an x under `ok`. Rows that you leave alone change nothing.\n"
        f"Save it as CSV, then run `closeup correct {to}`."
    )


MAY_BE = {what: " | ".join(words) for what, words in WORDS.items()} | {
    "aspect": f"{' | '.join(ASPECTS)}, each with positive, mixed or negative behind it | {NONE}",
    "film": f"Title (year) | {NONE}",
    "theme": f"a theme’s id, as in theme_hits | {NONE}",
}
"""What can be written under `label`, in words."""


def _line(one: Found, shelf: Shelf) -> dict[str, Any]:
    """A thing as a row of the sheet."""
    review: Review = shelf.of(Review, one.review_id)[0]
    span = one.span
    before, after = shelf.around(one.review_id, span) if span else ("", "")
    return {
        "what": one.what,
        "text": span.text if span else "",
        "label": one.label,
        "ok": "",
        "may_be": MAY_BE[one.what],
        "score": one.score,
        "before": before,
        "after": after,
        "our_label": one.label,
        "our_text": span.text if span else "",
        "source": review.source,
        "review_id": one.review_id,
        "start": span.start if span else 0,
        "end": span.end if span else 0,
        "sha256": review.sha256,
    }


def read_sheet(file: Path, outputs: Path) -> str:
    """Read a sheet back and keep what it corrects; what was kept and what was not, in words.

    Raises:
        OutputsError: the file cannot be read, has not the columns of a sheet, or a table is missing.
    """
    lines = _lines(file)
    shelf = read_shelf(outputs, {line["review_id"] for line in lines})
    themes = {theme.id for theme in our_themes()} | set(_read(outputs, ThemeHit).column("theme_id").to_pylist())
    answers = Answers()
    for number, line in enumerate(lines, 2):
        try:
            for one in corrections_of(line, shelf, themes):
                # What is said of a copy is kept with the first review of that text: it is true of all of them.
                first = shelf.of(Review, one.review_id)[0].duplicate_of
                one = replace(one, review_id=first) if first else one
                before = answers.corrections.get(one.key)
                if before is not None and before.label != one.label:
                    raise ConflictError(f"“{one.text}” is {before.label} in one row and {one.label} in another")
                answers.corrections[one.key] = one
        except ConflictError as conflict:
            answers.conflicts.append(f"row {number}: {conflict}")
    path = outputs / FILE
    kept = {one.key: one for one in parse(path.read_bytes())} if path.is_file() else {}
    n_changed = sum(key in kept and kept[key].label != one.label for key, one in answers.corrections.items())
    kept |= answers.corrections
    write_bytes(path, dump(sorted(kept.values(), key=lambda one: (one.review_id, one.start, one.end, one.key))))
    n_kept = count(len(answers.corrections), "correction")
    said = [f"Read {count(len(lines), 'row')}: {n_kept} kept, {len(kept):,} in all."]
    if n_changed:
        said.append(f"{count(n_changed, 'says', 'say')} something else than before; the new word counts.")
    if answers.conflicts:
        n_left = count(len(answers.conflicts), "row was", "rows were")
        said.append(f"{n_left} not understood and left out:")
        said += [f"  {conflict}" for conflict in answers.conflicts]
    said.append("The next `closeup run` applies them.")
    return "\n".join(said)


def _lines(file: Path) -> list[dict[str, str]]:
    try:
        content = file.read_bytes()
        if content[:2] == ZIPPED:
            raise OutputsError(
                "this is a workbook, not CSV",
                where=str(file),
                fix="Save it as CSV in your spreadsheet (in Excel: CSV UTF-8), and give that file.",
            )
        lines = parse_sheet(content)
    except OSError as error:
        raise OutputsError(f"cannot read it ({error.strerror})", where=str(file), fix="Check the path.") from error
    except KeyError as error:
        raise OutputsError(
            f"it has no column `{error.args[0]}`",
            where=str(file),
            fix="Give a sheet that `closeup review --to FILE` wrote, saved as CSV.",
        ) from None
    return [{name: _unguarded(cell) for name, cell in line.items()} for line in lines]


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and guard(cell[1:]) == cell else cell
