"""Chunks that say nearly the same: found exactly, without comparing each with each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

SHARED = 0.85
LEAST_RATIO = 0.5
OUTSIDE = 0.75
"""Share of a set's weight left out of its prefix: a longer prefix lets fewer pairs through and costs more itself (measured on 200,000)."""

ROUNDING = 1e-6
ROWS_AT_ONCE = 1024
ROWS_TURNED = 32 * ROWS_AT_ONCE
"""Rows that are turned once, when all of them are known, and not anew for each block after them."""

PAIRS_AT_ONCE = 100_000


def near_duplicates(token_sets: Sequence[frozenset[str]]) -> NDArray[np.int64]:
    """(n,) a group number for each chunk, 0, 1, ... in the order of their first chunks; nearly identical texts share one.

    A chunk joins the first group whose first chunk it repeats or is repeated by: 85 % of the smaller one's words are in the other, which
    is at most twice as large (a heading is in every chunk below it, and repeats none). A word counts 1 + log(n / n with it): "Badger"
    and "Bat" on two otherwise equal forms tell them apart, two serial numbers do not. An empty text repeats nothing. Only first
    chunks are compared, so that a thousand copies cost no more than one, and a group never drifts from copy to copy of a copy.
    """
    first_of = _first_of_equal(token_sets)
    unique = np.unique(first_of)
    leaders = unique[_leaders([token_sets[index] for index in unique])]
    own = np.empty(len(token_sets), dtype=np.int64)
    own[unique] = leaders
    return pd.factorize(own[first_of])[0].astype(np.int64)


def _first_of_equal(token_sets: Sequence[frozenset[str]]) -> NDArray[np.int64]:
    """(n,) the first index with an equal set; an empty set's own index."""
    first: dict[frozenset[str], int] = {}
    return np.array([first.setdefault(words, index) if words else index for index, words in enumerate(token_sets)], dtype=np.int64)


def _leaders(token_sets: Sequence[frozenset[str]]) -> NDArray[np.int64]:
    """(n,) the index of the chunk that each repeats, its own where there is none."""
    words = _Words(token_sets)
    leader = np.arange(len(token_sets), dtype=np.int64)
    turned: list[_ByWord] = []
    n_turned = 0
    for start in range(0, len(token_sets), ROWS_AT_ONCE):
        if start - n_turned >= ROWS_TURNED:
            turned.append(words.by_word(_own_leaders(leader, n_turned, start)))
            n_turned = start
        rows = np.arange(start, min(start + ROWS_AT_ONCE, len(token_sets)))
        for known in (*turned, words.by_word(_own_leaders(leader, n_turned, start))):
            _follow(leader, words.repeats(rows, known))
            rows = rows[leader[rows] == rows]
        _follow(leader, words.repeats(rows, words.by_word(rows)))  # only what is new is compared within the block
    return leader


def _own_leaders(leader: NDArray[np.int64], start: int, end: int) -> NDArray[np.int64]:
    """The chunks from `start` to `end` that repeat none."""
    return start + np.flatnonzero(leader[start:end] == np.arange(start, end))


def _follow(leader: NDArray[np.int64], pairs: Iterable[tuple[int, int]]) -> None:
    for row, other in pairs:
        if leader[other] == other and leader[row] == row:
            leader[row] = other


class _ByWord(NamedTuple):
    """Some rows of both matrices, turned so that a product finds the rows that hold a word: (n words, n rows)."""

    rows: NDArray[np.int64]
    held: scipy.sparse.csr_matrix
    prefix: scipy.sparse.csr_matrix


class _Words:
    """The sets as rows of two sparse matrices: which words they hold, and of the rarest of them, the prefix, the weights.

    Prefix filtering (Chaudhuri, Ganti and Kaushik 2006): what one set shares with another, less what it holds outside its prefix, is
    the least that its prefix must share; few pairs do, and only those are compared in full.
    """

    def __init__(self, token_sets: Sequence[frozenset[str]]) -> None:
        sizes = np.array([len(words) for words in token_sets], dtype=np.int64)
        bounds = np.concatenate(([0], np.cumsum(sizes)))
        numbers = pd.factorize(np.fromiter(map(hash, chain.from_iterable(token_sets)), dtype=np.int64, count=bounds[-1]))[0]
        counts = np.bincount(numbers)
        place = np.empty(len(counts), dtype=np.int64)
        place[np.argsort(counts, kind="stable")] = np.arange(len(counts))
        weights = 1 + np.log(len(sizes) / counts)[numbers]
        self._weights = scipy.sparse.csr_matrix((weights, place[numbers], bounds), shape=(len(sizes), len(counts)))
        self._weights.sort_indices()
        self._held = scipy.sparse.csr_matrix((np.ones(len(numbers)), self._weights.indices, bounds), shape=self._weights.shape)
        self._total = self._weights.sum(axis=1).A1
        self._prefix = self._rarest()
        self._needed = SHARED * self._total - (self._total - self._prefix.sum(axis=1).A1) - ROUNDING

    def _rarest(self) -> scipy.sparse.csr_matrix:
        """The first words of each row, up to where less than OUTSIDE of its weight is left."""
        sizes = np.diff(self._weights.indptr)
        before = np.cumsum(self._weights.data) - self._weights.data
        first = np.repeat(np.append(before, 0.0)[self._weights.indptr[:-1]], sizes)  # a last row without words begins behind the end
        kept = before - first <= (1 - OUTSIDE) * np.repeat(self._total, sizes) + ROUNDING
        bounds = np.concatenate(([0], np.cumsum(kept)))[self._weights.indptr]
        return scipy.sparse.csr_matrix((self._weights.data[kept], self._weights.indices[kept], bounds), shape=self._weights.shape)

    def by_word(self, rows: NDArray[np.int64]) -> _ByWord:
        return _ByWord(rows, self._held[rows].T.tocsr(), self._prefix[rows].T.tocsr())

    def repeats(self, rows: NDArray[np.int64], known: _ByWord) -> list[tuple[int, int]]:
        """The pairs (row, other), other before row, of which one repeats the other; ascending. Others are the known rows."""
        others = known.rows
        smaller_row = (self._prefix[rows] @ known.held).tocoo()
        smaller_other = (self._held[rows] @ known.prefix).tocoo()
        some = smaller_row.data >= self._needed[rows[smaller_row.row]], smaller_other.data >= self._needed[others[smaller_other.col]]
        left = rows[np.concatenate((smaller_row.row[some[0]], smaller_other.row[some[1]]))]
        right = others[np.concatenate((smaller_row.col[some[0]], smaller_other.col[some[1]]))]
        small, large = np.minimum(self._total[left], self._total[right]), np.maximum(self._total[left], self._total[right])
        possible = (right < left) & (small >= LEAST_RATIO * large)
        left, right, small = left[possible], right[possible], small[possible]
        same = self._shared(left, right) >= SHARED * small - ROUNDING
        return sorted(set(zip(left[same].tolist(), right[same].tolist(), strict=True)))

    def _shared(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """The weight of the words that each pair of rows shares."""
        parts = (slice(start, start + PAIRS_AT_ONCE) for start in range(0, len(left), PAIRS_AT_ONCE))
        shares = (self._weights[left[part]].multiply(self._held[right[part]]).sum(axis=1).A1 for part in parts)
        return np.concatenate([np.zeros(0), *shares])
