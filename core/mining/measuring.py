"""The nearness that a corpus' share is calibrated on, from what is known of its train questions and audited pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.mining.nearness import near_answers
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


def _each_left_out(ranks: Ranks, known: Known, view: View) -> Iterator[float]:
    for chunk in sorted(known.answers):
        near = near_answers(view, np.array([chunk]), known.answers - {chunk}, ranks)
        yield from [] if near is None else near.tolist()


def _proposed(ranks: Ranks, known: Known, view: View) -> list[float]:
    chunks = view.proposed
    near = near_answers(view, chunks[~np.isin(chunks, sorted(known.answers))], known.answers, ranks)
    return [] if near is None else near.tolist()


def _verdicts(ranks: Ranks, audited: Sequence[Judged]) -> Verdicts:
    found: list[tuple[float, bool]] = []
    for judged, (known, view) in zip(audited, _views(ranks, [judged.known for judged in audited]), strict=True):
        near = near_answers(view, np.array([judged.chunk]), known.answers - {judged.chunk}, ranks)
        if near is not None:
            found.append((float(near[0]), judged.is_answer))
    return Verdicts(np.array([near for near, _ in found]), np.array([wrong for _, wrong in found], dtype=np.bool_))
