"""Two tables of scores as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS: tuple[float, ...] = tuple(step / 20 for step in range(21))
EQUAL_SHARES = 0.5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The weight that measured best, what it measured, and what every weight measured."""

    weight: float
    value: float
    curve: Mapping[float, float]


def convex(dense_scores: NDArray[Any], bm25_scores: NDArray[Any], weight: float) -> NDArray[np.float64]:
    """weight * dense + (1 - weight) * bm25, each normalised within its query. All (q, n); `weight` is the share of dense.

    Bruch, Gai and Ingber 2022 (arXiv 2210.11934), "TM2C2": from the least score there can be (-1 for a cosine, 0 for BM25)
    to the greatest there is. A query without a matching word has BM25 zeros throughout and is left to the dense side.
    """
    if dense_scores.shape != bm25_scores.shape or not 0 <= weight <= 1:
        raise ValueError(f"scores {dense_scores.shape} and {bm25_scores.shape} must agree, weight {weight} lie in [0, 1]")
    return weight * _share_of_greatest(dense_scores, least=-1.0) + (1 - weight) * _share_of_greatest(bm25_scores, least=0.0)


def reciprocal_rank_fusion(a: NDArray[Any], b: NDArray[Any], k: int = 60) -> NDArray[np.float64]:
    """1 / (k + rank in a) + 1 / (k + rank in b). a, b, result: (q, n).

    Cormack, Clarke and Büttcher 2009. Equal scores share the best of their ranks: chunks that match no word of the query
    all come after those that do, and none of them before another.
    """
    if a.shape != b.shape:
        raise ValueError(f"scores {a.shape} and {b.shape} must agree")
    return 1 / (k + _ranks(a)) + 1 / (k + _ranks(b))


def choose_weight(measure: Callable[[float], float], grid: Sequence[float] = WEIGHTS) -> Chosen:
    """The weight of the grid with the highest measure; among equals the one nearest to equal shares, which is the least daring."""
    curve = {weight: measure(weight) for weight in grid}
    weight = max(curve, key=lambda candidate: (curve[candidate], -abs(candidate - EQUAL_SHARES)))
    return Chosen(weight, curve[weight], curve)


def _share_of_greatest(scores: NDArray[Any], least: float) -> NDArray[np.float64]:
    above = scores.astype(np.float64) - least
    greatest = above.max(axis=1, keepdims=True, initial=0.0)
    shares: NDArray[np.float64] = np.divide(above, greatest, out=np.zeros_like(above), where=greatest > 0)
    return shares


def _ranks(scores: NDArray[Any]) -> NDArray[np.int64]:
    """1 for the highest of a row; equal scores have equal ranks."""
    ranks = np.empty(scores.shape, dtype=np.int64)
    for row, rank in zip(-scores, ranks, strict=True):
        rank[:] = np.searchsorted(np.sort(row), row) + 1
    return ranks
