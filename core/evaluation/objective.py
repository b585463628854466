"""What choices are made by, on dev questions only: nDCG@10 where questions are judged, the topic rubric where they only have topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.corpus.topics import TopicMatcher
from core.evaluation.metrics import Floats, gains_of, ideal_gains, judged_indices, ndcg_at
from core.evaluation.rubric import grade
from core.records import Chunk, Question, Ranking

Metric = Literal["ndcg@10", "rubric"]
CUT = 10


@dataclass(frozen=True, slots=True)
class Objective:
    """One number for a ranking of `chunks` for `questions`; higher is better."""

    metric: Metric
    questions: tuple[Question, ...]
    chunks: tuple[Chunk, ...]
    matcher: TopicMatcher

    @property
    def texts(self) -> list[str]:
        return [question.text for question in self.questions]

    def value(self, ranking: Ranking) -> float:
        """The mean over the questions. ranking: (q, at least 10), or every chunk where there are fewer."""
        return float(np.nanmean(self.per_question(ranking)))

    def per_question(self, ranking: Ranking) -> Floats:
        """(q,), NaN where a question has nothing to be measured by."""
        return self._ndcg(ranking) if self.metric == "ndcg@10" else self._rubric(ranking)

    def _ndcg(self, ranking: Ranking) -> Floats:
        judged = judged_indices(self.questions, [chunk.chunk_id for chunk in self.chunks])
        return ndcg_at(gains_of(ranking.indices[:, :CUT], judged), ideal_gains(judged), CUT)

    def _rubric(self, ranking: Ranking) -> Floats:
        grades = [
            grade(question.expected_topics, [self.chunks[index] for index in row], self.matcher).grade
            for question, row in zip(self.questions, ranking.indices[:, :CUT], strict=True)
        ]
        return np.array(grades, dtype=np.float64)


def objective_for(questions: Sequence[Question], chunks: Sequence[Chunk], matcher: TopicMatcher) -> Objective | None:
    """The objective on those of the questions that it can be measured on; None where no question has judgements or topics."""
    present = {chunk.chunk_id for chunk in chunks}
    judged = tuple(question for question in questions if present.intersection(question.relevant))
    if judged:
        return Objective("ndcg@10", judged, tuple(chunks), matcher)
    topical = tuple(question for question in questions if question.expected_topics)
    return Objective("rubric", topical, tuple(chunks), matcher) if topical else None
