"""Measures themes as users meet them: each motivation of the stories kept back is a review of one sentence.

    python -m pipeline.training.theme_measure --data DIR

First through all stages; then each of our themes is asked for as if it were a user's, by its block alone without its names
of the ontology, ten at a time. (The net that is shipped has been taught these themes.)
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import pipeline
from pipeline import nlp
from pipeline.models import theme_scores
from pipeline.rules.theme_blocks import our_themes
from pipeline.stages import themes
from pipeline.training.theme_scores import FOLDS, alone, owned
from pipeline.training.theme_sets import f1, motivations, nodes


def through_all(texts: list[str]) -> NDArray[np.bool_]:
    """(texts, themes): what the whole pipeline says."""
    ids = {theme.id: number for number, theme in enumerate(our_themes())}
    found = np.zeros((len(texts), len(ids)), dtype=bool)
    for row in pipeline.analyse(texts)["section_themes"]:
        found[int(row.review_id.removeprefix("text-")) - 1, ids[row.theme_id]] = True
    return found


def as_own(texts: list[str], folds: Iterable[int] = range(FOLDS)) -> NDArray[np.bool_]:
    """(texts, themes): what the stage says when themes are a user's, every fifth from each of `folds` on at a time."""
    found = np.zeros((len(texts), len(our_themes())), dtype=bool)
    for fold in folds:
        with nlp.memory_zone():
            likely = theme_scores.score(themes.look(alone(texts), owned(fold)).evidence, theme_scores.weights())[1]
        found[:, fold::FOLDS] = likely[:, len(our_themes()) :]
    return found


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    told = motivations(given.data, nodes(given.data))
    back = np.flatnonzero(told.kept_back)
    texts, truth = [told.texts[i] for i in back], told.labels[back]
    with_theme = truth.sum(1) > 0
    for name, found in (("all stages", through_all(texts)), ("as a user's", as_own(texts))):
        print(name, "with a theme", f1(truth[with_theme], found[with_theme]), "all", f1(truth, found), flush=True)


if __name__ == "__main__":
    main()
