"""Reviews labelled by what the reviews of the same film agree on.

Many reviews of one film name the same people. A tagger that is unsure of one place is sure of the film as a whole:
a name takes the label that its places in all reviews of the film speak for, and is then marked at all of them.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from pipeline import nlp
from pipeline.models import gazetteer, names
from pipeline.records import LABELS
from pipeline.training import names_sets as sets

_KINDS = (sets.PERSON, sets.CHARACTER, sets.WORK, sets.ORG, sets.PLACE, sets.EVENT)
_ENOUGH, _SHARE, _SURE = 2, 0.75, 0.9
_STRANGER = 0.85
"""Reviews that must name it; share of the evidence that its label must have; score at which one review is enough;
share for people whom the gazetteer lacks, who are as often characters."""


def agree(
    films: Iterable[tuple[list[str], dict[str, set[int]]]], tagger: names.Tagger
) -> list[sets.Sample]:
    """A sample for each review; `films` gives the reviews of each film and the names that are known of it."""
    made = []
    for texts, known in films:
        cleaned = [sets.clean(text) for text in texts]
        with nlp.memory_zone():
            made += _film(
                [text for text, _ in cleaned],
                [marked for _, marked in cleaned],
                known,
                tagger,
            )
    return made


def _film(
    texts: list[str],
    emphasis: list[list[tuple[int, int]]],
    known: dict[str, set[int]],
    tagger: names.Tagger,
) -> list[sets.Sample]:
    tokens = nlp.tokenize(texts)
    cut = [sets.sentences(text, "body") for text in texts]
    rows = [(i, *s) for i, found in enumerate(cut) for s in found]
    if not rows:
        return []
    text, start, end, kind = (list(column) for column in zip(*rows, strict=True))
    sents = nlp.sentences_of(tokens, text, start, end, kind, list(range(len(rows))))
    found = names.tag(tokens, sents, None, tagger)
    share = dict(
        zip(tagger.known.lower.tolist(), tagger.known.share.tolist(), strict=True)
    )
    belief: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(LABELS)))
    where: dict[str, set[int]] = defaultdict(set)
    best: dict[str, float] = defaultdict(float)
    covered = np.zeros(len(tokens), dtype=np.bool_)
    for first, last, score, kinds in zip(
        found.first, found.last, found.score, found.alternatives, strict=True
    ):
        covered[first:last] = True
        number = int(tokens.text[first])
        name = " ".join(
            texts[number][tokens.start[first] : tokens.end[last - 1]].split()
        )
        kinds = kinds * np.where(np.arange(len(LABELS)) == sets.CHARACTER, 2, 1)
        kinds /= kinds.sum()
        belief[name] += score * kinds
        where[name].add(number)
        best[name] = max(best[name], float(score * kinds.max()))
    wanted = dict(known)
    for name, sums in belief.items():
        label = int(np.argmax(sums))
        key = gazetteer.key_of(name)
        common = " " not in name and share.get(key, 0) > 50
        agreed = len(where[name]) >= _ENOUGH and sums[label] / sums.sum() >= _SHARE
        sure = best[name] >= _SURE
        if (
            label == sets.PERSON
            and " " in name
            and not tagger.known.names.has_person(name)
        ):
            agreed = agreed and sums[label] / sums.sum() >= _STRANGER
            sure = False
        if label in _KINDS and not common and name not in wanted and (agreed or sure):
            wanted[name] = {label}
    keys = gazetteer.keys(tokens.norm)
    usual = np.array([share.get(key, 0) > 15 for key in keys.tolist()])
    samples = []
    for i, review in enumerate(texts):
        spans = sets.project(review, wanted)
        low, high = tokens.bounds[i], tokens.bounds[i + 1]
        taken = np.zeros(len(review) + 1, dtype=np.bool_)
        for a, b, _ in spans:
            taken[a:b] = True
        plain = np.flatnonzero(~covered[low:high] & usual[low:high]) + low
        for a, b in zip(
            tokens.start[plain].tolist(), tokens.end[plain].tolist(), strict=True
        ):
            if review[a].isupper() and not taken[a]:
                spans.append((a, b, (-1,)))
        samples.append(
            sets.Sample(
                review, sorted(spans), sents=cut[i], emphasis=emphasis[i], unsure=True
            )
        )
    return samples
