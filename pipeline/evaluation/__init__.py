"""Outputs held against labels, with what other tools would have said beside ours."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import CorpusError
from pipeline.evaluation.corrected import is_corrections, score_corrections
from pipeline.evaluation.gold import score_gold
from pipeline.evaluation.labelled import score_table
from pipeline.evaluation.measures import Confusion, Figure
from pipeline.evaluation.tables import read_outputs
from pipeline.rules.corrections import FILE


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well outputs fit labels; as text, a figure a line, then the confusions and the remarks."""

    figures: tuple[Figure, ...]
    confusions: tuple[Confusion, ...]
    remarks: tuple[str, ...]

    def value(self, name: str) -> float:
        """The figure of that name; KeyError if it was not measured."""
        return {figure.name: figure.value for figure in self.figures}[name]

    def __str__(self) -> str:
        parts = ["\n".join(map(str, self.figures)), *map(str, self.confusions), "\n".join(self.remarks)]
        return "\n\n".join(part for part in parts if part)


def evaluate(gold: Path, outputs: Path) -> Evaluation:
    """Hold the tables below `outputs` against a folder of label files, or a CSV file of labels or of corrections.

    Raises:
        CorpusError: there are no labels at `gold`, or none is of a review in the outputs.
        OutputsError: a table is missing.
    """
    if not gold.exists():
        raise CorpusError(
            "no such file or folder", where=str(gold), fix="Name a folder of label files, or a CSV file of labels."
        )
    if gold.is_file() and is_corrections(gold):
        figures, confusions, remarks = score_corrections(gold, read_outputs(outputs), outputs / FILE)
    else:
        score = score_gold if gold.is_dir() else score_table
        figures, confusions, remarks = score(gold, read_outputs(outputs))
    return Evaluation(tuple(figures), tuple(confusions), tuple(remarks))
