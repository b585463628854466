"""Several systems on the same questions: every metric for every question. Means, intervals and tests are derived from these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.corpus.topics import TopicMatcher
from core.evaluation.metrics import (
    Floats,
    average_precision,
    gains_of,
    ideal_gains,
    judged_at,
    judged_indices,
    mrr_at,
    ndcg_at,
    precision_at,
    recall_at,
)
from core.evaluation.rubric import RUBRIC_K, Grade, grade
from core.records import Chunk, Question, Ranking, Scores

DEPTH = 1000  # ranks a system is asked for, as in TREC; MAP is computed over them
_CUT = 10


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Per-question results. `scores` is by system, then by metric, each over `question_ids` in their order; `grades` is by system,
    None for a question that expects no topics."""

    question_ids: tuple[str, ...]
    scores: Mapping[str, Mapping[str, Scores]]
    grades: Mapping[str, tuple[Grade | None, ...]]

    def means(self) -> dict[str, dict[str, float | None]]:
        """By system and metric, the mean over the questions it applies to; None where it applies to none."""
        return {system: {metric: scores.mean for metric, scores in by_metric.items()} for system, by_metric in self.scores.items()}

    def table(self) -> pd.DataFrame:
        """One row a system, metric and question: system, question_id, metric, value (NaN where the metric does not apply)."""
        columns = [(system, metric, scores) for system, by_metric in self.scores.items() for metric, scores in by_metric.items()]
        n = len(self.question_ids)
        return pd.DataFrame(
            {
                "system": [system for system, _, _ in columns for _ in range(n)],
                "question_id": list(self.question_ids) * len(columns),
                "metric": [metric for _, metric, _ in columns for _ in range(n)],
                "value": np.concatenate([scores.per_query for _, _, scores in columns]) if columns else np.empty(0),
            }
        )


def evaluate(
    system_rankings: Mapping[str, Ranking],
    questions: Sequence[Question],
    chunks: Sequence[Chunk],
    matcher: TopicMatcher,
    k_values: Sequence[int],
) -> Evaluation:
    """Scores each system's ranking of `chunks`, the ones searched, for `questions` (q).

    Metrics: ndcg@10, recall@k and precision@k for each of `k_values` and 10, mrr@10, map, judged@10, rubric. Every ranking must be (q, at
    least DEPTH) or hold every chunk where there are fewer, so that MAP means one thing; deeper ranks are not read. ValueError where not.
    """
    judged = judged_indices(questions, [chunk.chunk_id for chunk in chunks])
    ideal = ideal_gains(judged)
    scores: dict[str, dict[str, Scores]] = {}
    grades: dict[str, tuple[Grade | None, ...]] = {}
    for system, ranking in system_rankings.items():
        indices = _to_depth(system, ranking, len(questions), len(chunks))
        grades[system] = _grades(indices, questions, chunks, matcher)
        by_metric = _measured(gains_of(indices, judged), ideal, k_values)
        by_metric[f"judged@{_CUT}"] = judged_at(indices, judged, _CUT)
        by_metric["rubric"] = np.array([np.nan if given is None else given.grade for given in grades[system]], dtype=np.float64)
        scores[system] = {metric: Scores(metric, values) for metric, values in by_metric.items()}
    return Evaluation(tuple(question.question_id for question in questions), scores, grades)


def _to_depth(system: str, ranking: Ranking, n_questions: int, n_chunks: int) -> NDArray[np.int64]:
    depth = min(DEPTH, n_chunks)
    if len(ranking.indices) != n_questions or (n_questions and ranking.indices.shape[1] < depth):
        raise ValueError(f"{system}: a ranking of shape {ranking.indices.shape}, needed: {n_questions} questions to depth {depth}")
    return ranking.indices[:, :depth]


def _measured(gains: Floats, ideal: Floats, k_values: Sequence[int]) -> dict[str, Floats]:
    cuts = sorted({*k_values, _CUT})
    return {
        f"ndcg@{_CUT}": ndcg_at(gains, ideal, _CUT),
        **{f"recall@{k}": recall_at(gains, ideal, k) for k in cuts},
        **{f"precision@{k}": precision_at(gains, ideal, k) for k in cuts},
        f"mrr@{_CUT}": mrr_at(gains, ideal, _CUT),
        "map": average_precision(gains, ideal),
    }


def _grades(
    indices: NDArray[np.int64], questions: Sequence[Question], chunks: Sequence[Chunk], matcher: TopicMatcher
) -> tuple[Grade | None, ...]:
    return tuple(
        grade(question.expected_topics, [chunks[index] for index in ranked], matcher) if question.expected_topics else None
        for question, ranked in zip(questions, indices[:, :RUBRIC_K], strict=True)
    )
