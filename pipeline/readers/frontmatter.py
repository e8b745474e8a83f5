"""Front matter: `---` YAML, `+++` TOML, or `Key: value` lines at the top of a file.

YAML is read as a stream of events: no objects are built, no alias is followed, no depth can hurt.
"""

import re
import tomllib
from collections.abc import Iterator

import yaml

Fields = dict[str, list[str]]
"""Values by key, as written; a key with one value has a list of one."""

FENCED = re.compile(
    r"\s{0,8}(?P<fence>---(?:--)?|\+\+\+)[ \t]*(?:\r\n|\r|\n)(?P<body>.*?)(?:(?<=[\r\n])(?:---(?:--)?|\.\.\.|\+\+\+))[ \t]*(?=[\r\n]|\Z)",
    re.DOTALL,
)
LINE = re.compile(r"(?P<key>[A-Za-z][\w -]{0,30}):(?:[ \t]+(?P<value>[^\r\n]*))?(?:\r\n|\r|\n|\Z)")
FOLDED = re.compile(r"[ \t]+\S[^\r\n]*(?:\r\n|\r|\n|\Z)")
BLANK = re.compile(r"[ \t]*(?:\r\n|\r|\n|\Z)")
KEYED = re.compile(r"""^["']?[A-Za-z][\w .-]{0,60}["']?[ \t]{0,8}[:=]""", re.MULTILINE)
LONGEST = 65_536
"""Characters in which front matter must end."""
MOST_VALUES = 1_000
"""Values that are taken from it."""
MOST_BRACKETS = 500
"""Brackets in YAML beyond which it is not parsed: libyaml takes a square of time for brackets within brackets."""

# A list of credits at the top of a text is no front matter; one of these keys says that it is.
TELLING = frozenset(
    ["title", "date", "slug", "tags", "category", "categories", "author", "authors", "layout", "published", "status"]
)


def front_matter(text: str) -> tuple[int, int, Fields]:
    """Where the front matter of `text` starts and ends, and what it says; 0, 0, {} if there is none."""
    head = text[:LONGEST]
    if (found := FENCED.match(head)) and (KEYED.search(found["body"]) or not found["body"].strip()):
        read = toml_fields if found["fence"] == "+++" else yaml_fields
        return found.start("fence"), found.end(), read(found["body"])
    return key_lines(head)


def key_lines(head: str) -> tuple[int, int, Fields]:
    """`Key: value` lines up to a blank line, as Pelican and MultiMarkdown write them."""
    fields: Fields = {}
    at = 0
    while line := LINE.match(head, at):
        at = line.end()
        values = [line["value"] or ""]
        while folded := FOLDED.match(head, at):
            at = folded.end()
            values.append(folded[0])
        fields.setdefault(line["key"].strip().lower(), []).append(" ".join(value.strip() for value in values).strip())
        if at == len(head):
            break
    if not BLANK.match(head, at) or not TELLING.intersection(fields) or (len(fields) < 2 and "title" not in fields):
        return 0, 0, {}
    return 0, len(head[:at].rstrip()), fields


def yaml_fields(body: str) -> Fields:
    """The top level of a YAML mapping: scalars, lists of scalars, and the `name` of what is nested."""
    fields: Fields = {}
    try:
        if body.count("[") + body.count("{") > MOST_BRACKETS:
            raise ValueError("too many brackets")
        for number, (key, value) in enumerate(_pairs(body)):
            if number == MOST_VALUES:
                break
            fields.setdefault(key.strip().lower(), []).append(" ".join(value.split()))
    except (yaml.YAMLError, ValueError):
        fields = {}
        for line in LINE.finditer(body):  # broken YAML: what its plain lines say
            if line.start() == 0 or body[line.start() - 1] in "\r\n":
                fields.setdefault(line["key"].strip().lower(), [(line["value"] or "").strip().strip("\"'")])
    return {key: [value for value in values if value] for key, values in fields.items() if any(values)}


def _pairs(body: str) -> Iterator[tuple[str, str]]:
    """Key and value of each scalar that stands below a key of the top level."""
    depth, key, inner, is_key = 0, "", "", True
    mappings: list[bool] = []
    for event in yaml.parse(body, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            mappings.append(isinstance(event, yaml.MappingStartEvent))
            inner, is_key = "", True
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
            mappings.pop()
            is_key = True
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            value = event.value if isinstance(event, yaml.ScalarEvent) else ""
            if not mappings or not mappings[0]:
                continue
            if mappings[-1] and is_key:
                inner, is_key = value, False
                if depth == 1:
                    key = value
            else:
                is_key = True
                if depth == 1 or (depth <= 2 and not mappings[-1]) or (depth <= 3 and inner.lower() == "name"):
                    yield key, value


def toml_fields(body: str) -> Fields:
    """The top level of a TOML document: scalars and lists of scalars."""
    try:
        table = tomllib.loads(body)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}
    fields: Fields = {}
    for key, value in list(table.items())[:MOST_VALUES]:
        values = value if isinstance(value, list) else [value]
        kept = [str(item) for item in values if isinstance(item, str | int | float) or hasattr(item, "isoformat")]
        if kept:
            fields[key.lower()] = kept
    return fields
