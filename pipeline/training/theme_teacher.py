"""A large sentence encoder, fine-tuned on motivations, that says of a text what the small net of themes is to say.

    python -m pipeline.training.theme_teacher --data DIR --teacher FOLDER --out FILE

FOLDER holds a model such as all-MiniLM-L6-v2 (Apache 2.0). It learns the fifty themes of a motivation, and for which of the
ontology's themes it was written; definitions of these are texts like any other. By the vectors from before it was taught anything a
theme is found that nobody has taught.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from pipeline.training.batches import at_random, by_length
from pipeline.training.theme_sets import best_f1, f1, learnt, motivations, nodes, tells, texts_of, words

LONGEST = 64
"""Word pieces of a text that are read."""
BATCH, ROUNDS = 32, 4
RATE, RATE_HEADS = 1.5e-4, 1e-3

ASKED = 40_000
"""Sentences that nobody has labelled whose vectors are asked for."""

Floats = NDArray[np.float32]


class Teacher(nn.Module):
    """The encoder with two linear heads over the mean of the word pieces: our themes, and those of the ontology."""

    def __init__(self, folder: Path, n_themes: int, n_nodes: int) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.body = AutoModel.from_pretrained(folder)
        size = self.body.config.hidden_size
        self.drop = nn.Dropout(0.1)
        self.themes, self.nodes = nn.Linear(size, n_themes), nn.Linear(size, n_nodes)
        nn.init.constant_(self.themes.bias, -3.5)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The word pieces of each text."""
        found: list[list[int]] = self.tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"]
        return found

    def means(self, pieces: Sequence[list[int]]) -> torch.Tensor:
        """(texts, size): mean of the last layer over the word pieces."""
        width = max(map(len, pieces))
        ids = torch.full((len(pieces), width), self.tokenizer.pad_token_id)
        mask = torch.zeros(len(pieces), width)
        for i, row in enumerate(pieces):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
        with torch.autocast("cpu", torch.bfloat16):
            state = self.body(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        return (state.float() * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)


def fine_tune(teacher: Teacher, texts: list[str], labels: torch.Tensor, written_for: list[list[int]]) -> None:
    """ROUNDS over the texts: their themes, and one of the ontology's themes that each was written for."""
    teacher.body.embeddings.requires_grad_(False)
    heads = [*teacher.themes.parameters(), *teacher.nodes.parameters()]
    body = [p for p in teacher.body.parameters() if p.requires_grad]
    groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE_HEADS}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    pieces = teacher.pieces(texts)
    rng = np.random.default_rng(0)
    total = ROUNDS * len(texts) // BATCH
    pace = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: min(1, (i + 1) / 100) * max(0.02, 1 - i / total))
    teacher.train()
    smooth, step = 0.0, 0
    for _ in range(ROUNDS):
        for part in at_random(rng, pieces, BATCH):
            mean = teacher.drop(teacher.means([pieces[i] for i in part]))
            loss = 20 * functional.binary_cross_entropy_with_logits(teacher.themes(mean), labels[part])
            some = [(row, int(rng.choice(written_for[i]))) for row, i in enumerate(part) if written_for[i]]
            rows, target = (torch.tensor(column) for column in zip(*some, strict=True))
            loss = loss + 0.2 * functional.cross_entropy(teacher.nodes(mean[rows]), target)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
            optimizer.step()
            pace.step()
            smooth = 0.98 * smooth + 0.02 * loss.item() if step else loss.item()
            step += 1
            if step % 50 == 0:
                print(f"theme teacher {step} of {total}: {smooth:.3f}", flush=True)


@torch.no_grad()
def say(teacher: Teacher, texts: list[str]) -> Floats:
    """(texts, size): the means, by texts of like length."""
    teacher.eval()
    pieces = teacher.pieces(texts)
    found = np.zeros((len(texts), teacher.body.config.hidden_size), dtype=np.float32)
    for some in by_length(pieces, 96):
        found[some] = teacher.means([pieces[i] for i in some]).numpy()
    return found


@dataclass(frozen=True, slots=True)
class Heard:
    """What it says of the n texts of `texts_of`, and of single words."""

    soft: Floats
    """(n, 50): logits of our themes."""
    vectors: Floats
    """(n, size): what the encoder made of each before it was taught anything; nan where it was not asked."""
    words: Floats
    """(words, size): what it makes of each of `words` alone."""


def listen(data: Path, folder: Path, left: frozenset[int] = frozenset()) -> Heard:
    """Fine-tune the encoder in `folder`, measure it, ask it; of the themes `left` it is told nothing."""
    torch.manual_seed(0)
    known = nodes(data)
    told = motivations(data, known)
    texts = texts_of(data, told, known)
    teacher = Teacher(folder, told.labels.shape[1], len(known.names))
    n = len(told.texts) + len(known.descriptions)
    asked = np.arange(n, len(texts))
    which = np.concatenate([np.arange(n), np.sort(np.random.default_rng(1).permutation(asked)[:ASKED])])
    plain = np.full((len(texts), teacher.body.config.hidden_size), np.nan, dtype=np.float32)
    plain[which] = say(teacher, [texts[i] for i in which])
    ours = tells(known)
    of_node = np.zeros((len(known.names), told.labels.shape[1]), dtype=np.float32)
    for row, name in zip(of_node, known.names, strict=True):
        row[ours.get(name, [])] = 1
    learn = learnt(told, known, left)
    defined = [i for i, row in enumerate(of_node) if not row[sorted(left)].any()]
    labels = np.concatenate([told.labels[learn].astype(np.float32), of_node[defined]])
    labels[:, sorted(left)] = 0
    written_for = [*(told.nodes[i] for i in learn), *([i] for i in defined)]
    lessons = [*(told.texts[i] for i in learn), *(known.descriptions[i] for i in defined)]
    fine_tune(teacher, lessons, torch.from_numpy(labels), written_for)
    with torch.no_grad():
        soft = teacher.themes(torch.from_numpy(say(teacher, texts))).numpy()
    apart, back = np.flatnonzero(told.apart), np.flatnonzero(told.kept_back & (told.labels.sum(1) > 0))
    at = best_f1(told.labels[apart], soft[apart])[0]
    print("the teacher on those kept back, with a theme:", f1(told.labels[back], soft[back] > at), flush=True)
    return Heard(soft, plain, say(teacher, words(data)))


def main() -> None:
    """Listen and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "teacher", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    torch.set_num_threads(1)
    heard = listen(given.data, given.teacher)
    np.savez(given.out, **{name: getattr(heard, name).astype(np.float16) for name in ("soft", "vectors", "words")})


if __name__ == "__main__":
    main()
