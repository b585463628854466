"""BM25 against rank_bm25 itself, which stays the judge of what the scores are."""

from __future__ import annotations

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from core.retrieval.bm25 import BM25, K1, B


def okapi(documents: list[list[str]], queries: list[list[str]]) -> np.ndarray:
    index = BM25Okapi(documents, k1=K1, b=B)
    return np.array([index.get_scores(query) for query in queries])


def random_texts(rng: np.random.Generator, n: int, longest: int, n_words: int) -> list[list[str]]:
    return [[f"w{int(rank)}" for rank in np.minimum(rng.zipf(1.3, rng.integers(0, longest + 1)), n_words)] for _ in range(n)]


@pytest.mark.parametrize("seed", range(5))
def test_scores_and_top_ten_are_those_of_rank_bm25(seed: int) -> None:
    rng = np.random.default_rng(seed)
    documents = [*random_texts(rng, 300, 60, 500), [], []]
    queries = [*random_texts(rng, 40, 12, 600), [], ["never-seen"], ["w1", "w1", "never-seen", "w7", "w1"]]
    index = BM25(documents)
    expected = okapi(documents, queries)
    np.testing.assert_allclose(index.scores(queries), expected, rtol=0, atol=1e-6)
    top = np.argsort(-expected, axis=1, kind="stable")[:, :10]
    found = index.search(queries, 10)
    np.testing.assert_array_equal(found.indices, top)
    np.testing.assert_allclose(found.scores, np.take_along_axis(expected, top, axis=1), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param([["light", "and", "light"]], id="one document: every idf is negative"),
        pytest.param([["the", "tower"], ["the", "gate"], ["the", "sea"], ["the"]], id="a word in all documents: the epsilon floor"),
        pytest.param([["a", "b"], ["a", "c"]], id="a word in exactly half: idf zero"),
        pytest.param([["a"], [], [], []], id="empty documents"),
        pytest.param([["x", "y"]] * 4, id="the floor itself is negative"),
    ],
)
def test_corners_of_the_idf(documents: list[list[str]]) -> None:
    queries = [["the"], ["light"], ["a", "b", "c"], ["x"], ["tower", "the", "tower"], []]
    np.testing.assert_allclose(BM25(documents).scores(queries), okapi(documents, queries), rtol=0, atol=1e-6)


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_a_corpus_without_words_scores_zero_where_rank_bm25_divides_by_zero(documents: list[list[str]]) -> None:
    with pytest.raises(ZeroDivisionError):
        BM25Okapi(documents)
    index = BM25(documents)
    np.testing.assert_array_equal(index.scores([["a"], []]), np.zeros((2, len(documents))))
    np.testing.assert_array_equal(index.search([["a"], []], 10).indices, [list(range(len(documents)))] * 2)


def test_a_match_with_a_negative_score_ranks_below_no_match() -> None:
    documents = [["x"], ["x"], ["x", "x"], [], ["x"]]
    found = BM25(documents).search([["x"]], 5)
    assert found.indices[0, 0] == 3
    assert found.scores[0, 0] == 0 > found.scores[0, 1]


def test_no_queries() -> None:
    index = BM25([["a"], ["b"]])
    assert index.scores([]).shape == (0, 2)
    assert index.search([], 10).indices.shape == (0, 2)


def test_words_are_compared_as_words_not_as_objects() -> None:
    spelled = "".join(["li", "ght"])
    assert BM25([["light"], ["dark"], ["sea"]]).scores([[spelled]])[0, 0] > 0
