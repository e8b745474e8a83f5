"""What other tools say of the stance of a text, to stand beside ours: TextBlob always, VADER where it is installed."""

from collections.abc import Callable, Iterable

from textblob.en import sentiment

from pipeline import nlp

EDGE = 0.05
"""Polarity up to which a text counts as neutral, as VADER's authors advise."""

Rival = Callable[[str], float]
"""Text -> polarity, -1 to 1."""


def rivals() -> dict[str, Rival]:
    """The tools at hand, by name."""
    found: dict[str, Rival] = {"TextBlob": _textblob}
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return found
    analyser = SentimentIntensityAnalyzer()
    found["VADER"] = lambda text: float(analyser.polarity_scores(text)["compound"])
    return found


def polarities(rival: Rival, texts: Iterable[str]) -> list[float]:
    """Polarity of each text by one tool."""
    with nlp.memory_zone():
        return [rival(text) for text in texts]


def leaning(polarity: float) -> str:
    """Polarity as one of records.STANCES."""
    return "positive" if polarity > EDGE else "negative" if polarity < -EDGE else "neutral"


def _textblob(text: str) -> float:
    return float(sentiment([token.norm_ for token in nlp.english()(text)])[0])
