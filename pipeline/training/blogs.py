"""Reviews of single films and series from people's own blogs, as plain text, for training on this machine.

    python -m pipeline.training.blogs --snapshots DIR --heldout FILE --out DIR

DIR of snapshots holds one folder a repository, `owner+name/repo` (a git directory, or one with .git in it);
repositories that are not there are named and skipped. FILE has the hashes of what is kept for measuring.
Writes DIR/blogs.jsonl.gz, one review a line. Hardly any of the blogs has an open licence: never commit the texts.
"""

import argparse
import gzip
import hashlib
import html
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.training.snapshots import git, git_folder

MOST = 40
"""Reviews of a repository, at most."""
LENGTH = range(150, 1201)
"""Words of a review."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one author's reviews lie."""

    repository: str
    prefix: str
    suffix: str
    mark: str = ""
    """What a file must hold to be a review of a film, as a regular expression; blogs hold other posts, too."""
    names: frozenset[str] = frozenset()
    """The reviews by name (path without prefix and suffix), where no mark tells them from other posts."""


BRANDUR = """
    spectre tenet the-end-of-the-tour the-force-awakens whiplash your-name
"""
RUM_AND_POPCORN = """
    2ldk-stop-pushing-boundaries- angel-blade argo bird-with-the-crystal-plumage blood-and-donuts boa-vs-python
    cat-o-nine-tails cemetery-without-crosses-une-corde-un-colt- damnation-alley dark-city dead-end-drive-in
    death-line-aka-raw-meat deathsport driller-killer-or-the-trouble-with-a-reputation-
    ebira-horror-of-the-deep-godzilla-vs-the-sea-monster el-crack four-flies-on-grey-velvet glastonbury
    godzilla-vs-spacegodzilla-gojira-vs-supesugojira- here-comes-the-devil huacho humanoids-from-the-deep
    island-of-the-fishmen-aka-lisola-degli-uomini-pesce juan-of-the-dead la-horde lady-terminator
    massacre-in-dinosaur-valley melancholia microwave-massacre mini-moni-the-movie-the-great-cake-adventure mould
    murder-party no-mans-land-rise-of-the-reeker on-her-majestys-secret-service opera phenomena
    profondo-rosso-aka-deep-red- rec-3-g-nesis saturday-night-and-sunday-morning scream-and-scream-again
    short-films-treevenge slave-girls-from-beyond-infinity son-of-hitler suspiria tenebrae-pt-ii- the-black-windmill
    the-horror-of-frankenstein the-killer-shrews they-came-back-les-revenants- tokyo-gore-police torso wicked-wicked
    world-gone-wild yakuza-deka-the-assassin you-only-live-twice zulo-hole-
"""
BSAG = """
    2002/harry-potter 2002/one-ring-to-rule-them-all 2002/pass-the-tissues 2003/ai 2003/belleville-rendez-vous
    2003/dogma 2003/dogtown-and-z-boys 2003/elling 2003/goodbye-lenin 2003/return-of-the-king 2003/spirited-away
    2003/sunday-video 2003/the-matrix-reloaded 2003/tre-et-avoir 2003/waking-life 2004/gods-and-monsters
    2004/lost-in-translation 2004/shaun-of-the-dead 2004/spring-summer-autumn-winterand-spring
    2004/touching-the-void 2005/japanese-story 2005/space-race 2006/a-very-long-engagement 2006/film-2046
    2006/firefly-part-one 2006/the-station-agent 2008/Wall-E 2008/playtime 2008/symbolic 2009/men-of-the-city
    2009/tv-1066 2010/grave-of-the-fireflies 2010/welcome-to-lagos
"""
CONNOLLY = """
    2017-01-02-silence-2016 2018-05-14-the-tree-of-life-2011-a-review
"""
PHIL = """
    2005/2005-01-27-hackfords-ray-hacked-to-bits-by-projector-sound-system-and-self
    2006/2006-04-04-unpaid-rent-too-perfectly-on-pitch 2006/2006-07-06-an-inconvenient-truth-lessons-in-lectures
    2006/2006-10-07-quick-take-on-the-departed 2007/2007-12-09-review-feelings-mixed 2010/2010-10-31-social-network
"""

SOURCES = (
    Source(
        "bentsea/eskimotv", "article_archive/_posts/", ".markdown", r"(?s)\n- review\n.*\n  type: (Movie|TVSeries)\n"
    ),
    Source("brandur/sorg", "content/fragments/", ".md", names=frozenset(BRANDUR.split())),
    Source("brokensbone/rumandpopcorn", "rnp/content/chopping-mall/", ".md", names=frozenset(RUM_AND_POPCORN.split())),
    Source("bsag/blog", "content/archives/", ".md", names=frozenset(BSAG.split())),
    Source("fichince/alchoi.com-astro", "src/data/", ".md", r"\ntype: (movie|tv)\n"),
    Source("filmsfolded/filmsfolded.github.com", "_posts/", ".md"),
    Source("lcon2/Lewis-Connolly", "_posts/", ".markdown", names=frozenset(CONNOLLY.split())),
    Source("mattischrome/review-blog", "content/", "index.md", r"\ntags: \[(Films|TV)"),
    Source("noUsernamesLef7/noUsernamesLef7.github.io", "_movies/", ".md"),
    Source("pdavlin/davlin.io", "src/content/notes/films/", ".md"),
    Source("PhilRW/blog", "content/post/", ".markdown", names=frozenset(PHIL.split())),
    Source("satyanash/satyanash.github.io", "_posts/", ".markdown", r"\ntags:.*movie-review"),
    Source("tillig/tillig.github.io", "_posts/", ".md", r'\ntitle: "(Movie )?Review: (?s:.*)tags: .*\b(movies|tv)\b'),
)


def paths(snapshots: Path, source: Source) -> list[str]:
    """The files of a source, in an order that is the same each time but no alphabet's."""
    every = (
        git(snapshots, source.repository, "ls-tree", "-r", "-z", "--name-only", "HEAD")
        .decode("utf-8", errors="replace")
        .split("\0")
    )
    found = [path for path in every if path.startswith(source.prefix) and path.endswith(source.suffix)]
    if source.names:
        found = [p for p in found if p.removeprefix(source.prefix).removesuffix(source.suffix) in source.names]
    return sorted(found, key=lambda path: hashlib.sha1(path.encode()).hexdigest())


ADDRESS = r"\((?:[^()]|\([^()]*\))*\)"
DROPPED = (
    r"\A\s*(-{3,}|\+{3})\n.*?\n\1\s*?\n",  # front matter
    r"<!--.*?-->|<(script|style|iframe|object|figure|table)\b.*?</\1>|```.*?```",
    r"(?m)\{%.*?%\}|\{\{.*?\}\}|\{:.*?\}",
    rf"\[?!\[[^\]]*\]{ADDRESS}(\]{ADDRESS})?",  # pictures
    r"\[\^\w+\]:?|(?m:^ *\[[^\]]+\]:.*$)",  # notes, addresses of links
    r"(?m:^ *([-*_] ?){3,}$|^ *(#+|>|[-*+]|\d+\.) +)",  # rules, marks of headings, quotations and lists
)
LINK = re.compile(rf"\[([^\]]*)\] ?({ADDRESS}|\[[^\]]*\])")
EMPHASIS = re.compile(r"(\*\*|__|\*|(?<!\w)_|_(?!\w)|`|~~)")


def plain(raw: str) -> str:
    """The running text of a post: one line a paragraph, no mark-up; the words of links stay."""
    text = raw
    for number, pattern in enumerate(DROPPED):
        text = re.sub(pattern, "" if number else "\n", text, flags=re.DOTALL)
    text = LINK.sub(r"\1", text)
    text = re.sub(r"(?i)</?(p|br|div|h\d|li|ul|ol|blockquote|hr)\b[^>]*>", "\n\n", text)
    text = html.unescape(re.sub(r"</?\w[^>]*>", "", text)).replace("\xa0", " ").replace("\\", "")
    text = EMPHASIS.sub("", text)
    return "\n".join(line for part in re.split(r"\n\s*\n", text) if (line := " ".join(part.split())))


def is_held_out(text: str, hashes: set[str]) -> bool:
    """Whether the text, or any eight words of it in a row, is kept for measuring."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"-[lr][rsc]b-", " ", text.lower()))
    runs = [words, *(words[i : i + 8] for i in range(len(words) - 7))]
    return any(hashlib.sha1("".join(run).encode()).hexdigest()[:16] in hashes for run in runs)


def reviews(source: Source, snapshots: Path, hashes: set[str]) -> list[dict[str, str]]:
    """The reviews of a source that may be trained on."""
    found: list[dict[str, str]] = []
    for path in paths(snapshots, source):
        raw = git(snapshots, source.repository, "show", f"HEAD:{path}").decode("utf-8", errors="replace")
        raw = raw.replace("\r\n", "\n")
        text = plain(raw)
        if re.search(source.mark, raw) and len(text.split()) in LENGTH and not is_held_out(text, hashes):
            found.append({"id": f"{source.repository}/{path}", "text": text})
        if len(found) == MOST:
            break
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--snapshots", type=Path, required=True)
    parser.add_argument("--heldout", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    hashes = set(args.heldout.read_text(encoding="utf-8").split())
    rows: list[dict[str, str]] = []
    for source in SOURCES:
        if not git_folder(args.snapshots, source.repository).is_dir():
            print(f"  no snapshot of {source.repository}, skipped", file=sys.stderr)
            continue
        found = reviews(source, args.snapshots, hashes)
        print(f"  {source.repository}: {len(found)}")
        rows += found
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in sorted(rows, key=lambda row: row["id"]))
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "blogs.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))


if __name__ == "__main__":
    main()
