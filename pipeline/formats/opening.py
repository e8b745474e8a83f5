"""The first lines of the index: how many reviews, how they judge, and what is not counted or not scored."""

from collections import Counter
from collections.abc import Sequence

from pipeline.formats.meters import LEVEL
from pipeline.formats.words import count
from pipeline.summaries import ReviewSummary

_SAYS = {
    "positive": ("would send you to see the film",) * 2,
    "mixed": ("is of two minds", "are of two minds"),
    "negative": ("would not send you",) * 2,
}


def lead(counted: Sequence[ReviewSummary]) -> str:
    """How the reviews judge, in a sentence or two."""
    tally = Counter(row.verdict for row in counted)
    parts = [f"{tally[verdict]:,} {says[tally[verdict] > 1]}" for verdict, says in _SAYS.items() if tally[verdict]]
    if not parts:
        return "None of them could be scored."
    said = f"{', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."
    n_dark = sum(row.verdict == "positive" and (row.plot_valence or 0.0) < -LEVEL for row in counted)
    if n_dark:
        said += f" {count(n_dark, 'review tells', 'reviews tell')} a dark story and {'likes' if n_dark == 1 else 'like'} the film all the same."
    return said


def notes(reviews: Sequence[ReviewSummary]) -> str:
    """What a reader should know of reviews that are not counted, not scored or of no one film."""
    counted = [row for row in reviews if not row.duplicate_of]
    unscored = [row for row in counted if not row.verdict]
    n_foreign = sum(row.lang[:2] != "en" for row in unscored)
    n_bare = sum(not row.film_id for row in counted)
    said = (
        (
            len(reviews) - len(counted),
            "more has the text of another and is",
            "more have the text of another and are",
            "counted once",
        ),
        (n_foreign, "is", "are", "not in English and left unscored"),
        (len(unscored) - n_foreign, "is", "are", "left unscored: too little is said in sentences"),
        (n_bare, "does not say which one film it is", "do not say which one film they are", "about"),
    )
    return " ".join(f"{n:,} {one if n == 1 else many} {what}." for n, one, many, what in said if n)
