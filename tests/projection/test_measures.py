"""Each formula against an independent implementation, or against brute force."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.manifold import trustworthiness as of_sklearn

from core.projection import measures
from core.projection.layout import principal_plane
from core.projection.neighbours import neighbours
from tests.charted import normal, two_spaces

BEFORE, AFTER, _ = two_spaces(150)
FLAT = principal_plane(BEFORE)
ALL = np.arange(150)


def test_trustworthiness_is_that_of_scikit_learn():
    for k in (3, 12):
        assert measures.trustworthiness(BEFORE, FLAT, k, ALL) == pytest.approx(of_sklearn(BEFORE, FLAT, n_neighbors=k), abs=1e-6)


def test_continuity_is_trustworthiness_with_the_sides_exchanged():
    assert measures.continuity(BEFORE, FLAT, 8, ALL) == pytest.approx(of_sklearn(FLAT, BEFORE, n_neighbors=8), abs=1e-6)


def test_a_sample_estimates_the_whole():
    some = np.random.default_rng(1).choice(150, 75, replace=False)
    whole = measures.trustworthiness(BEFORE, FLAT, 8, ALL)
    assert measures.trustworthiness(BEFORE, FLAT, 8, np.sort(some)) == pytest.approx(whole, abs=0.05)


def test_overlap_counts_shared_neighbours():
    near = [neighbours(vectors, 9).indices for vectors in (BEFORE, AFTER)]
    expected = [len(set(one.tolist()) & set(other.tolist())) / 9 for one, other in zip(*near, strict=True)]
    assert measures.overlap(*near).tolist() == pytest.approx(expected)
    assert (measures.overlap(near[0], near[0][:, ::-1]) == 1).all()


def test_mean_cosine_is_that_of_all_pairs():
    cosines = BEFORE @ BEFORE.T
    assert measures.mean_cosine(BEFORE) == pytest.approx((cosines.sum() - 150) / (150 * 149), abs=1e-5)
    assert measures.mean_cosine(np.repeat(BEFORE[:1], 5, axis=0)) == pytest.approx(1)


def test_effective_rank_counts_the_directions_in_use():
    circle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    flat = np.stack([np.cos(circle), np.sin(circle), 0 * circle, 0 * circle], axis=1).astype(np.float32)
    assert measures.effective_rank(flat) == pytest.approx(2, abs=1e-3)
    assert measures.effective_rank(flat @ np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]) == pytest.approx(2, abs=1e-3)


def test_purity_is_the_share_of_neighbours_that_mention_the_same():
    rng = np.random.default_rng(3)
    mentions = csr_matrix((rng.random((40, 6)) < 0.3).astype(np.int32))
    near = rng.integers(0, 40, (40, 5)).astype(np.int32)
    dense = mentions.toarray().astype(bool)
    expected = [np.mean([(dense[row] & dense[other]).any() for other in near[row]]) if dense[row].any() else np.nan for row in range(40)]
    assert measures.purity(near, mentions).tolist() == pytest.approx(expected, nan_ok=True)


def test_spread_is_the_mean_distance_of_two():
    three = normal(np.asarray([[1, 0], [0, 1], [1, 1]], dtype=float))
    half = 1 / np.sqrt(2)
    assert measures.spread(three) == pytest.approx(1 - (0 + half + half) / 3, abs=1e-6)
