"""Forms of names -> which are forms of the same name: "Paulson", "Sarah Paulson", "Ms. Paulson".

Only forms are looked at, never places in texts. Candidates are found by keys, so that the time grows with the number
of forms, and the outcome does not depend on their order.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations

from pipeline.lexicon import names as lexicon

LONGEST = 80
"""Characters of the longest form that is compared for misspellings."""

FEW = 20
"""Names that are compared each with each."""
CROWD = 50
"""Names with the same first or last word from which short forms are nobody's."""

_POSSESSIVE = re.compile(r"['’]s?$")
_NOT_WORD = re.compile(r"[^\w]+")
_HONORIFICS = frozenset(["mr", "mrs", "ms", "miss", "sir", "dame"])
_WIFE = "mrs"


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """The key of a name: lower case, without accents, marks, possessive and leading article."""
    name = _POSSESSIVE.sub("", name.strip())
    plain = unicodedata.normalize("NFKD", name)
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = _NOT_WORD.sub(" ", plain.replace("’", "").replace("'", "").casefold()).strip()
    first, _, rest = plain.partition(" ")
    return rest if rest and first in ("the", "a", "an") else plain


def slug(name: str) -> str:
    """A name as part of an id: letters and digits, lower case, joined by hyphens."""
    return fold(name).replace(" ", "-")[:LONGEST] or "x"


def is_misspelt(a: str, b: str) -> bool:
    """Whether two keys differ by one letter: one changed, dropped, added, or two neighbours exchanged.

    Digits, a word's first letter and its last "s" make a difference: "Alien" and "Aliens", "John Wayne" and "John Payne".
    """
    if a == b or abs(len(a) - len(b)) > 1 or a[:1] != b[:1]:
        return False
    short, long = sorted((a, b), key=len)
    i = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    if long[i - 1] == " ":
        return False
    if len(short) == len(long):
        changed = short[i] + long[i]
        same = short[i + 1 :] == long[i + 1 :] or (
            short[i : i + 2] == long[i : i + 2][::-1] and short[i + 2 :] == long[i + 2 :]
        )
    else:
        changed = long[i]
        same = short[i:] == long[i + 1 :] and not (changed == "s" and long[i + 1 : i + 2] in ("", " "))
    return same and not any(c.isdigit() or c == " " for c in changed)


def _deletions(key: str) -> Iterable[str]:
    """The key and all that it becomes with one letter dropped: two forms one letter apart share one of them."""
    yield key
    for i in range(1, len(key)):
        yield key[:i] + key[i + 1 :]


def _near(keys: Iterable[str]) -> Iterator[list[str]]:
    """Groups of keys among which those one letter apart are found; small ones by their first letter alone."""
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        if 6 <= len(key) <= LONGEST:
            blocks[key[0]].append(key)
    for block in blocks.values():
        if len(block) <= FEW:
            yield block
            continue
        near: defaultdict[str, list[str]] = defaultdict(list)
        for key in block:
            for shorter in _deletions(key):
                near[shorter].append(key)
        yield from (group for group in near.values() if 1 < len(group) <= CROWD)


def misspellings(counts: Mapping[str, int]) -> dict[str, str]:
    """Rare keys -> the frequent key of which each is most likely a misspelling.

    Only keys of six letters on, and only where the frequent one is seen three times as often, or both have
    several words of which but one differs; of two that are as frequent the one that comes first in `counts`.
    """
    rank = {key: (counts[key], -place) for place, key in enumerate(counts)}
    found: dict[str, str] = {}
    for keys in _near(counts):
        for a, b in combinations(keys, 2):
            if abs(len(a) - len(b)) > 1 or not is_misspelt(a, b):
                continue
            rare, frequent = (a, b) if rank[a] < rank[b] else (b, a)
            if " " not in frequent and counts[frequent] < 3 * counts[rare]:
                continue
            best = found.get(rare)
            if best is None or rank[frequent] > rank[best]:
                found[rare] = frequent
    return {rare: _root(found, rare) for rare in found}


def plurals(keys: Collection[str]) -> dict[str, str]:
    """Keys that end in "s" -> the same without it, where that is a key too: "Americans", "Oscars"."""
    return {key: key[:-1] for key in keys if key.endswith("s") and key[:-1] in keys}


def _root(parents: Mapping[str, str], key: str) -> str:
    while key in parents:
        key = parents[key]
    return key


def split_title(key: str) -> tuple[str, str]:
    """The title ("dr", "aunt", "the great" has none) and the rest of a key; the title is empty where there is none."""
    first, _, rest = key.partition(" ")
    return (first, rest) if rest and first in lexicon.TITLES else ("", key)


MOST_ADDED = 2
"""Words that a fuller form may add to a name of several words."""


def merge_forms(counts: Mapping[str, int]) -> dict[str, str]:
    """Forms of names in one review -> the fullest form of the same name.

    `counts` says how often each form is there. A single word goes to the one longer name that ends or begins
    with it, to none if there are several ("Chris" beside two Chrises).
    """
    keys: dict[str, dict[str, int]] = {}
    for form, count in counts.items():
        keys.setdefault(fold(form), {})[form] = count
    totals = {key: sum(forms.values()) for key, forms in keys.items() if key}
    parents = misspellings(totals)
    alive = [key for key in totals if key not in parents]
    bare = {key: split_title(key) for key in alive}
    ends: defaultdict[str, list[str]] = defaultdict(list)
    begins: defaultdict[str, list[str]] = defaultdict(list)
    both: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(alive):
        words = bare[key][1].split()
        if len(words) > 1:
            ends[words[-1]].append(key)
            begins[words[0]].append(key)
            both[words[0], words[-1]].append(key)
        elif bare[key][0]:
            ends[words[-1]].append(key)
    for key in sorted(alive, key=lambda key: (-len(key), key)):
        target = _fuller(key, bare, ends, begins, both)
        if target and _root(parents, target) != key:
            parents[key] = target
    best = {key: _spelling(forms) for key, forms in keys.items()}
    return {form: best[_root(parents, key)] if key else form for key, forms in keys.items() for form in forms}


def _fuller(
    key: str,
    bare: Mapping[str, tuple[str, str]],
    ends: Mapping[str, list[str]],
    begins: Mapping[str, list[str]],
    both: Mapping[tuple[str, str], list[str]],
) -> str | None:
    """The one longer name of which `key` is a short form, or None."""
    title, rest = bare[key]
    words = rest.split()
    if not words:
        return None
    n_ends, n_begins = len(ends.get(words[-1], ())), len(begins.get(words[0], ()))
    # A name of several words is among those that begin and end like it; mostly it is the only one.
    alone = n_ends <= 1 and n_begins <= 1 if len(words) > 1 else n_begins == 0 and n_ends <= bool(title)
    if alone or n_ends > CROWD or n_begins > CROWD:
        return None
    if len(words) > 1:
        longer = [k for k in both.get((words[0], words[-1]), ()) if len(bare[k][1]) > len(rest)]
        if not longer and title:
            longer = [k for k in both.get((words[0], words[-1]), ()) if k != key and not bare[k][0]]
        if not longer:  # "Pat Solitano" of "Pat Solitano Senior", "Maria Elena" of "Maria Elena Velez"
            longer = [k for k in begins.get(words[0], ()) if bare[k][1].startswith(rest + " ")]
        if not longer:
            longer = [k for k in ends.get(words[-1], ()) if bare[k][1].endswith(" " + rest)]
        # What adds more words to a whole name is a headline in capitals, not a fuller form of it.
        longer = [k for k in longer if bare[k][1].count(" ") < len(words) + MOST_ADDED]
        return longer[0] if len(longer) == 1 else None
    last = [k for k in ends.get(words[0], ()) if k != key and not (title and bare[k][0] in _HONORIFICS)]
    if title == _WIFE:  # "Mrs. Petrie" is not the Daniel Petrie of whom the review tells
        return None
    if title and title not in _HONORIFICS:
        same = [k for k in last if bare[k][0] == title]
        last = same or [k for k in last if not bare[k][0] and " " not in bare[k][1]]
    elif not title:
        full = [k for k in last if " " in bare[k][1]]
        first = [k for k in begins.get(words[0], ()) if k != key]
        last = full or first or last
        if len(full) == 1 and len(first) == 1 and full != first:
            return None
    return last[0] if len(last) == 1 else None


def _spelling(forms: Mapping[str, int]) -> str:
    """The spelling to show: the most frequent, then the one with most capitals or accents, then by letters."""
    if len(forms) == 1:
        return next(iter(forms))
    return min(forms, key=lambda form: (-forms[form], form.isupper(), -sum(not c.isascii() for c in form), form))
