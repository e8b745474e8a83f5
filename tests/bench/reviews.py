"""Made-up reviews for benchmarks and stress tests: real sentences' shape, a vocabulary that grows, a fixed seed."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).parents[2]
WORDS = 230
"""Words of a review: the mean of IMDB's."""

_SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "ca",
    "ce",
    "da",
    "do",
    "el",
    "fa",
    "fi",
    "ga",
    "go",
    "ha",
    "in",
    "ja",
    "ka",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "mi",
    "na",
    "ne",
    "no",
    "or",
    "pa",
    "ra",
    "re",
    "ro",
    "sa",
    "se",
    "ta",
    "te",
    "to",
    "va",
    "ve",
    "za",
]


def sentences() -> list[str]:
    """The sentences of the English sample reviews."""
    import pipeline

    analysis = pipeline.analyse(HOME / "corpus")
    languages = {row.section_id: row.lang for row in analysis["sections"]}
    return [row.text for row in analysis["sentences"] if languages[row.section_id] == "en" and len(row.text) > 40]


def reviews(count: int, pool: list[str], seed: int = 0) -> Iterator[str]:
    """`count` reviews of about 230 words in paragraphs of four sentences; one word in fifty is made up."""
    rng = random.Random(seed)
    for _ in range(count):
        chosen: list[str] = []
        n_words = 0
        while n_words < WORDS:
            sentence = rng.choice(pool)
            chosen.append(
                re.sub(r"\b[a-z]{6,}\b", lambda found: _made_up(rng) if rng.random() < 0.06 else found[0], sentence)
            )
            n_words += len(sentence.split())
        yield "\n\n".join(" ".join(chosen[i : i + 4]) for i in range(0, len(chosen), 4))


def _made_up(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 5)))


def write_corpus(folder: Path, count: int) -> Path:
    """A corpus of `count` reviews as one JSON Lines file; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "reviews.jsonl").open("w", encoding="utf-8") as handle:
        for number, text in enumerate(reviews(count, sentences())):
            handle.write(json.dumps({"id": f"r{number:06}", "text": text}) + "\n")
    return folder
