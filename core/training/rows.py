"""Pairs as training rows: a query, a positive, and as many negatives as the query has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.records import Pair


@dataclass(frozen=True, slots=True)
class Row:
    """One training example; texts, not ids."""

    query: str
    positive: str
    negatives: tuple[str, ...]


def training_rows(pairs: Sequence[Pair], documents: Mapping[str, str], n_negatives: int) -> tuple[Row, ...]:
    """One row a positive train pair, with up to `n_negatives` of its query's negatives, hardest first as mined.

    `documents` maps chunk ids to what the model reads; a pair whose chunk has left the corpus is skipped.
    """
    negatives: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.label == "negative" and pair.split == "train" and pair.chunk_id in documents:
            negatives[pair.query].append(documents[pair.chunk_id])
    return tuple(
        Row(pair.query, documents[pair.chunk_id], tuple(negatives[pair.query][:n_negatives]))
        for pair in pairs
        if pair.label == "positive" and pair.split == "train" and pair.chunk_id in documents
    )


def as_columns(rows: Sequence[Row]) -> dict[str, list[dict[str, str]]]:
    """Rows grouped by their number of negatives (a dataset needs equal columns): `negatives-<k>` to its records."""
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        numbered = {f"negative_{number}": text for number, text in enumerate(row.negatives, start=1)}
        groups[f"negatives-{len(row.negatives)}"].append({"query": row.query, "positive": row.positive, **numbered})
    return dict(groups)
