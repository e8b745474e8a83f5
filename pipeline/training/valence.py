"""Makes models/valence.npz: how bright words are, from a lexicon of human ratings, carried over to other words.

    python -m pipeline.training.valence --data DIR --teacher DIR

VADER's lexicon (MIT) gives ratings by ten people a word; words that it does not have take what a ridge regression
on the teacher's vectors of words says, shrunk. Genres of Wikipedia's films (extracts of horror, crime and war
against comedy, romance and family) set the middle.
"""

import argparse
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline import models
from pipeline.training import rows, teacher

PENALTY = 3.0
SHRINK = 0.6
"""What a guessed word counts beside a rated one."""

LEAST = 0.3
"""Guesses nearer to the middle than this are dropped."""

COMMON = 600
"""The most frequent words are not guessed: their vectors hold grammar, and stories are not told by them."""

DARK = """
kill kills killed killing killer killers murder murders murdered murderer murderous death deaths dead die dies died
dying dismember corpse corpses grave slaughter massacre torture tortured rape raped abuse abused abusive abuses kidnap
kidnapped kidnapping hostage captive captivity prison prisoner imprisoned jail sick ill illness disease cancer
wheelchair paralysed paralyzed poison poisoned drug drugged pills medication suicide suicidal grief grieving mourning
funeral widow orphan orphaned war battle bomb explosion terror terrorist terrorists horror nightmare haunted ghost
demon demons evil devil curse cursed monster monsters zombie zombies vampire psychopath serial stalker stalked stalks
stalking victim victims blood bloody violence violent brutal brutally cruel cruelty beaten beats stabbed shot shoots
gun crime criminal criminals gangster mob betrays betrayed betrayal lies lied secret secrets sinister danger dangerous
threat threatens threatened trapped escape flee flees hunted desperate despair lonely isolated isolation addiction
addict alcoholic divorce affair loses lost tragedy tragic accident disaster apocalypse plague famine poverty homeless
slavery slave slaves racism racist missing abandoned revenge vengeance deadly doom terrified afraid fear fears scared
overprotective controlling manipulates manipulated obsessed obsession dependent medications locked lock hides hide
hidden dark darker darkness darkest unravels trap traps paranoia paranoid suffers suffering wounded wounds asylum
insane insanity madness cult assassin assassins rob robs robbery robber thief steals stolen corrupt corruption cheats
cheating forced forces bully bullies bullied bullying cannibal cannibals possessed exorcism blackmail hitman fugitive
refugee refugees execution executed hanged drowned drowning trauma traumatic scars disappears disappeared vanishes
hatred hates enemy enemies
"""

BRIGHT = """
love loves loved loving romance romantic marry marries married marriage wedding friend friends friendship family
birthday holiday vacation party dance dances dancing sing sings singing song joy joyful happy happiness happily laugh
laughs laughter fun smile smiles dream dreams hope hopes hopeful win wins winning won victory triumph triumphs
champion success successful rescue rescued rescues saves saved safe home reunite reunited reunion reconcile reconciled
forgive forgiveness kindness kind gentle generous warm warmth wonderful charming cute adventure magic magical fairy
princess prince puppy kitten garden summer spring christmas gift gifts kiss kisses couple courage brave hero heroes
perfect loyal devoted adopts celebrate celebrates playful cheerful delight sweet sunny beautiful
"""

PLAIN = """
like well good great best better bad worst worse pretty please play plays played interest interested interesting super
party no yes alone help share chance cut fine number special novel natural values certain certainly sure true accept
ok okay want award awards won credit credits art trust care increase
"""
"""Words whose ratings come from other senses, or that judge rather than tell."""


def ratings() -> dict[str, float]:
    """Words and how bright people find them, -1 to 1; the words of stories above take the sign that they have there."""
    import vaderSentiment  # type: ignore[import-untyped]

    path = Path(vaderSentiment.__file__).with_name("vader_lexicon.txt")
    rated = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, mean, *_ = line.split("\t")
        if re.fullmatch(r"[a-z]+", word):
            rated[word] = float(np.clip(float(mean) / 3, -1, 1))
    for words, sign in ((DARK, -1.0), (BRIGHT, 1.0)):
        for word in words.split():
            rated[word] = sign * max(0.55, sign * rated.get(word, 0))
    for word in PLAIN.split():
        rated[word] = 0.0
    return rated


def bright(words: list[str], vectors: NDArray[np.float32] | None) -> NDArray[np.float64]:
    """(n,): how bright each of the words is; the most frequent first."""
    rated = ratings()
    known = np.array([rated.get(word, np.nan) for word in words])
    if vectors is None:
        return np.nan_to_num(known)
    x = vectors - vectors.mean(axis=0)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    has = ~np.isnan(known)
    # Plain function words, rated by nobody, hold the middle.
    plain = np.flatnonzero(~has)[: 2 * int(has.sum())]
    rows = np.concatenate([np.flatnonzero(has), plain])
    target = np.nan_to_num(known[rows])
    sample = np.where(has[rows], 1.0, 0.15)
    a = x[rows] * sample[:, None]
    weight = np.linalg.solve(a.T @ x[rows] + PENALTY * np.eye(x.shape[1]), a.T @ target)
    guess = np.where([bool(re.fullmatch(r"[a-z]{4,}", word)) for word in words], x @ weight, 0)
    guess[:COMMON] = 0
    guess = np.where(np.abs(guess) >= LEAST, SHRINK * guess, 0)
    return np.clip(np.where(has, known, guess), -1, 1)


def main() -> None:
    """Write models/valence.npz."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="folder of a sentence encoder; without it, rated words alone")
    arguments = parser.parse_args()
    _, known = rows.read([row.text for _, row in rows.rows(arguments.data)])
    vectors = None
    if arguments.teacher:
        vectors = teacher.word_vectors(teacher.Teacher(arguments.teacher), known.strings).astype(np.float32)
    value = np.clip(np.rint(bright(known.strings, vectors) * 127), -127, 127).astype(np.int8)
    order = np.argsort(known.hashes)
    order = order[value[order] != 0]
    path = Path(models.__file__).with_name("valence.npz")
    np.savez_compressed(path, words=known.hashes[order], bright=value[order])


if __name__ == "__main__":
    main()
