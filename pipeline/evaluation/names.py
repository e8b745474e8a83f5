"""When two spellings are the same name."""

import re
import unicodedata

_ARTICLE = re.compile(r"^(?:the|an?) ")


def fold_name(name: str) -> str:
    """The letters of a name: lower case, no accents, no marks, no possessive, no leading article."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"['’]s\b", "", plain.lower())
    return _ARTICLE.sub("", " ".join(re.findall(r"\w+", plain)))


def is_same_name(a: str, b: str) -> bool:
    """Whether two names are one, or one is the first or last words of the other ("Paulson", "Sarah Paulson")."""
    short, long = sorted((fold_name(a).split(), fold_name(b).split()), key=len)
    return bool(short) and (long[: len(short)] == short or long[-len(short) :] == short)
