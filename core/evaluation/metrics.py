"""Retrieval metrics, one number a question, as trec_eval defines them.

Every metric reads two arrays: `gains` (q, k), the grade of each ranked chunk, best first (`gains_of`), and `ideal` (q, m), the grades
of every relevant chunk, highest first (`ideal_gains`). A chunk is relevant when its grade is above 0; a chunk nobody judged counts
as not relevant. Results are (q,) in [0, 1], NaN for a question without any relevant chunk (trec_eval gives such a question 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.records import Question

Floats = NDArray[np.float64]
Judged = Sequence[Mapping[int, int]]


def judged_indices(questions: Iterable[Question], chunk_ids: Sequence[str]) -> list[dict[int, int]]:
    """Each question's judgements with the chunk's place in `chunk_ids` (n) instead of its id.

    A judged chunk that is not among them gets a place of its own from n on: no system can find it, and recall counts it as missed.
    """
    place = {chunk_id: index for index, chunk_id in enumerate(chunk_ids)}
    return [
        {place.get(chunk_id, len(place) + nth): grade for nth, (chunk_id, grade) in enumerate(question.judgements.items())}
        for question in questions
    ]


def gains_of(indices: NDArray[np.int64], judged: Judged) -> Floats:
    """The grades of the ranked chunks. indices: (q, k), each chunk at most once in a row; judged: q mappings index → grade;
    result: (q, k), 0 where unjudged."""
    if indices.ndim != 2 or len(indices) != len(judged):
        raise ValueError(f"a ranking of shape {indices.shape} for the judgements of {len(judged)} questions")
    gains = np.zeros(indices.shape)
    for ranked, row, grades in zip(indices, gains, judged, strict=True):
        for index, grade in grades.items():
            if grade > 0:
                row[ranked == index] = grade
    return gains


def ideal_gains(judged: Judged) -> Floats:
    """The grades of each question's relevant chunks, highest first: (q, m), m the most that any question has, padded with 0."""
    relevant = [sorted((grade for grade in grades.values() if grade > 0), reverse=True) for grades in judged]
    ideal = np.zeros((len(relevant), max(map(len, relevant), default=0)))
    for row, grades in zip(ideal, relevant, strict=True):
        row[: len(grades)] = grades
    return ideal


def recall_at(gains: Floats, ideal: Floats, k: int) -> Floats:
    """Share of the relevant chunks that are among the first k."""
    return _share(_n_relevant(gains[:, :k]), _n_relevant(ideal))


def precision_at(gains: Floats, ideal: Floats, k: int) -> Floats:
    """Share of the first k that is relevant; out of k also where fewer were ranked."""
    return _where_judged(_n_relevant(gains[:, :k]) / k, ideal)


def mrr_at(gains: Floats, ideal: Floats, k: int = 10) -> Floats:
    """Reciprocal rank: 1 / the rank of the first relevant chunk, 0 where the first k hold none. Its mean is MRR@k."""
    found = gains[:, :k] > 0
    return _where_judged((found / _ranks(found.shape[1])).max(axis=1, initial=0.0), ideal)


def average_precision(gains: Floats, ideal: Floats) -> Floats:
    """Mean over the relevant chunks of the precision at the rank of each; one that was not ranked counts 0. Its mean is MAP.

    Computed over the whole depth of `gains`: rankings cut at 100 and at 1,000 give different values, and only equal depths compare.
    `core.evaluation.report` asks for 1,000, or every chunk where there are fewer.
    """
    found = gains > 0
    precision = found.cumsum(axis=1) / _ranks(found.shape[1])
    return _share((precision * found).sum(axis=1), _n_relevant(ideal))


def ndcg_at(gains: Floats, ideal: Floats, k: int = 10) -> Floats:
    """DCG of the first k over the DCG of the best possible first k, which all relevant chunks make, ranked or not."""
    return _share(dcg(gains[:, :k]), dcg(ideal[:, :k]))


def dcg(gains: Floats) -> Floats:
    """Discounted cumulated gain: linear gain, log2(rank + 1) discount, the form of trec_eval's ndcg_cut (the measure is Järvelin &
    Kekäläinen's, 2002). gains: (q, k); result: (q,)."""
    discounted: Floats = (gains / np.log2(_ranks(gains.shape[1]) + 1)).sum(axis=1)
    return discounted


def judged_at(indices: NDArray[np.int64], judged: Judged, k: int = 10) -> Floats:
    """Share of the first k that somebody has judged, relevant or not: how much of a metric rests on judgements and how much on the
    assumption that what nobody judged is not relevant. indices: (q, k or more), judged: q mappings; NaN where nothing is judged.
    """
    first = indices[:, :k]
    known = [np.isin(ranked, list(grades)).sum() if grades else np.nan for ranked, grades in zip(first, judged, strict=True)]
    shares: Floats = np.array(known, dtype=np.float64) / max(1, first.shape[1])
    return shares


def _n_relevant(gains: Floats) -> Floats:
    counts: Floats = (gains > 0).sum(axis=1, dtype=np.float64)
    return counts


def _ranks(k: int) -> Floats:
    return np.arange(1.0, k + 1)


def _share(part: Floats, whole: Floats) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return shares


def _where_judged(values: Floats, ideal: Floats) -> Floats:
    return np.where(_n_relevant(ideal) > 0, values, np.nan)
