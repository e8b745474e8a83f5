"""Stretches of text -> blocks: what each is for, once the whole page is known."""

import re
from collections.abc import Sequence

from pipeline.documents import Block
from pipeline.readers.clean import Builder, Stretch

WORD = re.compile(r"\w+")
MOSTLY = 0.85
"""Part of a block that must be links for the whole to be taken for a menu."""
HALF = 0.5
"""Part of a block that must be names and dates of writing for the whole to be taken for a byline."""
ENOUGH_WORDS = 100
"""Words that what is marked as main text must have before all else on the page counts as trimmings."""
LONGEST_HEADING = 80
"""Characters of a paragraph all in bold that may pass for a heading."""
LONGEST_FACT = 160
"""Characters of a row of a table that may pass for a fact."""
ORNAMENT = re.compile(r"\b(?:logo|icon|avatar|gravatar|banner|badge)\b", re.IGNORECASE)
"""What pictures are called that belong to the site."""
LONGEST_EMPHASIS = 200
"""Characters in italics that may be a title or a stressed phrase; more is a quotation, or a tag left open."""
NO_HEADING = re.compile(r"[.,;:!]$|\d\s*/\s*\d|^\W*\d|★|:")


def settle(text: str, out: Builder, page_titles: Sequence[str]) -> tuple[Block, ...]:
    """The blocks of a document, trimmed, with the kinds that mark-up tells and that the page as a whole tells."""
    stretches = [trimmed for stretch in out.stretches if (trimmed := _trim(text, stretch))]
    links, byline, bold, main = (
        _covered(stretches, out.marks.get(mark, [])) for mark in ("link", "byline", "bold", "main")
    )
    for i, each in enumerate(stretches):
        size = _visible(text, each)
        is_menu = each.kind in ("", "facts") and links[i] >= MOSTLY * size
        if is_menu or (each.role == "alt" and ORNAMENT.search(text, each.start, each.end)):
            each.kind = "boilerplate"
        elif each.kind == "" and byline[i] >= HALF * size:
            each.kind = "byline"
        elif each.kind == "" and each.role == "row" and each.end - each.start <= LONGEST_FACT:
            each.kind = "facts"
        elif each.kind == "" and each.role != "item" and bold[i] >= size and _like_heading(text, stretches, i):
            each.kind, each.level = "heading", 6
    _find_title(text, stretches, page_titles)
    _drop_trimmings(text, stretches, main)
    return tuple(Block(each.start, each.end, each.kind, each.level) for each in _merge(stretches))


def emphasis(text: str, out: Builder, blocks: Sequence[Block]) -> tuple[tuple[int, int], ...]:
    """What is in italics: trimmed, within one block, and no longer than a title may be."""
    found, i = [], 0
    for start, end in out.marks.get("emphasis", []):
        piece = text[start : min(end, start + LONGEST_EMPHASIS + 20)]
        begin = start + len(piece) - len(piece.lstrip())
        stop = begin + len(piece.strip())
        while i < len(blocks) and blocks[i].end <= begin:
            i += 1
        if begin < stop <= begin + LONGEST_EMPHASIS and i < len(blocks) and stop <= blocks[i].end:
            found.append((begin, stop))
    return tuple(found)


def _trim(text: str, stretch: Stretch) -> Stretch | None:
    """The stretch without white space around it; None if nothing is left."""
    piece = text[stretch.start : stretch.end]
    inner = piece.strip()
    if not inner:
        return None
    start = stretch.start + len(piece) - len(piece.lstrip())
    return Stretch(start, start + len(inner), stretch.kind, stretch.level, stretch.role)


def _covered(stretches: Sequence[Stretch], spans: Sequence[tuple[int, int]]) -> list[int]:
    """Characters of each stretch that lie in one of the spans; both are in order and without overlap."""
    shares, i = [], 0
    for stretch in stretches:
        while i < len(spans) and spans[i][1] <= stretch.start:
            i += 1
        j, share = i, 0
        while j < len(spans) and spans[j][0] < stretch.end:
            share += min(spans[j][1], stretch.end) - max(spans[j][0], stretch.start)
            j += 1
        i = max(i, j - 1)
        shares.append(share)
    return shares


def _words(text: str, stretch: Stretch) -> int:
    return len(WORD.findall(text, stretch.start, stretch.end))


def _visible(text: str, stretch: Stretch) -> int:
    """Characters of the stretch, a little less where punctuation hangs on its ends."""
    return max(1, len(text[stretch.start : stretch.end].strip(" .,:;|·•-–—«»←→()[]\n")))


def _like_heading(text: str, stretches: Sequence[Stretch], i: int) -> bool:
    """Whether a bold paragraph reads like a heading: short, no sentence, and followed by plain text."""
    piece = text[stretches[i].start : stretches[i].end]
    follows = i + 1 < len(stretches) and stretches[i + 1].kind in ("", "quote", "caption")
    return len(piece) <= LONGEST_HEADING and "\n" not in piece and follows and not NO_HEADING.search(piece)


def _merge(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches, menus and the like that follow one another made into one."""
    merged: list[Stretch] = []
    for each in stretches:
        last = merged[-1] if merged else None
        if last and last.kind == each.kind == "boilerplate" and "residue" not in (last.role, each.role):
            last.end = each.end
        else:
            merged.append(each)
    return merged


def _find_title(text: str, stretches: list[Stretch], page_titles: Sequence[str]) -> None:
    """Make the heading that is the review's own title a `title`, and the site's name boilerplate."""
    wanted = [f" {norm} " for title in page_titles if (norm := _norm(title))]
    lone = sum(each.kind == "heading" and each.level == 1 and each.role != "masthead" for each in stretches) == 1
    seen_body = False
    best: Stretch | None = None
    for each in stretches:
        if each.kind == "heading" and best is None and (each.level == 1 or not seen_body):
            name = f" {_norm(text[each.start : each.end])} "
            if each.role == "masthead":  # the site's name may stand at the end of the page's title, too
                named = any(title.startswith(name) for title in wanted)
            else:
                named = any(name in title or (title in name and len(title) > 5) for title in wanted)
            if named or (lone and each.level == 1 and each.role != "masthead" and not seen_body):
                best = each
        seen_body = seen_body or each.kind == ""
    for each in stretches:
        if each is best:
            each.kind, each.level = "title", 0
        elif each.kind == "heading" and each.role == "masthead":
            each.kind, each.level = "boilerplate", 0


def _drop_trimmings(text: str, stretches: Sequence[Stretch], main: Sequence[int]) -> None:
    """Where the page marks its main text, what stands around it is boilerplate, but for what leads from the title to it."""
    words = sum(_words(text, each) for each, share in zip(stretches, main, strict=True) if share and not each.kind)
    if words < ENOUGH_WORDS:
        return
    leading = False
    for each, share in zip(stretches, main, strict=True):
        leading = not share and (leading or each.kind == "title")
        if not share and not leading and (each.kind in ("", "heading") or each.role == "alt"):
            each.kind, each.level = "boilerplate", 0


def _norm(title: str) -> str:
    return " ".join(WORD.findall(title.casefold()))
