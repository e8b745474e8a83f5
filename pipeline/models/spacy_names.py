"""Texts -> names, by any spaCy pipeline that a user prefers to our own tagger."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import spacy
from spacy.language import Language

from pipeline.errors import ConfigError

LABELS = {
    "PERSON": "PERSON",
    "PER": "PERSON",
    "CHARACTER": "CHARACTER",
    "ORG": "ORG",
    "GPE": "PLACE",
    "LOC": "PLACE",
    "FAC": "PLACE",
    "PLACE": "PLACE",
    "NORP": "GROUP",
    "GROUP": "GROUP",
    "WORK_OF_ART": "WORK",
    "WORK": "WORK",
    "EVENT": "EVENT",
    "DATE": "DATE",
    "CONDITION": "CONDITION",
}
"""Labels of spaCy's pipelines, and ours; others are left out."""


@lru_cache(maxsize=1)
def load(pipeline: str) -> Language:
    """A spaCy pipeline: a package or a folder.

    Raises:
        ConfigError: it is not there, or finds no names.
    """
    try:
        made = spacy.load(pipeline)
    except (OSError, ImportError, ValueError) as error:
        raise ConfigError(
            f"not a spaCy pipeline that can be loaded ({str(error).splitlines()[0]})",
            where=pipeline,
            fix="Install it, for example: python -m spacy download en_core_web_sm. Or leave --ner out.",
        ) from None
    return made


def tag_texts(texts: Sequence[str], pipeline: str) -> Iterator[list[tuple[int, int, str]]]:
    """Start, end and label of the names of each text, in order; labels as in records.LABELS."""
    for doc in load(pipeline).pipe(texts):
        yield [(ent.start_char, ent.end_char, LABELS[ent.label_]) for ent in doc.ents if ent.label_ in LABELS]
