"""Text -> its language, ISO 639-1: by script, by letters that few languages use, by small words.

The knowledge stands in `lexicon/languages.toml`. English is the house's language: another one has to be shown beyond
the names that an English review may hold, since a text that is wrongly called foreign goes unscored.
"""

import re
from collections import Counter
from functools import lru_cache

from pipeline.documents import Document
from pipeline.lexicon.load import read

DEFAULT = "en"
SAMPLE, REVIEW_SAMPLE = 800, 4000
"""Characters of a section and of a review that are looked at: a text shows its language early."""

WORD = re.compile(r"[^\W\d_]+(?:['’·][^\W\d_]+)*")
BEYOND_LATIN = re.compile(r"[\u0370-\u1dff\u1f00-\u1fff\u2e80-\ud7ff\uf900-\uffdc]")
LETTER = re.compile(r"[^\W\d_]")

SCRIPT_SHARE = 0.3
"""Part of the letters that must be of a script for the text to be of its language."""
DENSE = {"zh": 4, "ja": 3, "ko": 2}
"""How many Latin letters one of these scripts' letters stands for."""
WORD_SHARE = 0.25
"""Part of the words that must be a foreign language's known words, its letters counted as half a word."""
PROOF = 3
"""How much a foreign language must be shown beyond English: known words, those of six letters and more twice."""
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
    return latin_language(WORD.findall(text), default)


def is_plainly_english(text: str, start: int) -> bool:
    """Whether a glance at the text from `start` on shows words enough that no other language has."""
    return len(english_alone().intersection(text[start : start + GLANCE].lower().split())) >= PLAIN


def script_of(text: str) -> str:
    """The language of the script that most of the text is in; empty for Latin."""
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


def latin_language(words: list[str], default: str) -> str:
    """The language of words in Latin letters."""
    if not words:
        return default
    known, letters = latin_words(), latin_letters()
    languages = list(read("languages")["latin"])
    votes: Counter[str] = Counter()
    seen: Counter[str] = Counter(word.lower().replace("’", "'") for word in words)
    for word, n in seen.items():
        for lang in known.get(word, ()):
            votes[lang] += 2 * n
        if not word.isascii():
            for lang, pattern in letters.items():
                if pattern.search(word):
                    votes[lang] += n
    english = votes.pop("en", 0)
    if not votes:
        return "en" if english else default
    best = max(votes, key=lambda lang: (votes[lang], -languages.index(lang)))
    most = votes[best]
    # Capitals within a text may be those of a name.
    plain = {word.lower() for i, word in enumerate(words) if i == 0 or word.islower()}
    proof = sum(2 if len(word) > 5 else 1 for word in plain if best in known.get(word, ()) and "en" not in known[word])
    if (proof >= PROOF or best == "vi") and most >= max(4, 2 * WORD_SHARE * len(words)) and most > 1.5 * english:
        return best
    return "en" if english >= 4 and english >= most else default


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
