"""What the tagger of names learns from reviews whose film is known: facts of films, and the reviews by film.

    python -m pipeline.training.names_films --data DIR --snapshots SNAPSHOTS

DIR holds imdb_train and imdb_unlabelled (*.jsonl.gz), SNAPSHOTS the git directories of movielog's titles and of the
Large Movie Review Dataset, whose lists of addresses say which film each review is of. Written to DIR:

    films.json        title, cast with roles, directors and writers of movielog's films, by IMDb id
    linked.jsonl.gz   reviews of these films: id, text, film
    groups.jsonl.gz   reviews of other films that several people have reviewed
    lower.npz         how often each word is written in lower case within the sentences of reviews
"""

import argparse
import gzip
import json
import random
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import nlp
from pipeline.models import gazetteer
from pipeline.training import data as sets
from pipeline.training import names_sets
from pipeline.training.snapshots import git

MOVIELOG = "fshowalter/movielog"
ACL_IMDB = "PVidyadhar/Detection-of-Fraud-apps-using-Sentiment-Analysis"
FACTS = ("title", "originalTitle", "year", "directors", "writers", "performers")
GROUPED = 6000
"""Reviews of films that movielog lacks, in groups of FEWEST to MOST."""
FEWEST, MOST = 4, 12
COUNTED = 40_000
"""Reviews in which words are counted."""
SEEN = 5
"""Times that a word must be seen."""
SHARD = 1000


def read_films(snapshots: Path) -> dict[str, dict[str, Any]]:
    """The facts of movielog's films, by IMDb id."""
    films = {}
    with tarfile.open(fileobj=BytesIO(git(snapshots, MOVIELOG, "archive", "HEAD", "data/titles"))) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            if member.isfile() and (stream := tar.extractfile(member)):
                row = json.loads(stream.read())
                films[row["imdbId"]] = {key: row[key] for key in FACTS}
    return films


def film_of_reviews(snapshots: Path) -> dict[str, str]:
    """IMDb id of the film of each review of the dataset's training part, by the review's id without its rating."""
    found = {}
    for part in ("pos", "neg", "unsup"):
        urls = git(snapshots, ACL_IMDB, "show", f"HEAD:aclImdb/train/urls_{part}.txt").decode()
        for number, url in enumerate(urls.splitlines()):
            if match := re.search(r"/(tt\d+)/", url):
                found[f"aclImdb/train/{part}/{number}"] = match[1]
    return found


def group(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """About GROUPED reviews of films that several people have reviewed."""
    by_film: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_film[row["film"]].append(row)
    made: list[dict[str, str]] = []
    names = sorted(film for film, own in by_film.items() if len(own) >= FEWEST)
    for film in random.Random(11).sample(names, len(names)):
        if len(made) < GROUPED:
            made += by_film[film][:MOST]
    return made


def count_cases(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Keys of the words that stand within the sentences of texts, sorted, and their share of lower case, 0-100."""
    lower: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for i in range(0, len(texts), SHARD):
        with nlp.memory_zone():
            part = [names_sets.clean(text)[0] for text in texts[i : i + SHARD]]
            tokens = nlp.tokenize(part)
            rows = [(k, *s) for k, text in enumerate(part) for s in names_sets.sentences(text, "body")]
            number, start, end, kind = (list(column) for column in zip(*rows, strict=True))
            sents = nlp.sentences_of(tokens, number, start, end, kind, list(range(len(rows))))
            orth, of = np.unique(tokens.orth, return_inverse=True)
            words = [tokens.docs[0].vocab.strings[value] for value in orth.tolist()]
            alpha = np.array([word[0].isalpha() for word in words])[of]
            upper = np.array([word[0].isupper() for word in words])[of]
            inside = np.zeros(len(tokens), dtype=np.bool_)
            for first, last in zip(sents.first.tolist(), sents.last.tolist(), strict=True):
                inside[first + 1 : last] = True  # the first word has its capital whatever it is
            # After quotes, dashes and dots a capital tells as little.
            after = np.concatenate(
                [[False], ~np.array([word[0].isalnum() or word[0] in ",'" for word in words])[of][:-1]]
            )
            good = inside & alpha & ~after
            keys = gazetteer.keys(tokens.norm)
            total.update(keys[good].tolist())
            lower.update(keys[good & ~upper].tolist())
    kept = sorted(key for key, n in total.items() if n >= SEEN)
    share = [round(100 * lower[key] / total[key]) for key in kept]
    return np.array(kept, dtype=np.uint32), np.array(share, dtype=np.uint8)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Rows as gzipped lines of JSON."""
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    print(f"{path.name}: {len(rows)} reviews of {len({row['film'] for row in rows})} films", flush=True)


def main() -> None:
    """Write all four files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--snapshots", type=Path, required=True)
    args = parser.parse_args()
    films = read_films(args.snapshots)
    (args.data / "films.json").write_text(json.dumps(films, ensure_ascii=False), encoding="utf-8")
    of = film_of_reviews(args.snapshots)
    reviews = [
        {"id": row["id"], "text": row["text"], "film": of[number]}
        for name in ("imdb_train", "imdb_unlabelled")
        for row in sets.lines(args.data, name)
        if (number := row["id"].rpartition("_")[0]) in of
    ]
    write(args.data / "linked.jsonl.gz", [row for row in reviews if row["film"] in films])
    write(args.data / "groups.jsonl.gz", group(row for row in reviews if row["film"] not in films))
    texts = [row["text"] for row in random.Random(12).sample(reviews, min(COUNTED, len(reviews)))]
    keys, share = count_cases(texts)
    np.savez_compressed(args.data / "lower.npz", lower=keys, share=share)
    print(f"lower.npz: {len(keys)} words")


if __name__ == "__main__":
    main()
