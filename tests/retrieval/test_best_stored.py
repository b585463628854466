from __future__ import annotations

import numpy as np
from scipy import sparse

from core.retrieval.ranking import NONE, best, best_stored

RNG = np.random.default_rng(3)


def scores(n: int, levels: int) -> np.ndarray:
    """(5, n) whole numbers, so that many tie, most of them zero."""
    found = RNG.integers(0, levels, (5, n)).astype(np.float64)
    found[RNG.random(found.shape) < 0.6] = 0
    return found


def in_no_order(table: sparse.csr_array) -> sparse.csr_array:
    for row in range(table.shape[0]):
        own = slice(table.indptr[row], table.indptr[row + 1])
        order = RNG.permutation(own.stop - own.start)
        table.indices[own], table.data[own] = table.indices[own][order], table.data[own][order]
    return table


def test_dense_or_stored_the_best_are_what_sorting_everything_gives() -> None:
    for n in (1, 40, 900, 4000):
        for levels in (2, 5, 100_000):
            for k in (1, 10, 50):
                table = scores(n, levels)
                expected = np.argsort(-table, axis=1, kind="stable")[:, :k]
                np.testing.assert_array_equal(best(table, k).indices, expected)
                positive = np.where(np.take_along_axis(table, expected, axis=1) > 0, expected, NONE)
                stored = best_stored(in_no_order(sparse.csr_array(table)), k)
                np.testing.assert_array_equal(stored[:, : positive.shape[1]], positive)
                assert (stored[:, positive.shape[1] :] == NONE).all()


def test_of_no_rows_and_of_rows_that_store_nothing() -> None:
    assert best_stored(sparse.csr_array((0, 7)), 3).shape == (0, 3)
    assert best_stored(sparse.csr_array((2, 7)), 3).tolist() == [[NONE] * 3] * 2
