"""Make `models/names.npz`: the tagger of names, trained with torch, kept as plain arrays.

    python -m pipeline.training.names --data DIR [--teacher FILE] [--broad FILE] [--fold N] [--epochs N N] [--out FILE]

DIR holds the open sets ner_* and wiki_movies, imdb_unlabelled, gold/train with texts/train, and what names_films.py writes
there. Weights that were trained without a teacher label, as a teacher, the reviews that the next ones learn from. Needs
the `train` extra.
"""

import argparse
import dataclasses
import gzip
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from pipeline import nlp
from pipeline.models import gazetteer, name_features, name_lists, name_net, names
from pipeline.records import LABELS
from pipeline.training import names_agreed
from pipeline.training import names_sets as sets

WIDTH, DEPTH = 96, 64
BATCH = 4000
"""Tokens a step."""
RATE, RATE_CLOSE = 3e-3, 2e-3
"""Highest rates of learning, of the first lessons and of the close ones."""
HAND = 3.0
"""Weight of what was read by hand."""
ROLES, ROLES_AFTER = 2.0, 0.7
"""Weight of characters in training, and by what their odds are lowered afterwards, by the reviews of films kept back."""
CALIBRATION = (0.57, -0.69)
"""Slope and shift of the scores' logits, fitted on a fifth of the gold train reviews that the net had not seen."""


@dataclass
class Table:
    """All samples as one table of tokens."""

    tokens: nlp.Tokens
    types: name_features.Types
    places: name_features.Places
    emphasis: np.ndarray
    allowed: np.ndarray
    weight: np.ndarray
    near: np.ndarray
    """Whether the net reads the token at all."""


def tabulate(samples: list[sets.Sample], known: name_features.Known) -> Table:
    """Tokens, features and allowed tags of the samples."""
    tokens = nlp.tokenize(sample.text for sample in samples)
    rows = [(i, *s) for i, sample in enumerate(samples) for s in (sample.sents or [(0, len(sample.text), 3)])]
    text, start, end, kind = (list(column) for column in zip(*rows, strict=True))
    sents = nlp.sentences_of(tokens, text, start, end, kind, list(range(len(rows))))
    emphasis = np.zeros(len(tokens), dtype=np.bool_)
    for i, sample in enumerate(samples):
        low, high = tokens.bounds[i], tokens.bounds[i + 1]
        for a, b in sample.emphasis:
            emphasis[low:high] |= (tokens.start[low:high] >= a) & (tokens.end[low:high] <= b)
    types = name_features.types_of(tokens, known)
    places = name_features.places_of(tokens, sents, types, known, emphasis)
    masks = [
        sets.as_masks(sample, tokens.start[low:high], tokens.end[low:high])
        for sample, low, high in zip(samples, tokens.bounds, tokens.bounds[1:], strict=False)
    ]
    allowed = np.concatenate([mask for mask, _ in masks])
    marked = np.concatenate([mark for _, mark in masks])
    unsure = np.array([sample.unsure for sample in samples])[tokens.text]
    loosen(allowed, marked, unsure, tokens, types, places, sents)
    weight = np.array([sample.weight for sample in samples], dtype=np.float32)[tokens.text]
    role = (allowed == sets.bit(sets.CHARACTER)) | (allowed == sets.bit(sets.CHARACTER, True))
    weight[role] *= ROLES  # of the people in the sets most are real
    close = np.zeros(len(tokens), dtype=np.bool_)
    close[name_net.near(places.candidate, places.sentence, name_net.REACH)] = True
    return Table(tokens, types, places, emphasis, allowed, weight, close)


def loosen(
    allowed: np.ndarray,
    marked: np.ndarray,
    unsure: np.ndarray,
    tokens: nlp.Tokens,
    types: name_features.Types,
    places: name_features.Places,
    sents: nlp.Sentences,
) -> None:
    """Puts in what lists know, and leaves open the words with a capital of which nothing is known."""
    inside = places.sentence >= 0
    upper = types.upper[types.of]
    bare = ~marked & (allowed & 1 > 0)
    common = types.signs[types.of][:, 11] > 0
    single = types.signs[types.of][:, 15] > 0
    opening = places.signs[:, 1] > 0
    unknown = unsure & bare & upper & ~((opening | (places.signs[:, 10] > 0)) & common) & ~single
    # "Bob Smith", where only Smith is known to be a name.
    after = np.concatenate([[False], unknown[:-1]])
    named = unsure & marked & after
    allowed[named] |= ((allowed[named] >> 1) & 0b0101010101010101010) << 2
    allowed[unknown] = sets.ALL
    # Small words between two capitals may be part of one name ("Lord of the Rings").
    open_ = unknown | (marked & (allowed & 1 == 0))
    left = np.concatenate([[False], open_[:-1]]) | np.concatenate([[False, False], open_[:-2]])
    right = np.concatenate([open_[1:], [False]]) | np.concatenate([open_[2:], [False, False]])
    short = types.signs[types.of][:, 15] + types.signs[types.of][:, 16] + types.signs[types.of][:, 17] > 0
    allowed[unsure & bare & ~upper & left & right & short] = sets.ALL
    end = np.where(inside, sents.last[places.sentence], 0).astype(np.int64)
    found = name_lists.find(tokens, end, upper, np.flatnonzero(inside))
    for hits in (found, name_lists.find_dates(tokens, types.words, types.of, types.figure)):
        for a, b, label in zip(hits.first.tolist(), hits.last.tolist(), hits.label.tolist(), strict=True):
            sure = label in (sets.GROUP, sets.CONDITION, sets.DATE)
            free = bare[a:b].all() and (allowed[a:b] & sets.bit(label)).all()
            whole = not (a and open_[a - 1] and unsure[a]) and not (b < len(bare) and open_[b] and unsure[a])
            if free and (sure or (unsure[a] and whole)):
                allowed[a] = sets.bit(label)
                allowed[a + 1 : b] = sets.bit(label, True)


class Net(nn.Module):
    """The net of `models/name_net.py`, in torch."""

    def __init__(self) -> None:
        super().__init__()
        f = name_features
        self.norms, self.prefixes, self.suffixes, self.shapes, self.grams = (
            nn.Embedding(size, DEPTH) for size in (f.NORMS, f.AFFIXES, f.AFFIXES, f.SHAPES, f.GRAMS)
        )
        for table in (self.norms, self.prefixes, self.suffixes, self.shapes, self.grams):
            nn.init.normal_(table.weight, std=0.1)
        self.mix = nn.Linear(DEPTH, WIDTH)
        self.type_signs = nn.Linear(f.TYPE_SIGNS, WIDTH, bias=False)
        self.place_signs = nn.Linear(f.PLACE_SIGNS, WIDTH, bias=False)
        self.layers = nn.ModuleList(
            nn.ModuleList(nn.Linear(WIDTH, WIDTH, bias=i == 0) for i in range(3)) for _ in range(3)
        )
        self.early, self.late = nn.Linear(WIDTH, name_net.N_TAGS), nn.Linear(WIDTH, name_net.N_TAGS)
        self.pool = nn.Linear(2 + 2 * len(LABELS), WIDTH, bias=False)
        self.around = nn.Linear(WIDTH, WIDTH, bias=False)
        self.drop = nn.Dropout(0.25)

    def convolve(self, x: torch.Tensor, run: torch.Tensor, layer: int, step: int) -> torch.Tensor:
        """Each token with its two neighbours."""
        here, before, after = list(self.layers[layer].children())
        y: torch.Tensor = here(x)
        zero = x.new_zeros(step, WIDTH)
        joined = (run[step:] == run[:-step])[:, None].float()
        y = y + before(torch.cat([zero, x[:-step] * joined])) + after(torch.cat([x[step:] * joined, zero]))
        dropped: torch.Tensor = self.drop(torch.relu(y))
        return dropped

    def forward(self, b: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of the tags, early and late."""
        letters = nn.functional.embedding_bag(b["grams"], self.grams.weight, b["gram_first"], mode="mean")
        of = b["of"]
        norm = self.norms(b["norm"])[of]
        if self.training:  # so that words nobody has seen are told by their letters and their place
            norm = norm * (torch.rand(len(of), 1) > 0.2)
        other = self.prefixes(b["prefix"]) + self.suffixes(b["suffix"]) + self.shapes(b["shape"]) + letters
        x = (
            self.mix(norm + other[of])
            + self.type_signs(b["type_signs"][of] * b["keep_type"])
            + self.place_signs(b["signs"])
        )
        x = self.drop(torch.relu(x))
        x = x + self.convolve(x, b["run"], 0, 1)
        number = b["sentence"]
        n_sentences = int(number.max()) + 1
        count = torch.zeros(n_sentences, 1).index_add_(0, number, torch.ones(len(number), 1))
        x = x + self.around(self.drop(torch.zeros(n_sentences, WIDTH).index_add(0, number, x) / count))[number]
        x = x + self.convolve(x, b["run"], 1, 2)
        early = self.early(x)
        chance = torch.softmax(early, dim=1)
        belief = torch.cat([chance[:, :1], chance[:, 1::2] + chance[:, 2::2]], dim=1)
        same, chosen = b["same"], b["candidate"]
        n = int(same.max()) + 1
        size = torch.zeros(n, 1).index_add_(0, same[chosen], torch.ones(len(chosen), 1)).clamp(min=1)
        mean = torch.zeros(n, belief.shape[1]).index_add_(0, same[chosen], belief[chosen]) / size
        most = torch.zeros(n, belief.shape[1]).scatter_reduce(
            0, same[chosen][:, None].expand(-1, belief.shape[1]), belief[chosen], "amax"
        )
        pooled = torch.zeros(len(of), 2 * belief.shape[1])
        pooled = pooled.index_copy(0, chosen, torch.cat([mean, most], dim=1)[same[chosen]])
        x = x + self.pool(pooled)
        x = x + self.convolve(x, b["run"], 2, 1)
        return early, self.late(x)

    def export(self) -> name_net.Weights:
        """The weights by the names that `models/name_net.py` reads."""
        made: dict[str, Any] = {
            table: getattr(self, table).weight for table in ("norms", "prefixes", "suffixes", "shapes", "grams")
        }
        made |= {"mix": self.mix.weight.T, "bias": self.mix.bias}
        made |= {name: getattr(self, name).weight.T for name in ("type_signs", "place_signs", "pool", "around")}
        for i, layer in enumerate(self.layers, 1):
            here, before, after = (part.weight.T for part in layer)  # type: ignore[attr-defined]
            made[f"layer{i}"] = torch.cat([before, here, after], dim=1)
            made[f"bias{i}"] = layer[0].bias  # type: ignore[index]
        for name in ("early", "late"):
            made |= {name: getattr(self, name).weight.T, f"{name}_bias": getattr(self, name).bias}
        arrays = {name: np.ascontiguousarray(value.detach().numpy(), dtype=np.float32) for name, value in made.items()}
        arrays["late_bias"][1 + 2 * sets.CHARACTER : 3 + 2 * sets.CHARACTER] += np.log(ROLES_AFTER)
        return arrays | {"calibration": np.array(CALIBRATION, dtype=np.float32)}


def batch(table: Table, texts: np.ndarray, spin: np.random.Generator | None) -> dict[str, torch.Tensor]:
    """The tensors of some texts; with `spin`, the signs that a text may lack are left out at times."""
    bounds = table.tokens.bounds
    rows = np.concatenate([np.arange(bounds[i], bounds[i + 1]) for i in texts])
    rows = rows[table.near[rows]]
    used, of = np.unique(table.types.of[rows], return_inverse=True)
    first, last = table.types.gram_first, np.append(table.types.gram_first[1:], len(table.types.grams))
    size = (last - first)[used]
    begin = np.cumsum(size) - size
    grams = table.types.grams[np.repeat(first[used] - begin, size) + np.arange(size.sum())]
    signs = table.places.signs[rows].copy()
    keep = np.ones((len(rows), name_features.TYPE_SIGNS), dtype=np.float32)
    if spin is not None:
        number = np.repeat(
            np.arange(len(texts)), np.bincount(np.searchsorted(texts, table.tokens.text[rows]), minlength=len(texts))
        )
        hide = (spin.random(len(texts)) < 0.4)[number]
        signs[np.ix_(np.flatnonzero(hide), np.array(name_features.LATER_GAZETTEER_SIGNS))] = 0
        keep[np.ix_(np.flatnonzero(hide), np.array(name_features.GAZETTEER_SIGNS))] = 0
        # Italics are known of few texts: works are put in italics in some of the others.
        work = (table.allowed[rows] == sets.bit(sets.WORK)) | (table.allowed[rows] == sets.bit(sets.WORK, True))
        marked = (spin.random(len(texts)) < 0.3)[number]
        signs[marked & work, 8] = 1
        signs[marked & (spin.random(len(rows)) < 0.003), 8] = 1
        plain = (spin.random(len(texts)) < 0.3)[number]
        signs[plain, 22:] = 0
        signs[plain, 8] = 0
    tags = (table.allowed[rows][:, None] >> np.arange(name_net.N_TAGS)) & 1
    _, same = np.unique(table.places.same[rows], return_inverse=True)
    sentence = table.places.sentence[rows]
    run = np.cumsum(np.concatenate([[0], (np.diff(rows) != 1) | (np.diff(sentence) != 0)]))
    arrays = {
        "grams": grams, "gram_first": begin, "of": of, "norm": table.types.norm[used], "prefix": table.types.prefix[used],
        "suffix": table.types.suffix[used], "shape": table.types.shape[used], "type_signs": table.types.signs[used],
        "keep_type": keep, "signs": signs, "same": same, "candidate": np.flatnonzero(table.places.candidate[rows]),
        "sentence": np.unique(sentence, return_inverse=True)[1], "run": run, "tags": tags.astype(np.bool_), "weight": table.weight[rows],
    }  # fmt: skip
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()}


def loss_of(scores: torch.Tensor, b: dict[str, torch.Tensor]) -> torch.Tensor:
    """Minus the log probability of the allowed tags together."""
    log = torch.log_softmax(scores, dim=1)
    right = torch.logsumexp(log.masked_fill(~b["tags"], -1e4), dim=1)
    return -(right * b["weight"]).sum() / b["weight"].sum()


def train(net: Net, table: Table, epochs: int, rate: float, seed: int = 1) -> None:
    """Train a net on the table; the same on every run with one thread."""
    torch.manual_seed(seed)
    spin = np.random.default_rng(seed)
    net.train()
    sizes = np.diff(np.concatenate([[0], np.cumsum(table.near)])[table.tokens.bounds])
    steps = max(1, int(sizes.sum() * epochs / BATCH))
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, s / 100) * max(0.02, 1 - s / (steps * 1.05))
    )
    began, step, seen = time.time(), 0, 0.0
    for epoch in range(epochs):
        order = spin.permutation(len(sizes))
        groups = np.split(order, np.flatnonzero(np.diff(np.cumsum(sizes[order]) // BATCH)) + 1)
        for texts in groups:
            texts = np.sort(texts[sizes[texts] > 0])
            if not len(texts):
                continue
            b = batch(table, texts, spin)
            early, late = net(b)
            loss = loss_of(late, b) + 0.3 * loss_of(early, b)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimizer.step()
            schedule.step()
            step += 1
            seen = 0.99 * seen + 0.01 * float(loss.detach())
            if step % 100 == 0:
                print(
                    f"epoch {epoch} step {step}/{steps} loss {seen / (1 - 0.99**step):.4f} {time.time() - began:.0f}s",
                    flush=True,
                )
    net.eval()


def by_film(path: Path, films: dict[str, Any]) -> list[tuple[list[str], dict[str, set[int]]]]:
    """The reviews of each film of a file, and the names that are known of it; no film kept back, none read by hand."""
    groups: dict[str, list[str]] = {}
    read = sets.read_by_hand()
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            if row["id"] not in read:
                groups.setdefault(row["film"], []).append(row["text"])
    return [
        (texts, sets.silver_names(films[film]) if film in films else {})
        for film, texts in groups.items()
        if not sets.kept_back(film)
    ]


def silver(data: Path, teacher: names.Tagger | None) -> list[sets.Sample]:
    """Reviews of films whose cast is known, and with a `teacher` of other films."""
    films = json.loads((data / "films.json").read_text())
    if teacher is None:
        return sets.silver(data / "linked.jsonl.gz", films, sets.read_by_hand())
    made = names_agreed.agree(by_film(data / "linked.jsonl.gz", films), teacher)
    return made + names_agreed.agree(by_film(data / "groups.jsonl.gz", films), teacher)


def lessons(data: Path, teacher: names.Tagger | None) -> list[sets.Sample]:
    """What the net learns first, at large: the open sets but for Universal NER, and reviews whose film is known."""
    spin = random.Random(5)
    rows = [row for row in sets.open_sets(data) if row.source != sets.UNER]
    pool = sets.pool_of(data, rows)
    made = rows + sets.wiki(data, 4000) + sets.written(pool, 12, spin)
    made += [sets.swap(row, pool, spin) for row in rows if row.spans and row.source == sets.WNUT]
    made += [sets.cut_short(row, spin) if row.sents and spin.random() < 0.2 else row for row in silver(data, teacher)]
    return made + recased(made, spin)


def close_lessons(data: Path, fold: int) -> list[sets.Sample]:
    """What it learns then: what was read by hand, again and again, the open sets, and a few of the other reviews.

    With `fold` >= 0, that fifth of Universal NER and of the reviews read by hand is left out.
    """
    spin = random.Random(6)
    rows = sets.open_sets(data, fold)
    hand = [dataclasses.replace(row, weight=HAND) for row in sets.by_hand(data, fold)]
    pool = sets.pool_of(data, rows + hand)
    pieces = [sets.cut_short(row, spin) for row in hand * 3]
    made = rows + hand * 3 + pieces + sets.written(pool, 12, spin)
    made += [sets.swap(row, pool, spin) for row in pieces]
    made += [sets.swap(row, pool, spin) for row in rows if row.spans and row.weight >= 1 for _ in range(2)]
    return made + recased(made, spin) + spin.sample(reviews := silver(data, None), len(reviews) // 6)


def recased(samples: list[sets.Sample], spin: random.Random) -> list[sets.Sample]:
    """A twelfth of the samples in lower case or, a few of them, in capitals."""
    made = []
    for sample in spin.sample(samples, len(samples) // 12):
        for change in (str.lower, str.upper) if spin.random() < 0.3 else (str.lower,):
            text = change(sample.text)
            if len(text) == len(sample.text) and not sample.unsure:
                made.append(dataclasses.replace(sample, text=text, weight=0.5))
    return made


def save(weights: name_net.Weights, known: name_features.Known, out: Path) -> None:
    """Halves of floats are enough for weights; the calibration keeps its digits."""
    small = {name: value.astype(np.float32 if name == "calibration" else np.float16) for name, value in weights.items()}
    np.savez_compressed(out, **small, lower=known.lower, share=known.share)  # type: ignore[arg-type]


def main() -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path)
    parser.add_argument("--fold", type=int, default=-1)
    parser.add_argument("--broad", type=Path, help="the net after its first lessons: read if it is there, else written")
    parser.add_argument(
        "--epochs", type=int, nargs=2, default=(2, 2), help="of the first lessons, and of the close ones"
    )
    parser.add_argument("--out", type=Path, default=names.FILE)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    with np.load(args.data / "lower.npz") as arrays:
        known = name_features.Known(gazetteer.load(), arrays["lower"], arrays["share"])
    net = Net()
    if args.broad and args.broad.exists():
        net.load_state_dict(torch.load(args.broad))
    else:
        table = tabulate(lessons(args.data, names.load(args.teacher) if args.teacher else None), known)
        train(net, table, args.epochs[0], RATE)
        if args.broad:
            torch.save(net.state_dict(), args.broad)
    train(net, tabulate(close_lessons(args.data, args.fold), known), args.epochs[1], RATE_CLOSE, seed=2)
    save(net.export(), known, args.out)


if __name__ == "__main__":
    main()
