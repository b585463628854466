from __future__ import annotations

import numpy as np
import pytest

from core.retrieval import ranking
from core.retrieval.dense import cosine, top_k


def normalised(rng: np.random.Generator, n: int, d: int = 8) -> np.ndarray:
    vectors = rng.normal(size=(n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_known_directions() -> None:
    chunks = np.eye(3, dtype=np.float32)
    queries = np.array([[0, 1, 0], [0.6, 0, 0.8]], dtype=np.float32)
    np.testing.assert_allclose(cosine(queries, chunks), queries)
    found = top_k(queries, chunks, 2)
    assert found.indices.tolist() == [[1, 0], [2, 0]]
    np.testing.assert_allclose(found.scores, [[1, 0], [0.8, 0.6]], atol=1e-6)


def test_blocks_find_what_one_product_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    queries, chunks = normalised(rng, 23), normalised(rng, 101)
    expected = np.argsort(-(queries @ chunks.T), axis=1, kind="stable")[:, :5]
    monkeypatch.setattr(ranking, "BLOCK_FLOATS", 400)
    np.testing.assert_array_equal(top_k(queries, chunks, 5).indices, expected)


def test_k_beyond_n_and_nothing_at_all() -> None:
    vectors = np.eye(2, dtype=np.float32)
    assert top_k(vectors, vectors, 10).indices.shape == (2, 2)
    assert top_k(vectors[:0], vectors, 10).indices.shape == (0, 2)
    assert top_k(vectors, vectors[:0], 10).indices.shape == (2, 0)


def test_vectors_of_two_models_do_not_mix() -> None:
    with pytest.raises(ValueError, match="share d"):
        cosine(np.eye(2, dtype=np.float32), np.eye(3, dtype=np.float32))
