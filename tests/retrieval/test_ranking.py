from __future__ import annotations

import numpy as np
import pytest

from core.retrieval import ranking
from core.retrieval.ranking import best, blocks


def test_best_first_and_ties_by_lower_index() -> None:
    found = best(np.array([[0.0, 2.0, 1.0, 2.0, 1.0, 1.0]]), 4)
    assert found.indices.tolist() == [[1, 3, 2, 4]]
    assert found.scores.tolist() == [[2.0, 2.0, 1.0, 1.0]]


@pytest.mark.parametrize("n", [1, 9, 40, 400, 5003])
@pytest.mark.parametrize("k", [1, 10, 33])
@pytest.mark.parametrize("n_values", [1, 2, 7, 10_000])
def test_agrees_with_a_stable_sort(n: int, k: int, n_values: int) -> None:
    scores = np.random.default_rng(n + k).integers(-n_values, n_values, (6, n)).astype(np.float32)
    found = best(scores, k)
    np.testing.assert_array_equal(found.indices, np.argsort(-scores, axis=1, kind="stable")[:, :k])
    assert found.scores.dtype == np.float64


def test_one_match_among_many_zeros() -> None:
    scores = np.zeros((1, 3000))
    scores[0, 2999] = 0.5
    assert best(scores, 3).indices.tolist() == [[2999, 0, 1]]


@pytest.mark.parametrize("shape", [(2, 0), (0, 5), (0, 0)])
def test_nothing_to_rank(shape: tuple[int, int]) -> None:
    assert best(np.zeros(shape), 3).indices.shape == (shape[0], min(3, shape[1]))


def test_a_vector_is_not_a_table() -> None:
    with pytest.raises(ValueError, match="must be"):
        best(np.zeros(5), 1)


def test_blocks_cover_every_query_once_within_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BLOCK_FLOATS", 100)
    assert [(block.start, block.stop) for block in blocks(7, 33)] == [(0, 3), (3, 6), (6, 7)]
    assert [(block.start, block.stop) for block in blocks(2, 1000)] == [(0, 1), (1, 2)]
    assert list(blocks(0, 10)) == []
