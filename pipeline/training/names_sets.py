"""Texts with their names, as allowed tags a token: gold reviews, open sets, and reviews whose cast is known.

A token's `allowed` is a set of tags as bits (see `bit`), so that a set that does not tell a character from a real
person, or leaves works unmarked, teaches only what it knows.
"""

import gzip
import hashlib
import html
import json
import random
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.lexicon import load
from pipeline.records import KINDS, LABELS
from pipeline.training import data as sets

PERSON, CHARACTER, WORK, ORG, PLACE, EVENT, CONDITION, DATE, GROUP = range(9)
N_TAGS = 1 + 2 * len(LABELS)
ALL = (1 << N_TAGS) - 1


def bit(label: int, inside: bool = False) -> int:
    """The tag that begins (or is inside) a name of `label`, as a bit; bit 0 is for no name."""
    return 1 << (1 + 2 * label + inside)


def bits(labels: Iterable[int], inside: bool = False) -> int:
    """The tags of several labels together."""
    return sum(bit(label, inside) for label in set(labels))


def free(labels: Iterable[int]) -> int:
    """No name, or anything of `labels`."""
    return 1 | bits(labels) | bits(labels, True)


@dataclass
class Sample:
    """One text."""

    text: str
    spans: list[tuple[int, int, tuple[int, ...]]]
    """Names: start, end, the labels that it may have; in order, without overlap."""
    rest: int = 1
    """Tags allowed where no name is marked."""
    sents: list[tuple[int, int, int]] = field(default_factory=list)
    """Sentences: start, end, kind; empty: the text is one sentence of a body."""
    emphasis: list[tuple[int, int]] = field(default_factory=list)
    unsure: bool = False
    """Whether words with a capital outside of `spans` may be names of any label."""
    weight: float = 1.0
    group: int = 0
    """Number by which parts are kept back."""
    source: str = ""
    """The open set that it is from."""


UNER, WNUT, TWITTER = "ner_uner_ewt_dev", "ner_wnut17_train_dev", "ner_broad_twitter"
WEIGHTS = {WNUT: 4.0, UNER: 5.0, TWITTER: 0.5}
"""Of the open sets; the others have 1."""

OPEN = {
    "ner_uner_ewt_dev": ({"PER": (PERSON, CHARACTER), "LOC": (PLACE,), "ORG": (ORG,)}, (WORK, EVENT, GROUP, CONDITION, DATE)),
    "ner_broad_twitter": ({"PER": (PERSON, CHARACTER), "LOC": (PLACE,), "ORG": (ORG,)}, (WORK, EVENT, GROUP, CONDITION, DATE)),
    "ner_wnut17_train_dev": (
        {"person": (PERSON, CHARACTER), "location": (PLACE,), "group": (ORG,), "corporation": (ORG,), "creative-work": (WORK,)},
        (EVENT, GROUP, CONDITION, DATE),
    ),
    "ner_wikigold": (
        {"PER": (PERSON, CHARACTER), "LOC": (PLACE,), "ORG": (ORG,), "MISC": (WORK, EVENT, GROUP, CHARACTER, DATE, -1)},
        (DATE, CONDITION),
    ),
    "ner_crossner_literature_music": (
        {
            "writer": (PERSON,), "musicalartist": (PERSON,), "person": (PERSON, CHARACTER), "band": (ORG,), "organisation": (ORG,),
            "book": (WORK,), "album": (WORK,), "song": (WORK,), "poem": (WORK,), "magazine": (WORK, ORG), "award": (EVENT,),
            "event": (EVENT,), "location": (PLACE,), "country": (PLACE,), "misc": (WORK, EVENT, GROUP, CHARACTER, ORG, DATE, -1),
        },
        (DATE, CONDITION, GROUP),
    ),
    "ner_crossner_politics_science": (
        {
            "politician": (PERSON,), "scientist": (PERSON,), "person": (PERSON, CHARACTER), "politicalparty": (ORG,), "organisation": (ORG,),
            "university": (ORG,), "academicjournal": (WORK, ORG), "award": (EVENT,), "event": (EVENT,), "election": (EVENT,),
            "location": (PLACE,), "country": (PLACE,), "astronomicalobject": (PLACE, -1), "misc": (WORK, EVENT, GROUP, ORG, DATE, -1),
        },
        (DATE, CONDITION, GROUP),
    ),
}  # fmt: skip
"""How the labels of each open set are read, -1 for no name at all, and what it leaves unmarked."""


def open_set(data: Path, name: str) -> list[Sample]:
    """An open set, a sample a sentence; `group` is its number in the file."""
    labels, unmarked = OPEN[name]
    made = []
    for number, row in enumerate(sets.lines(data, name)):
        text, spans, where = "", [], []
        for token in row["tokens"]:
            where.append((len(text), len(text) + len(token)))
            text += token + " "
        for first, last, label in _runs(row["tags"]):
            if label in labels:
                spans.append((where[first][0], where[last - 1][1], labels[label]))
        if text.strip():
            made.append(Sample(text.rstrip(), spans, rest=free(unmarked), group=number, source=name))
    return made


def _runs(tags: list[str]) -> Iterator[tuple[int, int, str]]:
    """Runs of tags in IOB1 or IOB2."""
    first, label = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        kind = tag[2:]
        if label and (tag[:1] != "I" or kind != label):
            yield first, i, label
            label = ""
        if kind and not label:
            first, label = i, kind


_TAG = re.compile(r"<(/?)(i|em|cite)\b[^<>]{0,200}>|<[^<>]{0,2000}>", re.I)
_STAR = re.compile(
    r"(?<![\w*])\*{1,3}(?=[^\s*])([^*\n]{1,200}?)(?<=[^\s*])\*{1,3}(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])([^_\n]{1,200}?)(?<=[^\s_])_(?![\w_])"
)
_LINK = re.compile(r"!?\[([^\]\n]{0,300})\]\([^()\n]{0,500}\)")


def clean(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Text without mark-up, and the offsets of what it emphasises."""
    text = _LINK.sub(r"\1", text)
    text = _STAR.sub(lambda m: f"\x01{m.group(1) or m.group(2)}\x02", text)
    text = _TAG.sub(lambda m: "" if not m.group(2) else "\x02" if m.group(1) else "\x01", text)
    text = html.unescape(text)
    pieces, emphasis, opened, length = [], [], -1, 0
    for piece in re.split("([\x01\x02])", text):
        if piece == "\x01":
            opened = length
        elif piece == "\x02":
            if 0 <= opened < length:
                emphasis.append((opened, length))
            opened = -1
        else:
            pieces.append(piece)
            length += len(piece)
    return "".join(pieces), emphasis


_SENTENCE = re.compile(r"[^\n]*?(?:[.!?…][\"'”’)]*(?=\s+[\"'“‘(]?[A-Z0-9])|(?=\n)|$)", re.M)


def sentences(text: str, kind: str, offset: int = 0) -> list[tuple[int, int, int]]:
    """Sentences of a text of one kind, split plainly."""
    found = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        if start < end:
            found.append((start + offset, end + offset, KINDS.index(kind)))
    return found


def gold(labels: Path, texts: Path) -> list[Sample]:
    """The reviews of a folder of label files, names projected to wherever they stand."""
    made = []
    for number, path in enumerate(sorted(labels.glob("*.json"))):
        label = json.loads(path.read_text(encoding="utf-8"))
        source = next(texts.glob(path.stem + ".*")).read_bytes().decode("utf-8")
        text, sents, emphasis = "", [], []
        blocks = label["spans"]["blocks"] if "spans" in label else [(0, len(source))]
        for (start, end), kind in zip(blocks, label.get("blocks", ["body"]), strict=True):
            block, marked = clean(source[start:end])
            sents += sentences(block, kind, len(text))
            emphasis += [(a + len(text), b + len(text)) for a, b in marked]
            text += block + "\n\n"
        names: dict[str, set[int]] = {}
        for name, kind in label["entities"]:
            names.setdefault(clean(name)[0].strip(), set()).add(LABELS.index(kind))
        made.append(Sample(text, project(text, names), sents=sents, emphasis=emphasis, group=number))
    return made


TITLES = frozenset(
    """
    mr mrs ms miss dr doctor sir lord lady king queen prince princess duke duchess count countess baron captain capt
    sergeant sgt lieutenant lt colonel col major general gen private corporal admiral inspector detective det officer agent sheriff sherriff
    deputy marshal warden father mother sister brother aunt uncle grandma grandpa reverend rev professor prof judge president senator governor
    mayor chief cardinal bishop pope saint st the a an of von van de du la le el and young old big little principal principle associate baby
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)


def project(text: str, names: dict[str, set[int]]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Where names stand in a text: whole, and people by their first or last name alone."""
    wanted: dict[str, set[int]] = {}
    for name, labels in names.items():
        if len(name) > 1:
            wanted.setdefault(name, set()).update(labels)
    for name, labels in names.items():
        words = name.split()
        if len(words) > 1 and labels <= {PERSON, CHARACTER}:
            for word in (words[0], words[-1], " ".join(words[-2:])):
                if word.lower().rstrip(".") not in TITLES and len(word) > 2 and word[0].isupper() and word not in names:
                    wanted.setdefault(word, set()).update(labels)
    return find_names(text, wanted)


def find_names(text: str, wanted: dict[str, set[int]]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Where `wanted` names stand, the longest first; names of several words in any case but the lower."""
    if not wanted:
        return []
    by_key: dict[str, set[int]] = {}
    low = _plain(text).lower()
    for name, labels in wanted.items():
        if (key := _plain(name).lower()) in low:
            by_key.setdefault(key, set()).update(labels)
    if not by_key:
        return []
    exact = {_plain(name) for name in wanted}
    pattern = "|".join(re.escape(key) for key in sorted(by_key, key=len, reverse=True))
    spans = []
    for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", _plain(text), re.I):
        word = match.group()
        several = " " in word
        if word in exact or (several and sum(c.isupper() for c in word) >= 2) or (word.isupper() and len(word) > 2):
            spans.append((match.start(), match.end(), tuple(sorted(by_key[word.lower()]))))
    return spans


def _plain(text: str) -> str:
    return text.translate(str.maketrans("’‘“”\n", "''\"\" "))


def list_words(label: str) -> set[str]:
    """The names of a label in lexicon/name_lists.toml."""
    return {
        name
        for entry in load.read("name_lists")["list"]
        if entry["label"] == label
        for name in [
            *entry["names"].split(),
            *entry["phrases"],
            *entry.get("cased", ()),
        ]
    }


COMMON_ROLES = frozenset(
    """
    self himself herself narrator narration voice policeman policewoman cop waiter waitress bartender doctor nurse
    soldier guard driver man woman boy girl extra host announcer reporter teacher priest bum thug killer mother father son daughter husband wife
    detective sheriff deputy officer captain sergeant lawyer judge singer dancer clerk maid butler student secretary cook farmer worker friend guest
    customer passenger prisoner crowd various additional uncredited first second third old young little big the a an of at in on with and for
    """.split()  # noqa: SIM905 - a list of words is easier to read as words
)


def silver_names(film: dict[str, Any]) -> dict[str, set[int]]:
    """The names that are known of a film of movielog's data/titles: cast, makers, roles and title."""
    names: dict[str, set[int]] = {}
    for person in [*film["performers"], *film["directors"], *film["writers"]]:
        if " " in person["name"]:
            names.setdefault(person["name"], set()).add(PERSON)
    for person in film["performers"]:
        for role in person["roles"]:
            for name in re.split(r"\s*/\s*", re.sub(r"\([^)]*\)", "", role)):
                name = re.sub(r"[\"“”'‘’][^\"“”]*[\"“”'‘’]\s*", "", name).strip(" .,-")
                words = [w for w in name.split() if w.lower().strip(".'") not in COMMON_ROLES]
                if words and all(w[0].isupper() for w in words) and not any(c.isdigit() for c in name):
                    names.setdefault(name, set()).add(CHARACTER)
    for title in {film["title"], film["originalTitle"], film["title"].split(":")[0]}:
        names.setdefault(title, set()).add(WORK)
    return names


def kept_back(film: str) -> bool:
    """Whether a film is in the tenth that is kept back for measuring."""
    return int(hashlib.sha1(film.encode()).hexdigest(), 16) % 10 == 0


def silver(linked: Path, films: dict[str, Any], without: Container[str]) -> list[Sample]:
    """Reviews of films whose cast is known; none of films kept back, nor those whose id is in `without`."""
    made = []
    with gzip.open(linked, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            if kept_back(row["film"]) or row["id"] in without:
                continue
            text, emphasis = clean(row["text"])
            made.append(
                Sample(
                    text,
                    project(text, silver_names(films[row["film"]])),
                    sents=sentences(text, "body"),
                    emphasis=emphasis,
                    unsure=True,
                )
            )
    return made


_MAKER = re.compile(
    r"(?:directed|written|produced|composed|edited|co-written|shot|scored) (?:and \w+ )?by ((?:[A-Z][\w.'’-]*\s?){2,4})"
)


def wiki(data: Path, most: int) -> list[Sample]:
    """Openings of Wikipedia's articles on films."""
    rows = [row for row in sets.lines(data, "wiki_movies") if row["extract"] and len(row["extract"]) > 80]
    random.Random(3).shuffle(rows)
    made = []
    for row in rows[:most]:
        text = row["extract"]
        names = {name: {PERSON} for name in row["cast"] if " " in name}
        names |= {match.strip(): {PERSON} for match in _MAKER.findall(text)}
        names[row["title"]] = {WORK}
        made.append(
            Sample(
                text,
                find_names(text, names),
                sents=sentences(text, "body"),
                unsure=True,
            )
        )
    return made


def as_masks(sample: Sample, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`allowed` of each token of a sample, from the tokens' offsets, and whether it is in one of the spans."""
    allowed = np.full(len(start), sample.rest, dtype=np.int64)
    marked = np.zeros(len(start), dtype=np.bool_)
    for low, high, labels in sample.spans:
        first, last = (
            np.searchsorted(end, low, "right"),
            np.searchsorted(start, high, "left"),
        )
        if first < last:
            real = [label for label in labels if label >= 0]
            none = 1 if -1 in labels else 0
            allowed[first] = bits(real) | none
            allowed[first + 1 : last] = bits(real, True) | none
            marked[first:last] = True
    return allowed, marked


WNUT_TRAIN = 3394
"""The first rows of WNUT-17; the others are its dev set."""
LABELS_FILE = Path(__file__).with_name("name_labels.jsonl")
"""Names of reviews that were read for this project, by the reviews' ids."""


def open_sets(data: Path, fold: int = -1) -> list[Sample]:
    """The open sets, but for WNUT-17 dev; with `fold` >= 0, that fifth of Universal NER is left out, too."""
    made = []
    for name in OPEN:
        rows = open_set(data, name)
        if name == WNUT:
            rows = rows[:WNUT_TRAIN]
        if name == UNER:
            rows = [row for row in rows if row.group % 5 != fold]
        for row in rows:
            row.weight = WEIGHTS.get(name, 1.0)
        made += rows
    return made


def by_hand(data: Path, fold: int = -1) -> list[Sample]:
    """The reviews read by hand; with `fold` >= 0, that fifth of them is left out."""
    made = gold(data / "gold" / "train", data / "texts" / "train")
    made += labelled(data, LABELS_FILE)
    return [row for row in made if row.group % 5 != fold]


def read_by_hand() -> set[str]:
    """The ids of the reviews in LABELS_FILE."""
    with LABELS_FILE.open(encoding="utf-8") as stream:
        return {json.loads(line)["id"] for line in stream}


def labelled(data: Path, labels: Path) -> list[Sample]:
    """Reviews of the Large Movie Review Dataset whose names a file gives: {id, entities} a line."""
    with labels.open(encoding="utf-8") as stream:
        known = {row["id"]: row["entities"] for row in map(json.loads, stream)}
    texts = {row["id"]: row["text"] for row in sets.lines(data, "imdb_unlabelled") if row["id"] in known}
    made = []
    for number, (key, entities) in enumerate(known.items()):
        text, emphasis = clean(texts[key])
        names: dict[str, set[int]] = {}
        for name, kind in entities:
            names.setdefault(name, set()).add(LABELS.index(kind))
        made.append(Sample(text, project(text, names), sents=sentences(text, "body"), emphasis=emphasis, group=number))
    return made


def cut_short(sample: Sample, spin: random.Random, most: int = 3) -> Sample:
    """A few sentences of a review: many reviews are no longer."""
    first = spin.randrange(len(sample.sents))
    sents = sample.sents[first : first + spin.randint(1, most)]
    start, end = sents[0][0], sents[-1][1]
    return replace(
        sample,
        text=sample.text[start:end],
        spans=[(a - start, b - start, labels) for a, b, labels in sample.spans if a >= start and b <= end],
        sents=[(a - start, b - start, kind) for a, b, kind in sents],
        emphasis=[(a - start, b - start) for a, b in sample.emphasis if a >= start and b <= end],
    )


Pool = dict[tuple[int, ...], list[str]]
"""Names to put in the place of others, by the labels that they may have."""


def pool_of(data: Path, known: Iterable[Sample]) -> Pool:
    """Names of films' casts, roles and titles, and the organisations, places and events of `known` samples."""
    films = json.loads((data / "films.json").read_text(encoding="utf-8"))
    movies = list(sets.lines(data, "wiki_movies"))
    people = {name for row in movies for name in row["cast"] if 1 <= name.count(" ") <= 2 and len(name) < 30}
    roles = {
        name
        for key, film in films.items()
        if not kept_back(key)
        for name, labels in silver_names(film).items()
        if labels == {CHARACTER}
    }
    made: Pool = {(PERSON,): sorted(people), (CHARACTER,): sorted(roles)}
    made[WORK,] = sorted({row["title"] for row in movies if len(row["title"]) < 40})
    made[PERSON, CHARACTER] = made[PERSON,] + made[CHARACTER,]
    for label in (ORG, PLACE, EVENT):
        made[label,] = sorted({s.text[a:b] for s in known for a, b, labels in s.spans if labels == (label,)})
    return made


def swap(sample: Sample, pool: Pool, spin: random.Random) -> Sample:
    """A sample with other names in the place of most of its own, written with capitals as they are."""
    pieces, spans, ends, last = [], [], [(0, 0)], 0
    chosen: dict[str, str] = {}
    length = 0
    for start, end, labels in sample.spans:
        old = new = sample.text[start:end]
        if labels in pool and spin.random() < 0.8:
            if old not in chosen:
                other = spin.choice(pool[labels])
                if " " not in old and labels[0] in (PERSON, CHARACTER):
                    other = spin.choice(other.split())
                chosen[old] = other.lower() if old.islower() else other.upper() if old.isupper() else other
            new = chosen[old]
        pieces += [sample.text[last:start], new]
        length += start - last
        spans.append((length, length + len(new), labels))
        length += len(new)
        last = end
        ends.append((end, length - end))
    pieces.append(sample.text[last:])

    def moved(place: int) -> int:
        return place + next(shift for end, shift in reversed(ends) if end <= place)

    return replace(
        sample,
        text="".join(pieces),
        spans=spans,
        sents=[(moved(a), moved(b), kind) for a, b, kind in sample.sents],
        emphasis=[(moved(a), moved(b)) for a, b in sample.emphasis],
    )


WRITTEN = Path(__file__).with_name("names_written.txt")
_SLOTS = {
    "W": (WORK,),
    "P": (PERSON,),
    "C": (CHARACTER,),
    "O": (ORG,),
    "L": (PLACE,),
    "E": (EVENT,),
    "N": (PERSON, CHARACTER),
}


def written(pool: Pool, times: int, spin: random.Random) -> list[Sample]:
    """The sentences that were written for this project, `times` each, with names put in; a third of them in lower case."""
    lines = [line.strip() for line in WRITTEN.read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")]
    made = []
    for line in lines * times:
        text, spans = "", []
        for i, piece in enumerate(re.split(r"\{(\w)\}", line)):
            if i % 2 == 0:
                text += piece
                continue
            name = spin.choice(pool[_SLOTS[piece]])
            if piece == "N":
                name = spin.choice(name.split())
            spans.append((len(text), len(text) + len(name), _SLOTS[piece]))
            text += name
        low = text.lower()
        made.append(Sample(low if spin.random() < 0.33 and len(low) == len(text) else text, spans, weight=0.5))
    return made
