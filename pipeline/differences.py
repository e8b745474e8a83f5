"""What changed between two runs, row by row, and why."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.errors import OutputsError
from pipeline.formats.words import count, shorten
from pipeline.plan import STAGES
from pipeline.records import Aspect, Credit, Kind, Mention, Review, Sentence, ThemeHit
from pipeline.rules.corrections import FILE, Correction, parse
from pipeline.rules.keys import KEYS
from pipeline.stage import Stage

SPANS: dict[Kind, tuple[str, ...]] = {
    Mention: ("review_id", "start", "end", "label"),
    Credit: ("review_id", "person", "role", "character"),
    Aspect: ("review_id", "start", "end", "aspect"),
    ThemeHit: ("review_id", "start", "end", "theme_id"),
}
"""What a row is compared by where its number says nothing, or it has none."""

_HASHES = {"lexicon": "lexicon", "models": "model", "code": "code"}
_WORDS = 60
"""Characters of a cell that are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is not the same."""

    table: str
    key: str
    said: str
    """What is new, gone or other."""
    cause: str
    """input, settings, lexicon, model, correction or code; several where it cannot be told which."""

    def __str__(self) -> str:
        return f"{self.table}  {self.key}  {self.said}  [{self.cause}]"


class Run:
    """What a run has written of itself."""

    def __init__(self, outputs: Path) -> None:
        self.outputs = outputs
        path = outputs / "run.json"
        if not path.is_file():
            raise OutputsError("no finished run here", where=str(path), fix="Run `closeup run` first.")
        said = json.loads(path.read_text(encoding="utf-8"))
        self.settings: dict[str, Any] = {
            name: value for name, value in said["settings"].items() if name != "corrections"
        }
        self.versions: dict[str, str] = said["versions"]
        self.hashes: dict[str, str] = said["hashes"]
        self.files: dict[str, str] = said["outputs"]
        kept = outputs / FILE
        self.corrections: set[Correction] = set(parse(kept.read_bytes())) if kept.is_file() else set()

    def rows(self, stage: Stage, kind: Kind) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The rows of a table by what names them; rows of one name are numbered."""
        path = self.outputs / stage.name / f"{kind.TABLE}.parquet"
        if not path.is_file():
            return {}
        names = SPANS.get(kind) or KEYS[kind]
        seen: Counter[tuple[Any, ...]] = Counter()
        found = {}
        for row in pq.read_table(path).to_pylist():
            key = tuple(row[name] for name in names)
            found[(*key, seen[key])] = row
            seen[key] += 1
        return found


class Causes:
    """Why rows may differ between two runs."""

    def __init__(self, a: Run, b: Run) -> None:
        before, after = (_hashes(run) for run in (a, b))
        self.inputs = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        self.n_new = len(after.keys() - before.keys())
        self.n_gone = len(before.keys() - after.keys())
        self.settings = {name for name in a.settings | b.settings if a.settings.get(name) != b.settings.get(name)}
        self.corrections = a.corrections ^ b.corrections
        self.others = [word for name, word in _HASHES.items() if a.hashes.get(name) != b.hashes.get(name)]
        if a.versions != b.versions and "code" not in self.others:
            self.others.append("code")
        self._by_review: dict[str, list[Correction]] = defaultdict(list)
        for one in self.corrections:
            self._by_review[one.review_id].append(one)
        self._told = set(_places(b, self._by_review))

    def of(self, stage: Stage, kind: Kind, row: dict[str, Any]) -> str:
        """The cause for a row: the nearest that there is; several where it cannot be told which."""
        # A row about the whole corpus may name a review as an example.
        review_id = "" if kind in stage.reduces else row.get("review_id", "")
        if review_id in self.inputs:
            return "input"
        corrections = self._by_review.get(review_id, []) if review_id else list(self.corrections)
        if review_id and any(self._is_about(one, row) for one in corrections):
            return "correction"
        read = STAGES[: STAGES.index(stage) + 1]
        found = ["correction"] if corrections else []
        found += ["settings"] if any(set(one.settings) & self.settings for one in read) else []
        found += self.others
        # What is summed up over the corpus follows from other reviews' texts.
        return " or ".join(found) or ("input" if self.inputs else "settings" if self.settings else "code")

    def _is_about(self, one: Correction, row: dict[str, Any]) -> bool:
        if row.get("start") is not None:
            return bool(row["start"] < one.end and one.start < row["end"])
        place = row.get("sentence_id") or row.get("section_id")
        return place in self._told if place else one.start == one.end


def _hashes(run: Run) -> dict[str, str]:
    return {row["review_id"]: row["sha256"] for row in run.rows(STAGES[0], Review).values()}


def _places(run: Run, corrections: dict[str, list[Correction]]) -> Iterator[str]:
    """Ids of the sentences that are corrected, and of their sections."""
    for row in run.rows(STAGES[1], Sentence).values() if corrections else ():
        for one in corrections.get(row["review_id"], ()):
            if row["start"] < one.end and one.start < row["end"]:
                yield row["sentence_id"]
                yield row["section_id"]


def diff(outputs_a: Path, outputs_b: Path) -> Iterator[str]:
    """The differences as lines to read: what is other about the runs, each row, and a count.

    Raises:
        OutputsError: one of the folders holds no finished run.
    """
    a, b = Run(outputs_a), Run(outputs_b)
    causes = Causes(a, b)
    yield from _head(causes)
    total: Counter[tuple[str, str]] = Counter()
    for stage in STAGES:
        for kind in stage.writes:
            for change in _changes(stage, kind, a, b, causes):
                total[change.table, change.cause] += 1
                yield str(change)
    if not total:
        yield "No row differs."
        return
    yield f"{count(total.total(), 'row differs', 'rows differ')}:"
    for (table, cause), n in total.items():
        yield f"  {n:>7,}  {table}  [{cause}]"


def _head(causes: Causes) -> Iterator[str]:
    n_other = len(causes.inputs) - causes.n_new - causes.n_gone
    if causes.inputs:
        said = count(n_other, "review has another text", "reviews have another text")
        yield f"input: {said}, {causes.n_new:,} new, {causes.n_gone:,} gone"
    if causes.settings:
        yield f"settings: {', '.join(sorted(causes.settings))}"
    if causes.corrections:
        yield f"corrections: {len(causes.corrections):,} that only one of the two has"
    for word in causes.others:
        yield f"{word}: not the same"


def _changes(stage: Stage, kind: Kind, a: Run, b: Run, causes: Causes) -> Iterator[Change]:
    name = f"{stage.name}/{kind.TABLE}.parquet"
    if name in a.files and a.files[name] == b.files.get(name):
        return
    before, after = a.rows(stage, kind), b.rows(stage, kind)
    columns = [f.name for f in fields(kind)]
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old != new:
            row = new or old or {}
            yield Change(kind.TABLE, _name(kind, row), _said(columns, old, new), causes.of(stage, kind, row))


def _name(kind: Kind, row: dict[str, Any]) -> str:
    names = SPANS.get(kind) or KEYS[kind]
    words = f" “{shorten(row['text'], _WORDS)}”" if kind in SPANS else ""
    return " ".join(str(row[name]) for name in names) + words


def _said(columns: Sequence[str], old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    return ", ".join(
        f"{name}: {_cell(old.get(name))} → {_cell(new.get(name))}" for name in columns if old.get(name) != new.get(name)
    )


def _cell(value: Any) -> str:
    return "(empty)" if value in (None, "") else shorten(str(value), _WORDS)
