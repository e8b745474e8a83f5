"""Teaches a small transformer (all-MiniLM-L6-v2) the themes, and lets it label sentences for the net that is shipped.

    python -m pipeline.training.theme_teacher --data DIR --model FOLDER --sentences FILE --out SOFT.npz

FILE holds a sentence of a review or a synopsis a line. About an hour on one core that multiplies bfloat16.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from pipeline.training.theme_sets import f1, motivations, nodes

LONGEST, BATCH, EPOCHS = 72, 48, 3
AT_ONCE = 40
"""Batches whose texts are sorted by length together."""


class Teacher(nn.Module):
    """Mean of the last layer -> logits of the themes, and how near it is to each description of the ontology."""

    def __init__(self, folder: Path, n_themes: int) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder)
        size = self.body.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(size, n_themes)
        self.ask, self.answer = nn.Linear(size, size), nn.Linear(size, size)
        self.scale = nn.Parameter(torch.tensor(2.7))
        nn.init.constant_(self.head.bias, -3.5)

    def pooled(self, texts: list[str]) -> torch.Tensor:
        """(texts, size)."""
        given = self.tokenizer(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        mask = given["attention_mask"].unsqueeze(2)
        mean: torch.Tensor = (self.body(**given).last_hidden_state * mask).sum(1) / mask.sum(1)
        return mean

    @torch.no_grad()
    def label(self, texts: list[str]) -> NDArray[np.float32]:
        """(texts, themes): logits."""
        self.eval()
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found = np.zeros((len(texts), self.head.out_features), dtype=np.float32)
        with torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(order), 128):
                part = order[start : start + 128]
                found[part] = self.head(self.pooled([texts[i] for i in part])).float().numpy()
        return found


def teach(
    teacher: Teacher, texts: list[str], labels: torch.Tensor, written_for: list[list[int]], about: torch.Tensor
) -> None:
    """Teach labels, and which description of the ontology, `about` (themes, size), a text is written for."""
    rng = np.random.default_rng(0)
    steps = EPOCHS * len(texts) // BATCH
    body = {"params": teacher.body.parameters(), "lr": 1.5e-4}
    rest = {"params": [p for name, p in teacher.named_parameters() if not name.startswith("body")], "lr": 1e-3}
    optimiser = torch.optim.AdamW([body, rest], weight_decay=0.01)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 150) * max(0.02, 1 - i / steps))
    teacher.train()
    for _ in range(EPOCHS):
        for part in batches(rng, texts):
            with torch.autocast("cpu", torch.bfloat16):
                pooled = teacher.pooled([texts[i] for i in part])
                logits = teacher.head(teacher.drop(pooled)).float()
                ask = functional.normalize(teacher.ask(pooled).float(), dim=1)
                near = ask @ functional.normalize(teacher.answer(about).float(), dim=1).T * teacher.scale.exp()
            target = torch.zeros(near.shape)
            for row, i in enumerate(part):
                target[row, written_for[i]] = 1 / max(1, len(written_for[i]))
            loss = 10 * functional.binary_cross_entropy_with_logits(logits, labels[part])
            loss = loss - 0.3 * (target * functional.log_softmax(near, 1)).sum(1).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimiser.step()
            pace.step()


def batches(rng: np.random.Generator, texts: list[str]) -> list[list[int]]:
    """All texts once, texts of like length together, in random order."""
    found = []
    order = rng.permutation(len(texts))
    for start in range(0, len(order), BATCH * AT_ONCE):
        near = sorted(order[start : start + BATCH * AT_ONCE].tolist(), key=lambda i: len(texts[i]))
        found += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
    return [found[i] for i in rng.permutation(len(found))]


def main() -> None:
    """Read what the arguments name, teach, measure, label."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "model", "sentences", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    torch.manual_seed(0)
    known = nodes(given.data)
    told = motivations(given.data, known)
    teacher = Teacher(given.model, told.labels.shape[1])
    with torch.no_grad():
        about = torch.cat([teacher.pooled([text]) for text in known.descriptions])
    learn = np.flatnonzero(~told.kept_back)
    texts = [told.texts[i] for i in learn]
    labels = torch.tensor(told.labels[learn], dtype=torch.float32)
    teach(teacher, texts, labels, [told.nodes[i] for i in learn], about)
    back = np.flatnonzero(told.kept_back & (told.labels.sum(1) > 0))
    print("kept back", f1(told.labels[back], teacher.label([told.texts[i] for i in back]) > -0.8))
    sentences = given.sentences.read_text(encoding="utf-8").splitlines()
    np.savez(given.out, motivations=teacher.label(texts), rows=learn, sentences=teacher.label(sentences))


if __name__ == "__main__":
    main()
