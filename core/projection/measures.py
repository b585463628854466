"""How far a map is to be trusted, and what is true of the full space: one formula a function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from core.projection.layout import Points
from core.projection.neighbours import row_blocks
from core.records import Vectors

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Nearness = Callable[[NDArray[np.intp]], NDArray[np.float32]]
"""Some of the points (m,) to how near each is to all points (m, n); higher is nearer."""


def overlap(before: Ints, after: Ints) -> Floats:
    """(n,) the share of its k neighbours that each point has in both spaces. before, after: (n, k) indices."""
    n, k = before.shape
    rows = np.repeat(np.arange(n, dtype=np.int64), k) * n
    shared = np.isin(rows + before.ravel(), rows + after.ravel(), assume_unique=True)
    return np.asarray(shared.reshape(n, k).mean(axis=1), dtype=np.float32)


def trustworthiness(vectors: Vectors, xy: Points, k: int, sample: NDArray[np.intp]) -> float:
    """Whether neighbours on the map are neighbours (Venna and Kaski 2001): 1 less the penalty for each of the k nearest on the map that
    is no true neighbour, by how far down the true ranking it stands. Averaged over the points of `sample`; n > 3k / 2."""
    return _kept(_cosines(vectors), _closeness(xy), len(xy), k, sample)


def continuity(vectors: Vectors, xy: Points, k: int, sample: NDArray[np.intp]) -> float:
    """Whether neighbours are neighbours on the map too: the same with the two sides exchanged (Venna and Kaski 2001)."""
    return _kept(_closeness(xy), _cosines(vectors), len(xy), k, sample)


def _cosines(vectors: Vectors) -> Nearness:
    return lambda some: np.asarray(vectors[some] @ vectors.T, dtype=np.float32)


def _closeness(xy: Points) -> Nearness:
    def closeness(some: NDArray[np.intp]) -> NDArray[np.float32]:
        x, y = (xy[some, axis][:, None] - xy[:, axis] for axis in (0, 1))
        return np.asarray(-(x * x + y * y), dtype=np.float32)

    return closeness


def _kept(true: Nearness, claimed: Nearness, n: int, k: int, sample: NDArray[np.intp]) -> float:
    penalty = 0.0
    for block in row_blocks(n):  # blocks of the sample, as wide as those of all rows
        some = sample[block]
        if not len(some):
            break
        by_truth, by_claim = true(some), claimed(some)
        own = (np.arange(len(some)), some)
        by_truth[own] = by_claim[own] = -np.inf
        for truth, nearest in zip(by_truth, np.argpartition(-by_claim, k - 1, axis=1)[:, :k], strict=True):
            order = np.sort(-truth)
            penalty += float(np.maximum(0, np.searchsorted(order, -truth[nearest]) + 1 - k).sum())
    return 1.0 - 2.0 * penalty / (len(sample) * k * (2 * n - 3 * k - 1))


def effective_rank(vectors: Vectors) -> float:
    """How many directions the vectors really use: the exponential of the entropy of the covariance's spectrum (Roy and Vetterli 2007)."""
    centred = vectors - vectors.mean(axis=0)
    shares = np.maximum(np.linalg.eigvalsh(centred.T.astype(np.float64) @ centred), 0)
    shares = shares[shares > 0] / max(shares.sum(), 1e-30)
    return float(np.exp(-(shares * np.log(shares)).sum()))


def mean_cosine(vectors: Vectors) -> float:
    """The mean cosine of two different points, exact: rows of length one add up to it. Near 1, a space has collapsed."""
    n = len(vectors)
    total = vectors.sum(axis=0, dtype=np.float64)
    return float((total @ total - n) / (n * (n - 1))) if n > 1 else 1.0


def purity(near: Ints, entities: csr_matrix) -> Floats:
    """(n,) the share of each chunk's neighbours (n, k) that mention an entity it mentions too; NaN for a chunk without mentions.
    entities: (n, e), 1 where the chunk mentions the entity."""
    mentions = entities.astype(bool).astype(np.int32).tocsr()
    shared = [np.asarray(mentions.multiply(mentions[column]).sum(axis=1)).ravel() > 0 for column in near.T]
    share = np.mean(shared, axis=0).astype(np.float32) if shared else np.zeros(len(near), np.float32)
    share[np.asarray(mentions.sum(axis=1)).ravel() == 0] = np.nan
    return np.asarray(share, dtype=np.float32)


def spread(vectors: Vectors) -> float:
    """How far apart the names of one thing lie: the mean cosine distance of two of them. vectors: (m, d), m > 1, rows of length one."""
    return 1.0 - mean_cosine(vectors)
