"""Pairs, and the questions that got none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from core.records import Label, Pair, Split
from core.store.database import bump_revision, mark
from core.store.reading import corpus_fingerprint

if TYPE_CHECKING:
    import pandas as pd

PAIR_COLUMNS = "query, chunk_id, label, rule, question_id, split, hardness, score, reason, evidence"
PAIRS = """
    SELECT {columns} FROM pairs
    WHERE ($label IS NULL OR label = $label) AND ($split IS NULL OR split = $split) ORDER BY position"""
SUMMARY = """
    SELECT rule, label, hardness, count(*) AS count FROM pairs
    GROUP BY rule, label, hardness ORDER BY label DESC, count DESC, rule, hardness"""
MADE_FROM = "pairs_made_from"


def read_pairs(cursor: DuckDBPyConnection, label: Label | None, split: Split | None) -> tuple[Pair, ...]:
    rows = cursor.execute(PAIRS.format(columns=PAIR_COLUMNS), {"label": label, "split": split}).fetchall()
    return tuple(pair_of(row) for row in rows)


def pair_of(row: tuple[Any, ...]) -> Pair:
    """The pair of a row that holds PAIR_COLUMNS."""
    query, chunk_id, label, rule, question_id, split, hardness, score, reason, evidence = row
    return Pair(query, chunk_id, label, rule, question_id, split, hardness, score, reason, json.loads(evidence))


def pair_summary(cursor: DuckDBPyConnection) -> pd.DataFrame:
    return cursor.execute(SUMMARY).df()


def pairs_outdated(cursor: DuckDBPyConnection) -> bool:
    """Whether the corpus is another one than the pairs were made from; False where no pairs were made."""
    made_from = mark(cursor, MADE_FROM)
    return made_from != "" and made_from != corpus_fingerprint(cursor)


def save_unpaired(cursor: DuckDBPyConnection, reasons: Mapping[str, str]) -> None:
    """Inside the caller's transaction: these are the questions without a positive now."""
    if read_unpaired(cursor) == dict(reasons):
        return
    cursor.execute("DELETE FROM unpaired")
    values = {"ids": list(reasons.keys()), "reasons": list(reasons.values())}
    cursor.execute("INSERT INTO unpaired SELECT unnest($ids::VARCHAR[]), unnest($reasons::VARCHAR[])", values)
    bump_revision(cursor)


def read_unpaired(cursor: DuckDBPyConnection) -> dict[str, str]:
    return dict(cursor.execute("SELECT question_id, reason FROM unpaired ORDER BY rowid").fetchall())
