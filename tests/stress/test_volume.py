"""Memory that does not grow with the corpus; one changed review among many: `make stress`."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from reviews import write_corpus

HOME = Path(__file__).parents[2]
CODE = """
import json, resource, sys
from pathlib import Path
from pipeline.config import Config
from pipeline.engine.run import Order, run
result = run(Order(Path(sys.argv[1]), Path(sys.argv[2]), Config(), is_html_wanted=False))
print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result.n_shards, result.n_reused]))
"""


def run(corpus, outputs):
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(corpus), str(outputs)], cwd=HOME, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_memory_is_flat(tmp_path):
    peaks = [
        run(write_corpus(tmp_path / f"corpus-{size}", size), tmp_path / f"outputs-{size}")[0] for size in (1000, 10000)
    ]
    assert peaks[1] < peaks[0] * 1.25
    assert peaks[1] < 1024


def test_one_changed_review_costs_one_shard(tmp_path):
    corpus = write_corpus(tmp_path / "corpus", 5000)
    run(corpus, tmp_path / "outputs")
    path = corpus / "reviews.jsonl"
    lines = path.read_text().splitlines()
    lines[2500] = json.dumps({"id": "r002500", "text": "A dull, lifeless film."})
    path.write_text("\n".join(lines) + "\n")
    _, n_shards, n_reused = run(corpus, tmp_path / "outputs")
    assert n_reused == n_shards - 1 > 20
