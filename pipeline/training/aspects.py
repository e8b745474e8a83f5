"""Teaches models/aspects.py which aspect of the film a clause judges.

    python -m pipeline.training.aspects --data DIR --teacher FOLDER

Labels by hand are few: the gold's training reviews, and the sentences of aspect_labels.tsv (found by the hash of their
words in the unlabelled reviews, the critics' verdicts and the blogs of `DIR`; the texts stay there). So a teacher comes between: a
softmax regression on the vectors of a sentence encoder in FOLDER learns the labels, judges the clauses of many unlabelled
sentences, and the small model learns from both. Seeds are fixed.
"""

import argparse
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression
from textblob.en import sentiment
from torch import nn
from torch.nn import functional

from pipeline import nlp
from pipeline.models import aspects as model
from pipeline.records import ASPECTS
from pipeline.rules.clauses import split_clauses
from pipeline.training import data

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LABELS = Path(__file__).with_name("aspect_labels.tsv")
WEIGHTS = Path(model.__file__).with_name("aspects.npz")
SEED = 11
N_SENTENCES = (16_000, 6_000)
"""Unlabelled sentences of reviews and of critics' verdicts for the teacher to judge."""
LEAST_SEEN = 8
"""Times that a word must stand in those to have a row in the tables."""
EPOCHS, BATCH, RATE, DROP = 6, 256, 0.02, 0.2
PENALTY, DENSE_PENALTY = 2e-5, 1e-5
HAND_WEIGHT = 3.0
"""What a clause labelled by hand counts, where one that the teacher judged counts one."""
TEACHER_C = 0.15
CLAUSE_SCALE, SENTENCE_SCALE = 4.0, 2.0
"""How the teacher's vectors of a clause and of its sentence are scaled beside the described columns."""
K = len(ASPECTS) + 1


@dataclass(frozen=True, slots=True)
class Clauses:
    """Clauses with all that the models see of them."""

    texts: list[str]
    tokens: nlp.Tokens
    clauses: nlp.Sentences
    owner: Ints
    dense: Floats
    """(n, D): as `model.describe` has them."""
    labels: Floats
    """(n, K): the share of each aspect, the last of none; rows of zeros where nobody has labelled."""

    def words(self) -> list[str]:
        """The clauses as text."""
        starts, ends = self.tokens.start[self.clauses.first], self.tokens.end[self.clauses.last - 1]
        return [self.texts[t][a:b] for t, a, b in zip(self.clauses.text, starts, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its judging sentences and what is known of them."""

    text: str
    sentences: list[tuple[int, int]]
    """First character and one past the last of each."""
    judged: list[tuple[int, int, str]] | None
    """First character, one past the last, and the aspect judged there; None where nobody has labelled."""
    names: list[tuple[int, int]]
    """First character of each name, and which of `model.NAMES` it is."""


def make(texts: list[Text]) -> Clauses:
    """The clauses of all sentences of the texts, described and labelled."""
    tokens = nlp.tokenize(text.text for text in texts)
    rows = [(i, *span) for i, text in enumerate(texts) for span in text.sentences]
    number, start, end = (list(column) for column in zip(*rows, strict=True))
    sents = nlp.sentences_of(tokens, number, start, end, [3] * len(rows), number)
    clauses, owner = split_clauses(tokens, sents)
    starts, ends = tokens.start[clauses.first], tokens.end[clauses.last - 1]
    shares = np.zeros((len(clauses), K), np.float32)
    flags = np.zeros((len(clauses), len(model.NAMES)), dtype=bool)
    for i, text in enumerate(texts):
        mine = np.flatnonzero(clauses.text == i)
        for first, last, aspect in text.judged or ():
            shared = np.minimum(ends[mine], last) - np.maximum(starts[mine], first)
            if len(mine) and shared.max() > 0:
                # The clause that holds most of the evidence, and every other that holds half of it or of itself.
                enough = shared >= np.minimum(0.5 * np.minimum(last - first, ends[mine] - starts[mine]), shared.max())
                shares[mine[enough], ASPECTS.index(aspect)] = 1
        for place, kind in text.names:
            flags[mine[(starts[mine] <= place) & (place < ends[mine])], kind] = True
        if text.judged is not None:
            shares[mine, -1] = shares[mine, :-1].sum(1) == 0
    shares /= np.maximum(shares.sum(1, keepdims=True), 1)
    dense = model.describe(tokens, clauses, owner, flags)
    return Clauses([text.text for text in texts], tokens, clauses, owner, dense, shares)


_NAME = re.compile(r"(?<=[a-z,;(] )[A-Z][a-z]+(?: [A-Z][a-z]+)+")


def loose(sentence: str, judged: list[tuple[int, int, str]] | None) -> Text:
    """A sentence out of its review, in which nobody knows who a name is."""
    names = [(match.start(), model.NAMES.index("person")) for match in _NAME.finditer(sentence)]
    return Text(sentence, [(0, len(sentence))], judged, names)


def gold(labels: Path, texts: Path) -> Iterator[Text]:
    """The sentences that praise or blame in the reviews labelled by hand."""
    for path in sorted(labels.glob("*.json")):
        found = next((one for one in texts.glob(path.stem + ".*")), None)
        label = json.loads(path.read_text(encoding="utf-8"))
        if found is None or "spans" not in label:
            continue
        text = found.read_bytes().decode("utf-8")
        where = {(b, k): (first, last) for b, k, first, last in label["spans"]["sentences"]}
        sentences = sorted(where[b, k] for b, k, _, stance in label["sentences"] if stance)
        judged = [(first, last, aspect) for aspect, _, (first, last) in label["aspects"]]
        yield Text(text, sentences, judged, list(_gold_names(label, text)))


def _gold_names(label: dict[str, Any], text: str) -> Iterator[tuple[int, int]]:
    roles: defaultdict[str, set[str]] = defaultdict(set)
    for credit in label["credits"]:
        roles[credit["person"]].add(credit["role"])
    for person in label["film"]["directors"]:
        roles[person].add("director")
    for name, kind in label["entities"]:
        if kind not in ("PERSON", "CHARACTER"):
            continue
        held = "character" if kind == "CHARACTER" else "actor" if "actor" in roles[name] else "maker"
        flag = model.NAMES.index(held if kind == "CHARACTER" or roles[name] else "person")
        parts = name.split()
        for form in {name, parts[-1], *(parts[:1] if kind == "CHARACTER" else ())}:
            if len(form) > 2:
                for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
                    yield match.start(), flag


def hand_labels() -> dict[str, list[tuple[int, int, str]]]:
    """What is judged in each sentence of aspect_labels.tsv, by the hash of its words."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for line in LABELS.read_text(encoding="utf-8").splitlines()[1:]:
        key, judged = line.split("\t")
        spans = [entry.split(" ") for entry in judged.split("; ") if entry]
        bounds = [(span.split("-"), aspect) for span, aspect in spans]
        found[key] = [(int(first), int(last), aspect) for (first, last), aspect in bounds]
    return found


def key_of(sentence: str) -> str:
    """Hash of a sentence's words, by which it is found again."""
    return hashlib.sha256(" ".join(sentence.split()).encode()).hexdigest()[:16]


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|<br />")


def unlabelled(folder: Path) -> tuple[list[str], list[str]]:
    """Sentences of 4 to 40 words from unlabelled reviews, and critics' verdicts of as many."""

    def fit(texts: list[str]) -> list[str]:
        return [text for text in texts if 4 <= len(text.split()) <= 40]

    reviews = [
        part.strip() for row in data.lines(folder, "imdb_unlabelled") for part in _SENTENCE_END.split(row["text"])
    ]
    return fit(reviews), fit([row["text"] for row in data.lines(folder, "rt_snippets")])


def vectors(encoder: SentenceTransformer, found: Clauses) -> Floats:
    """The teacher's vectors of each clause and of its sentence, scaled, after the described columns."""
    words = found.words()
    first = np.concatenate([[True], found.owner[1:] != found.owner[:-1]])
    number = np.cumsum(first) - 1
    whole = [""] * (number[-1] + 1)
    for i, text in zip(number, words, strict=True):
        whole[i] = f"{whole[i]} {text}".strip()
    clause, sentence = (encoder.encode(texts, batch_size=64) for texts in (words, whole))
    return np.concatenate([found.dense, clause * CLAUSE_SCALE, sentence[number] * SENTENCE_SCALE], axis=1)


def teach(x: Floats, labels: Floats) -> LogisticRegression:
    """The teacher: a clause of two aspects is two rows that count less each."""
    row, kind = np.nonzero(labels)
    return LogisticRegression(C=TEACHER_C, max_iter=1500).fit(x[row], kind, sample_weight=labels[row, kind] ** 0.5)


def judge(teacher: LogisticRegression, x: Floats) -> Floats:
    """The teacher's probabilities, (n, K)."""
    found = np.zeros((len(x), K), np.float32)
    found[:, teacher.classes_] = teacher.predict_proba(x)
    return found


class Student(nn.Module):
    """The small model, as models/aspects.py runs it."""

    def __init__(self, n_words: int, n_columns: int) -> None:
        super().__init__()
        # Size of each table, and its row for what stands for nothing, which weighs nothing.
        sizes = {"inside": (n_words + 1, n_words), "around": (n_words + 1, n_words), "pairs": (model.PAIRS + 1, 0)}
        self.tables = {
            name: nn.EmbeddingBag(size, K, mode="sum", include_last_offset=True, padding_idx=blank)
            for name, (size, blank) in sizes.items()
        }
        for name, table in self.tables.items():
            self.add_module(name, table)
        self.dense = nn.Linear(n_columns, K)
        for weight in self.parameters():
            nn.init.zeros_(weight)

    def forward(self, bags: "Bags", rows: Ints, drop: float = 0.0) -> torch.Tensor:
        """Logits of the clauses of the given numbers; `drop` is the share of words that are left out."""
        inside, around = bags.take("word", rows, drop), bags.take("sentence", rows, drop)
        logits: torch.Tensor = self.dense(torch.from_numpy(bags.found.dense[rows]))
        logits = logits + self.tables["inside"](*inside) + self.tables["pairs"](*bags.take("pair", rows, drop))
        logits = logits + self.tables["around"](*around) - self.tables["around"](*inside)
        return logits


class Bags:
    """The rows of the student's tables that the words of each clause stand for."""

    def __init__(self, found: Clauses, words: NDArray[np.uint64]) -> None:
        self.found = found
        index, begin = model.runs(found.clauses)
        norm = found.tokens.norm[index]
        pair = model.pairs_of(norm) + 1
        pair[begin] = 0
        self.blank = {"word": len(words), "sentence": len(words), "pair": 0}
        """The row of each table that stands for nothing."""
        row = model.rows_of(words, norm)
        self.source = {"word": row, "sentence": row, "pair": pair}
        bounds = np.append(begin, len(index))
        first = np.concatenate([[True], found.owner[1:] != found.owner[:-1]])
        starts = np.flatnonzero(first)
        number = np.cumsum(first) - 1
        own = (bounds[:-1], bounds[1:])
        sentence = (bounds[starts][number], bounds[np.append(starts[1:], len(number))][number])
        self.bounds = {"word": own, "pair": own, "sentence": sentence}

    def take(self, name: str, rows: Ints, drop: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Rows and offsets of one table for the clauses of the given numbers."""
        low, high = (bound[rows] for bound in self.bounds[name])
        size = high - low
        offset = np.append(0, np.cumsum(size))
        found = torch.from_numpy(self.source[name][np.arange(offset[-1]) - np.repeat(offset[:-1] - low, size)])
        if drop:
            found = torch.where(torch.rand(len(found)) < drop, self.blank[name], found)
        return found, torch.from_numpy(offset)


def learn(sets: list[tuple[Bags, Floats, float]], n_words: int) -> Student:
    """The student, taught by sets of clauses, each with its targets and what a clause counts."""
    torch.manual_seed(SEED)
    shuffle = np.random.default_rng(SEED)
    student = Student(n_words, sets[0][0].found.dense.shape[1])
    items = np.concatenate([np.stack([np.full(len(t), k), np.arange(len(t))], 1) for k, (_, t, _) in enumerate(sets)])
    steps = -(-len(items) // BATCH)
    optimiser = torch.optim.Adam(student.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=RATE, total_steps=steps * EPOCHS, pct_start=0.1)
    for _ in range(EPOCHS):
        shuffle.shuffle(items)
        for begin in range(0, len(items), BATCH):
            some = items[begin : begin + BATCH]
            loss, total = torch.zeros(()), 0.0
            for k, (bags, targets, weight) in enumerate(sets):
                rows = np.sort(some[some[:, 0] == k, 1])
                if len(rows):
                    said = functional.log_softmax(student(bags, rows, DROP), 1)
                    loss = loss - weight * (torch.from_numpy(targets[rows]) * said).sum()
                    total += weight * len(rows)
            squares = torch.stack([(table.weight**2).sum() for table in student.tables.values()])
            loss = loss / total + PENALTY * squares.sum()
            loss = loss + DENSE_PENALTY * (student.dense.weight**2).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    return student


def save(student: Student, words: NDArray[np.uint64], path: Path) -> None:
    """The weights as arrays, the tables at half precision."""
    arrays: dict[str, Any] = {"words": words}
    for name, table in student.tables.items():
        values = table.weight.detach().numpy()
        values = values[1:] if name == "pairs" else values
        arrays[name] = values.astype(np.float16)
    arrays["dense"] = student.dense.weight.detach().numpy().T.copy()
    arrays["bias"] = student.dense.bias.detach().numpy()
    np.savez_compressed(path, **arrays)


def main() -> None:
    """Teach and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    reviews, verdicts = unlabelled(args.data)
    known = hand_labels()
    blogs = [sentence for row in data.lines(args.data, "blogs") for sentence in data.lines_split(row["text"])]
    by_key = {key_of(sentence): sentence for sentence in reviews + verdicts + blogs}
    pool = make([loose(by_key[key], judged) for key, judged in known.items() if key in by_key])
    labelled = make(list(gold(args.data / "gold" / "train", args.data / "texts" / "train")))
    pick = random.Random(SEED)
    # Sentences of many adjectives judge more often; the others are kept in part.
    telling = [text for text in reviews if pick.random() < 0.25 or sentiment(text)[1] >= 0.3]
    some = [text for texts, n in zip((telling, verdicts), N_SENTENCES, strict=True) for text in pick.sample(texts, n)]
    many = make([loose(sentence, None) for sentence in some])
    encoder = SentenceTransformer(str(args.teacher), device="cpu", model_kwargs={"dtype": torch.bfloat16})
    hands = [pool, labelled]
    teacher = teach(
        np.concatenate([vectors(encoder, found) for found in hands]), np.concatenate([found.labels for found in hands])
    )
    index, _ = model.runs(many.clauses)
    seen, count = np.unique(many.tokens.norm[index], return_counts=True)
    words = seen[count >= LEAST_SEEN]
    sets = [(Bags(many, words), judge(teacher, vectors(encoder, many)), 1.0)]
    sets += [(Bags(found, words), found.labels, HAND_WEIGHT) for found in hands]
    save(learn(sets, len(words)), words, WEIGHTS)


if __name__ == "__main__":
    main()
