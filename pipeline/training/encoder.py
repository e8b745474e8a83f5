"""Teaches the small convolutional net of models/encoder.py, from labels and from a teacher's.

    python -m pipeline.training.encoder --data DIR --soft FILE

`--soft` is what training/teacher.py wrote: its probabilities for every row of training/rows.py, in their order,
and its vectors of their words.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pipeline import models
from pipeline.models import convolution, encoder
from pipeline.models.scopes import SCOPES, scopes
from pipeline.training import data, pairs, rows

DIM = 112
NEAR = 128
FAR = 192
JOIN = 128
LONGEST = 64
"""Words of a sentence that are read in training."""

EPOCHS = 3
BATCH = 256
RATE = 3e-3
HARD, SOFT = 0.7, 1.5
"""What labels count, and what the teacher's probabilities."""

FORGET = 0.06
"""Part of the words that are read by their last letters, so that unknown ones can be."""


class Net(nn.Module):
    """models/encoder.py in torch: the same sums over padded sentences."""

    def __init__(self, size: int) -> None:
        super().__init__()
        pooled = (1 + encoder.HEADS) * FAR
        self.table = nn.Embedding(size + 1, DIM, padding_idx=size)
        self.near = nn.Conv1d(DIM, NEAR, encoder.WIDTH, padding=1)
        self.far = nn.Conv1d(NEAR, FAR, 3, padding=convolution.STEP, dilation=convolution.STEP)
        self.attend = nn.Linear(FAR, encoder.HEADS, bias=False)
        self.join = nn.Linear(pooled, JOIN)
        self.out = nn.Linear(pooled + JOIN, encoder.OUTPUTS)
        self.weak = nn.Dropout(0.2)
        self.strong = nn.Dropout(0.3)

    def forward(self, word: torch.Tensor, form: torch.Tensor, mark: torch.Tensor) -> torch.Tensor:
        """(sentences, OUTPUTS) logits of rows of the table, (sentences, words), padded with its last row."""
        mask = (word != self.table.num_embeddings - 1).float().unsqueeze(1)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            x = self.weak(self.table(word) + self.table(form) + self.table(mark)).transpose(1, 2)
            x = torch.relu(self.near(x)) * mask
            x = torch.relu(self.far(self.weak(x))) * mask
        x = x.float()
        score = self.attend(x.transpose(1, 2)).clamp(-20, 20)
        part = torch.exp(score) * mask.transpose(1, 2)
        part = part / part.sum(1, keepdim=True).clamp(min=1e-9)
        pooled = self.strong(torch.cat([x.max(2).values, torch.matmul(x, part).transpose(1, 2).flatten(1)], 1))
        joined = self.strong(torch.relu(self.join(pooled)))
        return self.out(torch.cat([pooled, joined], 1))


def stored(net: Net, words: NDArray[np.uint64], shapes: NDArray[np.uint64]) -> dict[str, Any]:
    """The net's arrays as models/encoder.py reads them: the table as int8 with a scale a row, the rest as float16."""
    table = net.table.weight.detach().numpy()[:-1]
    scale = np.maximum(np.abs(table).max(axis=1) / 127, 1e-8).astype(np.float16)
    near = net.near.weight.detach().numpy()
    far = net.far.weight.detach().numpy()
    arrays = {
        "near": near.transpose(1, 2, 0).reshape(near.shape[1], -1),
        "near_bias": net.near.bias.detach().numpy(),
        "far": far.transpose(2, 1, 0).reshape(-1, far.shape[0]),
        "far_bias": net.far.bias.detach().numpy(),
        "attend": net.attend.weight.detach().numpy().T,
        "join": net.join.weight.detach().numpy().T,
        "join_bias": net.join.bias.detach().numpy(),
        "out": net.out.weight.detach().numpy().T,
        "out_bias": net.out.bias.detach().numpy(),
    }
    return {
        "words": words,
        "shapes": shapes,
        "table": np.clip(np.rint(table / scale.astype(np.float32)[:, None]), -127, 127).astype(np.int8),
        "scale": scale,
        **{name: array.astype(np.float16) for name, array in arrays.items()},
    }


def starting(size: int, vectors: NDArray[np.float32]) -> torch.Tensor:
    """(size + 1, DIM): the teacher's vectors of words, cut to their main directions; little for all else."""
    vectors = vectors - vectors.mean(axis=0)
    main = np.linalg.svd(vectors[::3], full_matrices=False)[2][:DIM]
    short = vectors @ main.T
    table = torch.randn(size + 1, DIM) * 0.05
    table[: len(short)] = torch.from_numpy(short / short.std() * 0.25)
    table[-1] = 0
    return table


class Targets:
    """Labels and the teacher's probabilities of all rows, as tensors."""

    def __init__(self, taught: list[tuple[str, data.Row]], soft: NDArray[np.float32]) -> None:
        members = [row for _, row in taught]
        self.stance = torch.tensor([row.stance for row in members])
        self.binary = torch.tensor([row.binary for row in members])
        self.voice = torch.tensor([row.voice for row in members])
        self.two = torch.tensor([row.two_voices for row in members])
        self.weight = torch.tensor([row.weight for row in members])
        self.has = torch.from_numpy(~np.isnan(soft[:, 0])).float()
        self.soft = torch.from_numpy(np.nan_to_num(soft))

    def loss(self, logits: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
        """Mean loss of the logits of rows k."""
        three, two = torch.log_softmax(logits[:, :3], 1), torch.log_softmax(logits[:, [0, 2]], 1)
        four, pair = torch.log_softmax(logits[:, 3:], 1), torch.log_softmax(logits[:, 3:5], 1)
        stance, voice = self.stance[k], self.voice[k]
        s = torch.where(
            self.binary[k],
            two.gather(1, (stance.clamp(min=0) // 2)[:, None])[:, 0],
            three.gather(1, stance.clamp(min=0)[:, None])[:, 0],
        )
        v = torch.where(
            self.two[k],
            pair.gather(1, voice.clamp(0, 1)[:, None])[:, 0],
            four.gather(1, voice.clamp(min=0)[:, None])[:, 0],
        )
        hard = -(s * (stance >= 0) + 0.7 * v * (voice >= 0)) * self.weight[k]
        soft = -((self.soft[k, :3] * three).sum(1) + 0.7 * (self.soft[k, 3:] * four).sum(1)) * self.has[k]
        return (HARD * hard + SOFT * soft).mean()


@dataclass(frozen=True, slots=True)
class Columns:
    """All words of all rows one after another, as rows of the table, and where each sentence stands among them."""

    word: NDArray[np.int64]
    form: NDArray[np.int64]
    mark: NDArray[np.int64]
    rare: NDArray[np.int64]
    """What stands for a word that is not known."""
    length: NDArray[np.int64]
    """(rows,)"""
    begin: NDArray[np.int64]
    """(rows,)"""

    def padded(self, k: NDArray[np.int64], fill: int, lost: NDArray[np.bool_]) -> list[torch.Tensor]:
        """Word, form and mark of rows k, (k, longest), at most LONGEST words of each; `lost` words by `rare`."""
        size = np.minimum(self.length[k], LONGEST)
        place = np.arange(max(3, size.max()))
        inside = place < size[:, None]
        at = np.where(inside, self.begin[k, None] + place, 0)
        word = np.where(lost[at], self.rare[at], self.word[at])
        return [torch.from_numpy(np.where(inside, column, fill)) for column in (word, self.form[at], self.mark[at])]


def teach(net: Net, columns: Columns, targets: Targets) -> None:
    """EPOCHS over all rows that have a label, those that the teacher labelled once more."""
    draw = np.random.default_rng(1)
    fill = net.table.num_embeddings - 1
    labelled = np.flatnonzero((targets.weight > 0).numpy() & (columns.length > 0))
    heard = np.flatnonzero((targets.has > 0).numpy() & (columns.length > 0))
    every = np.concatenate([labelled, heard])
    total = EPOCHS * (len(every) // BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: min(1, (s + 1) / 200) * max(0.03, 1 - s / total))
    step = 0
    for _ in range(EPOCHS):
        mixed = draw.permutation(every)
        lost = draw.random(len(columns.word)) < FORGET
        for i in range(0, len(mixed), BATCH * 40):
            part = mixed[i : i + BATCH * 40]
            part = part[np.argsort(columns.length[part], kind="stable")]
            for j in draw.permutation(len(part) // BATCH):
                k = part[j * BATCH : (j + 1) * BATCH]
                loss = targets.loss(net(*columns.padded(k, fill, lost)), torch.from_numpy(k))
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 2.0)
                optimizer.step()
                schedule.step()
                step += 1
                if step % 500 == 0:
                    print(f"encoder {step} of {total}: {loss.item():.3f}", flush=True)


def main() -> None:
    """Read, teach, write models/encoder.npz."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "soft"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(1)
    taught = rows.rows(arguments.data)
    heard = np.load(arguments.soft)
    words, known = rows.read([row.text for _, row in taught])
    order = np.argsort(known.hashes)
    hashes = known.hashes[order]
    word, form = encoder.rows_of(hashes, known.shapes, words.norm, words.shape, words.suffix)
    base = len(hashes) + len(known.shapes) + 1
    rare = base + (words.suffix % np.uint64(encoder.SUFFIXES)).astype(np.int64)
    mark = base + encoder.SUFFIXES + scopes(words.norm, np.repeat(np.arange(len(taught)), words.length))
    size = base + encoder.SUFFIXES + SCOPES
    net = Net(size)
    with torch.no_grad():
        net.table.weight.copy_(starting(size, heard["vectors"][order].astype(np.float32)))
    teach(
        net,
        Columns(word, form, mark, rare, words.length, np.cumsum(words.length) - words.length),
        Targets(taught, heard["soft"]),
    )
    arrays = stored(net, hashes, known.shapes) | pairs.fit(taught, words, heard["soft"])
    np.savez_compressed(Path(models.__file__).with_name("encoder.npz"), **arrays)


if __name__ == "__main__":
    main()
