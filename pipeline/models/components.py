"""Our models as components of a spaCy pipeline: `nlp.add_pipe("closeup_names")`.

They share the stages' code and keep no state of their own, so that `to_disk`, `to_bytes` and `n_process` need nothing
but this package. spaCy finds the factories by the entry points `spacy_factories` of the package.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import minibatch

from pipeline import nlp
from pipeline.models import names, stance, voice
from pipeline.records import KINDS, LABELS, STANCES, VOICES

NAMES = "closeup_names"
VOICE = "closeup_voice"
STANCE = "closeup_stance"
"""Names of the components and of their groups in `doc.spans`."""
_BODY = KINDS.index("body")


class NamesComponent:
    """Writes names to `doc.ents`, and with their scores (attrs["scores"]) to `doc.spans["closeup_names"]`.

    Reads the sentences of the doc where something set them, otherwise takes the doc for one.
    """

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its names."""
        self._tag([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """The docs with their names, read a batch at a time."""
        for batch in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]
            docs = list(batch)
            self._tag(docs)
            yield from docs

    def _tag(self, docs: list[Doc]) -> None:
        tokens = nlp.tokens_of(docs)
        found = names.tag(tokens, _sentences(docs))
        of = tokens.text[found.first] if len(found) else np.zeros(0, dtype=np.int32)
        for number, doc in enumerate(docs):
            rows = np.flatnonzero(of == number)
            low = int(tokens.bounds[number])
            spans = [
                Span(doc, int(found.first[i]) - low, int(found.last[i]) - low, label=LABELS[found.label[i]])
                for i in rows.tolist()
            ]
            doc.ents = tuple(spans)
            scores = [round(float(score), 4) for score in found.score[rows]]
            doc.spans[NAMES] = SpanGroup(doc, name=NAMES, spans=spans, attrs={"scores": scores})


class MeterComponent:
    """Writes the label of every sentence, with its scores, to a group of `doc.spans`.

    The group is named as the component; attrs["scores"] are the probabilities of the labels, and of stance
    attrs["values"] is p(praise) - p(blame). A doc counts as the body of one review; something before must set its sentences.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, doc: Doc) -> Doc:
        """The doc with its sentences read."""
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """The docs with their sentences read, a batch at a time."""
        for batch in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]
            docs = list(batch)
            self._read(docs)
            yield from docs

    def _read(self, docs: list[Doc]) -> None:
        tokens = nlp.tokens_of(docs)
        sents = _sentences(docs)
        count = np.bincount(sents.text, minlength=len(docs))
        place = np.arange(len(sents)) - (np.cumsum(count) - count)[sents.text]
        position = (place / np.maximum(count[sents.text] - 1, 1)).astype(np.float32)
        sents = replace(sents, section=sents.text, position=position)
        voices = voice.predict(tokens, sents)
        labels: tuple[str, ...] = VOICES
        chances = voices.astype(np.float64).round(6)
        if self._name == STANCE:
            labels = STANCES
            chances = stance.predict(tokens, sents, voices).astype(np.float64).round(6)
        for number, doc in enumerate(docs):
            rows = np.flatnonzero(sents.text == number)
            low = int(tokens.bounds[number])
            best = chances[rows].argmax(1)
            spans = [
                Span(doc, int(sents.first[i]) - low, int(sents.last[i]) - low, label=labels[k])
                for i, k in zip(rows.tolist(), best.tolist(), strict=True)
            ]
            attrs = {"scores": chances[rows].max(1, initial=0).round(4).tolist()}
            if self._name == STANCE:
                attrs["values"] = (chances[rows, 0] - chances[rows, 2]).round(4).tolist()
            doc.spans[self._name] = SpanGroup(doc, name=self._name, spans=spans, attrs=attrs)


def _sentences(docs: list[Doc]) -> nlp.Sentences:
    """The sentences of docs, as runs of tokens numbered over all of them."""
    rows: list[tuple[int, int, int]] = []
    offset = 0
    for number, doc in enumerate(docs):
        if doc.has_annotation("SENT_START"):
            rows += [(number, offset + sent.start, offset + sent.end) for sent in doc.sents]
        elif len(doc):
            rows.append((number, offset, offset + len(doc)))
        offset += len(doc)
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return nlp.Sentences(
        text=table[:, 0],
        first=table[:, 1],
        last=table[:, 2],
        kind=np.full(len(table), _BODY, dtype=np.int8),
        section=np.arange(len(table), dtype=np.int32),
        position=np.zeros(len(table), dtype=np.float32),
    )


def make_names(nlp: Language, name: str) -> NamesComponent:
    """The component `closeup_names`."""
    return NamesComponent()


def make_voice(nlp: Language, name: str) -> MeterComponent:
    """The component `closeup_voice`."""
    return MeterComponent(VOICE)


def make_stance(nlp: Language, name: str) -> MeterComponent:
    """The component `closeup_stance`."""
    return MeterComponent(STANCE)


Language.factory(NAMES, assigns=["doc.ents", "doc.spans"], func=make_names)
Language.factory(VOICE, assigns=["doc.spans"], requires=["doc.sents"], func=make_voice)
Language.factory(STANCE, assigns=["doc.spans"], requires=["doc.sents"], func=make_stance)
