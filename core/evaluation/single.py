"""What one ranking for one question is worth, by the metrics that whole evaluations use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation.metrics import gains_of, ideal_gains, judged_at, judged_indices, mrr_at, ndcg_at, recall_at
from core.records import Question

CUT = 10


def measure_one(question: Question, ranked_ids: Sequence[str]) -> dict[str, float]:
    """ndcg@10, recall@10, mrr@10 and judged@10 of the chunks that a system ranked first (10, or all there are); {} for a question without
    a relevant chunk."""
    if not question.relevant:
        return {}
    judged = judged_indices([question], ranked_ids)
    indices = np.arange(len(ranked_ids), dtype=np.int64)[None, :]
    gains, ideal = gains_of(indices, judged), ideal_gains(judged)
    values = {
        "ndcg@10": ndcg_at(gains, ideal, CUT),
        "recall@10": recall_at(gains, ideal, CUT),
        "mrr@10": mrr_at(gains, ideal, CUT),
        "judged@10": judged_at(indices, judged, CUT),
    }
    return {metric: float(value[0]) for metric, value in values.items()}
