"""The labelled sets, as rows of text with soft or hard targets; what each can teach, and how.

`DIR` (the --data argument) holds the open sets and those that fetch_more.py builds, as *.jsonl.gz, and
`gold/` with label files beside `texts/`. Nothing here is imported at run time.
"""

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.rules.sentences import split_sentences

VOICES = ("opinion", "plot", "fact", "other")
STANCES = ("positive", "neutral", "negative")


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence and what is known of it."""

    text: str
    stance: int = -1
    """0 positive, 1 neutral, 2 negative, -1 unknown."""
    binary: bool = False
    """Whether the label of stance only tells positive from negative."""
    voice: int = -1
    """Index in VOICES, -1 unknown."""
    two_voices: bool = False
    """Whether the label of voice only tells opinion from plot."""
    weight: float = 1.0
    review: str = ""
    """Name of the review that it stands in; sentences of one run follow one another."""


def lines(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a set; of the open ones below `open/`, too."""
    for path in (data / f"{name}.jsonl.gz", data / "open" / f"{name}.jsonl.gz"):
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                for line in stream:
                    yield json.loads(line)
            return
    raise FileNotFoundError(f"no set {name} in {data}")


def words(text: str) -> str:
    """The letters and digits of a text, run together: the key by which texts are the same."""
    return "".join(re.findall(r"[a-z0-9]+", text.lower()))


def kept_back(text: str, tenth: int = 0) -> bool:
    """Whether a text is in the tenth that is kept back from training."""
    return int(hashlib.sha1(words(text).encode()).hexdigest(), 16) % 10 == tenth


def written(text: str) -> str:
    """Lower-cased, tokenised text put back as people write it ("is n't ." becomes "isn't.")."""
    text = text.replace("-lrb-", "(").replace("-rrb-", ")").replace("``", '"').replace("''", '"')
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m)\b", r"\1", text)
    text = re.sub(r" ([.,;:!?)])", r"\1", text).replace("( ", "(")
    text = re.sub(r'" ([^"]*) "', r'"\1"', text)
    text = re.sub(r"\bi\b", "I", text)
    return text[:1].upper() + text[1:]


def sst_fine(data: Path, part: str = "train") -> list[Row]:
    """SST's sentences, three ways."""
    sign = {2: 0, 1: 0, 0: 1, -1: 2, -2: 2}
    return [Row(r["text"], stance=sign[r["label"]]) for r in lines(data, f"sst_fine_{part}")]


def sst_phrases(data: Path) -> list[Row]:
    """Phrases of SST, two ways."""
    return [Row(r["text"], stance=1 - r["label"], binary=True) for r in lines(data, "sst2_phrases_train")]


def snippets(data: Path) -> list[Row]:
    """Critics' one-line verdicts, fresh or rotten: opinion, two ways."""
    return [
        Row(r["text"], stance=1 - r["label"], binary=True, voice=0, two_voices=True) for r in lines(data, "rt_snippets")
    ]


def polarity(data: Path) -> list[Row]:
    """Pang and Lee's polarity sentences, two ways."""
    return [Row(r["text"], stance=1 - r["label"], binary=True) for r in lines(data, "rt_polarity_train")]


def subj(data: Path) -> list[Row]:
    """Pang and Lee's opinion and plot; plot is neutral."""
    rows = []
    for r in lines(data, "subj_train"):
        plot = r["label"] == "plot"
        rows.append(Row(r["text"], voice=int(plot), two_voices=True, stance=1 if plot else -1))
    return rows


FACTS = re.compile(
    r"\b(directed by|written by|produced by|starring|released|premiered|grossed|box office|distributed|based on|"
    r"screenplay|filmed|budget|nominat\w+|award\w*|remake of|sequel to|stars)\b"
)


def wiki_facts(data: Path, most: int = 12000) -> list[Row]:
    """Sentences of Wikipedia that tell how a film was made: facts, and neutral."""
    rows = []
    for r in lines(data, "wiki_movies"):
        for sentence in split(r["extract"] or ""):
            if FACTS.search(sentence) and 5 <= len(sentence.split()) <= 45:
                rows.append(Row(sentence, stance=1, voice=2))
    random.Random(7).shuffle(rows)
    return rows[:most]


def split(text: str) -> list[str]:
    """A plain sentence splitter, good enough to make unlabelled sentences."""
    parts = re.split(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9])|\n+", text)
    return [p.strip() for p in parts if p and p.strip()]


def paragraphs_split(text: str) -> list[str]:
    """The sentences of each paragraph, by the product's own rules: how the later reviews were labelled by hand."""
    paragraphs = [part for part in re.split(r"(?:<br />\s*)+", text) if part.strip()]
    return [part[start:end].strip() for part in paragraphs for start, end in split_sentences(part)]


def key_of(sentence: str) -> str:
    """What stands for a sentence in hand_labels.tsv."""
    return hashlib.sha1(words(sentence).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Gold:
    """A review read by hand: its text, its sentences and their labels."""

    name: str
    text: str
    kinds: list[str]
    sections: list[int]
    """Number of the block of each sentence."""
    spans: list[tuple[int, int]]
    voices: list[int]
    stances: list[int]
    verdict: str


def gold(labels: Path, texts: Path) -> list[Gold]:
    """The reviews of a folder of label files whose texts are there."""
    sign = {1: 0, 0: 1, -1: 2}
    found = []
    for path in sorted(labels.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        text = next((p for p in texts.glob(path.stem + ".*")), None)
        if text is None or "spans" not in label:
            continue
        where = {(b, i): (s, e) for b, i, s, e in label["spans"]["sentences"]}
        rows = label["sentences"]
        found.append(
            Gold(
                path.stem,
                text.read_bytes().decode("utf-8"),
                [label["blocks"][b] for b, *_ in rows],
                [b for b, *_ in rows],
                [where[b, i] for b, i, *_ in rows],
                [VOICES.index(voice) for _, _, voice, _ in rows],
                [sign[stance] for *_, stance in rows],
                label["verdict"],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Labelled:
    """A review as its sentences one after another, each with its labels; -1 where it has none."""

    name: str
    text: str
    spans: list[tuple[int, int]]
    kinds: list[str]
    sections: list[int]
    voices: list[int]
    stances: list[int]


def as_labelled(review: Gold) -> Labelled:
    """A review of the gold as its sentences, without its verdict."""
    return Labelled(
        review.name, review.text, review.spans, review.kinds, review.sections, review.voices, review.stances
    )


def lines_split(text: str) -> list[str]:
    """The sentences of each line, by the product's own rules: how the reviews of blogs were labelled by hand."""
    return [line[start:end] for line in text.split("\n") for start, end in split_sentences(line)]


def spans_of(text: str, sentences: list[str]) -> list[tuple[int, int]]:
    """Where the sentences stand in their text, one after another."""
    spans: list[tuple[int, int]] = []
    for sentence in sentences:
        start = text.index(sentence, spans[-1][1] if spans else 0)
        spans.append((start, start + len(sentence)))
    return spans


def as_body(text: str, spans: list[tuple[int, int]]) -> tuple[list[str], list[int]]:
    """Kinds and sections of sentences of running text: each paragraph a section of kind body."""
    return ["body"] * len(spans), [len(re.findall(r"\n+", text[:start])) for start, _ in spans]


BY_HAND = ("imdb_unlabelled", "imdb_train", "blogs")
"""The sets that reviews read by hand come from."""


def by_hand(data: Path, use: str) -> list[Labelled]:
    """Reviews of the large sets whose sentences were labelled for this project (hand_labels.tsv, by hash).

    `use` is "net" for those that teach the net, "weighing" for those by which its outputs are weighed.
    """
    known: dict[str, dict[str, tuple[int, int]]] = {}
    with Path(__file__).with_name("hand_labels.tsv").open(encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            review, sentence, voice, stance, kept_for = line.rstrip("\n").split("\t")
            if kept_for == use:
                known.setdefault(review, {})[sentence] = (VOICES.index(voice), STANCES.index(stance))
    found = []
    for row in (r for name in BY_HAND for r in lines(data, name)):
        if row["id"] in known:
            text, labels = row["text"], known[row["id"]]
            ways = [split(text), paragraphs_split(text), lines_split(text)]
            sentences = max(ways, key=lambda way: sum(key_of(s) in labels for s in way))
            spans = spans_of(text, sentences)
            said = [labels.get(key_of(sentence), (-1, -1)) for sentence in sentences]
            voices, stances = ([label[k] for label in said] for k in (0, 1))
            found.append(Labelled(row["id"], text, spans, *as_body(text, spans), voices, stances))
    return found


def read_reviews(data: Path, labels: Path, texts: Path, uses: Sequence[str] = ("net", "weighing")) -> list[Labelled]:
    """Reviews whose sentences were read by hand: those of the gold's train part and those of the large sets."""
    return [as_labelled(review) for review in gold(labels, texts)] + [
        review for use in uses for review in by_hand(data, use)
    ]


def verdicts_by_hand() -> dict[str, str]:
    """Verdicts of reviews of the large sets that were read for this project (hand_verdicts.tsv), by review."""
    with Path(__file__).with_name("hand_verdicts.tsv").open(encoding="utf-8") as stream:
        next(stream)
        return dict(line.rstrip("\n").split("\t") for line in stream)


def read_verdicts(data: Path, labels: Path, texts: Path) -> list[tuple[Labelled, str]]:
    """Reviews whose verdict was read by hand, split as the product does, and the verdict."""
    found = [(as_labelled(review), review.verdict) for review in gold(labels, texts)]
    known = verdicts_by_hand()
    for row in (r for name in BY_HAND for r in lines(data, name) if r["id"] in known):
        sentences = (lines_split if not row["id"].startswith("aclImdb") else paragraphs_split)(row["text"])
        spans = spans_of(row["text"], sentences)
        none = [-1] * len(spans)
        found.append(
            (Labelled(row["id"], row["text"], spans, *as_body(row["text"], spans), none, none), known[row["id"]])
        )
    return found


def written_rows(is_kept_back: bool) -> list[Row]:
    """The sentences that were written for this project (written.tsv): the fifth that is kept back, or the others."""
    with Path(__file__).with_name("written.tsv").open(encoding="utf-8") as stream:
        fields = [line.rstrip("\n").split("\t") for line in stream]
    return [
        Row(sentence, stance=STANCES.index(stance), voice=VOICES.index(voice))
        for voice, stance, sentence in fields
        if voice in VOICES and is_kept_back == (kept_back(sentence) or kept_back(sentence, 1))
    ]


def hand_rows(data: Path, use: str) -> list[Row]:
    """The sentences labelled for this project, as rows."""
    return [
        Row(" ".join(review.text[start:end].split()), stance=stance, voice=voice, review=review.name)
        for review in by_hand(data, use)
        for (start, end), voice, stance in zip(review.spans, review.voices, review.stances, strict=True)
        if voice >= 0
    ]
