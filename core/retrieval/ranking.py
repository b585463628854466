"""From a table of scores to the k best, exactly, with ties in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

from core.records import Ranking

BLOCK_FLOATS = 2_000_000
"""Scores held at a time: 16 MB of float64, so that most of a block stays in the cache from scoring to ranking."""

GROUPS_PER_RESULT, GROUPS_PER_STORED_RESULT = 16, 4

CROWDED = 4
"""Times k: a row with more candidates, because many of its entries tie, is looked at by itself."""

NONE = -1


def best(scores: NDArray[Any], k: int) -> Ranking:
    """The k highest of each row, best first, ties by lower index first. scores: (q, n), no NaN; result: (q, min(k, n))."""
    if scores.ndim != 2 or k < 0:
        raise ValueError(f"scores {scores.shape} must be (q, n) and k={k} not negative")
    k = min(k, scores.shape[1])
    indices = np.empty((len(scores), k), dtype=np.int64)
    if k:
        reached = scores >= _lower_bounds(scores, k)[:, None]
        crowded = np.flatnonzero(np.count_nonzero(reached, axis=1) > CROWDED * k)
        alone = [_best_of_row(scores[row], np.flatnonzero(reached[row]), k) for row in crowded.tolist()]
        reached[crowded] = False
        rows, columns = np.divmod(np.flatnonzero(reached), scores.shape[1])
        indices[:] = _best_of_rows(rows, columns, scores[rows, columns], len(scores), k)
        for row, found in zip(crowded.tolist(), alone, strict=True):
            indices[row] = found
    return Ranking(indices, np.take_along_axis(scores, indices, axis=1).astype(np.float64))


def best_stored(scores: scipy.sparse.csr_array, k: int) -> NDArray[np.int64]:
    """(q, k) the columns of the k highest scores above zero in each row, best first, ties by lower index first, NONE where there are no
    more. scores: (q, n), each entry stored once, in any order."""
    values, sizes = scores.data, np.diff(scores.indptr)
    bounds = np.maximum(_lower_bounds_stored(scores, k), np.nextafter(0, 1))
    reached = np.flatnonzero(values >= np.repeat(bounds, sizes))
    rows = np.searchsorted(scores.indptr, reached, side="right") - 1
    return _best_of_rows(rows, scores.indices[reached], values[reached], scores.shape[0], k)


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


def _best_of_row(row: NDArray[Any], candidates: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    values = row[candidates]
    kth = np.partition(values, len(values) - k)[len(values) - k]
    above = candidates[values > kth]
    tied = candidates[values == kth][: k - len(above)]
    return np.concatenate([above[np.argsort(-row[above], kind="stable")], tied])


def _best_of_rows(rows: NDArray[np.int64], columns: NDArray[Any], values: NDArray[Any], n_rows: int, k: int) -> NDArray[np.int64]:
    """(n_rows, k) the columns with the highest values of each row, NONE at the end, from candidates in the order of their rows.

    All rows are sorted in one call: one call a row would cost more than the sorting, and in a thread would wait for its turn each time.
    """
    sizes = np.bincount(rows, minlength=n_rows)
    width = max(k, int(sizes.max(initial=0)))
    places = np.arange(len(rows)) - (np.cumsum(sizes) - sizes)[rows]
    found, against = np.full((n_rows, width), NONE, dtype=np.int64), np.full((n_rows, width), np.inf)
    found[rows, places], against[rows, places] = columns, -values
    return np.take_along_axis(found, np.lexsort((found, against))[:, :k], axis=1)


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


def _lower_bounds_stored(scores: scipy.sparse.csr_array, k: int) -> NDArray[np.float64]:
    """(q,) the same of what is stored; 0 for a row too short for that. A group is a stretch of the row here: its order means nothing."""
    groups = GROUPS_PER_STORED_RESULT * k
    starts, sizes = scores.indptr[:-1].astype(np.int64), np.diff(scores.indptr)
    bounds, long = np.zeros(len(starts)), np.flatnonzero(sizes >= 2 * groups)
    if len(long):
        stretches = starts[long, None] + sizes[long, None].astype(np.int64) * np.arange(groups + 1) // groups
        stretches[:, -1] -= 1  # where the next row begins: its own, and outside behind the last
        maxima = np.maximum.reduceat(scores.data, stretches.ravel()).reshape(stretches.shape)[:, :groups]
        bounds[long] = np.partition(maxima, groups - k, axis=1)[:, groups - k]
    return bounds
