"""Exact cosine search, in blocks of queries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.records import Ranking, Vectors
from core.retrieval.ranking import best, blocks, stacked


def cosine(query_vectors: Vectors, chunk_vectors: Vectors) -> NDArray[np.float32]:
    """Cosine of every query with every chunk. query_vectors: (q, d), chunk_vectors: (n, d), rows L2-normalised; result: (q, n)."""
    if query_vectors.ndim != 2 or chunk_vectors.ndim != 2 or query_vectors.shape[1] != chunk_vectors.shape[1]:
        raise ValueError(f"query vectors {query_vectors.shape} and chunk vectors {chunk_vectors.shape} must share d")
    return query_vectors.astype(np.float32, copy=False) @ chunk_vectors.T


def cut(vectors: Vectors, dimensions: int) -> Vectors:
    """The first dimensions of vectors (n, d), rows L2-normalised again."""
    first = vectors[:, :dimensions]
    length = np.linalg.norm(first, axis=1, keepdims=True)
    return np.asarray(np.divide(first, length, out=np.zeros_like(first), where=length > 0))


def top_k(query_vectors: Vectors, chunk_vectors: Vectors, k: int) -> Ranking:
    """The k nearest chunks of each query, ties by lower index first. Shapes as in `cosine`; result: (q, min(k, n))."""
    n = len(chunk_vectors)
    found = [best(cosine(query_vectors[block], chunk_vectors), k) for block in blocks(len(query_vectors), n)]
    return stacked(found, min(k, n))
