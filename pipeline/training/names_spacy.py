"""The yardstick: spaCy's own tagger in the small models' shape (width 96, depth 4), trained on the same labelled texts.

    python -m pipeline.training.names_spacy --data DIR --fold N --out FOLDER [--seconds N]

It learns one label a name, so that a PER of the open sets is a PERSON, and what a set leaves open is no name. The fifth
`--fold` is left out as in names.py; measure with names_measure.py --folds FOLDER --ner.
"""

import argparse
import random
import time
from pathlib import Path

import spacy
from spacy.training import Example
from spacy.util import filter_spans, minibatch
from thinc.api import fix_random_seed

from pipeline.records import LABELS
from pipeline.training import names_sets as sets

SHAPE = {
    "@architectures": "spacy.HashEmbedCNN.v2",
    "width": 96,
    "depth": 4,
    "embed_size": 2000,
    "window_size": 1,
    "maxout_pieces": 3,
    "subword_features": True,
    "pretrained_vectors": None,
}


def examples(nlp: spacy.language.Language, samples: list[sets.Sample]) -> list[Example]:
    """Samples as spaCy's training examples."""
    made = []
    for sample in samples:
        doc = nlp.make_doc(sample.text)
        spans = [
            span
            for start, end, labels in sample.spans
            if min(labels) >= 0 and (span := doc.char_span(start, end, LABELS[labels[0]], alignment_mode="expand"))
        ]
        gold = nlp.make_doc(sample.text)
        gold.ents = filter_spans(spans)
        made.append(Example(doc, gold))
    return made


def main() -> None:
    """Train for a while, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=-1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=900, help="CPU seconds of training")
    args = parser.parse_args()
    fix_random_seed(1)
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner", config={"model": {"tok2vec": SHAPE}})
    for label in LABELS:
        ner.add_label(label)  # type: ignore[attr-defined]
    hand = sets.by_hand(args.data, args.fold)
    rows = examples(nlp, sets.open_sets(args.data, args.fold) + hand * 3)
    nlp.initialize(lambda: rows[:500])
    spin = random.Random(1)
    began, step = time.process_time(), 0
    while time.process_time() - began < args.seconds:
        spin.shuffle(rows)
        for batch in minibatch(rows, 64):  # type: ignore[no-untyped-call]
            losses = nlp.update(batch, drop=0.2)
            step += 1
            if step % 50 == 0:
                print(f"step {step} {losses} {time.process_time() - began:.0f}s", flush=True)
            if time.process_time() - began > args.seconds:
                break
    nlp.to_disk(args.out)


if __name__ == "__main__":
    main()
