"""Short forms that a corpus spells out itself, "viral load monitoring (VLM)": other names for what no index lists.

Schwartz and Hearst 2003: the letters of the short form are found, from the last to the first, in the words before the bracket, its first
letter at the start of a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

AGREEMENT = 0.7

_SHORT = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,8})\)")
_BEFORE = re.compile(r"(?:[\w'’-]+[ ]){1,10}$")


def spelt_out(texts: Iterable[str]) -> dict[str, str]:
    """Each short form with its long one, where at least 70 % of the places that spell it out agree."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for short, long in _pairs(text):
            found[short][long] += 1
    return {short: long for short, longs in found.items() if (long := _agreed(longs))}


def _agreed(longs: Counter[str]) -> str:
    """The commonest spelling of the long form that most places give, in any case; "" where there is none."""
    folded = Counter[str]()
    for long, n in longs.items():
        folded[long.lower()] += n
    ((most, n),) = folded.most_common(1)
    spellings = [long for long, _ in longs.most_common() if long.lower() == most]
    return spellings[0] if n >= AGREEMENT * folded.total() else ""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for match in _SHORT.finditer(text):
        short = match[1]
        before = _BEFORE.search(text[max(0, match.start() - 120) : match.start()])
        if before and sum(letter.isupper() for letter in short) > 1:
            most = min(len(short) + 5, 2 * len(short))
            long = _long_form(short, " ".join(before[0].split()[-most:]))
            if long and len(long) > len(short) + 2 and short not in long.split():
                yield short, long


def _long_form(short: str, before: str) -> str:
    """The end of `before` that the letters of `short` stand for; "" where there is none."""
    at = len(before)
    letters = [letter for letter in short.lower() if letter.isalnum()]
    for place, letter in reversed(list(enumerate(letters))):
        at = before.lower().rfind(letter, 0, at)
        while at > 0 and place == 0 and before[at - 1].isalnum():
            at = before.lower().rfind(letter, 0, at)
        if at < 0:
            return ""
    return before[at:]
