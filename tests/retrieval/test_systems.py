from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from core.records import Vectors
from core.retrieval import ranking
from core.retrieval.hybrid import convex
from core.retrieval.ranking import best
from core.retrieval.systems import Dense, Hybrid, Lexical, System, rank_by_weight

DOCUMENTS = [
    "The lighthouse keeper counts the ships.",
    "The smith of Emberfall forges lanterns for ships.",
    "Nobody counts the gulls.",
    "The lantern burns without oil.",
    "Snow lies on the pass.",
    "A ferry crosses at noon.",
]
QUESTIONS = ["Who counts ships?", "What do lanterns burn?", "xyzzy"]


def encode(texts: Sequence[str]) -> Vectors:
    """A direction for each text that depends on its length alone."""
    angles = np.array([len(text) for text in texts], dtype=np.float32)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.fixture
def systems() -> dict[str, System]:
    dense, lexical = Dense("base", encode, encode(DOCUMENTS)), Lexical(DOCUMENTS)
    fused = {"base+bm25": Hybrid("base+bm25", dense, lexical, 0.4), "fused": Hybrid("fused", dense, lexical, None)}
    return {"bm25": lexical, "base": dense, **fused}


def test_lexical_finds_by_stems(systems: dict[str, System]) -> None:
    found = systems["bm25"].search(QUESTIONS, 2)
    assert found.indices.tolist() == [[0, 2], [3, 1], [0, 1]]
    assert found.scores[2].tolist() == [0, 0]


def test_search_ranks_what_scores_says_in_blocks_too(systems: dict[str, System], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BLOCK_FLOATS", 7)
    for name, system in systems.items():
        assert system.name == name
        assert system.scores(QUESTIONS).shape == (3, system.n_chunks) == (3, 6)
        expected, found = best(system.scores(QUESTIONS), 3), system.search(QUESTIONS, 3)
        np.testing.assert_array_equal(found.indices, expected.indices)
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-6)
        assert system.search([], 3).indices.shape == (0, 3)


def test_a_hybrid_is_the_convex_combination_of_its_sides(systems: dict[str, System]) -> None:
    dense, lexical = systems["base"], systems["bm25"]
    expected = convex(dense.scores(QUESTIONS), lexical.scores(QUESTIONS), 0.4)
    np.testing.assert_allclose(systems["base+bm25"].scores(QUESTIONS), expected)


def test_ranking_by_weight_is_the_hybrid_at_each_weight(systems: dict[str, System], monkeypatch: pytest.MonkeyPatch) -> None:
    dense, lexical = systems["base"], systems["bm25"]
    monkeypatch.setattr(ranking, "BLOCK_FLOATS", 7)
    for weight, found in rank_by_weight(dense, lexical, QUESTIONS, 3, (0.0, 0.25, 1.0)).items():
        expected = Hybrid("h", dense, lexical, weight).search(QUESTIONS, 3)
        np.testing.assert_array_equal(found.indices, expected.indices)
        np.testing.assert_allclose(found.scores, expected.scores)


def test_sides_over_different_chunks_do_not_fuse(systems: dict[str, System]) -> None:
    with pytest.raises(ValueError, match="base ranks 6 chunks, bm25 2"):
        Hybrid("h", systems["base"], Lexical(DOCUMENTS[:2]), 0.5)


def test_an_empty_corpus_answers_with_nothing() -> None:
    assert Lexical([]).search(QUESTIONS, 5).indices.shape == (3, 0)


def encode_with_words(texts: Sequence[str]) -> Vectors:
    """Behind that direction, shorter the shorter the text, another that depends on its first letter."""
    letters = np.array([ord(text[:1] or " ") for text in texts], dtype=np.float32)
    words = np.stack([np.cos(letters), np.sin(letters)], axis=1) * np.array([[len(text) / 50] for text in texts])
    whole = np.concatenate([encode(texts), words], axis=1).astype(np.float32)
    return whole / np.linalg.norm(whole, axis=1, keepdims=True)


def test_beside_bm25_a_model_that_knows_words_ranks_by_meaning_alone() -> None:
    meant, whole = Dense("tuned", encode, encode(DOCUMENTS)), Dense("tuned", encode_with_words, encode_with_words(DOCUMENTS), 2)
    assert not np.allclose(whole.scores(QUESTIONS), meant.scores(QUESTIONS), atol=0.01)
    np.testing.assert_allclose(whole.beside_words.scores(QUESTIONS), meant.scores(QUESTIONS), atol=1e-6)
    np.testing.assert_array_equal(whole.beside_words.search(QUESTIONS, 3).indices, meant.search(QUESTIONS, 3).indices)
    assert meant.beside_words is meant and whole.beside_words is whole.beside_words


def test_a_vector_of_words_alone_means_nothing() -> None:
    only_words = np.array([[0, 0, 1, 0], [0.6, 0.8, 0, 0]], dtype=np.float32)
    side = Dense("tuned", lambda _: only_words, only_words, 2).beside_words
    np.testing.assert_allclose(side.scores(["a", "b"]), [[0, 0], [0, 1]])
