"""Emphasis in Markdown: which runs of `*` and `_` belong together, and which are text.

CommonMark's rules in short, with a stack for each sign, so that time stays linear.
"""

from dataclasses import dataclass

Piece = tuple[str, int, int]
"""What the source characters start:end are: `text`, `drop` (mark-up), `tag`, `alt` (a picture's text), `edge` (the end
of a block), or the beginning and end of a mark: `emphasis` `/emphasis` `bold` `/bold` `link` `/link`."""

LONGEST = 20
"""Signs in a row beyond which they are an ornament."""


@dataclass(slots=True)
class Run:
    """A run of signs that may begin emphasis."""

    piece: int
    """Number of the piece that stands for its first sign; one piece a sign."""
    left: int
    """Signs of it that are not yet used, counted from its beginning."""


class Emphasis:
    """Finds emphasis in the pieces of one paragraph, start:end in the source, as they come."""

    def __init__(self, source: str, start: int, end: int, pieces: list[Piece]) -> None:
        self.source, self.start, self.end, self.pieces = source, start, end, pieces
        self.runs: dict[str, list[Run]] = {"*": [], "_": []}

    def add(self, a: int, b: int) -> None:
        """The run of signs at a:b ends emphasis that was begun, or begins some, or is text."""
        if b - a > LONGEST:
            self.pieces.append(("text", a, b))
            return
        opens, closes = self._sides(a, b)
        first = len(self.pieces)
        self.pieces.extend(("text", i, i + 1) for i in range(a, b))
        used = 0
        sign = self.source[a]
        runs, others = self.runs[sign], self.runs["_" if sign == "*" else "*"]
        while closes and used < b - a and runs:
            run = runs[-1]
            take = min(2, run.left, b - a - used)
            self._join("bold" if take == 2 else "emphasis", run.piece + run.left - take, first + used, take)
            run.left -= take
            used += take
            if not run.left:
                runs.pop()
            while others and others[-1].piece > run.piece:  # begun within what has ended: text
                others.pop()
        if opens and used < b - a:
            runs.append(Run(first + used, b - a - used))

    def _sides(self, a: int, b: int) -> tuple[bool, bool]:
        """Whether the run at a:b may begin emphasis, and whether it may end some."""
        before = self.source[a - 1] if a > self.start else " "
        after = self.source[b] if b < self.end else " "
        opens, closes = not after.isspace(), not before.isspace()
        if opens and closes:
            is_word_before, is_word_after = before.isalnum(), after.isalnum()
            if is_word_before and is_word_after and (self.source[a] == "_" or b - a > 1):
                return False, False  # snake_case, f***ing
            if is_word_before != is_word_after:  # it belongs to the side where the word is
                return is_word_after, is_word_before
        return opens, closes

    def _join(self, name: str, begin: int, end: int, take: int) -> None:
        """The `take` pieces from `begin` on begin the mark `name`, those from `end` on end it."""
        pieces = self.pieces
        for i in (*range(begin, begin + take), *range(end, end + take)):
            pieces[i] = ("drop", *pieces[i][1:])
        pieces[begin] = (name, *pieces[begin][1:])
        pieces[end + take - 1] = (f"/{name}", *pieces[end + take - 1][1:])
