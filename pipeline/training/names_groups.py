"""How well mentions of the same thing are merged: B-cubed over groups of forms that were read by hand.

    python -m pipeline.training.names_groups --data DIR [--corpus corpus]

name_groups.jsonl says of 257 reviews which forms of names mean the same (the groups that an earlier version made, each looked
at and mended by hand). The texts are those of DIR/texts/dev and DIR/texts/train, of the corpus, and of imdb_unlabelled. Counted
are the mentions whose form is in a group.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline import nlp
from pipeline.config import Config
from pipeline.engine.shards import cut
from pipeline.engine.work import read_items, run_stages
from pipeline.plan import STAGES
from pipeline.records import Mention
from pipeline.stage import Batch
from pipeline.training import data as sets
from pipeline.training.people import batch_of

GROUPS = Path(__file__).with_name("name_groups.jsonl")
N_STAGES = 3


def mentions(data: Path, corpus: Path, wanted: set[str]) -> Iterator[tuple[str, str, str]]:
    """Review, form and entity of each mention."""
    for folder in (data / "texts" / "dev", data / "texts" / "train", corpus):
        for shard in cut(folder, ""):
            with nlp.memory_zone():
                documents, _ = read_items(shard.items)
                batch = Batch(documents)
                run_stages(batch, list(STAGES[:N_STAGES]), Config())
                for row in batch.rows(Mention):
                    yield row.review_id, row.text, row.entity_id
    reviews = [row for row in sets.lines(data, "imdb_unlabelled") if row["id"] in wanted]
    with nlp.memory_zone():
        batch = batch_of(reviews)
        run_stages(batch, [STAGES[N_STAGES - 1]], Config())
        for row in batch.rows(Mention):
            yield reviews[int(row.review_id)]["id"], row.text, row.entity_id


def b_cubed(pairs: Counter[tuple[tuple[str, int], tuple[str, str]]]) -> tuple[float, float]:
    """Precision and recall of answers against groups, by mentions counted by group and answer."""
    by_group: Counter[tuple[str, int]] = Counter()
    by_answer: Counter[tuple[str, str]] = Counter()
    for (group, answer), n in pairs.items():
        by_group[group] += n
        by_answer[answer] += n
    total = sum(pairs.values())
    precision = sum(n * n / by_answer[answer] for (_, answer), n in pairs.items()) / total
    recall = sum(n * n / by_group[group] for (group, _), n in pairs.items()) / total
    return precision, recall


def main() -> None:
    """Print the figure, for all mentions and for those whose group has several forms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    args = parser.parse_args()
    group_of: dict[tuple[str, str], tuple[str, int]] = {}
    several: set[tuple[str, int]] = set()
    with GROUPS.open(encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            for number, forms in enumerate(row["groups"]):
                group_of |= {(row["review"], form): (row["review"], number) for form in forms}
                if len(forms) > 1:
                    several.add((row["review"], number))
    pairs: Counter[tuple[tuple[str, int], tuple[str, str]]] = Counter()
    for review, form, entity in mentions(args.data, args.corpus, {review for review, _ in group_of}):
        if (review, form) in group_of:
            pairs[group_of[review, form], (review, entity)] += 1
    hard = Counter({pair: n for pair, n in pairs.items() if pair[0] in several})
    for name, some in (("all mentions", pairs), ("of groups of several forms", hard)):
        precision, recall = b_cubed(some)
        f1 = 2 * precision * recall / (precision + recall)
        print(
            f"{name}: B-cubed F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f}; {sum(some.values())} mentions)"
        )


if __name__ == "__main__":
    main()
