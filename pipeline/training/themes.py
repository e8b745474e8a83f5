"""Teaches the net of models/themes.py, from motivations and from a teacher's labels, and writes its weights and the ontology's.

    python -m pipeline.training.themes --data DIR --words WORDS.npz --soft SOFT.npz --sentences FILE

WORDS.npz holds `words` (V,), the norms that get a vector of their own, and `vectors` (V, >= DIM), where each begins: the
word alone as all-MiniLM-L6-v2 reads it, principal components first. SOFT.npz is what training/theme_teacher.py wrote of
FILE. About ten minutes on one core.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from spacy.strings import get_string_id
from torch import nn
from torch.nn import functional

from pipeline import nlp
from pipeline.models import ontology, themes
from pipeline.training.theme_sets import Nodes, f1, motivations, nodes

DIM, NEAR, FAR, UNIT, PAIRS = 96, 160, 128, 64, 24000
LONGEST, BATCH, EPOCHS = 110, 128, 5


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as rows of the tables, word by word."""

    words: list[NDArray[np.int64]]
    pairs: list[NDArray[np.int64]]
    """Row of the pair that each word ends."""


def read(texts: list[str], words: NDArray[np.uint64], pairs: NDArray[np.uint64]) -> Rows:
    """What models/themes.py would look up for each text."""
    tokens = nlp.tokenize(texts)
    number = np.arange(len(texts), dtype=np.int32)
    bounds = tokens.bounds.astype(np.int32)
    sents = nlp.Sentences(number, bounds[:-1], bounds[1:], number.astype(np.int8), number, number.astype(np.float32))
    token, first = themes.lay_out(tokens, sents)
    word, pair = themes.word_rows(tokens, token, words), themes.pair_rows(tokens, token, pairs)
    last = np.append(first[1:], len(token)) - themes.STEP
    spans = [slice(a, min(b, a + LONGEST)) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    return Rows([word[span] for span in spans], [pair[span] for span in spans])


def frequent_pairs(texts: list[str]) -> NDArray[np.uint64]:
    """Keys of the pairs of words that most texts hold."""
    tokens = nlp.tokenize(texts)
    beside = tokens.text[1:] == tokens.text[:-1]
    keys, counts = np.unique(themes.pair_keys(tokens.norm)[1:][beside], return_counts=True)
    return np.sort(keys[np.argsort(-counts, kind="stable")[:PAIRS]])


class Net(nn.Module):
    """models/themes.py in torch, over padded texts."""

    def __init__(
        self, words: NDArray[np.uint64], suffixes: list[int], vectors: NDArray[np.float32], n_themes: int
    ) -> None:
        super().__init__()
        self.blank, self.no_pair = len(words), PAIRS
        n_rows = len(words) + 1 + themes.SUFFIXES
        start = torch.zeros(n_rows, DIM)
        start[: len(words)] = torch.from_numpy(vectors)
        sums = np.zeros((themes.SUFFIXES, DIM), dtype=np.float32)
        np.add.at(sums, suffixes, vectors)
        share = np.maximum(np.bincount(suffixes, minlength=themes.SUFFIXES), 1)
        start[len(words) + 1 :] = torch.from_numpy(sums / share[:, None] / 2)
        self.table = nn.Embedding(n_rows, DIM, padding_idx=self.blank, _weight=start)
        self.near, self.far = nn.Linear(3 * DIM, NEAR), nn.Linear(3 * NEAR, FAR)
        self.attend = nn.Linear(FAR, 1, bias=False)
        self.out = nn.Linear(2 * FAR, n_themes)
        self.tell, self.define = nn.Linear(2 * FAR, UNIT), nn.Linear(2 * FAR, UNIT)
        self.scale = nn.Parameter(torch.tensor(2.5))
        self.singles = nn.Embedding(n_rows, n_themes, padding_idx=self.blank)
        self.doubles = nn.Embedding(PAIRS + 1, n_themes, padding_idx=PAIRS)
        self.drop = nn.Dropout(0.1)
        nn.init.constant_(self.out.bias, -3.5)
        nn.init.zeros_(self.singles.weight)
        nn.init.zeros_(self.doubles.weight)

    def pooled(self, words: torch.Tensor) -> torch.Tensor:
        """(texts, 2 * FAR): the strongest and the mean."""
        mask = (words != self.blank).unsqueeze(2)
        length = words.shape[1]
        with torch.autocast("cpu", torch.bfloat16):
            beside = functional.pad(self.table(self._drop(words, 0.03, self.blank)), (0, 0, 1, 1))
            near = self.near(self.drop(torch.cat([beside[:, i : i + length] for i in range(3)], 2)))
            beside = functional.pad(torch.relu(near) * mask, (0, 0, themes.STEP, themes.STEP))
            taps = [beside[:, i * themes.STEP : i * themes.STEP + length] for i in range(3)]
            far = torch.relu(self.far(self.drop(torch.cat(taps, 2)))) * mask
            share = self.attend(far).clamp(-30, 30).masked_fill(~mask, -1e4).softmax(1)
            both = torch.cat([far.max(1).values, (far * share).sum(1)], 1)
        whole: torch.Tensor = self.drop(both.float())
        return whole

    def forward(self, words: torch.Tensor, pairs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(texts, themes) logits, (texts, UNIT) vectors of length 1."""
        pooled = self.pooled(words)
        size = (words != self.blank).sum(1, keepdim=True).clamp(min=1).sqrt()
        single = self.singles(self._drop(words, 0.3, self.blank)).sum(1)
        plain = (single + self.doubles(self._drop(pairs, 0.3, self.no_pair)).sum(1)) / size
        logits = self.out(pooled) + (plain / 0.7 if self.training else plain)
        return logits, functional.normalize(self.tell(pooled), dim=1)

    def _drop(self, rows: torch.Tensor, part: float, fill: int) -> torch.Tensor:
        return torch.where(torch.rand(rows.shape) < part, fill, rows) if self.training else rows


def padded(rows: list[NDArray[np.int64]], fill: int) -> torch.Tensor:
    """The rows side by side."""
    found = np.full((len(rows), max(1, *map(len, rows))), fill, dtype=np.int64)
    for i, row in enumerate(rows):
        found[i, : len(row)] = row
    return torch.from_numpy(found)


def run(net: Net, rows: Rows, which: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    """The net over some of the texts."""
    words, pairs = [rows.words[i] for i in which], [rows.pairs[i] for i in which]
    return net(padded(words, net.blank), padded(pairs, net.no_pair))  # type: ignore[no-any-return]


def near_teacher(logits: torch.Tensor, soft: torch.Tensor) -> torch.Tensor:
    """Squared distance to the teacher's logits; it counts less where the teacher is sure that a theme is not there."""
    return ((logits - soft) ** 2 * torch.sigmoid(soft.clamp(min=-5) + 3)).mean()


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the net is taught."""

    told: Rows
    labels: torch.Tensor
    nodes: list[list[int]]
    learn: NDArray[np.int64]
    """Numbers of the motivations to learn from."""
    soft: torch.Tensor
    """The teacher's logits of `told`; NaN where there are none."""
    sentences: Rows
    sentences_soft: torch.Tensor
    descriptions: Rows


def teach(net: Net, lessons: Lessons) -> None:
    """Teach labels, the teacher's logits, and which description of the ontology a motivation is written for."""
    rng = np.random.default_rng(0)
    steps = EPOCHS * len(lessons.learn) // BATCH
    plain = [net.singles.weight, net.doubles.weight]
    apart = {id(p) for p in (*plain, net.table.weight)}
    rest = [p for p in net.parameters() if id(p) not in apart]
    groups = [{"params": [net.table.weight], "lr": 1e-2}, {"params": plain, "lr": 1e-1}, {"params": rest, "lr": 3e-3}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.0)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 50) * max(0.02, 1 - i / steps))
    net.train()
    for _ in range(steps):
        part = rng.choice(lessons.learn, BATCH, replace=False)
        logits, vectors = run(net, lessons.told, part)
        soft = lessons.soft[part]
        known = ~soft.isnan().any(1)
        target = lessons.labels[part].clone()
        target[known] = (target[known] + torch.sigmoid(soft[known])) / 2
        loss = 10 * functional.binary_cross_entropy_with_logits(logits, target)
        if known.any():
            loss = loss + near_teacher(logits[known], soft[known])
        if len(lessons.sentences.words):
            other = rng.integers(0, len(lessons.sentences.words), BATCH // 2)
            loss = loss + near_teacher(run(net, lessons.sentences, other)[0], lessons.sentences_soft[other])
        loss = loss + 0.2 * describe(net, lessons, part[:48].tolist(), vectors[:48], rng)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(rest, 2.0)
        optimiser.step()
        pace.step()


def describe(
    net: Net, lessons: Lessons, part: list[int], vectors: torch.Tensor, rng: np.random.Generator
) -> torch.Tensor:
    """Cross-entropy of finding each motivation's description among those of the others."""
    chosen = [int(rng.choice(lessons.nodes[i])) if lessons.nodes[i] else -1 for i in part]
    kinds = sorted(set(chosen) - {-1})
    rows = [i for i, node in enumerate(chosen) if node >= 0]
    words = padded([lessons.descriptions.words[node][:40] for node in kinds], net.blank)
    about = functional.normalize(net.define(net.pooled(words)), dim=1)
    target = torch.tensor([kinds.index(chosen[i]) for i in rows])
    return functional.cross_entropy(vectors[rows] @ about.T * net.scale.exp(), target)


@torch.no_grad()
def write(net: Net, words: NDArray[np.uint64], pairs: NDArray[np.uint64], lessons: Lessons, known: Nodes) -> None:
    """The weights beside models/themes.py, the ontology beside models/ontology.py."""
    net.eval()
    vectors = torch.cat([run(net, lessons.told, part)[1] for part in np.array_split(lessons.learn[::6], 40)]).numpy()
    arrays = {name: value.numpy().astype(np.float32) for name, value in net.state_dict().items()}
    stored: dict[str, NDArray[np.generic]] = {
        "words": words,
        "pairs": pairs,
        "near": arrays["near.weight"].reshape(NEAR, 3, DIM).transpose(2, 1, 0).reshape(DIM, 3 * NEAR),
        "far": arrays["far.weight"].reshape(FAR, 3, NEAR).transpose(1, 2, 0),
        "attend": arrays["attend.weight"][0],
    }
    for name in ("out", "tell", "define"):
        stored[name], stored[f"{name}_bias"] = arrays[f"{name}.weight"].T, arrays[f"{name}.bias"]
    stored |= {"near_bias": arrays["near.bias"], "far_bias": arrays["far.bias"]}
    stored = {name: v.astype(np.float16) if v.dtype == np.float32 else v for name, v in stored.items()}
    tables = (("table", "table", net.blank), ("single", "singles", net.blank), ("double", "doubles", net.no_pair))
    for name, layer, blank in tables:
        table = arrays[f"{layer}.weight"]
        table[blank] = 0
        scale = np.maximum(np.abs(table).max(1) / 127, 1e-7).astype(np.float16)
        whole = np.round(table / np.maximum(scale.astype(np.float32), 1e-7)[:, None]).clip(-127, 127)
        stored |= {name: whole.astype(np.int8), f"{name}_scale": scale}
    stored |= {"usual": vectors.mean(0), "spread": np.cov(vectors.T).astype(np.float32)}
    np.savez_compressed(Path(themes.__file__).with_name("themes.npz"), **stored)  # type: ignore[arg-type]
    about = [net.define(net.pooled(padded([row], net.blank))) for row in lessons.descriptions.words]
    whole = np.round(functional.normalize(torch.cat(about), dim=1).numpy() * 127).astype(np.int8)
    names = np.frombuffer("\n".join(known.names).encode(), dtype=np.uint8)
    path = Path(ontology.__file__).with_name("ontology.npz")
    np.savez_compressed(path, names=names, below=np.array(known.below, dtype=np.int16), vectors=whole)


def main() -> None:
    """Read what the arguments name, teach, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "words", "soft", "sentences"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    torch.manual_seed(0)
    known = nodes(given.data)
    told = motivations(given.data, known)
    with np.load(given.words, allow_pickle=False) as arrays:
        spelled, vectors = arrays["words"].tolist(), arrays["vectors"][:, :DIM].astype(np.float32)
    hashes = np.array([get_string_id(word) for word in spelled], dtype=np.uint64)
    order = np.argsort(hashes)
    words = hashes[order]
    suffixes = [get_string_id(spelled[i][-3:]) % themes.SUFFIXES for i in order]
    learn = np.flatnonzero(~told.kept_back)
    pairs = frequent_pairs([told.texts[i] for i in learn])
    soft = torch.full(told.labels.shape, torch.nan)
    with np.load(given.soft, allow_pickle=False) as arrays:
        soft[arrays["rows"]] = torch.from_numpy(arrays["motivations"].astype(np.float32)).clamp(-8, 5)
        sentences_soft = torch.from_numpy(arrays["sentences"].astype(np.float32)).clamp(-8, 5)
    lessons = Lessons(
        told=read(told.texts, words, pairs),
        labels=torch.from_numpy(told.labels.astype(np.float32)),
        nodes=told.nodes,
        learn=learn,
        soft=soft,
        sentences=read(given.sentences.read_text(encoding="utf-8").splitlines(), words, pairs),
        sentences_soft=sentences_soft,
        descriptions=read(known.descriptions, words, pairs),
    )
    net = Net(words, suffixes, vectors[order], told.labels.shape[1])
    teach(net, lessons)
    net.eval()
    back = np.flatnonzero(told.kept_back & (told.labels.sum(1) > 0))
    with torch.no_grad():
        logits = torch.cat([run(net, lessons.told, part)[0] for part in np.array_split(back, 40)]).numpy()
    print("kept back, with a theme:", f1(told.labels[back], logits > -1.0))
    write(net, words, pairs, lessons, known)


if __name__ == "__main__":
    main()
