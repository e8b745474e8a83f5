"""How the time of every regular expression grows with the text: `make stress`.

Measured in CPU time, over the texts that such expressions fear most, and with a wide margin.
"""

import re
import time

import pytest
from patterns import collect, is_searched_for

PATTERNS = collect()
PIECES = ["a", "A", " ", "\n", "\t", ".", ",", "-", "'", "(", "[", "*", "_", "#", "<", "&", "=", "0", "a ", "A ", "Aa ", "aa, ", "a.\n", "<a ", "</", "*a", "[a](", "(a", "“a ", " - ", "1/", "| a "]  # fmt: skip
SMALL, LARGE = 2_000, 16_000
QUICK = 0.02
"""CPU seconds below which a text of LARGE characters is quick, however it grew."""


def seconds(pattern: re.Pattern[str], text: str, is_searched: bool) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        if is_searched:
            for _ in pattern.finditer(text):
                pass
        else:
            pattern.match(text)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_time_grows_no_faster_than_the_text(name):
    pattern, is_searched = PATTERNS[name], is_searched_for(name)
    for piece in PIECES:
        for end in ("", "\x00"):
            large = seconds(pattern, (piece * LARGE)[:LARGE] + end, is_searched)
            if large > QUICK:
                small = seconds(pattern, (piece * SMALL)[:SMALL] + end, is_searched)
                assert large / max(small, 1e-5) < (LARGE / SMALL) ** 1.5, f"{piece!r}: {small:.4f} s, {large:.4f} s"
