"""Lists of chunks of many queries at once: rows of indices, filled up with NONE at the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from core.mining.mentions import Indices
from core.retrieval.ranking import NONE


def in_turn(one: Indices, other: Indices) -> Indices:
    """(b, 2k) from two lists of each query, (b, k): their first ones, then their second ones, ..., each chunk once."""
    both = np.stack((one, other), axis=2).reshape(len(one), -1)
    order = np.argsort(both, axis=1, kind="stable")
    ordered = np.take_along_axis(both, order, axis=1)
    again = np.zeros(both.shape, dtype=np.bool_)
    np.put_along_axis(again, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
    return kept(both, (both != NONE) & ~again)


def kept(chunks: Indices, keep: NDArray[np.bool_]) -> Indices:
    """The rows without what is not kept, in their order."""
    order = np.argsort(~keep, axis=1, kind="stable")
    return np.where(np.take_along_axis(keep, order, axis=1), np.take_along_axis(chunks, order, axis=1), NONE)


def without(chunks: Indices, barred: Collection[int]) -> list[int]:
    """Those of a list that are not barred."""
    return [chunk for chunk in chunks.tolist() if chunk not in barred]


def rows_of(lists: Sequence[Collection[int]]) -> Indices:
    """(b, m), m the length of the longest list, at least 1."""
    width = max((len(own) for own in lists), default=0) or 1
    return np.array([[*own, *[NONE] * (width - len(own))] for own in lists], dtype=np.int64).reshape(len(lists), width)
