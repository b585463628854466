"""How near a chunk lies to what is known to answer a query."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from core.mining.mentions import Indices
from core.mining.ranks import Ranks, View
from core.records import Vectors

ANSWER_WEIGHT = 3.0
"""On three corpora whose questions have several judged chunks, the nearness of a left-out one to the others tells it from the other
chunks of the top lists (area under the curve .84 to .90), its nearness to the question hardly does (.54 to .63). Three parts
of the answer to one of the question are best or next to best everywhere."""


def nearness(
    to_query: NDArray[np.floating], chunks: Vectors, answers_to_query: NDArray[np.floating], answers: Vectors
) -> NDArray[np.float64]:
    """(m,) 1 for a chunk that says what an answer says; of several answers the one counts to which a chunk is nearest.

    chunks: (m, d) with their cosines to the query (m,), answers: (a, d) with theirs (a,), rows L2-normalised. It is the score under
    a query moved towards the answer (Rocchio 1971, relevance feedback) as a share of the answer's own score.
    """
    moved = to_query[:, None] + ANSWER_WEIGHT * (chunks @ answers.T)
    return np.asarray((moved / (answers_to_query + ANSWER_WEIGHT)).max(axis=1), dtype=np.float64)


def near_answers(view: View, chunks: Indices, answers: Collection[int], ranks: Ranks) -> NDArray[np.float64] | None:
    """(m,) nearness of chunks in a query's view; None where the answers or one of the chunks have no vector."""
    if view.cosine is None:
        return None
    cosine = view.cosine
    known = np.array([index for index in sorted(answers) if not np.isnan(cosine[index])], dtype=np.int64)
    theirs, own = ranks.vectors_of(known), ranks.vectors_of(chunks)
    if theirs is None or own is None or not len(known):
        return None
    return nearness(cosine[chunks], own, cosine[known], theirs)


def words_share(view: View, chunks: Indices, answers: Collection[int]) -> NDArray[np.float64]:
    """(m,) BM25 scores as a share of the best answer's; 0 where no answer shares a word with the query."""
    best = max((float(view.bm25[index]) for index in answers), default=0.0)
    return np.asarray(view.bm25[chunks] / best) if best > 0 else np.zeros(len(chunks))
