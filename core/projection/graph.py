"""From neighbours to the weighted graph that a map is laid out by: the fuzzy simplicial set of UMAP (McInnes, Healy, Melville 2018)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from core.projection.neighbours import Neighbours

BISECTIONS = 40
LEAST_WIDTH = 1e-3
"""Of the mean distance: where many points coincide, their neighbourhood is not made narrower than that."""


def fuzzy_graph(near: Neighbours) -> csr_matrix:
    """(n, n) symmetric: the weight of a pair is a + b - ab, where a and b say how strongly each holds the other for a neighbour.

    Each point's nearest neighbour has weight 1, the others fall off so that all weigh log2(k + 1) together, k + 1 counting the point
    itself as umap-learn does.
    """
    n, k = near.indices.shape
    distances = np.sqrt(np.maximum(0.0, 2.0 - 2.0 * near.cosines.astype(np.float64)))
    beyond = distances - distances[:, :1]
    widths = _widths(beyond, np.log2(k + 1), LEAST_WIDTH * float(distances.mean()))
    weights = np.exp(-beyond / widths)
    directed = csr_matrix((weights.ravel(), near.indices.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    reverse = directed.T.tocsr()
    return (directed + reverse - directed.multiply(reverse)).tocsr()


def _widths(beyond: NDArray[np.float64], total: float, least: float) -> NDArray[np.float64]:
    """(n, 1): the width at which a row's weights add up to `total`, found by bisection; `beyond` (n, k) are distances past the nearest."""
    low, high = np.zeros((len(beyond), 1)), np.full((len(beyond), 1), np.inf)
    width = np.ones((len(beyond), 1))
    for _ in range(BISECTIONS):
        too_wide = np.exp(-beyond / width).sum(axis=1, keepdims=True) > total
        high, low = np.where(too_wide, width, high), np.where(too_wide, low, width)
        width = np.where(np.isinf(high), width * 2, (low + high) / 2)
    return np.maximum(width, max(least, 1e-9))
