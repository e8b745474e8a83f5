"""A row of the sheet that a reader sends back -> what it corrects."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.formats.sheet import plain
from pipeline.records import Review, Section
from pipeline.rules.corrections import NONE, OF_REVIEW, WORDS, Correction, context
from pipeline.rules.found import Found, Shelf

_YES = frozenset({"x", "y", "yes", "ok", "1", "true", "✓", "✔"})


class ConflictError(Exception):
    """A row of a sheet that cannot be taken as it is."""


def corrections_of(line: Mapping[str, str], shelf: Shelf, themes: set[str]) -> Iterator[Correction]:
    """What a row of a sheet corrects: nothing where it is as we wrote it and not found right."""
    what, review_id = line["what"].strip().lower(), line["review_id"].strip()
    if what not in WORDS:
        raise ConflictError(f"“{line['what']}” is none of {', '.join(WORDS)}")
    if not shelf.of(Review, review_id):
        raise ConflictError(f"there is no review “{review_id}” in these outputs")
    label = _label(what, line["label"], themes)
    review: Review = shelf.of(Review, review_id)[0]
    ours = _ours(line, what, shelf)
    was = line["our_label"].strip() or (ours.label if ours else "")
    if what in OF_REVIEW:
        if label != was or _is_ok(line):
            yield Correction(what, review_id, line["sha256"] or review.sha256, 0, 0, "", "", "", was, label)
        return
    if ours is not None and (line["sha256"] or review.sha256) == review.sha256:
        span = ours.span
        is_same = plain(line["text"]) in ("", plain(span.text))
        if label == was and is_same and not _is_ok(line):
            return
        around = shelf.around(review_id, span)
        old = Correction(what, review_id, review.sha256, span.start, span.end, span.text, *around, was, label)
        if is_same:
            yield old
        elif what == "name":
            yield replace(old, label=NONE)
            yield _at_words(what, label, "", line["text"], review, shelf, near=span.start)
        else:
            raise ConflictError(f"the words of a {what} cannot be changed; give a row of its own to others")
    elif line["start"].strip() and line["sha256"] not in ("", review.sha256):
        # The text has changed since the sheet was written: what it says is kept as it is, to be looked for.
        if label != was or _is_ok(line):
            place = (int(line["start"]), int(line["end"]))
            yield Correction(
                what, review_id, line["sha256"], *place, line["text"], line["before"], line["after"], was, label
            )
    else:
        yield _at_words(what, label, "", line["text"], review, shelf)


def _is_ok(line: Mapping[str, str]) -> bool:
    return line["ok"].strip().lower() in _YES


def _label(what: str, said: str, themes: set[str]) -> str:
    """The label as we write it."""
    words = " ".join(plain(said).split())
    if what == "film":
        return words or NONE
    allowed = {name.lower(): name for name in ((*sorted(themes), NONE) if what == "theme" else WORDS[what])}
    asked = re.sub(r"[\s_]+", "-", words.lower()) if what == "theme" else words.lower()
    if asked in allowed:
        return allowed[asked]
    near = difflib.get_close_matches(asked, allowed, 1)
    raise ConflictError(f"“{said}” is no {what}" + (f"; did you mean {allowed[near[0]]}?" if near else ""))


def _ours(line: Mapping[str, str], what: str, shelf: Shelf) -> Found | None:
    """What we had said where the row points."""
    mine = [one for one in shelf.found(line["review_id"].strip()) if one.what == what]
    if what in OF_REVIEW:
        return mine[0] if mine else None
    if not line["start"].strip():
        same = [one for one in mine if plain(one.span.text) == plain(line["our_text"] or line["text"])]
        return same[0] if len(same) == 1 else None
    try:
        place = (int(float(line["start"])), int(float(line["end"] or line["start"])))
    except ValueError:
        raise ConflictError(f"“{line['start']}” is no place in a text") from None
    at = [
        one
        for one in mine
        if (one.span.start, one.span.end) == place or (not line["end"] and one.span.start == place[0])
    ]
    # Of several themes or aspects on the same words it is the one that the row names.
    named = [one for one in at if one.label == line["our_label"].strip()]
    return next(iter(named or at), None)


def _at_words(
    what: str, label: str, was: str, words: str, review: Review, shelf: Shelf, near: int | None = None
) -> Correction:
    """A correction of words that a reader has typed, found in the review."""
    found = []
    for section in shelf.of(Section, review.review_id):
        text = plain(section.text)
        for match in re.finditer(re.escape(plain(words)), text) if words.strip() else ():
            place = shelf.source_of(section, match.start(), match.end())
            if place:
                exact = section.text[match.start() : match.end()]
                around = context(section.text, match.start(), match.end())
                found.append(Correction(what, review.review_id, review.sha256, *place, exact, *around, was, label))
    if near is not None:
        found = sorted(found, key=lambda one: abs(one.start - near))[:1]
    if len(found) != 1:
        many = "more than once" if found else "nowhere"
        raise ConflictError(f"“{words}” stands {many} in {review.review_id}")
    return found[0]
