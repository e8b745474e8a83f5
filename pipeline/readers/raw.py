"""What travels from the process that reads the corpus to those that work on it."""

from dataclasses import dataclass, field
from typing import Literal

Markup = Literal["text", "markdown", "html"]


@dataclass(frozen=True, slots=True)
class Raw:
    """One review as it lies in the corpus: found, not yet understood. Cheap to pickle."""

    source: str
    """Path below the corpus; for a row of a table `path#id`, or `path#number` where it has no id."""
    name: str
    """What the review's id is made of: the path without suffixes, with the row's id or number."""
    content: bytes | str
    """The bytes of a file, or the text of a table's row."""
    markup: Markup
    """How the content is written."""
    given: dict[str, str] = field(default_factory=dict)
    """What the other columns of the row say, by the names in documents.Document.given."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Something in the corpus that could not be read: a row of quarantine.csv."""

    source: str
    """Path below the corpus, with the row's id or number for tables."""
    reason: str
    """What is wrong with it."""
    fix: str
    """What the user can do."""
