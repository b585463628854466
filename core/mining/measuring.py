"""The nearness that a corpus' share is calibrated on, from what is known of its train questions and audited pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.mining.nearness import near_answers
from core.mining.proposals import rows_of, without
from core.mining.ranks import Ranks, View
from core.mining.share import Share, Verdicts, calibrate

MOST_QUERIES = 1000
SAMPLED = 200


@dataclass(frozen=True, slots=True)
class Known:
    """A query and all chunks (indices) known to answer it."""

    query: str
    answers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Judged:
    """An audited negative: its chunk, the answers of its query without it, and whether it turned out to be one."""

    known: Known
    chunk: int
    is_answer: bool


def measure_share(ranks: Ranks, asked: Sequence[Known], audited: Sequence[Judged]) -> Share:
    """The share for one corpus. `asked`: train questions and synthetic queries, never a held-out question."""
    several = [known for known in asked if len(known.answers) > 1]
    left_out = [near for known, view in _views(ranks, _spaced(several, MOST_QUERIES)) for near in _each_left_out(ranks, known, view)]
    proposed = [near for known, view in _views(ranks, _spaced(asked, SAMPLED)) for near in _proposed(ranks, known, view)]
    return calibrate(left_out, proposed, _verdicts(ranks, audited))


def _spaced(asked: Sequence[Known], most: int) -> list[Known]:
    """At most so many, evenly spaced."""
    step = max(1, -(-len(asked) // most))
    return list(asked[::step])


def _views(ranks: Ranks, asked: Sequence[Known]) -> Iterator[tuple[Known, View]]:
    return zip(asked, ranks.views([known.query for known in asked], [True] * len(asked)), strict=True)


def _each_left_out(ranks: Ranks, known: Known, view: View) -> list[float]:
    chunks = sorted(known.answers)
    near = near_answers([view] * len(chunks), rows_of([[one] for one in chunks]), rows_of([known.answers - {one} for one in chunks]), ranks)
    return _measured(near)


def _proposed(ranks: Ranks, known: Known, view: View) -> list[float]:
    chunks = without(view.proposed, known.answers)
    return _measured(near_answers([view], rows_of([chunks]), rows_of([known.answers]), ranks))


def _measured(near: NDArray[np.float64]) -> list[float]:
    return [float(one) for one in near[~np.isnan(near)]]


def _verdicts(ranks: Ranks, audited: Sequence[Judged]) -> Verdicts:
    found: list[tuple[float, bool]] = []
    for judged, (known, view) in zip(audited, _views(ranks, [judged.known for judged in audited]), strict=True):
        near = _measured(near_answers([view], rows_of([[judged.chunk]]), rows_of([known.answers - {judged.chunk}]), ranks))
        found += [(one, judged.is_answer) for one in near]
    return Verdicts(np.array([near for near, _ in found]), np.array([wrong for _, wrong in found], dtype=np.bool_))
