"""Themes that the net was not taught -> logits, from nothing but what their definition and a sentence have in common."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.models import themes
from pipeline.models.ontology import ontology

Floats = NDArray[np.float32]

SLOPE, AT_MEAN = 1.5, -5.2
"""What each standard deviation adds to the logit, and the logit of a sentence as near to a theme as sentences usually are.
models/theme_scores.py weighs it with the cues, as it learned to for a user's themes."""


def vector(told: Sequence[Sequence[str]], lto: Sequence[str]) -> Floats:
    """(U,): a theme as each of several kinds of texts tells it, and as the ontology's themes of these names are told."""
    known = ontology()
    parts = [themes.definitions(texts).mean(0) for texts in told if any(texts)]
    below = sorted({number for name in lto for number in known.under(name)})
    if below:
        parts.append(known.vectors[below].mean(0))
    whole = np.sum([part / max(float(np.sqrt(part @ part)), 1e-9) for part in parts], axis=0)
    unit: Floats = (whole / max(float(np.sqrt(whole @ whole)), 1e-9)).astype(np.float32)
    return unit


def logits(reading: themes.Reading, vectors: Floats) -> Floats:
    """(n, k): for n sentences and the vectors (k, U) of k themes."""
    w = themes.weights()
    near = themes.vectors(reading) @ vectors.T
    usual = vectors @ w.usual
    spread = np.sqrt(np.maximum(((vectors @ w.spread) * vectors).sum(1), 1e-9))
    found: Floats = (AT_MEAN + SLOPE * (near - usual) / spread).astype(np.float32)
    return found
