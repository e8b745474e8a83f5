"""A large sentence encoder, fine-tuned on the labelled sets, that labels the rows for the small net.

    python -m pipeline.training.teacher --data DIR --teacher DIR --gold DIR --texts DIR --out FILE

`--teacher` is the folder of a model such as all-MiniLM-L6-v2 (Apache 2.0). Writes its probabilities for the rows of
training/rows.py, (rows, 7), three of stance and four of voice; nan where LABELLED leaves a row out.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from transformers import AutoModel, AutoTokenizer

from pipeline.training import data, rows

STEPS = 1300
BATCH = 32
LONGEST = 56
RATE, RATE_HEADS = 1e-4, 1e-3
SHARES = {"fine": 0.24, "phrases": 0.08, "snippets": 0.14, "polarity": 0.04, "subj": 0.10, "facts": 0.03}
SHARES |= {"gold": 0.27, "templates": 0.10}
"""What part of each batch comes from which set; gold with the labels by hand."""

LABELLED = {"unlabelled": 92000, "snippets": 12000, "fine": 4000, "subj": 2500, "phrases": 2500, "polarity": 600}
"""Rows of each set that the teacher labels."""


class Teacher(nn.Module):
    """The encoder with a linear head for stance and one for voice, over the mean of its last layer."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder)
        size = self.body.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.stance = nn.Linear(size, 3)
        self.voice = nn.Linear(size, 4)

    def forward(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """(n, 3) and (n, 4) logits."""
        x = self.tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        mask = x["attention_mask"].unsqueeze(-1)
        state = self.body(**x).last_hidden_state
        mean = self.drop((state * mask).sum(1) / mask.sum(1))
        return self.stance(mean), self.voice(mean)


def loss_of(logits: tuple[torch.Tensor, torch.Tensor], batch: list[data.Row]) -> torch.Tensor:
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


def fine_tune(teacher: Teacher, sets: dict[str, list[data.Row]]) -> None:
    """Teach it for STEPS batches, each of sentences of like length."""
    for parameter in teacher.body.embeddings.parameters():
        parameter.requires_grad_(False)
    body = [p for p in teacher.body.parameters() if p.requires_grad]
    heads = [*teacher.stance.parameters(), *teacher.voice.parameters()]
    groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE_HEADS}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + 1) / 80) * max(0.03, 1 - s / STEPS))
    draw, names = random.Random(5), list(SHARES)
    waiting: list[list[data.Row]] = []
    for step in range(STEPS):
        if not waiting:
            drawn = [draw.choice(sets[name]) for name in draw.choices(names, list(SHARES.values()), k=BATCH * 8)]
            drawn.sort(key=lambda row: len(row.text))
            waiting = [drawn[i : i + BATCH] for i in range(0, len(drawn), BATCH)]
            draw.shuffle(waiting)
        batch = waiting.pop()
        texts = [data.written(row.text) if draw.random() < 0.8 else row.text for row in batch]
        loss = loss_of(teacher(texts), batch)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            print(f"teacher {step} of {STEPS}: {loss.item():.3f}", flush=True)


def label(teacher: Teacher, taught: list[tuple[str, data.Row]]) -> NDArray[np.float32]:
    """(rows, 7): what it says of LABELLED rows of each set, drawn at random; nan for the others."""
    teacher.eval()
    teacher.body = torch.ao.quantization.quantize_dynamic(teacher.body, {nn.Linear}, dtype=torch.qint8)
    draw = np.random.default_rng(4)
    names = np.array([name for name, _ in taught])
    wanted = np.concatenate([draw.permutation(np.flatnonzero(names == name))[:n] for name, n in LABELLED.items()])
    wanted = wanted[np.argsort([len(taught[i][1].text) for i in wanted], kind="stable")]
    out = np.full((len(taught), 7), np.nan, dtype=np.float32)
    with torch.no_grad():
        for i in range(0, len(wanted), 64):
            some = wanted[i : i + 64]
            stance, voice = teacher([data.written(taught[j][1].text) for j in some])
            out[some] = torch.cat([torch.softmax(stance, 1), torch.softmax(voice, 1)], 1).numpy()
    return out


def word_vectors(folder: Path, words: list[str]) -> NDArray[np.float32]:
    """(n, size): the untaught encoder's vector of each word alone."""
    teacher = Teacher(folder).eval()
    order = sorted(range(len(words)), key=lambda i: len(words[i]))
    out = np.zeros((len(words), teacher.body.config.hidden_size), dtype=np.float32)
    with torch.no_grad():
        for i in range(0, len(order), 256):
            some = order[i : i + 256]
            x = teacher.tokenizer(
                [words[j] for j in some], padding=True, truncation=True, max_length=12, return_tensors="pt"
            )
            mask = x["attention_mask"].unsqueeze(-1).float()
            out[some] = ((teacher.body(**x).last_hidden_state * mask).sum(1) / mask.sum(1)).numpy()
    return out


def main() -> None:
    """Fine-tune, label, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "teacher", "gold", "texts", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(3)
    taught = rows.rows(arguments.data)
    sets = {name: [row for other, row in taught if other == name] for name in SHARES}
    sets["gold"] = data.gold_rows(arguments.gold, arguments.texts) + [
        row for use in ("net", "weighing") for row in data.hand_rows(arguments.data, use)
    ]
    teacher = Teacher(arguments.teacher)
    fine_tune(teacher, sets)
    np.save(arguments.out, label(teacher, taught))


if __name__ == "__main__":
    main()
