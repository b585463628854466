"""What is wanted of the miner, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.mining.ranks import View
from core.mining.refusals import Refusal, Sought
from core.records import Dropped, Hardness

Refused = dict[int, tuple[Refusal, float]]
"""What was proposed and refused, by chunk: why, and how near it is to an answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query that at most `n` negatives are wanted for."""

    sought: Sought
    view: View
    n: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A chosen negative (chunk: index), set against `positive`. `nearness`: how near it is to an answer, which itself is at 1."""

    chunk: int
    positive: int
    rule: str
    hardness: Hardness
    reason: str
    nearness: float
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mined:
    """The negatives of one query, hard ones first, and what was proposed before they were found and refused."""

    negatives: list[Negative]
    dropped: list[Dropped]
