"""Measures themes that nobody has taught: ten of the fifty, by their blocks alone.

    python -m pipeline.training.theme_left_out --data DIR --teacher FOLDER [--folds 0 1 2 3 4]

For each ten a teacher is fine-tuned, and a net taught, without their labels, the motivations that were written for them and their
definitions in the ontology. The regression of theme_scores is the one that is shipped: it does not know a user's themes apart.
"""

import argparse
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from pipeline.models import themes as model
from pipeline.training import theme_teacher, themes
from pipeline.training.theme_measure import as_own
from pipeline.training.theme_scores import FOLDS
from pipeline.training.theme_sets import f1, motivations, nodes


def main() -> None:
    """Teach a net for each ten, measure them with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "teacher"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--folds", type=int, nargs="+", default=[*range(FOLDS)])
    given = parser.parse_args()
    torch.set_num_threads(1)
    told = motivations(given.data, nodes(given.data))
    back = np.flatnonzero(told.kept_back)
    for fold in given.folds:
        left = range(fold, told.labels.shape[1], FOLDS)
        heard = theme_teacher.listen(given.data, given.teacher, frozenset(left))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "themes.npz")
            themes.write(path, themes.taught(given.data, heard, frozenset(left)))
            weights = model.load(path)
        with mock.patch.object(model, "weights", lambda taught=weights: taught):
            found = as_own([told.texts[i] for i in back], [fold])
        truth = told.labels[back]
        with_theme = truth.sum(1) > 0
        scores = (f1(truth[rows][:, left], found[rows][:, left]) for rows in (with_theme, slice(None)))
        print(f"ten left out, from {fold}: with a theme {next(scores)}, all {next(scores)}", flush=True)


if __name__ == "__main__":
    main()
