"""Several systems on the same questions, from rankings to means and a table."""

from __future__ import annotations

import numpy as np
import pytest
import pytrec_eval

from core.corpus.topics import TopicMatcher
from core.evaluation.report import DEPTH, evaluate
from core.records import Chunk, Entity, Question, Ranking
from core.retrieval.ranking import best

CHUNKS = (
    Chunk("a", "Mira Vale came home.", "a.md"),
    Chunk("b", "Oss lies in the salt flats.", "b.md"),
    Chunk("c", "Rain.", "c.md"),
)
QUESTIONS = (
    Question("q1", "Who came home?", expected_topics=("Mira Vale",), judgements={"a": 2}),
    Question("q2", "Where is Oss?", judgements={"b": 1, "c": 0}),
    Question("q3", "What of Mira and Oss?", expected_topics=("Mira Vale", "Oss")),
)
MATCHER = TopicMatcher([Entity("Mira Vale", "person"), Entity("Oss", "place")])


def ranking(*rows: list[int]) -> Ranking:
    indices = np.array(rows, dtype=np.int64)
    return Ranking(indices, np.zeros(indices.shape))


GOOD = ranking([0, 1, 2], [1, 0, 2], [0, 1, 2])
BAD = ranking([2, 1, 0], [2, 0, 1], [2, 0, 1])


def test_every_metric_of_every_system_is_kept_by_question() -> None:
    evaluation = evaluate({"good": GOOD, "bad": BAD}, QUESTIONS, CHUNKS, MATCHER, (1, 5))
    metrics = ["ndcg@10", "recall@1", "recall@5", "recall@10", "precision@1", "precision@5", "precision@10", "mrr@10", "map"]
    metrics += ["judged@10", "rubric"]
    assert [list(by_metric) for by_metric in evaluation.scores.values()] == [metrics, metrics]
    bad = {metric: scores.per_query for metric, scores in evaluation.scores["bad"].items()}
    np.testing.assert_allclose(bad["mrr@10"], [1 / 3, 1 / 3, np.nan])
    np.testing.assert_allclose(bad["recall@1"], [0, 0, np.nan])
    np.testing.assert_allclose(bad["precision@5"], [1 / 5, 1 / 5, np.nan])
    np.testing.assert_allclose(bad["rubric"], [5, np.nan, 5])


def test_grades_keep_what_they_rest_on() -> None:
    grades = evaluate({"bad": BAD}, QUESTIONS, CHUNKS, MATCHER, (1,)).grades["bad"]
    assert grades[0] is not None
    assert (grades[0].covered["Mira Vale"].rank, grades[0].covered["Mira Vale"].chunk_id) == (3, "a")
    assert grades[1] is None


def test_means_are_over_the_questions_a_metric_applies_to() -> None:
    means = evaluate({"good": GOOD, "bad": BAD}, QUESTIONS, CHUNKS, MATCHER, (1,)).means()
    assert means["good"]["ndcg@10"] == 1
    assert means["bad"]["mrr@10"] == pytest.approx(1 / 3)
    assert means["good"]["rubric"] == 5
    without_topics = evaluate({"good": ranking([1, 0, 2])}, QUESTIONS[1:2], CHUNKS, MATCHER, (1,)).means()
    assert without_topics["good"]["rubric"] is None
    without_judgements = evaluate({"good": ranking([1, 0, 2])}, QUESTIONS[2:], CHUNKS, MATCHER, (1,)).means()
    assert without_judgements["good"]["map"] is None


def test_the_table_has_a_row_for_each_system_metric_and_question() -> None:
    evaluation = evaluate({"good": GOOD, "bad": BAD}, QUESTIONS, CHUNKS, MATCHER, (1,))
    table = evaluation.table()
    assert list(table.columns) == ["system", "question_id", "metric", "value"]
    assert len(table) == 2 * 3 * len(evaluation.scores["good"])
    means = table.groupby(["system", "metric"])["value"].mean()
    for system, by_metric in evaluation.means().items():
        for metric, mean in by_metric.items():
            assert means[system, metric] == pytest.approx(mean)
    one = table[(table["system"] == "bad") & (table["metric"] == "mrr@10") & (table["question_id"] == "q2")]
    assert one["value"].tolist() == pytest.approx([1 / 3])


def test_no_systems_or_no_questions_make_an_empty_table() -> None:
    assert evaluate({}, QUESTIONS, CHUNKS, MATCHER, (1,)).table().empty
    nobody = evaluate({"good": Ranking(np.empty((0, 0), dtype=np.int64), np.empty((0, 0)))}, (), CHUNKS, MATCHER, (1,))
    assert nobody.table().empty
    assert set(nobody.means()["good"].values()) == {None}


def test_a_deep_ranking_agrees_with_trec_eval_cut_at_the_same_depth() -> None:
    rng = np.random.default_rng(1)
    n = DEPTH + 200
    chunks = [Chunk(f"c{n - index:05d}", "", "f") for index in range(n)]  # among ties trec_eval puts the greater id first
    scores = rng.integers(0, 50, (5, n)) / 64
    judgements = [{f"c{int(index) + 1:05d}": int(rng.integers(1, 4)) for index in rng.choice(n, 60, replace=False)} for _ in range(5)]
    questions = [Question(f"q{row}", "?", judgements=judged) for row, judged in enumerate(judgements)]
    found = evaluate({"one": best(scores, n)}, questions, chunks, MATCHER, (10, 1000)).scores["one"]
    qrel = {question.question_id: dict(question.judgements) for question in questions}
    run = {f"q{row}": {chunk.chunk_id: float(score) for chunk, score in zip(chunks, scores[row], strict=True)} for row in range(5)}
    expected = pytrec_eval.RelevanceEvaluator(qrel, {f"map_cut.{DEPTH}", "recall.1000", "ndcg_cut.10"}).evaluate(run)
    for ours, theirs in (("map", f"map_cut_{DEPTH}"), ("recall@1000", "recall_1000"), ("ndcg@10", "ndcg_cut_10")):
        np.testing.assert_allclose(found[ours].per_query, [expected[f"q{row}"][theirs] for row in range(5)], atol=1e-6, rtol=0)


@pytest.mark.parametrize("shallow", [ranking([0, 1], [1, 0], [0, 1]), ranking([0, 1, 2])])
def test_a_ranking_too_shallow_or_of_other_questions_is_refused(shallow: Ranking) -> None:
    with pytest.raises(ValueError, match=r"bm25: a ranking of shape .* needed: 3 questions to depth 3"):
        evaluate({"bm25": shallow}, QUESTIONS, CHUNKS, MATCHER, (1,))
