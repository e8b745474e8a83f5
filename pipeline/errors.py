"""Everything that can go wrong and is not a bug.

CloseupError
├── ConfigError    a setting, an option or a file of settings
├── CorpusError    the corpus as a whole; a single bad file is a row of quarantine.csv, never an error
├── LexiconError   a rule that is malformed or clashes with another
├── OutputsError   outputs that are missing, locked, full or not ours
└── VerifyError    a row that does not match its source
"""


class CloseupError(Exception):
    """A problem that the user can mend: what is wrong, where, and what to do next."""

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__(f"{where}: {what}")
        self.what, self.where, self.fix = what, where, fix

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from its three parts, so that it survives the way back from a worker process."""
        return (_rebuild, (type(self), self.what, self.where, self.fix))


def _rebuild(kind: type[CloseupError], what: str, where: str, fix: str) -> CloseupError:
    return kind(what, where=where, fix=fix)


class ConfigError(CloseupError):
    """A setting that is unknown or out of range."""


class CorpusError(CloseupError):
    """A corpus that cannot be read at all."""


class LexiconError(CloseupError):
    """A rule that is malformed or clashes with another."""


class OutputsError(CloseupError):
    """Outputs that are missing, locked, unwritable or not ours."""


class VerifyError(CloseupError):
    """Rows that do not match the source that they point at."""
