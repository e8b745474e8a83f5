"""A large sentence encoder, fine-tuned on the labelled sets, that labels sentences for the small net.

    python -m pipeline.training.teacher --data DIR --teacher DIR --gold DIR --texts DIR --out FILE

`--teacher` is the folder of a model such as all-mpnet-base-v2 (Apache 2.0). It reads a review in passages of several
sentences, so that what it says of a sentence rests on its neighbours too, and learns in two phases: the large sets of
single sentences first, then everything, with whole reviews read by hand in front. Writes its probabilities for the rows
of training/rows.py, `soft` (rows, 7), three of stance and four of voice, nan where LABELLED leaves a row out; and its
`vectors` of the words that they are made of, (words, size); and the same seven for the sentences of its `whole` reviews.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import AutoModel, AutoTokenizer

from pipeline.training import data, rows
from pipeline.training.batches import by_length

LONGEST = 72
"""Word pieces of a sentence that are read."""

PASSAGE = 200
"""Word pieces that a passage of a review holds at most, unless one sentence alone has more."""

BATCH = 1500
"""Word pieces of a batch, padding included."""

FROZEN = 4
"""Layers, beside the embeddings, that stay as they are."""

RATE, RATE_HEADS = 4e-5, 1e-3
WARM = 60


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the teaching: how many word pieces are read, and what part of them comes from which set."""

    pieces: int
    shares: dict[str, float]


BROAD = Phase(
    550_000,
    {"fine": 0.24, "phrases": 0.08, "snippets": 0.22, "polarity": 0.06, "subj": 0.10, "facts": 0.03}
    | {"templates": 0.03, "written": 0.05, "reviews": 0.19},
)
CLOSE = Phase(
    420_000,
    {"fine": 0.12, "phrases": 0.03, "snippets": 0.05, "polarity": 0.02, "subj": 0.05, "facts": 0.03}
    | {"templates": 0.02, "written": 0.20, "reviews": 0.48},
)

PHASES = (BROAD, CLOSE)

Passage = list[data.Row]
"""Sentences that follow one another in a review; most rows of the sets are passages of one."""


class Teacher(nn.Module):
    """The encoder with a linear head for stance and one for voice, over the mean of a sentence's word pieces."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder)
        size = self.body.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.stance = nn.Linear(size, 3)
        self.voice = nn.Linear(size, 4)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The word pieces of each text."""
        found = self.tokenizer(list(texts), add_special_tokens=False, truncation=True, max_length=LONGEST)
        return [ids or [self.tokenizer.unk_token_id] for ids in found["input_ids"]]

    def means(self, passages: Sequence[Sequence[list[int]]]) -> torch.Tensor:
        """(n, size): mean of the last layer over each of the n sentences of all passages, given as word pieces."""
        first, last, pad = (getattr(self.tokenizer, f"{name}_token_id") for name in ("cls", "sep", "pad"))
        lines = [[first, *(piece for sentence in passage for piece in sentence), last] for passage in passages]
        width = max(len(line) for line in lines)
        ids = torch.full((len(lines), width), pad)
        owner = torch.full((len(lines), width), -1)
        number = 0
        for row, (line, passage) in enumerate(zip(lines, passages, strict=True)):
            ids[row, : len(line)] = torch.tensor(line)
            at = 1
            for sentence in passage:
                owner[row, at : at + len(sentence)] = number
                at += len(sentence)
                number += 1
        state = self.body(input_ids=ids, attention_mask=(ids != pad).long()).last_hidden_state
        inside = owner.flatten() >= 0
        of = owner.flatten()[inside]
        total = torch.zeros(number, state.shape[2]).index_add(0, of, state.flatten(0, 1)[inside].float())
        return total / torch.bincount(of, minlength=number)[:, None]

    def forward(self, passages: Sequence[Sequence[list[int]]]) -> tuple[torch.Tensor, torch.Tensor]:
        """(n, 3) and (n, 4) logits of the sentences."""
        mean = self.drop(self.means(passages))
        return self.stance(mean).float(), self.voice(mean).float()


def runs(sizes: Sequence[int], first: int = 0) -> Iterator[tuple[int, int]]:
    """Runs of sentences, of `sizes` word pieces each, of at most PASSAGE: first and one past the last.

    The first run ends after `first` sentences at the latest, where that is not 0.
    """
    start, total = 0, 0
    for number, size in enumerate(sizes):
        if number > start and (total + size > PASSAGE or (start == 0 and number == first)):
            yield start, number
            start, total = number, 0
        total += size
    if start < len(sizes):
        yield start, len(sizes)


def loss_of(logits: tuple[torch.Tensor, torch.Tensor], batch: Sequence[data.Row]) -> torch.Tensor:
    """Mean loss over the labels that the rows have; two-way labels only compare their two classes."""
    total = torch.zeros(())
    for i, row in enumerate(batch):
        if row.stance >= 0:
            two = row.binary
            scores = torch.log_softmax(logits[0][i, [0, 2]] if two else logits[0][i], -1)
            total = total - scores[row.stance // 2 if two else row.stance]
        if row.voice >= 0:
            scores = torch.log_softmax(logits[1][i, :2] if row.two_voices else logits[1][i], -1)
            total = total - 0.7 * scores[row.voice]
    return total / len(batch)


def sentences_of(review: data.Labelled) -> Passage:
    """The sentences of a review, as rows."""
    return [
        data.Row(" ".join(review.text[start:end].split()), stance=stance, voice=voice)
        for (start, end), voice, stance in zip(review.spans, review.voices, review.stances, strict=True)
    ]


Drawn = tuple[Passage, list[list[int]]]
"""A passage and the word pieces of its sentences."""


def draw_passages(
    teacher: Teacher, sets: dict[str, list[data.Row]], reviews: list[Passage], phase: Phase, draw: random.Random
) -> Iterator[Drawn]:
    """Passages up to the phase's word pieces, each set's part of them as its shares say."""
    spent = dict.fromkeys(phase.shares, 0.0)
    while sum(spent.values()) < phase.pieces:
        name = min(spent, key=lambda other: spent[other] / phase.shares[other])
        if name == "reviews":
            whole = draw.choice(reviews)
            ids = teacher.pieces([row.text for row in whole])
            found = [(whole[a:b], ids[a:b]) for a, b in runs([len(x) for x in ids], draw.randrange(len(whole)))]
        else:
            some = draw.choices(sets[name], k=8)
            texts = [data.written(row.text) if draw.random() < 0.8 else row.text for row in some]
            found = [([row], [ids]) for row, ids in zip(some, teacher.pieces(texts), strict=True)]
        for passage, ids in found:
            spent[name] += sum(map(len, ids))
            yield passage, ids


def batches(source: Iterator[Drawn], draw: random.Random) -> Iterator[list[Drawn]]:
    """Batches of passages of like length, of some BATCH word pieces each."""
    while pool := list(islice(source, 400)):
        pool.sort(key=lambda one: sum(map(len, one[1])))
        ready: list[list[Drawn]] = [[]]
        for one in pool:
            if (len(ready[-1]) + 1) * sum(map(len, one[1])) > BATCH and ready[-1]:
                ready.append([])
            ready[-1].append(one)
        draw.shuffle(ready)
        yield from ready


def fine_tune(teacher: Teacher, source: Iterator[Drawn], begin: int, pieces: int, draw: random.Random) -> None:
    """Teach it the passages of a phase, from `begin` of all `pieces` on; the rate falls evenly over all of them."""
    teacher.train()
    for part in (teacher.body.embeddings, *teacher.body.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    body = [p for p in teacher.body.parameters() if p.requires_grad]
    heads = [*teacher.stance.parameters(), *teacher.voice.parameters()]
    rates = [RATE, RATE_HEADS]
    groups = [{"params": some, "lr": rate} for some, rate in zip((body, heads), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    read, smooth = begin, 0.0
    for step, batch in enumerate(batches(source, draw)):
        left = min(1.0, (step + 1) / WARM) * max(0.03, 1 - read / pieces)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * left
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = teacher([ids for _, ids in batch])
        loss = loss_of(logits, [row for passage, _ in batch for row in passage])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimizer.step()
        read += sum(len(sentence) for _, ids in batch for sentence in ids)
        smooth = 0.95 * smooth + 0.05 * loss.item() if step else loss.item()
        if step % 20 == 0:
            print(f"teacher {read} of {pieces} word pieces: {smooth:.3f}", flush=True)


def judge(teacher: Teacher, texts: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
    """(sentences, 7) for each text given as its sentences: probabilities of stance and voice.

    Leaves the encoder at half precision: it is taught no more.
    """
    teacher.eval()
    waiting: list[tuple[int, int, list[list[int]]]] = []
    out = [np.zeros((len(sentences), 7), dtype=np.float32) for sentences in texts]
    for number, sentences in enumerate(texts):
        ids = teacher.pieces(sentences)
        waiting += [(number, a, ids[a:b]) for a, b in runs([len(x) for x in ids])]
    waiting.sort(key=lambda one: sum(map(len, one[2])))
    teacher.body.to(torch.bfloat16)
    with torch.no_grad():
        while waiting:
            size = max(1, 3 * BATCH // max(1, sum(map(len, waiting[-1][2]))))
            some, waiting = waiting[-size:], waiting[:-size]
            stance, voice = teacher([ids for *_, ids in some])
            found = torch.cat([torch.softmax(stance, 1), torch.softmax(voice, 1)], 1).numpy()
            at = 0
            for number, start, ids in some:
                out[number][start : start + len(ids)] = found[at : at + len(ids)]
                at += len(ids)
    return out


LABELLED = {"unlabelled": 220000, "snippets": 50000, "fine": 7300, "phrases": 4000, "subj": 4000, "polarity": 3000}
LABELLED |= {"templates": 1500, "written": 20000, "telling": 120000, "variants": 40000}
"""Rows of each set that the teacher labels, at most."""


def chosen(taught: list[tuple[str, data.Row]]) -> list[list[int]]:
    """Numbers of the LABELLED rows of each set, drawn at random.

    Rows of one review stay together; of the others, each way of writing and each repeat counts once.
    """
    draw = np.random.default_rng(4)
    names = np.array([name for name, _ in taught])
    runs_of: list[list[int]] = []
    for name, most in LABELLED.items():
        found: dict[str, list[int]] = {}
        for i in np.flatnonzero(names == name).tolist():
            row = taught[i][1]
            key = row.review or data.words(row.text)
            if row.review or key not in found:
                found.setdefault(key, []).append(i)
        order = list(found.values())
        for number in draw.permutation(len(order)).tolist():
            if most <= 0:
                break
            runs_of.append(order[number])
            most -= len(order[number])
    return runs_of


def label(teacher: Teacher, taught: list[tuple[str, data.Row]]) -> NDArray[np.float32]:
    """(rows, 7): what it says of the chosen rows; nan for the others."""
    out = np.full((len(taught), 7), np.nan, dtype=np.float32)
    runs_of = chosen(taught)
    said = judge(teacher, [[data.written(taught[i][1].text) for i in run] for run in runs_of])
    for run, some in zip(runs_of, said, strict=True):
        out[run] = some
    return out


def word_vectors(teacher: Teacher, words: Sequence[str]) -> NDArray[np.float16]:
    """(n, size): the teacher's vector of each word alone."""
    teacher.eval()
    pieces = teacher.pieces(words)
    out = np.zeros((len(words), teacher.body.config.hidden_size), dtype=np.float16)
    with torch.no_grad():
        for some in by_length(pieces, 256):
            out[some] = teacher.means([[pieces[j]] for j in some]).numpy()
    return out


def main() -> None:
    """Fine-tune, label, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "teacher", "gold", "texts", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(3)
    taught = rows.rows(arguments.data)
    reviews = [sentences_of(review) for review in data.read_reviews(arguments.data, arguments.gold, arguments.texts)]
    teacher, draw, begin = Teacher(arguments.teacher), random.Random(5), 0
    pieces = sum(phase.pieces for phase in PHASES)
    for phase in PHASES:
        sets = {name: [row for other, row in taught if other == name] for name in phase.shares}
        source = draw_passages(teacher, sets, reviews, phase, draw)
        fine_tune(teacher, source, begin, pieces, draw)
        begin += phase.pieces
    known = rows.read([row.text for _, row in taught])[1]
    whole = [[row.text for row in sentences_of(review)] for review in rows.whole_reviews(arguments.data, taught)]
    np.savez(
        arguments.out,
        soft=label(teacher, taught),
        vectors=word_vectors(teacher, known.strings),
        whole=np.concatenate(judge(teacher, whole)),
    )


if __name__ == "__main__":
    main()
