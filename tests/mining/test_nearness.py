from __future__ import annotations

import numpy as np
import pytest

from core.mining.ground import Ground
from core.mining.nearness import near_answers, nearness, words_share
from core.mining.proposals import rows_of
from core.mining.ranks import Ranks
from core.records import Chunk
from tests.mining.toy import bag

AXES = np.eye(3, dtype=np.float32)


def test_by_hand() -> None:
    """Query on x; the answer half-way to y; chunks: the answer again, y itself, something else (z)."""
    half = np.array([[0.6, 0.8, 0]], dtype=np.float32)
    chunks = np.stack([half[0], AXES[1], AXES[2]])
    found = nearness(chunks @ AXES[0], chunks, half @ AXES[0], half)
    assert found.tolist() == pytest.approx([1.0, 3 * 0.8 / 3.6, 0.0])


def test_of_several_answers_the_nearest_counts() -> None:
    chunk = AXES[:1]
    one = nearness(np.ones(1), chunk, np.zeros(1), AXES[1:2])
    both = nearness(np.ones(1), chunk, np.array([0.0, 1.0]), AXES[[1, 0]])
    assert one.tolist() == pytest.approx([1 / 3])
    assert both.tolist() == pytest.approx([1.0])


def test_an_answer_that_does_not_count_is_left_out() -> None:
    chunk = AXES[:1]
    one = nearness(np.ones(1), chunk, np.array([0.0, np.nan]), AXES[[1, 0]])
    assert one.tolist() == pytest.approx([1 / 3])
    assert np.isnan(nearness(np.ones(1), chunk, np.array([np.nan]), AXES[:1])).all()


def test_in_views_as_from_the_vectors_and_unknown_where_there_are_none() -> None:
    chunks = (Chunk("a", "red fox", "a"), Chunk("b", "red dog", "b"), Chunk("c", "blue sea", "c"), Chunk("d", "x", "d", searchable=False))
    ranks = Ranks(Ground(chunks, ()), bag)
    views = list(ranks.views(["red", "fox"], [True, True]))
    found = near_answers(views, rows_of([[1, 2, 3], [2]]), rows_of([[0], [0, 3]]), ranks)
    vectors, queries = bag([chunk.text for chunk in chunks], "document"), bag(["red", "fox"], "query")
    for row, (query, own) in enumerate(zip(queries, ([1, 2], [2]), strict=True)):
        expected = nearness(vectors[own] @ query, vectors[own], vectors[:1] @ query, vectors[:1])
        np.testing.assert_allclose(found[row, : len(own)], expected, atol=1e-5)
    assert np.isnan(found[0, 2])
    assert np.isnan(found[1, 1:]).all()
    assert np.isnan(near_answers(views[:1], rows_of([[1]]), rows_of([[3]]), ranks)).all()
    words = Ranks(Ground(chunks, ()), None)
    assert np.isnan(near_answers(list(words.views(["red"], [True])), rows_of([[1]]), rows_of([[0]]), words)).all()


def test_words_as_a_share_of_the_best_answer() -> None:
    texts = ("red fox", "red dog", "blue sea", "hill", "dale", "moor", "fen", "tarn")
    chunks = tuple(Chunk(text, text, text) for text in texts)
    (view,) = Ranks(Ground(chunks, ()), None).views(["red fox"], [True])
    assert words_share(view, np.array([0, 2]), {0}).tolist() == [1.0, 0.0]
    assert 0 < words_share(view, np.array([1]), {0})[0] < 1
    assert words_share(view, np.array([0, 1]), {2}).tolist() == [0.0, 0.0]
