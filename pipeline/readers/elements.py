"""What the elements of a page are for, by their names and by what authors call their classes."""

import re
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """The words of `text`, as a set."""
    return frozenset(text.split())


VOID = words("area base br col embed hr img input link meta param source track wbr")

BLOCKS = words(
    """address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe legend li main
    menu nav noscript ol optgroup option p pre search section select summary table tbody textarea tfoot thead
    title tr ul"""
)
"""Elements that end one block of text and begin another. Cells of a table (td, th) have a rule of their own."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}

UNSEEN = words("script style template svg math head title object applet canvas audio video")
"""Elements whose text is not part of the page."""

KINDS = {
    "address": "byline",
    "blockquote": "quote",
    "caption": "caption",
    "figcaption": "caption",
    "dl": "facts",
    **dict.fromkeys(
        words("nav footer aside form button select noscript iframe menu dialog textarea search"),
        "boilerplate",
    ),
}
"""Elements that say what their text is, by kind of records.KINDS."""

MARKS = {"a": "link", "i": "emphasis", "em": "emphasis", "cite": "emphasis", "b": "bold", "strong": "bold"}
"""Elements that mark a stretch of text, by name of the mark."""

MAIN = frozenset({"article", "main"})
"""Elements that hold what the page is there for."""

ENDS = {
    "li": ("li", frozenset({"ul", "ol", "menu", "dir"})),
    "dt": ("dt dd", frozenset({"dl"})),
    "dd": ("dt dd", frozenset({"dl"})),
    "tr": ("tr td th", frozenset({"table"})),
    "td": ("td th", frozenset({"tr", "table"})),
    "th": ("td th", frozenset({"tr", "table"})),
    "option": ("option", frozenset({"select"})),
}
"""Start tags that end an element left open (named by the string), unless one of the set was opened since."""

NEVER_BY_CLASS = words("html body main article")
"""Elements whose classes tell of the page, not of their text."""

ASIDE_ARTICLES = words("comment comment-body teaser related-post")
"""Classes of articles that are not what the page is there for."""

HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
"""Styles of what is not shown, at least not at once."""

OWN_HEADER = re.compile(r"(?:post|entry|article|review|story)[-_]?head", re.IGNORECASE)
"""Classes of a header that is the review's own, not the site's."""

ROLES = {
    **dict.fromkeys(words("navigation contentinfo search banner complementary dialog alert toolbar"), "boilerplate"),
    "main": "main",
    "heading": "heading",
}
"""What ARIA roles say."""

ITEMPROPS = {"author": "byline", "datepublished": "byline", "reviewbody": "main", "articlebody": "main"}
"""What properties of schema.org say."""

# Class names and ids: whole tokens, with what often stands before or after.
_AROUND = (
    r"(?:(?:site|page|post|entry|blog|main|article|top|header|footer|mobile|primary|secondary|global|jp|wp|js)[-_])*"
)
_AFTER = (
    r"(?:[-_]?(?:menu|list|links?|area|icons?|buttons?|btns?|widgets?|bars?|items?|options?|container|wrapper|wrap|box|form"
    r"|section|block|content|inner|nav|text|title|header|top|bottom|main|primary|left|right|\d++))*+"
)
_BOILERPLATE = (
    r"nav|navbar|navi|navigation|menu|submenu|breadcrumbs?|footer|colophon|sidebar|sidenav|share|sharing|sharedaddy|shares"
    r"|social|socials|addtoany|related|relatedposts|related[-_]?posts|recommended|trending|popular[-_]posts"
    r"|recent[-_]posts|comments?|comment[-_]respond|respond|disqus|disqus[-_]thread|replies|cookies?|cookie[-_](?:notice|banner|consent)"
    r"|consent|gdpr|newsletter|subscribe|subscription|signup|sign[-_]up|ads?|advert|adverts|advertisement|advertising|sponsored|promo"
    r"|pagination|pager|paging|prev[-_]?next|next[-_]?prev|tags|tag[-_]?(?:list|cloud|links)|taxonomy|cat[-_]links|categories"
    r"|popup|modal|skip|skip[-_](?:link|to[-_]content)|screen[-_]reader(?:[-_]text)?|sr[-_]only|visually[-_]hidden|tooltip|toolbar|login"
    r"|search|searchform|copyright|masthead|site[-_](?:title|description|branding|info)"
    r"|widgets?|widget[-_]area|rss|hidden|author[-_](?:bio|box)"
)
_BY_CLASS = (
    ("boilerplate", rf"{_AROUND}(?:{_BOILERPLATE}){_AFTER}"),
    ("boilerplate", rf"(?:(?:site|page|main|top|global|blog)[-_]?)?header{_AFTER}"),
    ("caption", r"(?:.*[-_])?captions?(?:[-_]text)?|(?:image|photo|img)[-_]credits?"),
    (
        "byline",
        r"(?:.*[-_])?(?:byline|author|authors|dateline|pubdate|published|posted(?:[-_]on)?|post[-_]?date|entry[-_]date"
        r"|date[-_]title|timestamp|meta|(?:post|entry|article|blog|review|story)[-_]?(?:info|details?|date)|meta[-_](?:date|author))"
        r"(?:[-_]name)?",
    ),
    ("deck", r"(?:.*[-_])?(?:sub-?title|sub-?headline|deck|dek|standfirst|tagline|stand-first|lede)"),
    (
        "facts",
        r"(?:.*[-_])?(?:infobox|facts?|fact[-_]box|credits|cast[-_]list|(?:movie|film)[-_](?:info|details|data|facts|credits)|specs)",
    ),
    ("main", r"(?:post|entry|article|review|story)[-_]?(?:body|content|text)"),
)
_CLASSES = [(kind, re.compile(pattern)) for kind, pattern in _BY_CLASS]
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
LONGEST_CLASS = 60
"""Characters of a class name beyond which nobody wrote it by hand."""


@lru_cache(maxsize=4096)
def kind_by_class(names: str) -> str:
    """The kind that class names and ids tell, `main` for the text itself, or nothing.

    >>> kind_by_class("entry-meta"), kind_by_class("sharedaddy sd-sharing"), kind_by_class("has-sidebar")
    ('byline', 'boilerplate', '')
    """
    tokens = [_CAMEL.sub("-", token).lower() for token in names.split()[:20] if len(token) <= LONGEST_CLASS]
    for kind, pattern in _CLASSES:
        if any(pattern.fullmatch(token) for token in tokens):
            return kind
    return ""
