from __future__ import annotations

import numpy as np
import pytest

from core.mining.ground import Ground
from core.mining.nearness import near_answers, nearness, words_share
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


def test_in_a_view_as_from_the_vectors_and_none_where_there_are_none() -> None:
    chunks = (Chunk("a", "red fox", "a"), Chunk("b", "red dog", "b"), Chunk("c", "blue sea", "c"), Chunk("d", "x", "d", searchable=False))
    ranks = Ranks(Ground(chunks, ()), bag)
    (view,) = ranks.views(["red"], [True])
    vectors, query = bag([chunk.text for chunk in chunks], "document"), bag(["red"], "query")[0]
    expected = nearness(vectors[1:3] @ query, vectors[1:3], vectors[:1] @ query, vectors[:1])
    np.testing.assert_allclose(near_answers(view, np.array([1, 2]), {0}, ranks), expected, rtol=1e-6)
    np.testing.assert_allclose(near_answers(view, np.array([1, 2]), {0, 3}, ranks), expected, rtol=1e-6)
    assert near_answers(view, np.array([1, 3]), {0}, ranks) is None
    assert near_answers(view, np.array([1]), {3}, ranks) is None
    (wordy,) = Ranks(Ground(chunks, ()), None).views(["red"], [True])
    assert near_answers(wordy, np.array([1]), {0}, ranks) is None


def test_words_as_a_share_of_the_best_answer() -> None:
    texts = ("red fox", "red dog", "blue sea", "hill", "dale", "moor", "fen", "tarn")
    chunks = tuple(Chunk(text, text, text) for text in texts)
    (view,) = Ranks(Ground(chunks, ()), None).views(["red fox"], [True])
    assert words_share(view, np.array([0, 2]), {0}).tolist() == [1.0, 0.0]
    assert 0 < words_share(view, np.array([1]), {0})[0] < 1
    assert words_share(view, np.array([0, 1]), {2}).tolist() == [0.0, 0.0]
