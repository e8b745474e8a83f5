"""Sentences of negation, contrast and comparison made from parts, with the stance they must have.

Labelled sets have few of them, and the net cannot learn from few. Nothing of tests/contrast.toml is read here.
"""

import random
import re
from collections.abc import Iterator, Sequence

from pipeline.training.data import Row


def each(words: str) -> list[str]:
    """The words, one by one."""
    return words.split()


GOOD = each(
    "good great superb excellent brilliant wonderful convincing clever gripping funny moving engaging memorable "
    "charming original believable satisfying beautiful exciting entertaining impressive compelling witty fresh "
    "effective"
)
BAD = each(
    "bad terrible awful dull boring weak lazy clumsy tedious predictable forgettable confusing lifeless flat "
    "unfunny cheap silly shallow stale annoying disappointing wooden lame pointless mediocre"
)
NOUNS = each(
    "film movie story plot script dialogue acting direction cast lead performance score music camerawork editing "
    "pacing humour romance villain opening middle finale premise remake sequel comedy thriller drama"
)
SUBJECTS = ("The {n}", "This {n}", "Its {n}", "I thought the {n}")

PRAISE = """
{s} is {g}.
{s} is never {b}.
{s} is not {b} at all.
{s} is hardly {b}.
{s} is far from {b}.
{s} is anything but {b}.
There is nothing {b} about the {n}.
There isn't {a:b} moment in the {n}.
Never for a moment is the {n} {b}.
{s} is neither {b} nor {b}.
{s} is both {g} and {g}.
{s} could easily have been {b}, and is {g}.
The {n} is {b}, but the {n} is {g}.
Despite {a:b} {n}, the {n} is {g}.
Although the {n} is {b}, the {n} is {g} and wins you over.
Even {a:b} {n} cannot harm this {g} {n}.
What starts as {a:b} {n} becomes {a:g} one.
For all its {flaws|noise|excess|clichés|rough edges}, the {n} is {g}.
I feared the {n} would be {b}, but it is {g}.
I was afraid that it would be {b}, but it wasn't.
The {n} is better than in the earlier films.
It is just as {g} as the first one.
It is more {g} than the book.
The earlier films were more {b}.
One of the most {g} films in years.
You won't be {bored|let down|sorry|disappointed by the ending}.
I {really|truly|thoroughly} {enjoyed|liked|loved|admired} the {n}.
I {have nothing against|cannot complain about|found no fault with|could not get enough of} the {n}.
The {n} {never fails|does not fail|is sure} to {please|entertain|surprise|move you}.
The {n} {works|convinces|holds together|comes alive|pays off}.
The {n} does not {drag|bore|annoy|falter|let you down}.
The {n} could not have been {better|more {g}}.
{A chilling|A disturbing|A bleak|A brutal|A grim|A terrifying|A heartbreaking|A dark} and {g} {n}.
"""
BLAME = """
{s} is {b}.
{s} {is not|isn't|is never|is hardly|is far from|is anything but} {g}.
{s} is not very {g}, to say the least.
{s} wasn't {g} at all.
There is nothing {g} about the {n}.
Not one {n} here is {g}.
There isn't {a:g} moment in the {n}.
{s} is neither {g} nor {g}.
{s} could have been {g}.
{s} should have been {g}, and is {b}.
The {n} is {g}, but the {n} is {b}.
Despite {a:g} {n}, the {n} is {b}.
Although the {n} is {g}, the {n} remains {b}.
Even {a:g} {n} cannot save this {b} {n}.
What starts as {a:g} {n} becomes {a:b} one.
For all its {charm|beauty|wit|promise|skill}, the {n} is {b}.
I wanted to like the {n}, but it is {b}.
I hoped the {n} would be {g}, but it isn't.
The {n} is worse than in the earlier films.
It is {not as {g} as the first one|less {g} than the book}.
The earlier films were more {g}.
One of the most {b} films in years.
The least {g} film of the season.
You will be {bored|let down|sorry you came|disappointed by the ending}.
I {did not|never|could not} {enjoy|like|believe|care for} the {n}.
I {have little good to say about|cannot praise|could not stand|saw no point in} the {n}.
The {n} {fails|does little|never manages} to {please|entertain|surprise|move you}.
The {n} {does not|doesn't} {work|convince|hold together|come alive|pay off}.
The {n} {drags|bores|annoys|falters|lets you down}.
The {n} could not have been {worse|more {b}}.
With more care the {n} might have been {g}.
{A cheerful|A sunny|A sweet|A gentle|A bright|A happy} and {b} {n}.
"""
WORDS: dict[str, Sequence[str]] = {"g": GOOD, "b": BAD, "n": NOUNS, "s": SUBJECTS}
PART = re.compile(r"\{([^{}]*)\}")


def filled(pattern: str, draw: random.Random) -> str:
    """The pattern with each {part} drawn: of WORDS by its letter ({a:g} with an article before), or of a|b|c."""

    def drawn(match: re.Match[str]) -> str:
        name = match[1]
        word = draw.choice(WORDS[name[-1]] if name in WORDS or name[:2] == "a:" else name.split("|"))
        return f"{'an' if word[0] in 'aeiou' else 'a'} {word}" if name[:2] == "a:" else word

    while PART.search(pattern):
        pattern = PART.sub(drawn, pattern)
    return pattern


def template_rows(most: int = 24000) -> Iterator[Row]:
    """At most so many sentences, all different, the same each time: opinions, half of them praise."""
    draw = random.Random(3)
    patterns = [(p, 0) for p in PRAISE.split("\n") if p] + [(p, 2) for p in BLAME.split("\n") if p]
    seen: set[str] = set()
    for _ in range(2 * most):
        pattern, stance = draw.choice(patterns)
        text = filled(pattern, draw)
        if text not in seen and len(seen) < most:
            seen.add(text)
            yield Row(text, stance=stance, voice=0)
