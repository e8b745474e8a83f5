"""Sentences with their marks -> HTML.

A page holds hundreds of pieces, so they are put together here and not in a template: three times as fast. Everything
that comes from a row goes through `escape`.
"""

from collections.abc import Iterable
from html import escape

from markupsafe import Markup

from pipeline.formats.marks import Piece, SentenceView
from pipeline.formats.words import VOICE_WORDS

_LEANS = {
    "praise": '<span class="lean praise">▲<span class="vh"> praise: </span></span>',
    "blame": '<span class="lean blame">▼<span class="vh"> blame: </span></span>',
    "": "",
}
_SAYS = {
    voice: f'<span class="says">{word}<span class="vh">: </span></span>' if word else ""
    for voice, word in VOICE_WORDS.items()
}
_CLASSES = {"name": "name", "theme": "theme", "praise": "praise-w", "blame": "blame-w", "both": "both-w"}
_TAGS = {"theme": "t", "praise": "j praise", "blame": "j blame", "both": "j both"}


def section_html(views: Iterable[SentenceView]) -> Markup:
    """The text of a section; each sentence and each theme can be linked to by its place in the source."""
    return Markup("".join(map(_sentence, views)))


def _sentence(view: SentenceView) -> str:
    inner = "".join(map(_piece, view.pieces))
    if view.row is None:
        return inner
    voice = view.sentiment.voice if view.sentiment else ""
    return (
        f'<span class="s {escape(voice)}" id="c{view.row.start}">{_SAYS[view.speaks]}{_LEANS[view.side]}{inner}</span>'
    )


def _piece(piece: Piece) -> str:
    inner = escape(piece.text)
    if piece.styles:
        classes = " ".join(_CLASSES[style] for style in piece.styles.split())
        anchor = f' id="h{piece.anchor}"' if piece.anchor is not None else ""
        title = f' title="{escape(piece.title)}"' if piece.title else ""
        inner = f'<mark class="{classes}"{anchor}{title}>{inner}</mark>'
    for style, note in piece.notes:
        inner += f'<span class="tag {_TAGS[style]}"><span class="vh"> (</span>{escape(note)}<span class="vh">) </span></span>'
    return inner
