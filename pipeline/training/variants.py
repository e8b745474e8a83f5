"""Sentences made of those of written.tsv: words changed for others of their kind, and halves put together anew.

A net that reads few sentences of a kind learns them by heart; of many that differ in a word it learns what the word
does. What a changed sentence says nobody knows but the teacher, which labels it.
"""

import random
import re
from collections.abc import Sequence

from textblob.en import sentiment

from pipeline.training.data import Row
from pipeline.training.templates import BAD, GOOD, NOUNS, each

KINDS = (
    NOUNS,
    each(
        "mother father daughter son sister brother wife husband widow widower girl boy child orphan teacher "
        "nurse doctor soldier detective killer priest farmer king queen thief banker lawyer singer painter "
        "stranger neighbour prisoner general sailor butcher clerk"
    ),
    each("director writer actor actress cinematographer composer editor screenwriter star lead"),
    each(
        "thriller comedy drama romance western horror mystery musical documentary satire fantasy noir sequel "
        "remake debut"
    ),
    each("very really rather quite almost hardly barely never always often truly deeply simply merely only even"),
    each(
        "grim dark bleak sad violent chilling disturbing terrifying tragic brutal cruel harrowing sweet sunny "
        "happy gentle cheerful"
    ),
    each("better worse funnier duller sharper weaker stronger smarter"),
    each("best worst finest weakest dullest funniest"),
    each("love hate admire enjoy dislike regret recommend"),
)
"""Words that can stand for one another, beside adjectives that judge."""

CHANGED = 0.6
"""Part of the words that have others of their kind which are changed, on average."""

JUDGES = 0.2
"""How far from 0 an adjective of TextBlob's lexicon must be to judge."""

TURN = re.compile(r"(?:, (?:but|and|yet|so|though|although|while|which|even if|as if)\b|;|:| –| —) ")
"""Where a sentence is cut in halves; what turns it goes with the second."""


def alike() -> dict[str, Sequence[str]]:
    """The words of the same kind as each word that has some."""
    judging = {word for word, scores in sentiment.items() if abs(scores.get("JJ", (0,))[0]) > JUDGES and word.isalpha()}
    found: dict[str, Sequence[str]] = {}
    for kind in (sorted({*GOOD, *BAD, *judging}), *KINDS):
        found |= dict.fromkeys(kind, kind)
    return found


def changed(text: str, kinds: dict[str, Sequence[str]], draw: random.Random) -> str:
    """The text with some of its words changed for others of their kind."""

    def other(match: re.Match[str]) -> str:
        article, word = match[1] or "", match[2]
        if word not in kinds or draw.random() > CHANGED:
            return match[0]
        new = draw.choice(kinds[word])
        return ("an " if new[0] in "aeiou" else "a ") + new if article else new

    return re.sub(r"\b(an? )?([a-z]+)\b", other, text)


def crossed(one: str, other: str) -> str:
    """The first half of one sentence and the second of another; nothing where either has but one."""
    first, second = TURN.search(one), TURN.search(other)
    return one[: first.start()] + other[second.start() :] if first and second else ""


def variants(sentences: Sequence[Row], each: int) -> list[Row]:
    """At most `each` variants of a sentence by words, and half as many by halves; all different, without labels."""
    draw, kinds = random.Random(5), alike()
    texts = [row.text for row in sentences]
    cut = [text for text in texts if TURN.search(text)]
    known, found = set(texts), dict[str, None]()
    for text in texts:
        found |= dict.fromkeys(changed(text, kinds, draw) for _ in range(each))
        if TURN.search(text):
            found |= dict.fromkeys(changed(crossed(text, draw.choice(cut)), kinds, draw) for _ in range(each // 2))
    return [Row(text, weight=0.0) for text in found if text not in known]
