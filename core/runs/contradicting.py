"""What the evaluate stage leaves for the audit: which of the pairs that the tuned model learnt from it moved against their labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.auditing.contradicting import contradictions
from core.encoders.protocol import Encoder
from core.records import Pair
from core.runs.folder import CONTRADICTIONS
from core.runs.stages import Context


def contradict(context: Context) -> None:
    """Write `contradictions.json`, where there is a tuned model and what it learnt from."""
    pairs, tuned = context.pairs, context.tuned
    if pairs and tuned:
        found = contradictions(pairs, _cosines(context, context.base, pairs), _cosines(context, tuned, pairs))
        context.run.write_json(CONTRADICTIONS, found)


def _cosines(context: Context, encoder: Encoder, pairs: Sequence[Pair]) -> list[float]:
    """NaN for a chunk that is not searched, and so has no vector."""
    queries = {query: row for row, query in enumerate(dict.fromkeys(pair.query for pair in pairs))}
    rows = {chunk.chunk_id: row for row, chunk in enumerate(context.corpus.searchable)}
    asked = context.embed(encoder, list(queries), "query", "evaluate").vectors
    chunks = context.embed(encoder, context.documents, "document", "evaluate").vectors
    known = [place for place, pair in enumerate(pairs) if pair.chunk_id in rows]
    cosines = np.full(len(pairs), np.nan)
    left, right = [queries[pairs[place].query] for place in known], [rows[pairs[place].chunk_id] for place in known]
    cosines[known] = np.einsum("nd,nd->n", asked[left], chunks[right])
    return [float(cosine) for cosine in cosines]
