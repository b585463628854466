"""The pool: what any system put among its first results, to be judged without knowing which system it was.

Judging only what one system finds flatters that system, because what nobody judged counts as not relevant. A pool over all systems that
are compared, judged blind, is fair to each of them (Spärck Jones & van Rijsbergen 1975; TREC since).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.records import Question, Split, content_id

if TYPE_CHECKING:
    import pandas as pd

DEPTH = 10
Pool = Mapping[str, frozenset[str]]
"""Chunk ids by question id."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to judge: a chunk as an answer to a question."""

    question_id: str
    chunk_id: str


def pooled(rankings: Iterable[pd.DataFrame], split: Split, known: Container[str], depth: int = DEPTH) -> dict[str, frozenset[str]]:
    """The union of the first `depth` chunks of every system in every table. rankings: split, question_id, rank, chunk_id, as runs keep
    them. `known`: ids of the chunks that there are (still)."""
    found: dict[str, set[str]] = {}
    for table in rankings:
        rows = table[(table["split"] == split) & (table["rank"] <= depth)]
        for question_id, chunk_id in zip(rows["question_id"], rows["chunk_id"], strict=True):
            if chunk_id in known:
                found.setdefault(question_id, set()).add(chunk_id)
    return {question_id: frozenset(chunk_ids) for question_id, chunk_ids in found.items()}


def queue(pool: Pool, questions: Sequence[Question], auditor: str, everything: bool = False) -> list[Item]:
    """What there is to judge, question after question in their order, the chunks of each shuffled: for every auditor in another order,
    which says nothing of rank or system. `questions` carry their judgements; what is judged is left out unless `everything`."""
    return [
        Item(question.question_id, chunk_id)
        for question in questions
        for chunk_id in sorted(
            pool.get(question.question_id, ()), key=lambda chunk_id: content_id("pool", auditor, question.question_id, chunk_id)
        )
        if everything or chunk_id not in question.judgements
    ]
