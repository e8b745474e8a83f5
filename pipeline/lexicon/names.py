"""Words around names, from credits.toml, ready for patterns."""

from pipeline.lexicon.load import read

_WORDS = read("credits")["words"]

NEVER_FIRST = frozenset(_WORDS["never_first"].split())
"""Lower-cased words that begin a sentence with a capital and are no part of a name."""

ROLE_WORDS = frozenset(_WORDS["roles"].split())
"""Lower-cased words that are no part of a name wherever they stand with a capital: "Director", "I"."""

NEVER_LAST = frozenset(_WORDS["never_last"].split())
"""Lower-cased words that end no name."""

PARTICLES = _WORDS["particles"]
"""Alternatives of a pattern: the small words inside a name, "von", "de la", "of the"."""

ABBREVIATIONS = _WORDS["abbreviations"]
"""Alternatives of a pattern: abbreviations that keep their full stop before or after a name."""

TITLES = frozenset(_WORDS["titles"].split())
"""Lower-cased words that stand before a character's name."""

PERSONS = frozenset(_WORDS["persons"].split())
"""Lower-cased nouns for a person, "wife", after which a bracket may name the actor."""

BUTTONS = frozenset(_WORDS["buttons"].split())
"""Lower-cased names of what pages have buttons for: in boilerplate they name nothing that the review speaks of."""
