"""Odd bytes into every reader and through the whole pipeline: `make fuzz RUNS=100000`.

Coverage-guided by atheris where it is installed, which `make fuzz` sees to. A crash is kept as a file; what is counted as one:
any exception, a text that does not map back to its source, a review that is lost.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))
with atheris.instrument_imports(include=["pipeline.readers", "pipeline.rules", "pipeline.stages"]):
    from pipeline.engine.shards import cut_raws
    from pipeline.engine.verify import wrong_runs
    from pipeline.engine.work import read_items, run_stages
    from pipeline.plan import STAGES
    from pipeline.readers.corpus import split
    from pipeline.readers.parse import source_text
    from pipeline.readers.raw import Refused

from pipeline import nlp
from pipeline.config import Config
from pipeline.stage import Batch

SUFFIXES = (".txt", ".md", ".html", ".csv", ".tsv", ".jsonl", ".json", ".parquet", ".txt.gz", ".jsonl.zst")
FOLDER = Path(sys.argv[-1] if len(sys.argv) > 1 and Path(sys.argv[-1]).is_dir() else "/tmp")


def one_input(data: bytes) -> None:
    """The first byte chooses the format, the second whether all stages are run."""
    if len(data) < 2:
        return
    path = FOLDER / f"fuzzed{SUFFIXES[data[0] % len(SUFFIXES)]}"
    path.write_bytes(data[2:])
    raws = list(split(path, FOLDER, ""))
    n_raw = sum(not isinstance(raw, Refused) for raw in raws)
    for shard in cut_raws(raws):
        documents, refused = read_items(shard.items)
        if len(documents) + len(refused) != len(shard.items):
            raise AssertionError("a review is lost")
        sources = {item.review_id: item.raw for item in shard.items}
        for document in documents:
            if list(wrong_runs(document, source_text(sources[document.review_id]))):
                raise AssertionError("a text does not map back to its source")
        n_raw -= len(shard.items)
        if data[1] % 8 == 0:
            with nlp.memory_zone():
                run_stages(Batch(documents), STAGES, Config())
    if n_raw:
        raise AssertionError("a row is lost")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
