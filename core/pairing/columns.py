"""Pairs as the columns that sentence-transformers trains on: query, positive, negative_1 … negative_k, every row with all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.records import Pair

Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """`rows`: one a positive, with the `n_negatives` first negatives of its query. `fewer`: query and positive of those that have not
    got so many; a data set needs equal columns, and an invented negative would be a wrong one."""

    n_negatives: int
    rows: tuple[Record, ...]
    fewer: tuple[Record, ...]

    def said(self, suffix: str) -> str:
        """What is where, in a sentence."""
        negatives = f"{self.n_negatives} negative{'' if self.n_negatives == 1 else 's'}" if self.n_negatives else "no negative"
        said = f"{len(self.rows):,} row{'' if len(self.rows) == 1 else 's'} with {negatives} each in train.{suffix}"
        return f"{said}; {len(self.fewer):,} whose query has fewer in pairs.{suffix}, without negatives." if self.fewer else f"{said}."


def as_columns(pairs: Sequence[Pair], documents: Mapping[str, str]) -> Columns:
    """k is the number of negatives that most rows with any have, the larger one of two. `documents`: chunk id → what the model reads."""
    negatives: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.label == "negative":
            negatives[pair.query].append(documents[pair.chunk_id])
    positives = [pair for pair in pairs if pair.label == "positive"]
    counts = Counter(len(negatives[pair.query]) for pair in positives)
    k = max((n for n in counts if n), key=lambda n: (counts[n], n), default=0)
    rows = [_record(pair, documents, negatives[pair.query][:k]) for pair in positives if len(negatives[pair.query]) >= k]
    fewer = [_record(pair, documents, ()) for pair in positives if len(negatives[pair.query]) < k]
    return Columns(k, tuple(rows), tuple(fewer))


def _record(pair: Pair, documents: Mapping[str, str], negatives: Sequence[str]) -> Record:
    numbered = {f"negative_{number}": text for number, text in enumerate(negatives, start=1)}
    return {"query": pair.query, "positive": documents[pair.chunk_id], **numbered}
