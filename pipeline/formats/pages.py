"""The templates' surroundings: style, script, the policy that forbids all else, and how numbers are written.

Each page is whole in itself. Its policy names the hashes of its one style and its one script, so that nothing in a
review's text can run or load, even if it were not escaped; the templates escape everything.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote as quote_url

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.formats import words
from pipeline.formats.listing import NUMERIC, VERDICTS, Data, Listing
from pipeline.formats.rows import table_rows


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, compiled once a process."""
    env = Environment(
        loader=PackageLoader("pipeline.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "as_json": as_json,
        "count": words.count,
        "film_path": words.film_path,
        "json_name": lambda review_id: quote_url(review_id) + ".json",
        "name_of": words.name_of,
        "page_name": lambda review_id: quote_url(review_id) + ".html",
        "percent": words.percent,
        "plain": words.plain,
        "review_path": words.review_path,
        "shorten": words.shorten,
        "signed": words.signed,
    }
    env.globals |= {
        "info": info,
        "numeric": NUMERIC,
        "table_rows": table_rows,
        "verdict_words": words.VERDICT_WORDS,
        "verdicts": VERDICTS,
        "voice_words": words.VOICE_WORDS,
    }
    return env


def render(template: str, styles: Sequence[str], scripts: Sequence[str], **values: Any) -> str:
    """A page; `styles` and `scripts` are files beside the templates."""
    style, script = asset(*styles), asset(*scripts)
    runs = f"'{fingerprint(script)}'" if script else "'none'"
    policy = (
        f"default-src 'none'; style-src '{fingerprint(style)}'; script-src {runs}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return environment().get_template(template).render(style=style, script=script, policy=policy, **values)


@lru_cache(maxsize=8)
def asset(*names: str) -> Markup:
    """Our own style or script, to stand in a page as it is."""
    env = environment()
    assert env.loader is not None
    return Markup("\n".join(env.loader.get_source(env, name)[0].strip() for name in names))


@lru_cache(maxsize=8)
def fingerprint(content: str) -> str:
    """The content's hash, as a policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def as_json(value: Any) -> Markup:
    """Data as JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match.group()):04x}", text))


def info(table: Listing, rows: Sequence[Sequence[Any]], data: Data | None) -> Markup:
    """What the script must know of a table: its columns, and of rows that stand in the page what they are sorted by."""
    return as_json(
        {
            "columns": [{"kind": column.kind, "style": NUMERIC.get(column.kind, "")} for column in table.columns],
            "keys": [] if data is not None else [list(row) for row in rows],
            "verdicts": VERDICTS,
            "words": [] if data is None else data.words,
        }
    )
