"""How near a chunk lies to what is known to answer a query."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from core.mining.mentions import Indices
from core.mining.ranks import Ranks, View
from core.records import Vectors
from core.retrieval.ranking import NONE

ANSWER_WEIGHT = 3.0
"""On three corpora whose questions have several judged chunks, the nearness of a left-out one to the others tells it from the other
chunks of the top lists (area under the curve .84 to .90), its nearness to the question hardly does (.54 to .63). Three parts
of the answer to one of the question are best or next to best everywhere."""


def nearness(
    to_query: NDArray[np.floating], chunks: Vectors, answers_to_query: NDArray[np.floating], answers: Vectors
) -> NDArray[np.float64]:
    """(..., m) 1 for a chunk that says what an answer says; of several answers the one counts to which a chunk is nearest.

    chunks: (..., m, d) with their cosines to the query (..., m), answers: (..., a, d) with theirs (..., a), NaN for an answer that does not
    count, rows L2-normalised. It is the score under a query moved towards the answer (Rocchio 1971, relevance feedback) as a share of
    the answer's own score. NaN where no answer counts.
    """
    moved = to_query[..., :, None] + ANSWER_WEIGHT * (chunks @ answers.swapaxes(-1, -2))
    return np.asarray(np.fmax.reduce(moved / (answers_to_query + ANSWER_WEIGHT)[..., None, :], axis=-1), dtype=np.float64)


def near_answers(views: Sequence[View], chunks: Indices, answers: Indices, ranks: Ranks) -> NDArray[np.float64]:
    """(b, m) nearness of each query's chunks (b, m) to its answers (b, a), both filled up with NONE; NaN where the chunk, or every answer,
    has no vector."""
    to_query, answers_to_query = _cosines(views, chunks), _cosines(views, answers)
    own, theirs = ranks.vectors_of(chunks), ranks.vectors_of(answers)
    if own is None or theirs is None:
        return np.full(chunks.shape, np.nan)
    return nearness(to_query, own, answers_to_query, theirs)


def _cosines(views: Sequence[View], chunks: Indices) -> NDArray[np.float32]:
    """(b, m), NaN where there is no chunk or no vector."""
    found = np.full(chunks.shape, np.nan, dtype=np.float32)
    for row, view, own in zip(found, views, chunks, strict=True):
        if view.cosine is not None:
            row[:] = view.cosine[own]
    found[chunks == NONE] = np.nan
    return found


def words_share(view: View, chunks: Indices, answers: Collection[int]) -> NDArray[np.float64]:
    """(m,) BM25 scores as a share of the best answer's; 0 where no answer shares a word with the query."""
    best = max((float(view.bm25[index]) for index in answers), default=0.0)
    return np.asarray(view.bm25[chunks] / best) if best > 0 else np.zeros(len(chunks))
