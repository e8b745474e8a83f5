"""Ours, whole and by stage, beside what a user would write instead, on the same made-up reviews in one run.

    python tests/bench/bench.py --sizes 1000 10000

Every measurement is a process of its own, so that memory and imports of one are not those of another.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).parent))

from reviews import write_corpus  # noqa: E402 - after the path and the threads are set


def texts(corpus: Path) -> list[str]:
    """The texts of the made-up corpus."""
    with (corpus / "reviews.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def ours(corpus: Path, outputs: Path, workers: int = 1) -> None:
    """`closeup run --no-html`."""
    from pipeline.config import Config
    from pipeline.engine.run import Order, run

    run(Order(corpus, outputs, Config(), workers=workers, is_html_wanted=False))


def ours_two(corpus: Path, outputs: Path) -> None:
    """`closeup run --no-html --workers 2`."""
    ours(corpus, outputs, 2)


def stages(corpus: Path, outputs: Path) -> dict[str, float]:
    """CPU seconds of each stage's `map`, over the shards in memory; tokens are made before the stages that share them."""
    from pipeline import nlp
    from pipeline.config import Config
    from pipeline.engine.shards import cut
    from pipeline.engine.work import read_items, run_stages
    from pipeline.plan import STAGES
    from pipeline.stage import Batch

    seconds: dict[str, float] = {}

    def clock(name: str, began: float) -> None:
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - began

    for shard in cut(corpus, ""):
        with nlp.memory_zone():
            began = time.process_time()
            documents, _ = read_items(shard.items)
            clock("readers", began)
            batch = Batch(documents)
            for stage in STAGES:
                if stage.name == "entities":
                    began = time.process_time()
                    _ = batch.sentences
                    clock("tokens", began)
                began = time.process_time()
                run_stages(batch, [stage], Config())
                clock(stage.name, began)
    return seconds


def tokenizer(corpus: Path, outputs: Path) -> None:
    """Bare spacy.blank("en"): the limit."""
    import spacy

    make = spacy.blank("en").tokenizer
    for text in texts(corpus):
        make(text)


def notebook(corpus: Path, outputs: Path) -> None:
    """What a user would write instead.

    A spaCy pipeline of the small English model's shape (untrained weights have its speed), TextBlob on text and sentences,
    PhraseMatcher for themes, pandas to a CSV file.
    """
    import pandas as pd
    import spacy
    from spacy.matcher import PhraseMatcher
    from textblob import TextBlob

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    config = {
        "model": {
            "tok2vec": {
                "@architectures": "spacy.HashEmbedCNN.v2",
                "width": 96,
                "depth": 4,
                "embed_size": 2000,
                "window_size": 1,
                "maxout_pieces": 3,
                "subword_features": True,
                "pretrained_vectors": None,
            }
        }
    }
    ner = nlp.add_pipe("ner", config=config)
    for label in ("PERSON", "ORG", "GPE", "WORK_OF_ART", "DATE"):
        ner.add_label(label)
    nlp.initialize()
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for theme in ("family", "love", "war", "murder", "revenge", "grief", "freedom", "fear"):
        matcher.add(theme, [nlp.make_doc(theme)])
    rows = []
    for doc in nlp.pipe(texts(corpus)):
        polarity = TextBlob(doc.text).sentiment.polarity
        for sent in doc.sents:
            rows.append((polarity, TextBlob(sent.text).sentiment.polarity, len(sent.ents), len(matcher(sent))))
    pd.DataFrame(rows).to_csv(outputs / "notebook.csv")


def vader(corpus: Path, outputs: Path) -> None:
    """VADER on every text."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    for text in texts(corpus):
        analyzer.polarity_scores(text)


CONTENDERS = {
    "ours": ours,
    "ours, 2 workers": ours_two,
    "tokenizer alone": tokenizer,
    "notebook": notebook,
    "VADER": vader,
}
SLOW = {"notebook", "VADER"}
"""Measured on the smallest corpus alone: they do not get faster per word."""

SPREAD = {"ours, 2 workers"}
"""Whose work is done by processes that are not the measured one's own: of these, only the time on the clock is known."""


def child(name: str, corpus: Path) -> None:
    """Measure one contender and print what it took, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        wall = time.perf_counter()
        by_stage = stages(corpus, Path(folder)) if name == "stages" else CONTENDERS[name](corpus, Path(folder))
        wall = time.perf_counter() - wall
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    peak = max(own.ru_maxrss, others.ru_maxrss) / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "peak": peak, "stages": by_stage}))


def measure(name: str, corpus: Path) -> dict:
    """One contender in a process of its own."""
    command = [sys.executable, __file__, "--child", name, "--corpus", str(corpus)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


LINE, BAR, LABELS, SPAN, GAP = 26, 16, 210, 190, 90
"""Of the picture, in pixels: a row, its bar, room for the names, the longest bar, room for the numbers behind it."""


def picture(rows: list[tuple[str, float, float]]) -> str:
    """Words per CPU second and peak MiB of each contender, as bars in an SVG that suits a light page and a dark one."""
    width, height = LABELS + 2 * (SPAN + GAP), LINE * (len(rows) + 1)
    found = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#808080">',
        "<title>Words per CPU second, and peak memory</title>",
        *(
            f'<text x="{LABELS + i * (SPAN + GAP)}" y="17" font-weight="bold">{name}</text>'
            for i, name in enumerate(("words per CPU second", "peak MiB"))
        ),
    ]
    longest = [max(row[i] for row in rows) for i in (1, 2)]
    for number, (name, *values) in enumerate(rows, 1):
        y = number * LINE
        found.append(f'<text x="{LABELS - 8}" y="{y + 17}" text-anchor="end">{name}</text>')
        for i, value in enumerate(values):
            x, long = LABELS + i * (SPAN + GAP), SPAN * value / longest[i]
            colour = "#3b7dd8" if name.startswith("ours") else "#9a9a9a"
            found.append(f'<rect x="{x}" y="{y + 5}" width="{long:.1f}" height="{BAR}" rx="2" fill="{colour}"/>')
            found.append(f'<text x="{x + long + 6:.1f}" y="{y + 18}">{value:,.0f}</text>')
    return "\n".join([*found, "</svg>"]) + "\n"


def main() -> None:
    """Print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--picture", type=Path, help="where to draw it, as SVG")
    parser.add_argument("--child")
    parser.add_argument("--corpus", type=Path)
    args = parser.parse_args()
    if args.child:
        child(args.child, args.corpus)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| what | reviews | words | words per CPU second | words per second | peak MiB |\n|---|---|---|---|---|---|")
    drawn = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted(args.sizes):
            corpus = write_corpus(Path(folder) / str(size), size)
            n_words = sum(len(text.split()) for text in texts(corpus))
            for name in CONTENDERS:
                if name in SLOW and size > min(args.sizes):
                    continue
                took = measure(name, corpus)
                cells = ["–", f"{n_words / took['wall']:,.0f}", "–"]
                if name not in SPREAD:
                    cells[0], cells[2] = f"{n_words / took['cpu']:,.0f}", f"{took['peak']:,.0f}"
                    if name == "ours" or size == min(args.sizes):
                        drawn.append((f"{name}, {size:,} reviews", n_words / took["cpu"], took["peak"]))
                print(f"| {name} | {size:,} | {n_words:,} | {' | '.join(cells)} |", flush=True)
        if args.picture:
            args.picture.write_text(picture(drawn), encoding="utf-8")
        corpus = Path(folder) / str(min(args.sizes))
        n_words = sum(len(text.split()) for text in texts(corpus))
        print("\n| stage, in memory | words per CPU second |\n|---|---|")
        for name, seconds in measure("stages", corpus)["stages"].items():
            print(f"| {name} | {n_words / max(seconds, 1e-9):,.0f} |")


if __name__ == "__main__":
    main()
