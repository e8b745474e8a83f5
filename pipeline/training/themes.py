"""Teaches the net of models/themes.py from motivations, and writes its weights and the ontology's.

    python -m pipeline.training.themes --data DIR --teacher FOLDER

FOLDER holds a sentence encoder (all-mpnet-base-v2), of which only the vectors of word pieces are used: a word begins as the mean of
its pieces, by principal components. Five minutes on one core that multiplies bfloat16.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.svm import LinearSVC
from spacy.strings import get_string_id
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from pipeline import nlp
from pipeline.models import convolution, ontology, themes
from pipeline.training.theme_sets import Nodes, batches, best_f1, f1, motivations, nodes, words

DIM, NEAR, FAR, WHOLE, UNIT, PAIRS = 128, 224, 224, 256, 96, 24000
LONGEST, BATCH, ROUNDS, DESCRIBED = 110, 128, 4, 40
STRENGTH, SPREAD, SHOWN = 0.2, 0.4, 64
"""Of the linear model: inverse of the penalty, scale of the word vectors beside the words, and how many of their dimensions it sees."""
LOST = 0.1
"""Part of the words that the net is not shown."""
AT = -1.0
"""The logit from which a theme counts as found: each theme's is moved so that this is where its F1 is highest."""
FOLDS = 3
"""Parts of the stories, each judged by a linear model of the others, from which each theme's threshold is learned."""
SHARES = range(4, 33, 4)
"""How many times the linear model's say may be added to that of the net: what is best on the stories apart, as is how far
all thresholds are moved together."""
BESIDE = 0.15
"""How far from the linear model's threshold a text may be that tells where the threshold of both lies."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as rows of the tables, word by word."""

    words: list[Ints]
    pairs: list[Ints]
    """Row of the pair that each word ends."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What has a row of its own."""

    words: NDArray[np.uint64]
    """(V,): norms, rising."""
    vectors: Floats
    """(V, DIM): how each word begins."""
    suffixes: list[int]
    """The bucket of each word's last letters."""
    pairs: NDArray[np.uint64]


def known_words(data: Path, teacher: Path, texts: list[str]) -> Vocabulary:
    """The words, each at first the mean of its pieces by principal components; the pairs of words that most texts hold."""
    norms = words(data)
    tokenizer = AutoTokenizer.from_pretrained(teacher)
    pieces = AutoModel.from_pretrained(teacher).get_input_embeddings().weight.detach().numpy()
    ids = tokenizer(norms, add_special_tokens=False)["input_ids"]
    none = np.zeros(pieces.shape[1], dtype=np.float32)
    vectors = np.stack([pieces[row].mean(0) if row else none for row in ids])
    hashes = np.array([get_string_id(word) for word in norms], dtype=np.uint64)
    order = np.argsort(hashes)
    centred = vectors - vectors.mean(0)
    turn = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :DIM]
    turned = centred @ turn
    turned *= 0.1 / turned.std()
    tokens = nlp.tokenize(texts)
    beside = tokens.text[1:] == tokens.text[:-1]
    keys, counts = np.unique(themes.pair_keys(tokens.norm)[1:][beside], return_counts=True)
    pairs = np.sort(keys[np.argsort(-counts, kind="stable")[:PAIRS]])
    suffixes = [get_string_id(norms[i][-3:]) % themes.SUFFIXES for i in order]
    return Vocabulary(hashes[order], turned[order].astype(np.float32), suffixes, pairs)


def read(texts: list[str], known: Vocabulary) -> Rows:
    """What models/themes.py would look up for each text."""
    tokens = nlp.tokenize(texts)
    number = np.arange(len(texts), dtype=np.int32)
    bounds = tokens.bounds.astype(np.int32)
    sents = nlp.Sentences(number, bounds[:-1], bounds[1:], number.astype(np.int8), number, number.astype(np.float32))
    token, first = themes.lay_out(tokens, sents)
    word, pair = themes.word_rows(tokens, token, known.words), themes.pair_rows(tokens, token, first, known.pairs)
    last = np.append(first[1:], len(token))
    spans = [slice(a, min(b, a + LONGEST)) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    return Rows([word[span] for span in spans], [pair[span] for span in spans])


class Net(nn.Module):
    """models/themes.py in torch, over padded texts."""

    def __init__(self, known: Vocabulary, n_themes: int) -> None:
        super().__init__()
        self.blank, self.no_pair = len(known.words), PAIRS
        n_rows = len(known.words) + 1 + themes.SUFFIXES
        start = torch.zeros(n_rows, DIM)
        start[: self.blank] = torch.from_numpy(known.vectors)
        sums = np.zeros((themes.SUFFIXES, DIM), dtype=np.float32)
        np.add.at(sums, known.suffixes, known.vectors)
        share = np.maximum(np.bincount(known.suffixes, minlength=themes.SUFFIXES), 1)
        start[self.blank + 1 :] = torch.from_numpy(sums / share[:, None] / 2)
        self.table = nn.Embedding(n_rows, DIM, padding_idx=self.blank, _weight=start)
        self.near, self.far = nn.Linear(3 * DIM, NEAR), nn.Linear(3 * NEAR, FAR)
        self.attend = nn.Linear(FAR, 1, bias=False)
        self.whole = nn.Linear(2 * FAR, WHOLE)
        self.out = nn.Linear(2 * FAR + WHOLE, n_themes)
        self.tell, self.define = nn.Linear(2 * FAR + WHOLE, UNIT), nn.Linear(2 * FAR + WHOLE, UNIT)
        self.scale = nn.Parameter(torch.tensor(2.5))
        self.drop = nn.Dropout(0.15)
        nn.init.constant_(self.out.bias, -3.5)

    def known(self, words: torch.Tensor) -> torch.Tensor:
        """(texts, 2 * FAR + WHOLE): what is known of each text."""
        if self.training:
            words = torch.where(torch.rand(words.shape) < LOST, self.blank, words)
        mask = (words != self.blank).unsqueeze(2)
        length = words.shape[1]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            beside = functional.pad(self.table(words), (0, 0, 1, 1))
            near = self.near(self.drop(torch.cat([beside[:, i : i + length] for i in range(3)], 2)))
            beside = functional.pad(torch.relu(near) * mask, (0, 0, convolution.STEP, convolution.STEP))
            taps = [beside[:, i * convolution.STEP : i * convolution.STEP + length] for i in range(3)]
            far = torch.relu(self.far(self.drop(torch.cat(taps, 2)))) * mask
            share = self.attend(far).clamp(-30, 30).masked_fill(~mask, -1e4).softmax(1)
            both = self.drop(torch.cat([far.max(1).values, (far * share).sum(1)], 1).float())
        return torch.cat([both, self.drop(torch.relu(self.whole(both)))], 1)

    def forward(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(texts, themes) logits, (texts, UNIT) vectors of length 1."""
        known = self.known(words)
        return self.out(known), functional.normalize(self.tell(known), dim=1)


def padded(rows: list[Ints], fill: int) -> torch.Tensor:
    """The rows side by side."""
    found = np.full((len(rows), max(1, *map(len, rows))), fill, dtype=np.int64)
    for i, row in enumerate(rows):
        found[i, : len(row)] = row
    return torch.from_numpy(found)


@torch.no_grad()
def look(net: Net, rows: Rows, which: Ints) -> tuple[Floats, Floats]:
    """Logits and vectors of some of the texts."""
    net.eval()
    order = sorted(range(len(which)), key=lambda i: len(rows.words[which[i]]))
    parts = []
    for at in range(0, len(order), BATCH):
        parts.append(net(padded([rows.words[which[i]] for i in order[at : at + BATCH]], net.blank)))
    back = np.argsort(order)
    return torch.cat([logits for logits, _ in parts]).numpy()[back], torch.cat([v for _, v in parts]).numpy()[back]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the net is taught."""

    told: Rows
    labels: torch.Tensor
    nodes: list[list[int]]
    descriptions: Rows


def teach(net: Net, lessons: Lessons, learn: Ints, rounds: float = ROUNDS) -> None:
    """Teach labels, and which description of the ontology a motivation is written for."""
    rng = np.random.default_rng(0)
    steps = int(rounds * len(learn) / BATCH)
    rest = [p for p in net.parameters() if p is not net.table.weight]
    groups = [{"params": [net.table.weight], "lr": 8e-3}, {"params": rest, "lr": 3e-3}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 100) * max(0.01, 1 - i / steps))
    net.train()
    queue: list[list[int]] = []
    sizes = [lessons.told.words[i] for i in learn]
    for step in range(steps):
        queue = queue or batches(rng, sizes, BATCH)
        part = learn[queue.pop()].tolist()
        logits, vectors = net(padded([lessons.told.words[i] for i in part], net.blank))
        loss = 10 * functional.binary_cross_entropy_with_logits(logits, lessons.labels[part])
        some = rng.permutation(len(part))[:DESCRIBED].tolist()
        loss = loss + 0.2 * describe(net, lessons, [part[i] for i in some], vectors[some], rng)
        net.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(rest, 2.0)
        optimiser.step()
        pace.step()
        if step % 100 == 99:
            print(f"{step + 1} of {steps}: {float(loss.detach()):.3f}", flush=True)


def describe(
    net: Net, lessons: Lessons, part: list[int], vectors: torch.Tensor, rng: np.random.Generator
) -> torch.Tensor:
    """Cross-entropy of finding each motivation's description among those of the others."""
    chosen = [int(rng.choice(lessons.nodes[i])) if lessons.nodes[i] else -1 for i in part]
    kinds = sorted(set(chosen) - {-1})
    rows = [i for i, node in enumerate(chosen) if node >= 0]
    words = padded([lessons.descriptions.words[node][:40] for node in kinds], net.blank)
    about = functional.normalize(net.define(net.known(words)), dim=1)
    target = torch.tensor([kinds.index(chosen[i]) for i in rows])
    return functional.cross_entropy(vectors[rows] @ about.T * net.scale.exp(), target)


def plain(rows: Rows, which: Ints, known: Vocabulary) -> csr_matrix:
    """(texts, rows of words and pairs): what words and pairs a text holds, each by the root of the text's length."""
    n_words = len(known.words) + 1 + themes.SUFFIXES
    both = [np.concatenate([rows.words[i], rows.pairs[i][rows.pairs[i] < PAIRS] + n_words]) for i in which]
    share = [np.full(len(one), 1 / max(1, len(rows.words[i])) ** 0.5) for i, one in zip(which, both, strict=True)]
    begin = np.cumsum([0, *map(len, both)])
    return csr_matrix((np.concatenate(share), np.concatenate(both), begin), (len(which), n_words + PAIRS + 1))


def linear(seen: csr_matrix, labels: NDArray[np.uint8], known: Vocabulary) -> tuple[Floats, Floats]:
    """(rows, themes), (themes,): a linear support vector machine a theme, over words, pairs and the sum of the words' vectors.

    What it makes of a word's vector is added to what it makes of the word.
    """
    vectors = np.zeros((seen.shape[1], SHOWN), dtype=np.float32)
    vectors[: len(known.words)] = SPREAD * known.vectors[:, :SHOWN]
    beside = hstack([seen, csr_matrix(seen @ vectors)]).tocsr()
    models = [LinearSVC(C=STRENGTH, tol=1e-2, random_state=0).fit(beside, column) for column in labels.T]
    weights = np.stack([model.coef_[0] for model in models], axis=1)
    bias = np.array([model.intercept_[0] for model in models], dtype=np.float32)
    return (weights[:-SHOWN] + vectors @ weights[-SHOWN:]).astype(np.float32), bias


def judged(seen: csr_matrix, labels: NDArray[np.uint8], known: Vocabulary) -> Floats:
    """(texts, themes): each part of the texts, whole stories, by a linear model of the others."""
    parts = np.arange(seen.shape[0]) * FOLDS // seen.shape[0]
    found = np.zeros(labels.shape, dtype=np.float32)
    for part in range(FOLDS):
        weights, bias = linear(seen[parts != part], labels[parts != part], known)
        found[parts == part] = seen[parts == part] @ weights + bias
    return found


def threshold(truth: NDArray[np.uint8], logits: Floats) -> float:
    """Where F1 is highest."""
    order = np.argsort(-logits, kind="stable")
    both = np.cumsum(truth[order])
    best = int((2 * both / (np.arange(1, len(order) + 1) + truth.sum())).argmax())
    return float(logits[order[best : best + 2]].mean())


def thresholds(by_line: Floats, by_net: Floats, line: Floats, share: int) -> Floats:
    """(themes,): where both together stand for the texts that the linear model puts beside its own thresholds, `line`."""
    beside = np.exp(-(((by_line - line) / BESIDE) ** 2) / 2)
    found: Floats = (share * line + (beside * by_net).sum(0) / beside.sum(0)).astype(np.float32)
    return found


def main() -> None:
    """Read what the arguments name, teach, choose thresholds, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "teacher"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    ontology_nodes = nodes(given.data)
    told = motivations(given.data, ontology_nodes)
    learn, apart = np.flatnonzero(~told.kept_back & ~told.apart), np.flatnonzero(told.apart)
    known = known_words(given.data, given.teacher, [told.texts[i] for i in learn])
    rows = read(told.texts, known)
    labels = torch.from_numpy(told.labels.astype(np.float32))
    lessons = Lessons(rows, labels, told.nodes, read(ontology_nodes.descriptions, known))
    net = Net(known, told.labels.shape[1])
    teach(net, lessons, learn)
    seen = plain(rows, learn, known)
    weights, bias = linear(seen, told.labels[learn], known)
    by_others = judged(seen, told.labels[learn], known)
    line = np.array([threshold(*columns) for columns in zip(told.labels[learn].T, by_others.T, strict=True)])

    def parts(which: Ints) -> tuple[Floats, Floats]:
        return look(net, rows, which)[0], (plain(rows, which, known) @ weights + bias).astype(np.float32)

    by_net, by_line = parts(apart)
    best = 0.0
    for many in SHARES:
        off = -thresholds(by_line, by_net, line, many)
        at, *scores = best_f1(told.labels[apart], by_net + many * by_line + off)
        if sum(scores) > best:
            best, share, moved = sum(scores), many, off - at + AT
    with_theme = told.labels.sum(1) > 0
    for name, texts in (("all", told.kept_back), ("with a theme", told.kept_back & with_theme)):
        which = np.flatnonzero(texts)
        by_net, by_line = parts(which)
        truth, both = told.labels[which], by_net + share * by_line
        print(f"kept back, {name}, micro- and macro-F1: {f1(truth, both + moved > AT)}, the linear model {share} times")
        print("the linear model alone:", f1(truth, by_line > line), "the net alone:", best_f1(truth, by_net)[1:])
    vectors = look(net, rows, learn[::6])[1]
    write(Path(themes.__file__).with_name("themes.npz"), net, known, share * weights, moved + share * bias, vectors)
    write_ontology(net, lessons, ontology_nodes)


def write(path: Path, net: Net, known: Vocabulary, plain: Floats, moved: Floats, vectors: Floats) -> None:
    """The weights: the net's, what words and pairs add, how far each theme's logit is moved, the usual vectors."""
    arrays = {name: value.numpy().astype(np.float32) for name, value in net.state_dict().items()}
    arrays["out.bias"] += moved
    stored: dict[str, NDArray[np.generic]] = {
        "words": known.words,
        "pairs": known.pairs,
        "near": arrays["near.weight"].reshape(NEAR, 3, DIM).transpose(2, 1, 0).reshape(DIM, 3 * NEAR),
        "far": arrays["far.weight"].reshape(FAR, 3, NEAR).transpose(1, 2, 0),
        "attend": arrays["attend.weight"][0],
    }
    for name in ("whole", "out", "tell", "define"):
        stored[name], stored[f"{name}_bias"] = arrays[f"{name}.weight"].T, arrays[f"{name}.bias"]
    stored |= {"near_bias": arrays["near.bias"], "far_bias": arrays["far.bias"]}
    stored = {name: v.astype(np.float16) if v.dtype == np.float32 else v for name, v in stored.items()}
    n_rows = len(arrays["table.weight"])
    arrays["table.weight"][net.blank] = 0
    for name, table in (("table", arrays["table.weight"]), ("single", plain[:n_rows]), ("double", plain[n_rows:])):
        scale = np.maximum(np.abs(table).max(1) / 127, 1e-7).astype(np.float16)
        whole = np.round(table / np.maximum(scale.astype(np.float32), 1e-7)[:, None]).clip(-127, 127)
        stored |= {name: whole.astype(np.int8), f"{name}_scale": scale}
    stored |= {"usual": vectors.mean(0), "spread": np.cov(vectors.T).astype(np.float32)}
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]


@torch.no_grad()
def write_ontology(net: Net, lessons: Lessons, all_nodes: Nodes) -> None:
    """The ontology beside models/ontology.py."""
    net.eval()
    about = [net.define(net.known(padded([row], net.blank))) for row in lessons.descriptions.words]
    unit = np.round(functional.normalize(torch.cat(about), dim=1).numpy() * 127).astype(np.int8)
    names = np.frombuffer("\n".join(all_nodes.names).encode(), dtype=np.uint8)
    path = Path(ontology.__file__).with_name("ontology.npz")
    np.savez_compressed(path, names=names, below=np.array(all_nodes.below, dtype=np.int16), vectors=unit)


if __name__ == "__main__":
    main()
