"""Judged@10, and one question's metrics as a whole evaluation has them."""

from __future__ import annotations

import numpy as np
import pytest

from core.corpus.topics import TopicMatcher
from core.evaluation.metrics import judged_at
from core.evaluation.report import evaluate
from core.evaluation.single import measure_one
from core.records import Chunk, Question, Ranking


def test_judged_at_counts_what_anybody_looked_at() -> None:
    indices = np.array([[4, 2, 0, 1], [0, 1, 2, 3], [3, 2, 1, 0]])
    found = judged_at(indices, [{4: 0, 2: 3, 9: 1}, {}, {0: 1}], k=3)
    np.testing.assert_allclose(found, [2 / 3, np.nan, 0])
    assert judged_at(np.empty((0, 10), dtype=np.int64), []).shape == (0,)


def test_one_question_is_measured_as_in_an_evaluation() -> None:
    rng = np.random.default_rng(1)
    chunks = [Chunk(f"c{n}", "text", "f") for n in range(40)]
    question = Question("q", "?", judgements={"c3": 2, "c8": 1, "c9": 0, "elsewhere": 1})
    order = rng.permutation(40)[None, :]
    whole = evaluate({"s": Ranking(order, -np.arange(40.0)[None, :])}, [question], chunks, TopicMatcher(()), (5,)).scores["s"]
    one = measure_one(question, [chunks[index].chunk_id for index in order[0, :10]])
    assert one == {metric: pytest.approx(whole[metric].per_query[0]) for metric in ("ndcg@10", "recall@10", "mrr@10", "judged@10")}
    assert measure_one(Question("q", "?", judgements={"c1": 0}), ["c1"]) == {}
