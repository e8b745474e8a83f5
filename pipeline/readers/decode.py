"""Bytes -> text, by the contract's ladder: BOM, the page's own <meta charset>, UTF-8, cp1252."""

import codecs
import re
from collections.abc import Iterator

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

DECLARED = re.compile(rb"""<meta\s[^<>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
DECLARED_WITHIN = 4096
"""Bytes in which a page may name its character set; browsers look at 1024."""

# The character sets that pages on the web use, by the names of Python's codecs: nothing that transforms or runs.
# Pages that say Latin-1 mean cp1252, as browsers read them.
CHARSETS = {
    **{f"windows-{n}": f"cp{n}" for n in range(1250, 1259)},
    **{f"cp{n}": f"cp{n}" for n in range(1250, 1259)},
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"), "cp1252"),
    "iso-8859-9": "cp1254",
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis"), "cp932"),
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "ibm866": "cp866",
}

SURROGATE = re.compile("[\ud800-\udfff]")
# Controls that no text holds; form feed and escape do turn up in old files.
CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROLS = 0.005
"""Part of the characters that may be controls before a file is taken for binary."""


def decode(content: bytes, *, page: bool) -> str:
    """The text of a file, byte order mark aside, line ends as they are.

    `page` says whether the bytes may declare their character set in a <meta>. ValueError, with words for
    the user, if no rung of the ladder holds.
    """
    for mark, codec in BOMS:
        if content.startswith(mark):
            try:
                return mend(content[len(mark) :].decode(codec))
            except UnicodeDecodeError as error:
                raise ValueError(f"begins like {codec.upper()} but is not: byte {error.start}") from None
    for codec in [*declared(content, page), "utf-8"]:
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    try:  # lone surrogates written as if they were characters
        return mend(content.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ValueError(f"neither UTF-8 nor cp1252: byte {error.start}") from None


def declared(content: bytes, page: bool) -> Iterator[str]:
    """The codec that a page names for itself, if it is one that we know."""
    if page and (found := DECLARED.search(content, 0, DECLARED_WITHIN)):
        name = found[1].decode("ascii").lower()
        if name in CHARSETS:
            yield CHARSETS[name]


def mend(text: str) -> str:
    """`text` with halves of surrogate pairs joined, and with U+FFFD for those that stand alone."""
    if SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_binary(text: str) -> bool:
    """Whether decoded text is no text at all: NULs, or more controls than a text could hold."""
    if CONTROL.search(text) is None:
        return False
    return "\x00" in text or len(CONTROL.findall(text)) > max(1, MOST_CONTROLS * len(text))
