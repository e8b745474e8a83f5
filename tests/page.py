"""A page as a list of its elements: all that the tests of pages ask for."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "path", "rect", "circle"})


@dataclass
class Element:
    """One element, with the text of all that is in it."""

    tag: str
    attributes: dict[str, str]
    inside: tuple[int, ...]
    """Places of the elements that it stands in."""
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its characters, those of the elements in it included."""
        return "".join(self.texts)

    @property
    def classes(self) -> set[str]:
        """Its class names."""
        return set(self.attributes.get("class", "").split())


class Page(HTMLParser):
    """The elements of a page in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        for i in reversed(range(len(self._open))):
            if self.elements[self._open[i]].tag == tag:
                del self._open[i:]
                return

    def handle_data(self, data: str) -> None:
        for i in self._open:
            self.elements[i].texts.append(data)

    def all(self, tag: str = "", kind: str = "", within: "Element | None" = None) -> list[Element]:
        """Elements with this tag and this class."""
        root = self.elements.index(within) if within is not None else None
        return [
            one
            for one in self.elements
            if (not tag or one.tag == tag)
            and (not kind or kind in one.classes)
            and (root is None or root in one.inside)
        ]

    def one(self, tag: str = "", kind: str = "") -> Element:
        """The first of them; IndexError if there is none."""
        return self.all(tag, kind)[0]

    def by_id(self, name: str) -> Element:
        """The element with this id; StopIteration if there is none."""
        return next(one for one in self.elements if one.attributes.get("id") == name)
