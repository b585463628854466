"""Exact nearest neighbours within one set of vectors, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.records import Vectors
from core.retrieval.ranking import best

BLOCK_FLOATS = 16_000_000
"""Cosines held at a time: 64 MB, wide enough that the matrix product is not held up by memory."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`indices` (n, k) of each point's nearest other points, nearest first, and their `cosines` (n, k)."""

    indices: NDArray[np.int32]
    cosines: NDArray[np.float32]

    def nearest(self, k: int) -> Neighbours:
        """Only the first k of each point."""
        return Neighbours(self.indices[:, :k], self.cosines[:, :k])


def neighbours(vectors: Vectors, k: int, on_progress: OnProgress | None = None) -> Neighbours:
    """The k nearest others of every point by cosine, ties by lower index first. vectors: (n, d), rows of length one; n > 1.

    A point is never its own neighbour, a copy of it is. With fewer than k others, all of them.
    """
    n = len(vectors)
    k = min(k, n - 1)
    indices, cosines = np.empty((n, k), dtype=np.int32), np.empty((n, k), dtype=np.float32)
    for block in row_blocks(n):
        scores = vectors[block] @ vectors.T
        scores[np.arange(len(scores)), np.arange(block.start, block.stop)] = -np.inf
        found = best(scores, k)
        indices[block], cosines[block] = found.indices, found.scores
        if on_progress:
            on_progress(block.stop, n)
    return Neighbours(indices, cosines)


def row_blocks(n: int) -> list[slice]:
    """Slices of n rows, each small enough that its cosines with all n stay within BLOCK_FLOATS."""
    step = max(1, BLOCK_FLOATS // max(1, n))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]
