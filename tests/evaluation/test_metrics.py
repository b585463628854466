"""The metrics against pytrec_eval, an independent implementation, and against results small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import pytrec_eval

from core.evaluation.metrics import average_precision, gains_of, ideal_gains, judged_indices, mrr_at, ndcg_at, precision_at, recall_at
from core.records import Question
from core.retrieval.ranking import best

K_VALUES = (1, 5, 10, 20)
MEASURES = {"map", "recip_rank", "ndcg_cut.10", "recall.1,5,10,20", "P.1,5,10,20"}


def doc_id(index: int, n: int) -> str:
    """trec_eval puts the greater id first among equal scores; we put the lower index first."""
    return f"d{n - index:05d}"


def oracle(scores: np.ndarray, judged: list[dict[int, int]]) -> dict[str, np.ndarray]:
    q, n = scores.shape
    qrel = {f"q{row}": {doc_id(index, n): grade for index, grade in judged[row].items()} for row in range(q)}
    run = {f"q{row}": {doc_id(index, n): float(scores[row, index]) for index in range(n)} for row in range(q)}
    found = pytrec_eval.RelevanceEvaluator(qrel, MEASURES).evaluate(run)
    values = {measure: np.array([found[f"q{row}"][measure] for row in range(q)]) for measure in found["q0"]}
    values["recip_rank"] = np.where(values["recip_rank"] > 1 / 10.5, values["recip_rank"], 0.0)  # trec_eval does not cut it at 10
    return values


def ours(scores: np.ndarray, judged: list[dict[int, int]]) -> dict[str, np.ndarray]:
    gains, ideal = gains_of(best(scores, scores.shape[1]).indices, judged), ideal_gains(judged)
    values = {"map": average_precision(gains, ideal), "recip_rank": mrr_at(gains, ideal, 10), "ndcg_cut_10": ndcg_at(gains, ideal, 10)}
    for k in K_VALUES:
        values |= {f"recall_{k}": recall_at(gains, ideal, k), f"P_{k}": precision_at(gains, ideal, k)}
    return values


def random_case(seed: int, n: int) -> tuple[np.ndarray, list[dict[int, int]]]:
    """Scores of few different values, so that most are tied; a quarter of the chunks judged, with grades 0 to 3."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, (30, n)) / 8
    judged = [{int(index): int(rng.integers(0, 4)) for index in rng.choice(n, n // 4, replace=False)} for _ in range(30)]
    judged[0] = dict.fromkeys(judged[0], 0)
    judged[1] = {3: 2}
    return scores, judged


@pytest.mark.parametrize(("seed", "n"), [(seed, n) for seed in range(8) for n in (8, 40, 300)])
def test_metrics_agree_with_trec_eval(seed: int, n: int) -> None:
    scores, judged = random_case(seed, n)
    expected, found = oracle(scores, judged), ours(scores, judged)
    assert expected.keys() == found.keys()
    has_relevant = [any(grade > 0 for grade in grades.values()) for grades in judged]
    for measure, values in found.items():
        np.testing.assert_allclose(values[has_relevant], expected[measure][has_relevant], atol=1e-6, rtol=0, err_msg=measure)
        assert np.isnan(values[np.logical_not(has_relevant)]).all()


def test_a_ranking_worked_out_by_hand() -> None:
    judged = [{7: 1, 2: 3, 5: 0, 9: 1}]
    gains = gains_of(np.array([[5, 2, 0, 7]]), judged)
    ideal = ideal_gains(judged)
    assert gains.tolist() == [[0, 3, 0, 1]]
    assert ideal.tolist() == [[3, 1, 1]]
    assert recall_at(gains, ideal, 2)[0] == pytest.approx(1 / 3)
    assert precision_at(gains, ideal, 10)[0] == pytest.approx(2 / 10)
    assert mrr_at(gains, ideal)[0] == 1 / 2
    assert mrr_at(gains, ideal, 1)[0] == 0
    assert average_precision(gains, ideal)[0] == pytest.approx((1 / 2 + 2 / 4) / 3)
    best_possible = 3 + 1 / np.log2(3) + 1 / 2
    assert ndcg_at(gains, ideal)[0] == pytest.approx((3 / np.log2(3) + 1 / np.log2(5)) / best_possible)


def test_average_precision_is_over_the_depth_of_the_ranking() -> None:
    judged = [{0: 1, 3: 1}]
    gains = gains_of(np.array([[0, 1, 2, 3]]), judged)
    assert average_precision(gains, ideal_gains(judged))[0] == pytest.approx((1 + 2 / 4) / 2)
    assert average_precision(gains[:, :3], ideal_gains(judged))[0] == pytest.approx(1 / 2)


def test_without_relevant_chunks_nothing_is_measured() -> None:
    judged: list[dict[int, int]] = [{}, {1: 0}]
    gains, ideal = gains_of(np.array([[0, 1], [1, 0]]), judged), ideal_gains(judged)
    for values in (recall_at(gains, ideal, 1), precision_at(gains, ideal, 1), mrr_at(gains, ideal), average_precision(gains, ideal)):
        assert np.isnan(values).all()
    assert np.isnan(ndcg_at(gains, ideal)).all()


def test_no_questions_give_empty_results() -> None:
    gains, ideal = gains_of(np.empty((0, 10), dtype=np.int64), []), ideal_gains([])
    assert ndcg_at(gains, ideal).shape == mrr_at(gains, ideal).shape == average_precision(gains, ideal).shape == (0,)


def test_a_judged_chunk_that_is_not_searched_counts_as_missed() -> None:
    question = Question("q", "?", judgements={"elsewhere": 1, "b": 2, "gone": 1})
    judged = judged_indices([question], ["a", "b"])
    assert judged == [{2: 1, 1: 2, 4: 1}]
    gains = gains_of(np.array([[1, 0]]), judged)
    assert recall_at(gains, ideal_gains(judged), 2)[0] == pytest.approx(1 / 3)


def test_a_ranking_for_other_questions_is_refused() -> None:
    with pytest.raises(ValueError, match="judgements of 2 questions"):
        gains_of(np.zeros((3, 5), dtype=np.int64), [{}, {}])
