"""Text -> its language, ISO 639-1: by script, by letters that few languages use, by small words.

The knowledge stands in `lexicon/languages.toml`. English is the house's language: another one has to be shown beyond
the names that an English review may hold, since a text that is wrongly called foreign goes unscored.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from pipeline.documents import Document
from pipeline.lexicon.load import read

DEFAULT = "en"
SAMPLE, REVIEW_SAMPLE = 800, 4000
"""Characters of a section and of a review that are looked at: a text shows its language early."""

WORD = re.compile(
    r"\b(?:qu|nell|dell|dall|sull|all|un|[ldcnsjm])['’](?=[^\W\d_]{2})|[^\W\d_]+(?:['’·-][^\W\d_]+)*", re.IGNORECASE
)
"""A word; what French and Italian elide stands for itself."""
BEFORE_WORD, STARTERS = " \"'“‘«¿¡(", ":–—|.!?-\n"
"""What may stand right before a word, and what before that lets any word have a capital."""
BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
BEYOND_LATIN = re.compile(r"[\u0370-\u1dff\u1f00-\u1fff\u2e80-\ud7ff\uf900-\uffdc]")
LETTER = re.compile(r"[^\W\d_]")

SHORT_NAME = 3
"""Letters that are too few for a text, so that what stands in brackets beside them counts, too."""
SCRIPT_SHARE = 0.3
"""Part of the letters that must be of a script for the text to be of its language."""
DENSE = {"zh": 4, "ja": 3, "ko": 2}
"""How many Latin letters one of these scripts' letters stands for."""
WORD_SHARE = 0.25
"""Part of the words that must be a foreign language's known words, its letters counted as half a word."""
PROOF, PROOF_IN_CAPITALS = 3, 5
"""How much a foreign language must be shown beyond English, and how much where all words have capitals: known words
count one, those of six letters and more two, others with the language's own letters one."""
GLANCE, PLAIN = 300, 4
"""Characters, and how many different English words among them, that settle the matter without more ado."""


def review_language(document: Document) -> str:
    """The language of most of a review, its front matter left out."""
    skip = document.blocks[0].end if document.blocks and document.blocks[0].kind == "boilerplate" else 0
    text = document.text
    if is_plainly_english(text, skip) and is_plainly_english(text, (skip + len(text)) // 2):
        return "en"
    return language_of(text[skip : skip + REVIEW_SAMPLE], DEFAULT, sample=REVIEW_SAMPLE)


def language_of(text: str, default: str, sample: int = SAMPLE) -> str:
    """The language of `text`, by its first `sample` characters, or `default` where they are too few to tell."""
    text = text[:sample]
    if not text.isascii() and BEYOND_LATIN.search(text):
        script = script_of(text)
        if script:
            return script
    if sample == SAMPLE and is_plainly_english(text, 0):
        return "en"
    return latin_language(text, default)


def is_plainly_english(text: str, start: int) -> bool:
    """Whether a glance at the text from `start` on shows words enough that no other language has."""
    return len(english_alone().intersection(text[start : start + GLANCE].lower().split())) >= PLAIN


def script_of(text: str) -> str:
    """The language of the script that most of the text is in; empty for Latin."""
    bare = BRACKETED.sub("", text)
    if len(LETTER.findall(bare)) > SHORT_NAME:
        text = bare
    n_latin = len(LETTER.findall(text))
    counts: Counter[str] = Counter()
    for lang, pattern in script_patterns().items():
        n = len(pattern.findall(text))
        n_latin -= n
        if n:
            counts["zh" if lang == "ja" else lang] += n * DENSE.get(lang, 1)
    if not counts:
        return ""
    first, most = counts.most_common(1)[0]
    if most < SCRIPT_SHARE * (max(n_latin, 0) + sum(counts.values())):
        return ""
    for lang, (script, pattern) in told_apart().items():
        if script == first and len(pattern.findall(text)) * 20 >= most:
            return lang
    return first


def latin_language(text: str, default: str) -> str:
    """The language of a text in Latin letters."""
    words = WORD.findall(text)
    if not words:
        return default
    known, letters = latin_words(), latin_letters()
    languages = list(read("languages")["latin"])
    votes: Counter[str] = Counter()
    seen = Counter(word.lower().replace("’", "'") for word in words)
    for word, n in seen.items():
        for lang in known.get(word, ()):
            votes[lang] += 2 * n
        if not word.isascii():
            for lang, pattern in letters.items():
                if pattern.search(word):
                    votes[lang] += n
    english = votes.pop("en", 0)
    if votes:
        best = max(votes, key=lambda lang: (votes[lang], -languages.index(lang)))
        share = max(4, 2 * WORD_SHARE * len(words))
        if votes[best] >= share and votes[best] > 1.5 * english and _is_proven(text, seen, best, english):
            return best
        english = english if english >= votes[best] else 0
    return "en" if english >= 4 else default


def _is_proven(text: str, seen: Iterable[str], lang: str, english: int) -> bool:
    """Whether words that are not English, and no part of a name, show the language."""
    known, pattern = latin_words(), latin_letters().get(lang)

    def known_weight(word: str) -> int:
        langs = known.get(word, ())
        return 0 if lang not in langs or "en" in langs else 2 if len(word) > 5 else 1

    if lang == "vi" or (not english and sum(map(known_weight, seen)) >= PROOF_IN_CAPITALS):
        return True
    plain = _no_names(text)
    spelt = sum(1 for word in plain if lang not in known.get(word, ()) and pattern and pattern.search(word))
    return sum(map(known_weight, plain)) + spelt >= PROOF


def _no_names(text: str) -> set[str]:
    """The words of a text in small letters, without those that may be part of a name."""
    matches = list(WORD.finditer(text))
    particles = frozenset(read("languages")["in_names"]["words"].split())
    kept = set()
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        word = match[0].lower().replace("’", "'")
        before = text[: match.start()].rstrip(BEFORE_WORD)[-1:]
        starts = not before or before in STARTERS
        is_particle = word in particles and following is not None and following[0][0].isupper()
        if (starts or not match[0][0].isupper()) and not is_particle:
            kept.add(word)
    return kept


@lru_cache(maxsize=1)
def script_patterns() -> dict[str, re.Pattern[str]]:
    """A pattern for the letters of each script, by its first language."""
    return {lang: re.compile(f"[{entry['range']}]") for lang, entry in read("languages")["scripts"].items()}


@lru_cache(maxsize=1)
def told_apart() -> dict[str, tuple[str, re.Pattern[str]]]:
    """Languages that share a script: its first language and the letters that tell them from it."""
    entries = read("languages")["scripts_told_apart"].items()
    return {lang: (entry["script"], re.compile(f"[{entry['letters']}]")) for lang, entry in entries}


@lru_cache(maxsize=1)
def latin_words() -> dict[str, tuple[str, ...]]:
    """The languages in which each small word is one."""
    found: dict[str, list[str]] = {}
    for lang, entry in read("languages")["latin"].items():
        for word in dict.fromkeys(entry["words"].split()):
            found.setdefault(word, []).append(lang)
    return {word: tuple(langs) for word, langs in found.items()}


@lru_cache(maxsize=1)
def english_alone() -> frozenset[str]:
    """English words that are no other language's."""
    return frozenset(word for word, langs in latin_words().items() if langs == ("en",))


@lru_cache(maxsize=1)
def latin_letters() -> dict[str, re.Pattern[str]]:
    """A pattern for the letters by which each language shows."""
    entries = read("languages")["latin"].items()
    return {lang: re.compile(f"[{entry['letters']}]") for lang, entry in entries if "letters" in entry}
