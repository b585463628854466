"""Metrics and tests on questions that nobody here wrote, against pytrec_eval and SciPy."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import pytrec_eval
from scipy import stats

from core.corpus.topics import TopicMatcher
from core.evaluation.clusters import clusters_of
from core.evaluation.report import DEPTH, evaluate
from core.evaluation.significance import paired_randomisation
from core.records import Corpus, Ranking
from core.retrieval.bm25 import BM25
from core.retrieval.systems import Lexical
from tests.corpus.test_real_folders import read

MOST = 300  # questions of a set
TREC = {"ndcg@10": "ndcg_cut_10", "recall@10": "recall_10", "precision@10": "P_10", "map": "map"}


@cache
def ranked(name: str) -> tuple[Corpus, dict[str, Ranking]]:
    """A set, and two rankings of it for its first test questions: BM25 as the workbench has it, and over plain words."""
    corpus = read(name).corpus
    questions = [question.text for question in corpus.asked("test")[:MOST]]
    documents = [chunk.document for chunk in corpus.searchable]
    plain = BM25([document.lower().split() for document in documents])
    rankings = {
        "bm25": Lexical(documents).search(questions, DEPTH),
        "plain": plain.search([text.lower().split() for text in questions], DEPTH),
    }
    return corpus, rankings


@pytest.mark.parametrize("name", ["covidqa", "scripture"])
def test_metrics_agree_with_trec_eval(name: str) -> None:
    corpus, rankings = ranked(name)
    questions = corpus.asked("test")[:MOST]
    found = evaluate(rankings, questions, corpus.searchable, TopicMatcher(()), (5,))
    ids = [chunk.chunk_id for chunk in corpus.searchable]
    qrel = {question.question_id: dict(question.judgements) for question in questions}
    oracle = pytrec_eval.RelevanceEvaluator(qrel, {"map", "ndcg_cut.10", "recall.10", "P.10"})
    for system, ranking in rankings.items():
        listed = {
            question.question_id: {ids[index]: float(-rank) for rank, index in enumerate(row)}
            for question, row in zip(questions, ranking.indices, strict=True)
        }
        expected = oracle.evaluate(listed)
        for metric, trec in TREC.items():
            theirs = [expected[question.question_id][trec] for question in questions]
            np.testing.assert_allclose(found.scores[system][metric].per_query, theirs, atol=1e-6, err_msg=f"{system} {metric}")


@pytest.mark.parametrize("name", ["covidqa", "scripture"])
def test_the_paired_test_agrees_with_scipy(name: str) -> None:
    corpus, rankings = ranked(name)
    questions = corpus.asked("test")[:MOST]
    scores = evaluate(rankings, questions, corpus.searchable, TopicMatcher(()), (5,)).scores
    for metric in ("ndcg@10", "map"):
        ours, plain = (scores[system][metric].per_query for system in ("bm25", "plain"))
        compared = paired_randomisation(ours, plain)
        theirs = stats.permutation_test(
            (ours, plain),
            lambda x, y, axis: np.mean(x - y, axis=axis),
            permutation_type="samples",
            vectorized=True,
            rng=np.random.default_rng(1),
        )
        bootstrap = stats.bootstrap((ours - plain,), np.mean, method="percentile", rng=np.random.default_rng(1))
        tolerance = 0.15 * bootstrap.standard_error
        assert compared.p == pytest.approx(theirs.pvalue, abs=0.02)
        assert compared.low == pytest.approx(bootstrap.confidence_interval.low, abs=tolerance)
        assert compared.high == pytest.approx(bootstrap.confidence_interval.high, abs=tolerance)
        clustered = paired_randomisation(ours, plain, clusters_of(questions, corpus.chunks))
        assert clustered.difference == compared.difference and clustered.n_clusters < compared.n_clusters
