"""Raw reviews -> shards: pieces of the corpus, cut by what is in it, never by the number of workers.

A shard ends after a review whose name hashes to a multiple of MEAN, so that a review that comes or goes moves the
borders of its own shard alone and the results of all others stay good.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.readers.corpus import list_files, split
from pipeline.readers.raw import Raw, Refused
from pipeline.rules.corrections import Corrections

NO_CORRECTIONS = Corrections()

MEAN = 128
"""Reviews in a shard, on average."""

MOST_REVIEWS = 512
MOST_CHARACTERS = 1_000_000
"""Where a shard ends at the latest; a longer review is a shard of its own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One review of a shard, not yet read, with the name that the corpus gives it."""

    review_id: str
    duplicate_of: str
    raw: Raw


@dataclass(frozen=True, slots=True)
class Shard:
    """Some reviews that stand together in the corpus, and what was refused among them."""

    name: str
    """Name of its first review, made safe for a file."""
    key: str
    """Hash of all that is in it: the same key means the same rows."""
    items: tuple[Item, ...]
    refused: tuple[Refused, ...]


def slug(name: str) -> str:
    """The name in lower-case letters, digits and hyphens; a hash where nothing is left of it.

    Letters of other scripts stay: a slug is for people, too.
    """
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    plain = re.sub(r"[^\w]+|_", "-", plain).strip("-")
    return plain[:120].rstrip("-") or "review-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def read_corpus(corpus: Path, text_key: str) -> Iterator[Raw | Refused]:
    """Every review of the corpus as it lies there, in the order of paths and rows."""
    for path in list_files(corpus):
        if isinstance(path, Refused):
            yield path
        else:
            yield from split(path, corpus, text_key)


def cut(corpus: Path, text_key: str, corrections: Corrections = NO_CORRECTIONS) -> Iterator[Shard]:
    """The shards of the corpus, one at a time."""
    return cut_raws(read_corpus(corpus, text_key), corrections)


def cut_raws(raws: Iterable[Raw | Refused], corrections: Corrections = NO_CORRECTIONS) -> Iterator[Shard]:
    """The shards that raw reviews fall into, one at a time; what was corrected in a review counts as part of it.

    What is held of the corpus as a whole: a name and a hash of each review (some 150 bytes).
    """
    names: set[str] = set()
    first_with: dict[bytes, str] = {}
    items: list[Item] = []
    refused: list[Refused] = []
    size = 0
    for raw in raws:
        if isinstance(raw, Refused):
            refused.append(raw)
            continue
        if items and size + len(raw.content) > MOST_CHARACTERS:
            yield _shard(items, refused, corrections)
            items, refused, size = [], [], 0
        review_id = _unused(slug(raw.name), names)
        digest = hashlib.blake2b(_bytes(raw.content), digest_size=16).digest()
        items.append(Item(review_id, first_with.get(digest, ""), raw))
        first_with.setdefault(digest, review_id)
        size += len(raw.content)
        if len(items) >= MOST_REVIEWS or zlib.crc32(review_id.encode("utf-8", "surrogatepass")) % MEAN == 0:
            yield _shard(items, refused, corrections)
            items, refused, size = [], [], 0
    if items or refused:
        yield _shard(items, refused, corrections)


def _unused(name: str, names: set[str]) -> str:
    candidate, number = name, 1
    while candidate in names:
        number += 1
        candidate = f"{name}~{number}"
    names.add(candidate)
    return candidate


def _bytes(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")


def _shard(items: list[Item], refused: list[Refused], corrections: Corrections) -> Shard:
    key = hashlib.sha256()
    for item in items:
        given = sorted(item.raw.given.items())
        head = repr((item.review_id, item.duplicate_of, item.raw.source, item.raw.markup, given, len(item.raw.content)))
        key.update(head.encode("utf-8", "surrogatepass"))
        key.update(_bytes(item.raw.content))
        for name in (item.review_id, item.duplicate_of):
            if name in corrections.by_id:
                key.update(repr(corrections.by_id[name]).encode("utf-8", "surrogatepass"))
    key.update(repr(refused).encode("utf-8", "surrogatepass"))
    first = items[0].review_id if items else "refused-" + slug(refused[0].source)
    return Shard(first[:80], key.hexdigest(), tuple(items), tuple(refused))
