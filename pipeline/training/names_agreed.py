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
"""Reviews that must name it; share of the evidence that its label must have; score at which one review is enough."""
_USUAL = 15
"""Per cent of lower case from which a word that opens a sentence, and that the tagger leaves alone, is no name."""


def agree(films: Iterable[tuple[list[str], dict[str, set[int]]]], tagger: names.Tagger) -> list[sets.Sample]:
    """A sample for each review; `films` gives the reviews of each film and the names that are known of it."""
    made = []
    for texts, known in films:
        with nlp.memory_zone():
            made += _film([sets.clean(text) for text in texts], known, tagger)
    return made


def _film(
    reviews: list[tuple[str, list[tuple[int, int]]]], known: dict[str, set[int]], tagger: names.Tagger
) -> list[sets.Sample]:
    texts = [text for text, _ in reviews]
    tokens = nlp.tokenize(texts)
    cut = [sets.sentences(text, "body") for text in texts]
    rows = [(i, *s) for i, found in enumerate(cut) for s in found]
    if not rows:
        return []
    number, start, end, kind = (list(column) for column in zip(*rows, strict=True))
    sents = nlp.sentences_of(tokens, number, start, end, kind, list(range(len(rows))))
    found = names.tag(tokens, sents, None, tagger)
    share = dict(zip(tagger.known.lower.tolist(), tagger.known.share.tolist(), strict=True))
    agreed = _agreed(texts, tokens, found, tagger, share)
    covered = np.zeros(len(tokens), dtype=np.bool_)
    for first, last in zip(found.first, found.last, strict=True):
        covered[first:last] = True
    opening = np.isin(np.arange(len(tokens)), sents.first)
    usual = np.array([share.get(key, 0) > _USUAL for key in gazetteer.keys(tokens.norm).tolist()])
    samples = []
    for i, (text, emphasis) in enumerate(reviews):
        spans = sets.project(text, known)
        _add(spans, sets.project(text, {name: labels for name, labels in agreed.items() if name not in known}))
        low, high = tokens.bounds[i], tokens.bounds[i + 1]
        plain = np.flatnonzero((~covered & usual & opening)[low:high]) + low
        _add(spans, [(int(tokens.start[k]), int(tokens.end[k]), (-1,)) for k in plain])
        samples.append(sets.Sample(text, sorted(spans), sents=cut[i], emphasis=emphasis, unsure=True))
    return samples


def _agreed(
    texts: list[str], tokens: nlp.Tokens, found: names.NameSpans, tagger: names.Tagger, share: dict[int, int]
) -> dict[str, set[int]]:
    """The labels of the names that the reviews of a film agree on; people whom nobody knows may be characters."""
    belief: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(LABELS)))
    where: dict[str, set[int]] = defaultdict(set)
    best: dict[str, float] = defaultdict(float)
    for first, last, score, kinds in zip(found.first, found.last, found.score, found.alternatives, strict=True):
        number = int(tokens.text[first])
        name = " ".join(texts[number][tokens.start[first] : tokens.end[last - 1]].split())
        kinds = kinds * np.where(np.arange(len(LABELS)) == sets.CHARACTER, 2, 1)
        kinds /= kinds.sum()
        belief[name] += score * kinds
        where[name].add(number)
        best[name] = max(best[name], float(score * kinds.max()))
    agreed: dict[str, set[int]] = {}
    for name, sums in belief.items():
        label = int(np.argmax(sums))
        common = " " not in name and share.get(gazetteer.key_of(name), 0) > 50
        enough = len(where[name]) >= _ENOUGH and sums[label] / sums.sum() >= _SHARE
        if label in _KINDS and not common and (enough or best[name] >= _SURE):
            stranger = label == sets.PERSON and not tagger.known.names.has_person(name)
            agreed[name] = {sets.PERSON, sets.CHARACTER} if stranger else {label}
    return agreed


def _add(spans: list[tuple[int, int, tuple[int, ...]]], more: list[tuple[int, int, tuple[int, ...]]]) -> None:
    """Adds to `spans` what overlaps none of them."""
    taken = {place for a, b, _ in spans for place in range(a, b)}
    spans += [span for span in more if taken.isdisjoint(range(span[0], span[1]))]
