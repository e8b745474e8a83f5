"""Raw reviews -> shards: pieces of the corpus, cut by what is in it, never by the number of workers.

A shard ends after a review whose name hashes to a multiple of MEAN, so that a review that comes or goes moves the
borders of its own shard alone and the results of all others stay good.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import CorpusError
from pipeline.readers.corpus import list_files, source_of, split
from pipeline.readers.ranges import Range, count_rows, ranges_of, read_range
from pipeline.readers.raw import Raw, Refused
from pipeline.rules.corrections import Corrections

NO_CORRECTIONS = Corrections()

MEAN = 128
"""Reviews in a shard, on average."""

MOST_REVIEWS = 512
MOST_CHARACTERS = 1_000_000
"""Where a shard ends at the latest; a longer review is a shard of its own."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A raw review as the corpus is cut by it: all but its text."""

    name: str
    source: str
    size: int
    """Bytes or characters."""
    text: bytes
    """Hash of its text."""
    whole: bytes
    """Hash of all that is in it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One review of a shard, not yet read, with the name that the corpus gives it."""

    review_id: str
    duplicate_of: str
    source: str
    whole: bytes
    """Hash of all that is in it."""
    raw: Raw | None = None
    """None where it stands in the shard's range."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Some reviews that stand together in the corpus, and what was refused among them."""

    name: str
    """Name of its first review, made safe for a file."""
    key: str
    """Hash of all that is in it: the same key means the same rows."""
    items: tuple[Item, ...]
    refused: tuple[Refused, ...]
    range: Range | None = None
    """Rows of a large table in which its items stand."""


def slug(name: str) -> str:
    """The name in lower-case letters, digits and hyphens; a hash where nothing is left of it.

    Letters of other scripts stay: a slug is for people, too.
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    plain = re.sub(r"[^\w]+|_", "-", plain).strip("-")
    return plain[:120].rstrip("-") or "review-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def see(raw: Raw) -> Seen:
    """What the corpus is cut by."""
    content = _bytes(raw.content)
    text = hashlib.blake2b(content, digest_size=16).digest()
    head = repr((raw.name, raw.source, raw.markup, sorted(raw.given.items()), type(raw.content)))
    whole = hashlib.blake2b(text + head.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return Seen(raw.name, raw.source, len(raw.content), text, whole)


def survey(one: Range, text_key: str) -> list[tuple[Seen | Refused, int]]:
    """What the corpus is cut by of each row of a range, with the byte or row behind it; texts are not kept."""
    return [(row if isinstance(row, Refused) else see(row), end) for row, end in read_range(one, text_key)]


def load(shard: Shard, text_key: str) -> Shard:
    """The shard with its reviews at hand.

    Raises:
        CorpusError: they are no longer what they were when the corpus was cut.
    """
    if shard.range is None:
        return shard
    wanted = iter(shard.items)
    item = next(wanted, None)
    found = []
    for raw, _ in read_range(shard.range, text_key):
        # Some of the items, when it is sought which of them ends the process that reads it.
        if item is not None and isinstance(raw, Raw) and see(raw).whole == item.whole:
            found.append(replace(item, raw=raw))
            item = next(wanted, None)
    if item is not None:
        raise CorpusError(
            "it was changed while it was read", where=shard.range.source, fix="Run again when the corpus is at rest."
        )
    return replace(shard, items=tuple(found), range=None)


Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""Calls a function on each of many things, here or in other processes; what comes of it, in order."""


def cut(
    corpus: Path, text_key: str, corrections: Corrections = NO_CORRECTIONS, spread: Map | None = None
) -> Iterator[Shard]:
    """The shards of the corpus, one at a time.

    With `spread`, large tables are not read here, but range by range with its help; their shards hold no texts.
    """
    cutter = _Cutter(corrections)
    for path in list_files(corpus):
        if isinstance(path, Refused):
            cutter.refuse(path)
            continue
        ranges = ranges_of(path, source_of(path, corpus), text_key) if spread else []
        ranges = _numbered(ranges, spread) if spread else []
        if spread and ranges:
            yield from cutter.end()
            yield from cutter.cut_table(ranges, spread(partial(survey, text_key=text_key), ranges))
        else:
            for raw in split(path, corpus, text_key):
                yield from cutter.add(raw)
    yield from cutter.end()


def _numbered(ranges: list[Range], spread: Map) -> list[Range]:
    """The ranges with the number of rows before each; none where there are no rows."""
    before = 0
    found = []
    for one, count in zip(ranges, spread(count_rows, ranges), strict=True):
        found.append(replace(one, before=before))
        before += count
    return found if before else []


def cut_raws(raws: Iterable[Raw | Refused]) -> Iterator[Shard]:
    """The shards that raw reviews fall into, one at a time."""
    cutter = _Cutter(NO_CORRECTIONS)
    for raw in raws:
        yield from cutter.add(raw)
    yield from cutter.end()


class _Cutter:
    """Takes reviews in the order of the corpus, and hands out shards.

    What is held of the corpus as a whole: a name and a hash of each review (some 150 bytes).
    """

    def __init__(self, corrections: Corrections) -> None:
        self._corrections = corrections
        self._names: set[str] = set()
        self._first_with: dict[bytes, str] = {}
        self._items: list[Item] = []
        self._refused: list[Refused] = []
        self._size = 0

    def refuse(self, one: Refused) -> None:
        """Take note of what could not be read."""
        self._refused.append(one)

    def add(self, raw: Raw | Refused) -> Iterator[Shard]:
        """Take a review; the shards that end before it or with it."""
        if isinstance(raw, Refused):
            self.refuse(raw)
            return
        seen = see(raw)
        if self._is_full(seen):
            yield from self.end()
        if self._take(seen, raw):
            yield from self.end()

    def cut_table(self, ranges: list[Range], surveys: Iterable[list[tuple[Seen | Refused, int]]]) -> Iterator[Shard]:
        """The shards of a large table, of which each range has been surveyed."""
        begun, end = ranges[0], 0
        for one, rows in zip(ranges, surveys, strict=True):
            number = one.before
            for seen, behind in rows:
                if isinstance(seen, Refused):
                    self.refuse(seen)
                    is_last = False
                else:
                    if self._is_full(seen):
                        yield from self.end(replace(begun, stop=end))
                        begun = replace(begun, start=end, before=number)
                    is_last = self._take(seen, None)
                end, number = behind, number + 1
                if is_last:
                    yield from self.end(replace(begun, stop=end))
                    begun = replace(begun, start=end, before=number)
            if rows and isinstance(rows[-1][0], Refused) and rows[-1][0].source == one.source:
                # The range could not be read to its end; what stands behind it is read from there.
                yield from self.end(replace(begun, stop=end))
                begun = replace(begun, start=one.stop, before=one.before + count_rows(one))
        yield from self.end(replace(begun, stop=end))

    def end(self, rows: Range | None = None) -> Iterator[Shard]:
        """The shard that ends here, if there is anything in it."""
        if self._items or self._refused:
            yield _shard(self._items, self._refused, self._corrections, rows)
            self._items, self._refused, self._size = [], [], 0

    def _is_full(self, seen: Seen) -> bool:
        return bool(self._items) and self._size + seen.size > MOST_CHARACTERS

    def _take(self, seen: Seen, raw: Raw | None) -> bool:
        """Take a review into the shard; whether the shard ends with it."""
        review_id = _unused(slug(seen.name), self._names)
        first = self._first_with.setdefault(seen.text, review_id)
        duplicate_of = "" if first == review_id else first
        self._items.append(Item(review_id, duplicate_of, seen.source, seen.whole, raw))
        self._size += seen.size
        is_border = zlib.crc32(review_id.encode("utf-8", "surrogatepass")) % MEAN == 0
        return is_border or len(self._items) >= MOST_REVIEWS


def _unused(name: str, names: set[str]) -> str:
    candidate, number = name, 1
    while candidate in names:
        number += 1
        candidate = f"{name}~{number}"
    names.add(candidate)
    return candidate


def _bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")


def _shard(items: list[Item], refused: list[Refused], corrections: Corrections, rows: Range | None) -> Shard:
    key = hashlib.sha256()
    for item in items:
        key.update(repr((item.review_id, item.duplicate_of)).encode("utf-8", "surrogatepass") + item.whole)
        for name in (item.review_id, item.duplicate_of):
            if name in corrections.by_id:
                key.update(repr(corrections.by_id[name]).encode("utf-8", "surrogatepass"))
    key.update(repr(refused).encode("utf-8", "surrogatepass"))
    first = items[0].review_id if items else "refused-" + slug(refused[0].source)
    return Shard(first[:80], key.hexdigest(), tuple(items), tuple(refused), rows)
