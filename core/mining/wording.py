"""How reasons name things: one line that a person reads at a glance."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DISTINCTION = re.compile(r"\s*\([^()]*\)\s*$")


def listed(names: Sequence[str], last: str = "and", at_most: int = 3) -> str:
    """'A', 'A and B', 'A, B and C', 'A, B and 2 more'."""
    shown = list(names) if len(names) <= at_most else [*names[: at_most - 1], f"{len(names) - at_most + 1} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last if len(names) <= at_most else 'and'} {shown[-1]}"


def quoted(words: Sequence[str]) -> str:
    """'“a”, “b” and “c”'."""
    return listed([f"“{word}”" for word in words])


def counted(n: int, noun: str) -> str:
    """'1 chunk', '2,000 chunks', '3 queries'."""
    return f"{n:,} {noun if n == 1 else _plural(noun)}"


def ordinal(n: int) -> str:
    """'1st', '2nd', '11th', '1,023rd'."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"


def spoken(name: str) -> str:
    """How people say a name: without the bracket that an index adds to tell namesakes apart, 'Jacob (Israel)' → 'Jacob'."""
    return _DISTINCTION.sub("", name) or name
