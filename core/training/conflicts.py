"""Which training rows should not meet in a batch: those that share an answer, a topic or an entity, and a row with another one's
negative that is the first one's answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Indices = NDArray[np.int64]
Keys = Sequence[Collection[str]]


class Conflicts:
    """Between n rows. Two rows conflict where one brings a token that the other avoids; each of m tokens has a number."""

    def __init__(self, keys: Keys, negative_keys: Keys) -> None:
        """`keys[i]`: what a batch should hold only once, for row i; `negative_keys[i]`: the same of the negatives it brings along."""
        self._avoids, self._brings = _links(keys, negative_keys)
        self.n_bringing: Indices = self._brings.sum(axis=0)  # (m,) rows that bring a token
        self.degree: Indices = self._avoids @ self.n_bringing  # (n,) how hard a row is to place
        self._who_brings = self._brings.T.tocsr()

    def avoided(self, row: int) -> Indices:
        """The tokens that row should not find in its batch."""
        return _of_row(self._avoids, row)

    def brought(self, row: int) -> Indices:
        """The tokens that row puts there."""
        return _of_row(self._brings, row)

    def of(self, row: int) -> Indices:
        """All rows that conflict with the row."""
        found = np.zeros(self._avoids.shape[0], dtype=bool)
        for token in self.avoided(row):
            found[_of_row(self._who_brings, token)] = True
        found[row] = False
        return np.flatnonzero(found)

    def between(self, some: Indices, others: Indices) -> NDArray[np.bool_]:
        """(s, o) who conflicts with whom; a row does not conflict with itself."""
        met = (self._avoids[some] @ self._brings[others].T).toarray() > 0
        apart: NDArray[np.bool_] = met & (some[:, None] != others[None, :])
        return apart

    def count(self, batch: Indices) -> int:
        """Pairs within the batch."""
        met = self._avoids[batch] @ self._brings[batch].T
        return int(met.nnz - np.count_nonzero(met.diagonal())) // 2

    def met(self, batch_of: Indices, limit: int) -> Indices:
        """The rows that met one they conflict with, by way of a token that at most `limit` rows bring. batch_of: (n,)."""
        rare = np.flatnonzero(self.n_bringing <= limit)
        avoids, brings = self._avoids[:, rare], self._brings[:, rare]
        there, n_there = np.unique(_places(brings, batch_of), return_counts=True)
        sought = _places(avoids, batch_of)
        at = np.minimum(np.searchsorted(there, sought), len(there) - 1)
        found = np.where(there[at] == sought, n_there[at], 0) if len(there) else sought * 0
        n_met = np.bincount(_rows(avoids), found, len(batch_of)) - (avoids * brings).sum(axis=1)
        return np.flatnonzero(n_met)


def _links(keys: Keys, negative_keys: Keys) -> tuple[csr_array, csr_array]:
    """What each row avoids and what it brings: two (n, 2 k) matrices of ones. Key k is token 2 k where a row answers to it, token
    2 k + 1 where it is a negative's; the relation is mutual."""
    number: dict[str, int] = defaultdict(lambda: len(number))
    avoids, brings = [], []
    for own, of_negatives in zip(keys, negative_keys, strict=True):
        held, offered = {2 * number[key] for key in own}, {2 * number[key] + 1 for key in of_negatives}
        avoids.append(sorted(held | {token + 1 for token in held} | {token - 1 for token in offered}))
        brings.append(sorted(held | offered))
    return _ones(avoids, 2 * len(number)), _ones(brings, 2 * len(number))


def _ones(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    """(n, width), a one in each of a row's columns."""
    starts = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((column for row in rows for column in row), dtype=np.int64, count=starts[-1])
    return csr_array((np.ones(len(columns), dtype=np.int64), columns, starts), shape=(len(rows), width))


def _of_row(matrix: csr_array, row: int) -> Indices:
    columns: Indices = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    return columns


def _rows(matrix: csr_array) -> Indices:
    """The row of each entry."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def _places(matrix: csr_array, batch_of: Indices) -> Indices:
    """A number for each entry that says which token and which batch."""
    places: Indices = batch_of[_rows(matrix)] * matrix.shape[1] + matrix.indices
    return places
