"""Teaches the small convolutional net of models/encoder.py, from labels and from a teacher's.

    python -m pipeline.training.encoder --data DIR --teacher FILE

The teacher's file holds its probabilities for every row of training/rows.py, in their order.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pipeline.models import encoder

DIM = 80
NEAR = 80
FAR = 128
LONGEST = 64
"""Words of a sentence that are read in training."""


class Net(nn.Module):
    """models/encoder.py in torch: the same sums over padded sentences."""

    def __init__(self, size: int, dim: int = DIM, near: int = NEAR, far: int = FAR) -> None:
        super().__init__()
        self.table = nn.Embedding(size + 1, dim, padding_idx=size)
        self.near = nn.Conv1d(dim, near, encoder.WIDTH, padding=1)
        self.far = nn.Conv1d(near, far, 3, padding=encoder.STEP, dilation=encoder.STEP)
        self.attend = nn.Linear(far, 1, bias=False)
        self.out = nn.Linear(2 * far, encoder.OUTPUTS)
        self.weak = nn.Dropout(0.2)
        self.strong = nn.Dropout(0.35)

    def forward(self, word: torch.Tensor, form: torch.Tensor) -> torch.Tensor:
        """(sentences, OUTPUTS) logits of rows of the table, (sentences, words), padded with its last row."""
        mask = (word != self.table.num_embeddings - 1).float().unsqueeze(1)
        x = self.weak(self.table(word) + self.table(form)).transpose(1, 2)
        x = torch.relu(self.near(x)) * mask
        x = torch.relu(self.far(self.weak(x))) * mask
        score = self.attend(x.transpose(1, 2)).squeeze(2).clamp(-20, 20)
        part = torch.exp(score) * mask.squeeze(1)
        part = part / part.sum(1, keepdim=True).clamp(min=1e-9)
        mean = (x * part.unsqueeze(1)).sum(2)
        return self.out(self.strong(torch.cat([x.max(2).values, mean], 1)))


def padded(rows: list[NDArray[np.int64]], fill: int) -> torch.Tensor:
    """The rows side by side, cut to LONGEST and filled up with `fill`."""
    longest = min(LONGEST, max(3, max(len(r) for r in rows)))
    out = np.full((len(rows), longest), fill, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : min(len(row), longest)] = row[:longest]
    return torch.from_numpy(out)


def stored(net: Net, words: NDArray[np.uint64], shapes: NDArray[np.uint64]) -> dict[str, NDArray[np.generic]]:
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
        "attend": net.attend.weight.detach().numpy()[0],
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
