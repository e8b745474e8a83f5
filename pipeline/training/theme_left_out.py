"""Measures themes that the net has not been taught: ten of the fifty at a time, by their blocks alone.

    python -m pipeline.training.theme_left_out --data DIR --teacher FOLDER

For each ten a net is taught without their labels and without their nodes of the ontology, for one round instead of four, and
without the linear model. The regression of theme_scores is the one that is shipped: it does not know themes apart that are a user's.
"""

import argparse
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import torch

from pipeline.models import themes as model
from pipeline.training import themes
from pipeline.training.theme_measure import FOLDS, as_own
from pipeline.training.theme_sets import f1, motivations, nodes, tells

ROUNDS = 1


def main() -> None:
    """Teach five nets, measure ten themes with each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "teacher"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    torch.set_num_threads(1)
    all_nodes = nodes(given.data)
    told = motivations(given.data, all_nodes)
    of_themes = tells(all_nodes)
    learn, back = np.flatnonzero(~told.kept_back & ~told.apart), np.flatnonzero(told.kept_back)
    known = themes.known_words(given.data, given.teacher, [told.texts[i] for i in learn])
    rows, descriptions = themes.read(told.texts, known), themes.read(all_nodes.descriptions, known)
    found = np.zeros((len(back), told.labels.shape[1]), dtype=bool)
    for fold in range(FOLDS):
        some = set(range(fold, told.labels.shape[1], FOLDS))
        labels = torch.from_numpy(told.labels.astype(np.float32))
        labels[:, list(some)] = 0
        kept = [
            [node for node in row if some.isdisjoint(of_themes.get(all_nodes.names[node], []))] for row in told.nodes
        ]
        left = np.array([i for i in learn if kept[i]])
        torch.manual_seed(0)
        net = themes.Net(known, told.labels.shape[1])
        themes.teach(net, themes.Lessons(rows, labels, kept, descriptions), left, ROUNDS)
        nothing = np.zeros((len(net.table.weight) + themes.PAIRS + 1, labels.shape[1]), dtype=np.float32)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "themes.npz")
            themes.write(path, net, known, nothing, nothing[0], themes.look(net, rows, left[::6])[1])
            weights = model.load(path)
        with mock.patch.object(model, "weights", lambda taught=weights: taught):
            found |= as_own([told.texts[i] for i in back], [fold])
        print(f"{fold + 1} of {FOLDS}", flush=True)
    truth = told.labels[back]
    with_theme = truth.sum(1) > 0
    print("left out, with a theme:", f1(truth[with_theme], found[with_theme]), "all:", f1(truth, found))


if __name__ == "__main__":
    main()
