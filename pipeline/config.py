"""Settings of a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    """What a user may set, and nothing that changes no result."""

    text_key: str = ""
    """Column that holds the text of a table's rows; empty: text, review, body or content."""
    themes: str = ""
    """File of the user's own themes."""
    aliases: str = ""
    """File of the user's own aliases: alias,name,label."""
    ner: str = ""
    """A spaCy pipeline that finds names instead of our own tagger: a package or a folder."""
    no_spoilers: bool = False
    """Leave plot sentences out of the report."""
