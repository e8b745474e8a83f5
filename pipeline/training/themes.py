"""Teaches the net of models/themes.py, and writes its weights and the ontology's.

    python -m pipeline.training.themes --data DIR --soft FILE

FILE is what training/theme_teacher.py wrote: what a large model says of motivations, definitions and sentences that nobody has
labelled, and what it made of single words, from which the net's own begin.
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
from pipeline.models import convolution, ontology, themes
from pipeline.training.batches import at_random, by_length
from pipeline.training.theme_sets import Nodes, best_f1, f1, learnt, motivations, nodes, texts_of, words
from pipeline.training.theme_teacher import Heard

DIM, NEAR, FAR, WHOLE, UNIT, PAIRS = 128, 224, 224, 256, 96, 24000
LONGEST, BATCH = 110, 128
ROUNDS, TOLD = 4, 2
"""How often all texts are read, and how often motivations and definitions in each round."""
LOST, NAMELESS = 0.1, 0.5
"""Part of the words that the net is not shown; part of the texts of which it is shown no name, as the stage shows none."""
SURE = 0.5
"""What the label of a motivation counts beside what the teacher says of it."""
NEARNESS = 1.0
"""What the vectors count beside the themes."""
NAME = 0.7
"""A word that is written with a capital so often is a name."""
AT = -1.0
"""The logit from which a theme counts as found: all are moved so that this is where their F1 is highest."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts as rows of the tables, word by word."""

    words: list[Ints]
    pairs: list[Ints]
    """Row of the pair that each word ends."""
    names: list[NDArray[np.bool_]]
    """Whether each word is a name."""


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


def known_words(norms: list[str], vectors: Floats, texts: list[str]) -> Vocabulary:
    """The words, each at first what the teacher made of it by principal components; the pairs that most texts hold."""
    hashes = np.array([get_string_id(word) for word in norms], dtype=np.uint64)
    order = np.argsort(hashes)
    turned = turn(vectors, DIM)
    turned *= 0.1 / turned.std()
    tokens = nlp.tokenize(texts)
    beside = tokens.text[1:] == tokens.text[:-1]
    keys, counts = np.unique(themes.pair_keys(tokens.norm)[1:][beside], return_counts=True)
    pairs = np.sort(keys[np.argsort(-counts, kind="stable")[:PAIRS]])
    suffixes = [get_string_id(norms[i][-3:]) % themes.SUFFIXES for i in order]
    return Vocabulary(hashes[order], turned[order], suffixes, pairs)


def turn(vectors: Floats, size: int) -> Floats:
    """(n, size): the vectors by their principal components."""
    centred = vectors - np.nanmean(vectors, axis=0)
    known = centred[np.isfinite(centred[:, 0])]
    main = np.linalg.eigh(known.T @ known)[1][:, ::-1][:, :size]
    return (centred @ main).astype(np.float32)


def read(texts: list[str], known: Vocabulary, step: int = 20000) -> Rows:
    """What models/themes.py would look up for each text."""
    found = Rows([], [], [])
    for at in range(0, len(texts), step):
        with nlp.memory_zone():
            tokens = nlp.tokenize(texts[at : at + step])
            number = np.arange(len(tokens.docs), dtype=np.int32)
            first, last = (bounds.astype(np.int32) for bounds in (tokens.bounds[:-1], tokens.bounds[1:]))
            sents = nlp.Sentences(number, first, last, number.astype(np.int8), number, number.astype(np.float32))
            token, begin = convolution.lay_out(tokens, sents, themes.BLANKS)
            word, pair = (
                themes.word_rows(tokens, token, known.words),
                themes.pair_rows(tokens, token, begin, known.pairs),
            )
            name = names(tokens, token)
        end = np.append(begin[1:], len(token))
        for a, b in zip(begin.tolist(), end.tolist(), strict=True):
            span = slice(a, min(b, a + LONGEST))
            found.words.append(word[span])
            found.pairs.append(pair[span])
            found.names.append(name[span])
    return found


def names(tokens: nlp.Tokens, token: Ints) -> NDArray[np.bool_]:
    """(tokens,): whether each of the words is a name: its norm is mostly written with a capital."""
    shapes, shape = np.unique(tokens.shape[token], return_inverse=True)
    capital = np.array([nlp.string_of(one)[:1] == "X" for one in shapes])[shape]
    norm = np.unique(tokens.norm[token], return_inverse=True)[1]
    share = np.bincount(norm, capital) / np.bincount(norm)
    return capital & (share[norm] > NAME)


class Net(nn.Module):
    """models/themes.py in torch, over padded texts."""

    def __init__(self, known: Vocabulary, n_themes: int) -> None:
        super().__init__()
        self.blank, self.no_pair = len(known.words), len(known.pairs)
        n_rows = len(known.words) + 1 + themes.SUFFIXES
        start = torch.zeros(n_rows, DIM)
        start[: self.blank] = torch.from_numpy(known.vectors)
        sums = np.zeros((themes.SUFFIXES, DIM), dtype=np.float32)
        np.add.at(sums, known.suffixes, known.vectors)
        share = np.maximum(np.bincount(known.suffixes, minlength=themes.SUFFIXES), 1)
        start[self.blank + 1 :] = torch.from_numpy(sums / share[:, None] / 2)
        self.table = nn.Embedding(n_rows, DIM, padding_idx=self.blank, _weight=start)
        self.by_word = nn.Embedding(n_rows, n_themes, padding_idx=self.blank, _weight=torch.zeros(n_rows, n_themes))
        none = torch.zeros(self.no_pair + 1, n_themes)
        self.by_pair = nn.Embedding(self.no_pair + 1, n_themes, padding_idx=self.no_pair, _weight=none)
        self.near, self.far = nn.Linear(3 * DIM, NEAR), nn.Linear(3 * NEAR, FAR)
        self.attend = nn.Linear(FAR, 1, bias=False)
        self.whole = nn.Linear(2 * FAR, WHOLE)
        self.out = nn.Linear(2 * FAR + WHOLE, n_themes)
        self.tell = nn.Linear(2 * FAR + WHOLE, UNIT)
        self.drop = nn.Dropout(0.15)
        nn.init.constant_(self.out.bias, -3.5)

    def known(self, words: torch.Tensor) -> torch.Tensor:
        """(texts, 2 * FAR + WHOLE): what is known of each text."""
        mask = (words != self.blank).unsqueeze(2)
        length = words.shape[1]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            beside = functional.pad(self.table(words), (0, 0, 1, 1))
            near = self.near(self.drop(torch.cat([beside[:, i : i + length] for i in range(3)], 2)))
            beside = functional.pad(torch.relu(near) * mask, (0, 0, convolution.STEP, convolution.STEP))
            taps = [beside[:, i * convolution.STEP : i * convolution.STEP + length] for i in range(3)]
            far = torch.relu(self.far(self.drop(torch.cat(taps, 2)))) * mask
            share = self.attend(far).clamp(-20, 20).masked_fill(~mask, -1e4).softmax(1)
            both = self.drop(torch.cat([far.max(1).values, (far * share).sum(1)], 1).float())
        return torch.cat([both, self.drop(torch.relu(self.whole(both)))], 1)

    def forward(self, words: torch.Tensor, pairs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(texts, themes) logits, (texts, UNIT) vectors of length 1."""
        if self.training:
            words = torch.where(torch.rand(words.shape) < LOST, self.blank, words)
        known = self.known(words)
        root = (words != self.blank).sum(1, keepdim=True).clamp(min=1).sqrt()
        plain = (self.by_word(words).sum(1) + self.by_pair(pairs).sum(1)) / root
        return self.out(known) + plain, functional.normalize(self.tell(known), dim=1)


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
    words, pairs = [rows.words[i] for i in which], [rows.pairs[i] for i in which]
    logits, vectors = torch.zeros(len(which), net.out.out_features), torch.zeros(len(which), UNIT)
    for some in by_length(words, BATCH):
        told = padded([words[i] for i in some], net.blank), padded([pairs[i] for i in some], net.no_pair)
        logits[some], vectors[some] = net(*told)
    return logits.numpy(), vectors.numpy()


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the net is taught of n texts."""

    rows: Rows
    themes: torch.Tensor
    """(n, 50): how likely each theme is."""
    vectors: torch.Tensor
    """(n, UNIT): of length 1; zeros where the teacher was not asked."""
    often: Ints
    """Numbers of the texts that are read more than once a round."""
    once: Ints


def teach(net: Net, lessons: Lessons) -> None:
    """Teach themes and vectors."""
    rng = np.random.default_rng(0)
    of_round = np.concatenate([*[lessons.often] * TOLD, lessons.once])
    sizes = [lessons.rows.words[i] for i in of_round]
    steps = ROUNDS * (len(of_round) // BATCH)
    tables = [net.table.weight, net.by_word.weight, net.by_pair.weight]
    rest = [p for p in net.parameters() if all(p is not table for table in tables)]
    groups = [{"params": tables, "lr": 6e-3}, {"params": rest, "lr": 3e-3}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 200) * max(0.01, 1 - i / steps))
    net.train()
    queue: list[list[int]] = []
    smooth = 0.0
    for step in range(steps):
        queue = queue or at_random(rng, sizes, BATCH)
        part = of_round[queue.pop()]
        shown = [~lessons.rows.names[i] | (rng.random() > NAMELESS) for i in part]
        words, pairs = (
            padded([some[i][keep] for i, keep in zip(part, shown, strict=True)], fill)
            for some, fill in ((lessons.rows.words, net.blank), (lessons.rows.pairs, net.no_pair))
        )
        logits, vectors = net(words, pairs)
        loss = 10 * functional.binary_cross_entropy_with_logits(logits, lessons.themes[part])
        loss = loss - NEARNESS * (vectors * lessons.vectors[part]).sum(1).mean()
        net.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(rest, 2.0)
        optimiser.step()
        pace.step()
        smooth = 0.99 * smooth + 0.01 * float(loss.detach()) if step else float(loss.detach())
        if step % 200 == 199:
            print(f"{step + 1} of {steps}: {smooth:.3f}", flush=True)


@dataclass(frozen=True, slots=True)
class Taught:
    """A net, what it knows by name, and what is written beside it."""

    net: Net
    known: Vocabulary
    moved: Floats
    """(themes,): what is added to each theme's logits."""
    usual: Floats
    """(n, UNIT): vectors of motivations."""
    defined: Floats
    """(nodes, UNIT): vectors of the ontology's definitions."""


def taught(data: Path, heard: Heard, left: frozenset[int] = frozenset()) -> Taught:
    """A net that has learned from what the teacher says, but for the themes `left`; prints what it reaches."""
    torch.manual_seed(0)
    all_nodes = nodes(data)
    told = motivations(data, all_nodes)
    n, texts = len(told.texts), texts_of(data, told, all_nodes)
    learn = learnt(told, all_nodes, left)
    known = known_words(words(data), heard.words, [told.texts[i] for i in learn])
    rows = read(texts, known)
    likely = 1 / (1 + np.exp(-heard.soft))
    likely[:n] = (1 - SURE) * likely[:n] + SURE * told.labels
    likely[:, sorted(left)] = 0
    unit = np.nan_to_num(turn(heard.vectors, UNIT))
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    defined = np.arange(n, n + len(all_nodes.names))
    often, once = np.concatenate([learn, defined]), np.arange(n + len(defined), len(texts))
    net = Net(known, told.labels.shape[1])
    teach(net, Lessons(rows, torch.from_numpy(likely), torch.from_numpy(unit), often, once))
    apart = np.flatnonzero(told.apart)
    of_apart = look(net, rows, apart)[0]
    off = likeliest_best(of_apart)
    at = best_f1(told.labels[apart], of_apart - off)[0]
    for name, which in (("all", told.kept_back), ("with a theme", told.kept_back & (told.labels.sum(1) > 0))):
        some = np.flatnonzero(which)
        print(f"kept back, {name}, micro- and macro-F1: {f1(told.labels[some], look(net, rows, some)[0] - off > at)}")
    return Taught(net, known, AT - at - off, look(net, rows, learn[::6])[1], look(net, rows, defined)[1])


def likeliest_best(logits: Floats) -> Floats:
    """(themes,): the logit from which F1 is expected to be highest, if the probabilities are right."""
    likely = np.sort(1 / (1 + np.exp(-logits.astype(np.float64))), axis=0)[::-1]
    expected = 2 * np.cumsum(likely, axis=0) / (np.arange(1, len(likely) + 1)[:, None] + likely.sum(0))
    best = likely[expected.argmax(axis=0), np.arange(likely.shape[1])]
    found: Floats = np.log(best / (1 - best)).astype(np.float32)
    return found


def main() -> None:
    """Read what the arguments name, teach, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "soft"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    torch.set_num_threads(1)
    with np.load(given.soft) as found:
        heard = Heard(**{name: found[name].astype(np.float32) for name in found.files})
    made = taught(given.data, heard)
    write(Path(themes.__file__).with_name("themes.npz"), made)
    write_ontology(made.defined, nodes(given.data))


def write(path: Path, made: Taught) -> None:
    """The net's weights, and the usual vectors."""
    arrays = {name: value.numpy().astype(np.float32) for name, value in made.net.state_dict().items()}
    arrays["out.bias"] += made.moved
    stored: dict[str, NDArray[np.generic]] = {
        "words": made.known.words,
        "pairs": made.known.pairs,
        "near": arrays["near.weight"].reshape(NEAR, 3, DIM).transpose(2, 1, 0).reshape(DIM, 3 * NEAR),
        "far": arrays["far.weight"].reshape(FAR, 3, NEAR).transpose(1, 2, 0),
        "attend": arrays["attend.weight"][0],
    }
    for name in ("whole", "out", "tell"):
        stored[name], stored[f"{name}_bias"] = arrays[f"{name}.weight"].T, arrays[f"{name}.bias"]
    stored |= {"near_bias": arrays["near.bias"], "far_bias": arrays["far.bias"]}
    stored = {name: v.astype(np.float16) if v.dtype == np.float32 else v for name, v in stored.items()}
    for name, of_net in (("table", "table"), ("single", "by_word"), ("double", "by_pair")):
        table = arrays[f"{of_net}.weight"]
        scale = np.maximum(np.abs(table).max(1) / 127, 1e-7).astype(np.float16)
        whole = np.round(table / np.maximum(scale.astype(np.float32), 1e-7)[:, None]).clip(-127, 127)
        stored |= {name: whole.astype(np.int8), f"{name}_scale": scale}
    stored |= {"usual": made.usual.mean(0), "spread": np.cov(made.usual.T).astype(np.float32)}
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]


def write_ontology(vectors: Floats, all_nodes: Nodes) -> None:
    """The ontology beside models/ontology.py."""
    names = np.frombuffer("\n".join(all_nodes.names).encode(), dtype=np.uint8)
    path = Path(ontology.__file__).with_name("ontology.npz")
    below = np.array(all_nodes.below, dtype=np.int16)
    np.savez_compressed(path, names=names, below=below, vectors=np.round(vectors * 127).astype(np.int8))


if __name__ == "__main__":
    main()
