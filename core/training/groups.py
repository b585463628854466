"""Rows that share an answer as one: what goes through the model once a batch is a chunk, with all the queries it answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from core.training.rows import Row

MOST_QUERIES = 8  # of one chunk in a batch: a chunk that answers more comes up again in another batch


@dataclass(frozen=True, slots=True)
class Group:
    """One positive with the queries it answers, their negatives, and the keys of all of them (as in `Row`)."""

    queries: tuple[str, ...]
    positive: str
    negatives: tuple[str, ...]
    keys: frozenset[str]
    negative_keys: tuple[str, ...]


def grouped(rows: Sequence[Row]) -> tuple[Group, ...]:
    """The rows by positive, in the order of first appearance, at most MOST_QUERIES queries a group."""
    by_positive: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_positive[row.positive].append(row)
    return tuple(
        _group(positive, some[start : start + MOST_QUERIES])
        for positive, some in by_positive.items()
        for start in range(0, len(some), MOST_QUERIES)
    )


def number_of_batches(n_rows: int, batch_size: int) -> int:
    """As few as the size allows, but none of a single row where there are two: alone, a row has nothing to be told from."""
    return max(1, min(ceil(n_rows / batch_size), n_rows // 2))


def _group(positive: str, rows: Sequence[Row]) -> Group:
    negatives = {key: text for row in rows for key, text in zip(row.negative_keys, row.negatives, strict=True)}
    keys = frozenset().union(*(row.keys for row in rows))
    return Group(tuple(row.query for row in rows), positive, tuple(negatives.values()), keys, tuple(negatives))
