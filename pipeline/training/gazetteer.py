"""Make `models/gazetteer.npz` from the casts and titles of Wikipedia's lists of films.

    python -m pipeline.training.gazetteer --data DIR

DIR holds wiki_movies.jsonl.gz (prust/wikipedia-movie-data, MIT: title, year, cast).
"""

import argparse
import collections
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.models import gazetteer
from pipeline.training import data as sets


def build(rows: list[dict[str, Any]]) -> gazetteer.Gazetteer:
    """The gazetteer of films given as {title, year, cast}."""
    people = sorted({name.strip() for row in rows for name in row["cast"] if 3 <= len(name.strip()) <= 60})
    films = {(gazetteer.key_of(row["title"]), int(row["year"] or 0)) for row in rows}
    films |= {
        (gazetteer.key_of(row["title"].split(":")[0]), int(row["year"] or 0)) for row in rows if ":" in row["title"]
    }
    ordered = sorted(film for film in films if film[0])
    first = collections.Counter(name.split()[0] for name in people if len(name.split()) > 1)
    none = np.zeros(0, dtype=np.uint32)
    empty = gazetteer.Gazetteer(
        first=none,
        last=none,
        people=none,
        titles=np.array([key for key, _ in ordered], dtype=np.uint32),
        years=np.array([year for _, year in ordered], dtype=np.uint16),
    )
    made = empty.with_extra(people=people)
    # A first name that only one person bears is as likely a slip of the list.
    shared = np.array(sorted({gazetteer.key_of(name) for name, count in first.items() if count > 1}), dtype=np.uint32)
    return gazetteer.Gazetteer(shared[shared > 0], made.last, made.people, made.titles, made.years)


def main() -> None:
    """Build and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=gazetteer.FILE)
    args = parser.parse_args()
    made = build(list(sets.lines(args.data, "wiki_movies")))
    np.savez_compressed(args.out, **{name: getattr(made, name) for name in gazetteer.Gazetteer.__slots__})
    print(f"{len(made.people)} people, {len(made.titles)} titles, {args.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
