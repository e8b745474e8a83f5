"""Learns the weights of models/theme_scores.py from the reviews of gold/train, and from motivations as brief reviews.

    python -m pipeline.training.theme_scores --data DIR

Cues are left out at random, a fifth of the different ones: the lexicon was written by people who had read these
reviews, and knows fewer of the words of others. Of the motivations only those of the stories apart are used, which the net has
not learned from.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipeline import nlp
from pipeline.documents import Document
from pipeline.lexicon.load import read
from pipeline.models import theme_scores
from pipeline.models import themes as theme_model
from pipeline.models.voice import predict
from pipeline.records import TEXT_KINDS, VOICES, Film, Mention, Section, Sentence, SentenceSentiment
from pipeline.rules.sentences import split_sentences
from pipeline.rules.theme_blocks import our_themes
from pipeline.rules.theme_cues import Cues
from pipeline.stage import Batch
from pipeline.stages import themes
from pipeline.training.theme_sets import motivations, nodes

LEFT_OUT, ROUNDS, STRENGTH, THEME = 0.2, 4, 0.3, 0.5
"""Part of the cues left out, how often the reviews are seen, inverse of the penalty, scale of the weights by theme."""
ALONE = 2500
"""Motivations, at most."""
FOLDS = 5
"""Parts of our themes, each a user's in turn."""

Floats = NDArray[np.float64]


def batch(labels: Path, texts: Path) -> tuple[Batch, set[tuple[str, str]]]:
    """The labelled reviews as the stage gets them, with the labelled blocks, voices and names; (section, theme) labelled."""
    made = Batch([])
    tables: dict[type, list[object]] = {kind: [] for kind in (Section, Sentence, SentenceSentiment, Mention, Film)}
    truth = set()
    for path in sorted(labels.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        file = next(texts.glob(path.stem + ".*"), None)
        if file is None or "blocks" not in label:
            continue
        text, name = file.read_bytes().decode("utf-8"), path.stem
        made.documents.append(Document(name, file.name, "", text))
        voice = {(block, number): voice for block, number, voice, _ in label["sentences"]}
        for block, (start, end) in enumerate(label["spans"]["blocks"]):
            lang = label.get("block_langs", {}).get(str(block), "en")
            section = f"{name}.s{block}"
            tables[Section].append(
                Section(section, name, label["blocks"][block], "", lang, start, end, text[start:end])
            )
            for b, number, first, last in label["spans"]["sentences"]:
                if b == block:
                    sentence = f"{section}.{number}"
                    said = voice.get((b, number), "")
                    tables[Sentence].append(Sentence(sentence, section, name, first, last, text[first:last]))
                    sentiment = SentenceSentiment(sentence, section, name, said, 1.0, 0.0, "neutral", 1.0, 0.0, 0.0)
                    tables[SentenceSentiment].append(sentiment)
        tables[Mention] += mentions(name, text, label["entities"])
        truth |= {(f"{name}.s{block}", theme) for theme, block, _ in label["themes"]}
    made.tables = tables
    return made, truth


def alone(texts: list[str]) -> Batch:
    """Each text as a review of one section, with the voices that our models give its sentences."""
    made = Batch([Document(f"m{i}", f"m{i}.txt", "", text) for i, text in enumerate(texts)])
    tables: dict[type, list[object]] = {kind: [] for kind in (Section, Sentence, SentenceSentiment, Mention, Film)}
    for i, text in enumerate(texts):
        review, section = f"m{i}", f"m{i}.s1"
        tables[Section].append(Section(section, review, "body", "", "en", 0, len(text), text))
        for number, (start, end) in enumerate(split_sentences(text), 1):
            sentence = f"{section}.{number}"
            tables[Sentence].append(Sentence(sentence, section, review, start, end, text[start:end]))
    made.tables = tables
    said = predict(made.tokens, made.sentences).argmax(axis=1)
    for row, which in zip(made.rows(Sentence), said.tolist(), strict=True):
        one = SentenceSentiment(row.sentence_id, row.section_id, row.review_id, VOICES[which], 1, 0, "neutral", 1, 0, 0)
        tables[SentenceSentiment].append(one)
    return made


def mentions(review: str, text: str, entities: list[tuple[str, str]]) -> list[Mention]:
    """Every place where a labelled name stands, longer names first."""
    taken: set[int] = set()
    found = []
    for name, label in sorted(entities, key=lambda entity: -len(entity[0])):
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found.append(Mention("", "", review, "", label, start, end, name, 1.0, "tagger"))
            start = text.find(name, end)
    return found


def owned(fold: int) -> themes.Themes:
    """Every fifth of our themes from `fold` on as if it were a user's, by its block alone without its names of the ontology."""
    blocks = read("themes")["theme"][fold::FOLDS]
    lines = []
    for block in blocks:
        fields = {name: value for name, value in block.items() if name not in ("id", "cluster", "lto")}
        lines += ["[[theme]]", f'id = "own-{block["id"]}"']
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "own.toml")
        path.write_text("\n".join(lines), encoding="utf-8")
        return themes.known_themes(path.read_bytes(), str(path))


def seen(made: Batch, known: themes.Themes, rng: np.random.Generator | None) -> theme_scores.Evidence:
    """What the stage finds in the reviews; with a generator, some of the cues are left out."""
    found = themes.look(made, known)
    if rng is None:
        return found.evidence
    cues, tokens = found.cues, made.tokens
    kept: dict[tuple[int, bytes], bool] = {}
    rows = []
    for theme, first, last in zip(cues.theme.tolist(), cues.first.tolist(), cues.last.tolist(), strict=True):
        rows.append(kept.setdefault((theme, tokens.norm[first:last].tobytes()), rng.random() > LEFT_OUT))
    some = np.array(rows, dtype=bool)
    fewer = Cues(cues.theme[some], cues.first[some], cues.last[some], cues.strength[some], cues.is_told[some])
    return themes.evidence_of(made, found.texts, fewer, found.logits)


def as_own(made: Batch, counts: NDArray[np.bool_], rng: np.random.Generator | None) -> Floats:
    """(sections that count, themes, features) of our themes as if they were a user's."""
    found = np.zeros((int(counts.sum()), len(our_themes()), len(theme_scores.FEATURES)))
    for fold in range(FOLDS):
        evidence = seen(made, owned(fold), rng)
        found[:, fold::FOLDS] = theme_scores.features(evidence)[counts, len(our_themes()) :]
    return found


def columns(found: theme_scores.Evidence, counts: NDArray[np.bool_]) -> Floats:
    """(sections that count, themes, features): what the regression learns from, and which theme has a cue."""
    features = theme_scores.features(found)[counts]
    cued = (found.cues.sum(0)[counts] > 0)[:, :, None] * np.eye(features.shape[1]) * THEME
    return np.concatenate([features, cued], axis=2)


def fit(rows: list[Floats], labels: NDArray[np.uint8]) -> Floats:
    """The weights of (sections, themes, features) that tell the labels (sections, themes)."""
    model = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=3000)
    seen = np.concatenate(rows)
    model.fit(seen.reshape(-1, seen.shape[2]), labels.reshape(-1))
    found: Floats = model.coef_[0]
    return found


def main() -> None:
    """Read the labelled reviews, learn, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    made, truth = batch(given.data / "gold" / "train", given.data / "texts" / "train")
    ids = [theme.id for theme in our_themes()]
    sections = made.rows(Section)
    counts = np.array([row.kind in TEXT_KINDS and row.lang == "en" for row in sections])
    labels = np.array([[(row.section_id, theme) in truth for theme in ids] for row in sections])[counts]
    told = motivations(given.data, nodes(given.data))
    rng = np.random.default_rng(0)
    apart = rng.permutation(np.flatnonzero(told.apart))[:ALONE]
    ours, everyone = themes.known_themes(b"", ""), np.ones(len(apart), dtype=bool)
    with nlp.memory_zone():
        rows = [columns(seen(made, ours, rng), counts) for _ in range(ROUNDS)]
        own = [as_own(made, counts, rng) for _ in range(ROUNDS)]
    with nlp.memory_zone():
        short = alone([told.texts[i] for i in apart])
        of_short, own_of_short = columns(seen(short, ours, None), everyone), as_own(short, everyone, None)
    many, shared = np.tile(labels, (ROUNDS, 1)), len(theme_scores.FEATURES)
    of_ours, of_own = fit(rows, many), fit(own, many)
    of_short_own = fit([own_of_short], told.labels[apart])
    # What a cue of each theme adds is learned of reviews, whose cues are what it is about.
    of_short_ours = fit([of_short[:, :, :shared]], told.labels[apart])
    for row in zip(theme_scores.FEATURES, of_ours, of_short_ours, of_own, of_short_own, strict=False):
        print(f"{row[0]:45s}", *(f"{weight:7.3f}" for weight in row[1:]))
    np.savez(
        Path(theme_model.__file__).with_name("theme_scores.npz"),
        shared=np.stack([of_ours[:shared], of_short_ours]).astype(np.float32),
        own=np.stack([of_own, of_short_own]).astype(np.float32),
        theme=(of_ours[shared:] * THEME).astype(np.float32),
    )


if __name__ == "__main__":
    main()
