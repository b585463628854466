"""From a table of scores to the k best, exactly, with ties in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.records import Ranking

BLOCK_FLOATS = 2_000_000
"""Scores held at a time: 16 MB of float64, so that most of a block stays in the cache from scoring to ranking."""

GROUPS_PER_RESULT = 16


def best(scores: NDArray[Any], k: int) -> Ranking:
    """The k highest of each row, best first, ties by lower index first. scores: (q, n), no NaN; result: (q, min(k, n))."""
    if scores.ndim != 2 or k < 0:
        raise ValueError(f"scores {scores.shape} must be (q, n) and k={k} not negative")
    k = min(k, scores.shape[1])
    indices = np.empty((len(scores), k), dtype=np.int64)
    if k:
        for row, bound, found in zip(scores, _lower_bounds(scores, k), indices, strict=True):
            found[:] = _best_of_row(row, bound, k)
    return Ranking(indices, np.take_along_axis(scores, indices, axis=1).astype(np.float64))


def blocks(n_queries: int, n_chunks: int) -> Iterator[slice]:
    """Slices of the queries, each small enough that its (q, n) scores stay within BLOCK_FLOATS."""
    step = max(1, BLOCK_FLOATS // max(1, n_chunks))
    for start in range(0, n_queries, step):
        yield slice(start, min(start + step, n_queries))


def stacked(rankings: list[Ranking], k: int) -> Ranking:
    """Rankings of consecutive blocks of queries as one; without blocks an empty one of width k."""
    if not rankings:
        return Ranking(np.empty((0, k), dtype=np.int64), np.empty((0, k)))
    return Ranking(np.concatenate([part.indices for part in rankings]), np.concatenate([part.scores for part in rankings]))


def _best_of_row(row: NDArray[Any], bound: Any, k: int) -> NDArray[np.int64]:
    candidates = np.flatnonzero(row >= bound)
    values = row[candidates]
    kth = np.partition(values, len(values) - k)[len(values) - k]
    above = candidates[values > kth]
    tied = candidates[values == kth][: k - len(above)]
    return np.concatenate([above[np.argsort(-row[above], kind="stable")], tied])


def _lower_bounds(scores: NDArray[Any], k: int) -> NDArray[Any]:
    """(q,) a score that at least k entries of each row reach: the k-th highest of the maxima of more than k groups of entries.

    One cheap pass that leaves few candidates; partitioning the whole rows would cost more than computing their scores did. A
    group is every so many-th entry, so that the maxima of all groups are taken side by side.
    """
    groups = GROUPS_PER_RESULT * k
    width = scores.shape[1] // groups
    if width < 2:
        return np.asarray(scores.min(axis=1))
    maxima = scores[:, : groups * width].reshape(len(scores), width, groups).max(axis=1)
    return np.asarray(np.partition(maxima, groups - k, axis=1)[:, groups - k])
