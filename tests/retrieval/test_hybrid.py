from __future__ import annotations

import numpy as np
import pytest

from core.retrieval.hybrid import choose_weight, convex, reciprocal_rank_fusion


def test_convex_by_hand() -> None:
    dense = np.array([[1.0, 0.0, -1.0]], dtype=np.float32)  # from -1 to the greatest: 1, 1/2, 0
    bm25 = np.array([[0.0, 8.0, 2.0]])  # from 0 to the greatest: 0, 1, 1/4
    np.testing.assert_allclose(convex(dense, bm25, 0.75), [[0.75, 0.625, 0.0625]])
    np.testing.assert_allclose(convex(dense, bm25, 1.0), [[1, 0.5, 0]])
    np.testing.assert_allclose(convex(dense, bm25, 0.0), [[0, 1, 0.25]])


def test_each_query_has_its_own_scale() -> None:
    bm25 = np.array([[1.0, 2.0], [100.0, 50.0]])
    np.testing.assert_allclose(convex(np.zeros((2, 2)), bm25, 0.0), [[0.5, 1], [1, 0.5]])


def test_a_query_without_a_matching_word_is_left_to_the_vectors() -> None:
    fused = convex(np.array([[0.1, 0.9]]), np.zeros((1, 2)), 0.3)
    assert fused[0, 1] > fused[0, 0]
    assert np.isfinite(convex(np.full((1, 2), -1.0), np.full((1, 2), -0.2), 0.5)).all()
    assert convex(np.zeros((2, 0)), np.zeros((2, 0)), 0.5).shape == (2, 0)


def test_tables_that_do_not_fit_and_weights_out_of_range() -> None:
    with pytest.raises(ValueError, match="agree"):
        convex(np.zeros((1, 2)), np.zeros((1, 3)), 0.5)
    with pytest.raises(ValueError, match="agree"):
        convex(np.zeros((1, 2)), np.zeros((1, 2)), 1.1)
    with pytest.raises(ValueError, match="agree"):
        reciprocal_rank_fusion(np.zeros((1, 2)), np.zeros((2, 2)))


def test_reciprocal_ranks_by_hand() -> None:
    fused = reciprocal_rank_fusion(np.array([[0.9, 0.5, 0.1]]), np.array([[0.0, 7.0, 0.0]]))
    np.testing.assert_allclose(fused, [[1 / 61 + 1 / 62, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62]])


def test_chunks_without_a_matching_word_gain_nothing_over_each_other() -> None:
    fused = reciprocal_rank_fusion(np.array([[0.1, 0.2, 0.3, 0.4]]), np.zeros((1, 4)))
    assert np.argsort(-fused[0]).tolist() == [3, 2, 1, 0]


def test_the_weight_that_measures_best() -> None:
    chosen = choose_weight(lambda weight: -((weight - 0.3) ** 2))
    assert chosen.weight == pytest.approx(0.3)
    assert chosen.value == chosen.curve[chosen.weight]
    assert len(chosen.curve) == 21


def test_among_equal_weights_the_least_daring() -> None:
    assert choose_weight(lambda weight: 1.0).weight == 0.5
    assert choose_weight(lambda weight: float(weight <= 0.2)).weight == pytest.approx(0.2)
