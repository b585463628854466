"""What a generation leaves: its pairs, what it refused, what the guard removed, and what it says of itself."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from core.errors import InputError
from core.store.answers import Generation
from core.store.database import bump_revision, set_mark
from core.store.keeping import put_pairs
from core.store.pairs import MADE_FROM, pairs_outdated, save_unpaired
from core.store.reading import corpus_fingerprint
from core.store.staging import Staged

if TYPE_CHECKING:
    import pandas as pd

LATEST = "SELECT run_id, made_from, summary, adopted_at FROM generations ORDER BY rowid DESC LIMIT 1"
NEWEST = "SELECT coalesce(max(run_id), '') FROM generations"
DROPPED_SUMMARY = "SELECT rule, offered, count(*) AS n FROM dropped GROUP BY rule, offered ORDER BY n DESC, rule, offered"
DROPPED = """
    WITH page AS (
        SELECT * FROM dropped WHERE ($rule = '' OR rule = $rule) AND (NOT $offered OR offered)
        ORDER BY position LIMIT $limit OFFSET $offset)
    SELECT page.query, page.question_id, page.chunk_id, filename, text, page.rule, page.reason, page.score, offered,
           EXISTS (FROM pairs WHERE pairs.query = page.query AND pairs.chunk_id = page.chunk_id AND label = 'positive') AS taken
    FROM page JOIN chunks USING (chunk_id) ORDER BY page.position"""
REMOVED = """
    SELECT query, removed.question_id, reason, how, held_out, coalesce(questions.text, '') AS held_out_text, n_pairs
    FROM removed LEFT JOIN questions ON questions.question_id = held_out ORDER BY removed.position"""


def adopt(cursor: DuckDBPyConnection, generation: Generation, pairs: Staged, dropped: pa.Table, removed: pa.Table) -> bool:
    """Inside the caller's transaction: this generation's pairs are the pairs now. False where they already were.

    Raises InputError where the corpus is no longer the one they were made from.
    """
    last = latest(cursor)
    if last and last.run_id == generation.run_id and not pairs_outdated(cursor):
        return False
    if corpus_fingerprint(cursor) != generation.made_from:
        raise InputError(
            f"The corpus has changed since run {generation.run_id} began, so its pairs were left where they are: generate them again."
        )
    put_pairs(cursor, pairs)
    save_unpaired(cursor, generation.summary.get("unpaired", {}))
    for table, rows in (("dropped", dropped), ("removed", removed)):
        _refill(cursor, table, rows)
    values = [generation.run_id, time.time(), generation.made_from, json.dumps(dict(generation.summary))]
    cursor.execute("INSERT INTO generations VALUES (?, ?, ?, ?)", values)
    set_mark(cursor, MADE_FROM, generation.made_from)
    bump_revision(cursor)
    return True


def _refill(cursor: DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    cursor.register("staged_rows", rows)
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are this module's own
    cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM staged_rows")  # noqa: S608
    cursor.unregister("staged_rows")


def latest(cursor: DuckDBPyConnection) -> Generation | None:
    """The generation whose pairs stand."""
    rows = cursor.execute(LATEST).fetchall()
    return Generation(rows[0][0], rows[0][1], json.loads(rows[0][2]), rows[0][3]) if rows else None


def newest_run(cursor: DuckDBPyConnection) -> str:
    """The newest run that was ever adopted; "" before the first."""
    [(run_id,)] = cursor.execute(NEWEST).fetchall()
    return str(run_id)


def dropped_summary(cursor: DuckDBPyConnection) -> pd.DataFrame:
    return cursor.execute(DROPPED_SUMMARY).df()


def page_of_dropped(cursor: DuckDBPyConnection, rule: str, offered: bool, offset: int, limit: int) -> pd.DataFrame:
    values: dict[str, Any] = {"rule": rule, "offered": offered, "offset": offset, "limit": limit}
    return cursor.execute(DROPPED, values).df()


def removed(cursor: DuckDBPyConnection) -> pd.DataFrame:
    return cursor.execute(REMOVED).df()
