"""sections, sentences -> films, mentions, credits; over the corpus -> entities.

The tagger says what each name may be; credits decide who is a person and who a character; the film's title is
found wherever it stands. Names are merged within each review here, and over the corpus by `reduce_entities`.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import partial
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from pipeline.config import Config
from pipeline.documents import Document
from pipeline.lexicon import names as lexicon
from pipeline.lexicon.aliases import Alias, read_aliases
from pipeline.models import gazetteer, spacy_names
from pipeline.models import names as names_model
from pipeline.models import people as people_model
from pipeline.records import LABELS, TEXT_KINDS, Credit, Entity, Film, Mention, Section, Sentence
from pipeline.rules import films
from pipeline.rules.casting import cast_review
from pipeline.rules.credits import Finding, find_credits, find_makers
from pipeline.rules.entities import PLURAL, NameCount, entity_id, merge_entities, moved_home
from pipeline.rules.evidence import Name
from pipeline.rules.facts import find_listed
from pipeline.rules.film_ids import join_films
from pipeline.rules.forms import fold, merge_forms, plurals, slug
from pipeline.rules.mentions import PEOPLE, Span, Witnesses, mend, settle, trim, without_overlaps
from pipeline.rules.names import find_runs, mask, plain_spaces
from pipeline.rules.pages import Part, make_page, marked_titles
from pipeline.rules.titles import title_spans
from pipeline.stage import Batch, Columns, Reduced, Rename, Stage
from pipeline.tables import with_new_ids

NAMED = frozenset({"PERSON", "CHARACTER", "WORK", "ORG", "PLACE"})
"""Labels of what the tagger finds that patterns of credits may be about."""
TELLING = TEXT_KINDS | {"caption"}
"""Kinds of section in which a person who is named without a role may be one of the film's."""


_PART = re.compile(r"[^()]+")
_QUOTED = re.compile(r"[“\"]([^\W\d_][^“”\"\n]{1,60})[”\"]")


def map_entities(batch: Batch, config: Config) -> Iterator[Film | Mention | Credit | NameCount]:
    """What each review names: its film, its credits, every mention."""
    parts: defaultdict[str, list[Part]] = defaultdict(list)
    offsets = {document.review_id: document.offsets for document in batch.documents}
    for row in batch.rows(Section):
        start, end = offsets[row.review_id].to_clean(row.start, row.end)
        parts[row.review_id].append(Part(row.section_id, row.kind, start, end))
    aliases = read_aliases(config.aliases)
    found = tag_with(batch, config.ner) if config.ner else tag(batch)
    for document, spans in zip(batch.documents, found, strict=True):
        yield from read_review(document, parts[document.review_id], spans, aliases)


def tag(batch: Batch) -> list[list[Span]]:
    """What the tagger finds in each document, in order."""
    tokens = batch.tokens
    found = names_model.tag(tokens, batch.sentences, _emphasised(batch))
    spans: list[list[Span]] = [[] for _ in batch.documents]
    rows = zip(
        tokens.text[found.first].tolist(),
        tokens.start[found.first].tolist(),
        tokens.end[found.last - 1].tolist(),
        found.label.tolist(),
        found.score.tolist(),
        strict=True,
    )
    for number, start, end, label, score in rows:
        text = batch.documents[number].text
        for first, last in _outside_brackets(text, start, end):
            first, last = trim(text, first, last)
            if first < last:
                spans[number].append(Span(first, last, LABELS[label], score, "tagger"))
    return spans


def _outside_brackets(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A name's offsets; those of its parts where brackets without a space run it together, "Philip(Leslie Howard)he"."""
    words = text[start:end]
    if "(" not in words and ")" not in words:
        return [(start, end)]
    return [(start + m.start(), start + m.end()) for m in _PART.finditer(words) if m[0].strip()[:1].isupper()]


def _emphasised(batch: Batch) -> NDArray[np.bool_]:
    """(n tokens,): which tokens stand in italics."""
    tokens = batch.tokens
    marked = np.zeros(len(tokens), dtype=np.bool_)
    for number, document in enumerate(batch.documents):
        if document.emphasis:
            first, last = tokens.bounds[number], tokens.bounds[number + 1]
            starts = tokens.start[first:last]
            begin, end = np.array(document.emphasis).T
            place = np.searchsorted(begin, starts, "right") - 1
            marked[first:last] = (place >= 0) & (starts < end[place])
    return marked


def tag_with(batch: Batch, pipeline: str) -> list[list[Span]]:
    """What a spaCy pipeline finds in each document, in order, in the place of our own tagger."""
    texts = [document.text for document in batch.documents]
    return [
        [Span(start, end, label, 1.0, "tagger") for start, end, label in found]
        for found in spacy_names.tag_texts(texts, pipeline)
    ]


def read_review(
    document: Document, parts: Sequence[Part], tagged: Sequence[Span], aliases: Mapping[str, Alias]
) -> Iterator[Film | Mention | Credit | NameCount]:
    """All rows of one review."""
    text = plain_spaces(document.text)
    known = gazetteer.load()
    spans = [(part.start + a, part.start + b) for part in parts for a, b in find_runs(text[part.start : part.end])]
    listed = [(part, item) for part in parts for item in find_listed(text, part.start, part.end)]
    chrome = [(part.start, part.end) for part in parts if part.kind == "boilerplate"]
    tagged = [span for span in tagged if not (_is_button(text, span) and _is_inside(chrome, span.start))]
    tagged = mend(text, tagged, spans)
    labels = {(span.start, span.end): span for span in tagged if span.label in NAMED}
    spans = _instead(spans, [(span.start, span.end) for span in tagged if span.label in NAMED])
    spans = _instead(spans, [s for _, item in listed for s in ((item.start, item.end), item.character) if s])
    masked = mask(text, spans)
    names = [_name(text, span, labels.get(span)) for span in spans]
    place = {span: i for i, span in enumerate(spans)}
    in_lists = {place[item.start, item.end] for _, item in listed}
    findings = [finding for finding in find_credits(masked, text) if in_lists.isdisjoint(finding.people)]
    for _, item in listed:
        who = place[item.start, item.end]
        whom = place.get(item.character, -1) if item.character else -1
        findings.append(Finding(item.role, (who,), whom, item.start, spans[whom][1] if whom >= 0 else item.end, 0.95))
    people = frozenset(
        fold(names[i].form) for f in findings if f.weight > 0.5 for i in (*f.people, f.character) if i >= 0
    )
    page = make_page(document, parts, people, tagged, known.years_of)
    film = films.find_film(page)
    film_id = _film_id(film)
    everywhere = title_spans(page, film.title, [(part.start, part.end) for part in parts])
    makers = everywhere
    if films.is_about_several(page):
        makers = [(span.start, span.end) for span in tagged if span.label == "WORK"]
        makers += [match.span(1) for match in _QUOTED.finditer(text)]
    findings += find_makers(text, masked, makers)
    works = frozenset([fold(film.title)] if film.title else []) | {fold(text[a:b]) for a, b in marked_titles(document)}
    told = [(part.start, part.end) for part in parts if part.kind in TELLING]
    cast = cast_review(
        names,
        findings,
        known.has_person,
        works - people,
        judge=partial(people_model.judge, text),
        is_told=partial(_is_inside, told),
    )
    directors = dict.fromkeys(row.person for row in cast.credits if row.role == "director")
    review_id = document.review_id
    yield Film(review_id, film_id, film.title, film.year, "|".join(directors), film.score)
    found = settle(
        Witnesses(
            text=text,
            tagged=tagged,
            names=names,
            cast=cast,
            title=[Span(start, end, "WORK", film.score, "film") for start, end in everywhere],
            marked=marked_titles(document),
            is_known_title=lambda title: bool(known.years_of(title)),
            is_known_person=known.has_person,
        )
    )
    if aliases:
        found = without_overlaps([*found, *_aliased(text, aliases)])
    yield from _mentions(document, parts, found, film, film_id or review_id, aliases)
    for said in cast.credits:
        start, end = document.offsets.to_source(said.start, said.end)
        words = document.text[said.start : said.end]
        person = aliases[said.person].name if said.person in aliases else said.person
        yield Credit(review_id, person, said.role, said.character, start, end, words, round(said.score, 4))


def _is_button(text: str, span: Span) -> bool:
    return text[span.start : span.end].lower() in lexicon.BUTTONS


def _is_inside(parts: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether an offset lies in one of `parts`, which are in order."""
    i = bisect_right(parts, place, key=itemgetter(0)) - 1
    return i >= 0 and place < parts[i][1]


def reduce_entities(columns: Columns) -> Iterator[Rename | Reduced]:
    """Entities over the corpus, and the ids that change."""
    known = columns(Film, "film_id", "year")
    films_joined = join_films(zip(*(column.to_pylist() for column in known.columns), strict=True))
    yield Rename(films_joined, ("film_id",))
    counts = columns(NameCount, *(field.name for field in fields(NameCount)))
    moved = moved_home(counts, films_joined)
    counts = with_new_ids(with_new_ids(counts, "entity_id", moved), "film_id", films_joined)
    renames, entities = merge_entities(counts)
    yield Rename(renames | {old: renames.get(new, new) for old, new in moved.items()})
    yield Reduced(Entity, entities)


def _name(text: str, span: tuple[int, int], tagged: Span | None) -> Name:
    start, end = span
    return Name(start, end, text[start:end], tagged.label if tagged else "", tagged.score if tagged else 0.0)


def _instead(spans: Sequence[tuple[int, int]], better: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """`spans` (in order, without overlap), with the longest of `better` in the place of those that they touch."""
    taken: list[tuple[int, int]] = []
    for span in sorted(better, key=lambda s: (s[0], -s[1])):
        if not taken or span[0] >= taken[-1][1]:
            taken.append(span)
    kept, i = [], 0
    for span in spans:
        while i < len(taken) and taken[i][1] <= span[0]:
            i += 1
        if i == len(taken) or taken[i][0] >= span[1]:
            kept.append(span)
    return sorted(kept + taken)


def _film_id(film: films.Film) -> str:
    if not film.title:
        return ""
    return f"{slug(film.title)}-{film.year}" if film.year else slug(film.title)


def _aliased(text: str, aliases: Mapping[str, Alias]) -> list[Span]:
    """Where a user's own names stand, the longest first where they overlap."""
    words = "|".join(re.escape(alias) for alias in sorted(aliases, key=len, reverse=True))
    return [
        Span(match.start(), match.end(), aliases[match[0]].label, 1.0, "aliases")
        for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text)
    ]


def _mentions(
    document: Document,
    parts: Sequence[Part],
    spans: Sequence[Span],
    film: films.Film,
    home: str,
    aliases: Mapping[str, Alias],
) -> Iterator[Mention | NameCount]:
    """Mentions of a review, inside one section each, and how often each form of a name is there."""
    text = document.text
    kept, i = [], 0
    for span in spans:
        while i < len(parts) and parts[i].end <= span.start:
            i += 1
        if i < len(parts) and parts[i].start <= span.start and span.end <= parts[i].end:
            kept.append((parts[i].section_id, span))
    counts: Counter[tuple[str, str, str, str, bool]] = Counter()
    full = _full_names(text, [span for _, span in kept], film.title)
    for number, (section_id, span) in enumerate(kept, 1):
        form = text[span.start : span.end]
        is_alias = span.method == "aliases"
        name = aliases[form].name if is_alias else full[span.label, form]
        key = entity_id(name, span.label, home)
        counts[key, name, span.label, form, is_alias] += 1
        start, end = document.offsets.to_source(span.start, span.end)
        yield Mention(
            mention_id=f"{document.review_id}.m{number}",
            entity_id=key,
            review_id=document.review_id,
            section_id=section_id,
            label=span.label,
            start=start,
            end=end,
            text=form,
            score=round(span.score, 4),
            method=span.method,
        )
    film_id = home if film.title else ""
    for (key, name, label, form, is_alias), n in counts.items():
        yield NameCount(
            document.review_id, film_id, key, name, label, form, 0 if document.duplicate_of else n, int(is_alias)
        )


def _full_names(text: str, spans: Sequence[Span], title: str) -> dict[tuple[str, str], str]:
    """Label and form of a name -> the fullest form of it in the review; the film has its own title."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    full = {}
    for span in spans:
        form = text[span.start : span.end]
        forms[span.label][form] += 1
        full[span.label, form] = title if span.label == "WORK" and fold(form) == fold(title) else form
    for label in PEOPLE:
        full |= {(label, form): longest for form, longest in merge_forms(forms[label]).items()}
    for label in PLURAL:
        full |= {(label, many): one for many, one in plurals(forms[label]).items()}
    return full


STAGE = Stage(
    "entities",
    "Find names, the film, who made it and who plays whom.",
    reads=(Section, Sentence),
    writes=(Film, Mention, Credit, Entity),
    map=map_entities,
    reduce=reduce_entities,
    partials=(NameCount,),
    reduces=(Entity,),
    settings=("aliases", "ner"),
)
