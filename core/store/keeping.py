"""What a person decided or added outlives a new generation of pairs; and every pair has its place in the audit queue."""

from __future__ import annotations

from dataclasses import replace as with_changes
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from core.auditing.weighing import weigh
from core.store.database import bump_revision, mark, set_mark
from core.store.pairs import MADE_FROM, PAIR_COLUMNS, pair_of
from core.store.reading import corpus_fingerprint
from core.store.replacing import Replaced, replace
from core.store.staging import Staged

# A pair with the rule "audit" comes in by add_pairs alone: a generation that was told of decisions also lists what rejected pairs
# become, and these are derived from the decisions each time, so that an undo takes them back.
NEW = "SELECT * FROM staged_rows WHERE rule <> 'audit' OR pair_id IN (SELECT pair_id FROM pairs) ORDER BY position"
KEPT = """
    SELECT * FROM pairs ANTI JOIN staged_rows USING (pair_id)
    WHERE rule = 'audit' OR pair_id IN (SELECT pair_id FROM current) ORDER BY position"""
QUEUE = """
    INSERT INTO queue
    SELECT pair_id, doubt, row_number() OVER (ORDER BY of_query DESC, query, doubt DESC, position),
        row_number() OVER (ORDER BY first, position), row_number() OVER (ORDER BY rule, doubt DESC, position),
        row_number() OVER (ORDER BY md5('chance' || pair_id))
    FROM (
        SELECT *, max(doubt) OVER (PARTITION BY query) AS of_query, min(position) OVER (PARTITION BY query) AS first
        FROM pairs JOIN doubted USING (pair_id))"""


def save_pairs(cursor: DuckDBPyConnection, staged: Staged) -> None:
    """Inside the caller's transaction: these are the pairs now, made from the corpus as it stands."""
    replaced, made_from = put_pairs(cursor, staged), corpus_fingerprint(cursor)
    if replaced.anything or mark(cursor, MADE_FROM) != made_from:
        set_mark(cursor, MADE_FROM, made_from)
        bump_revision(cursor)


def put_pairs(cursor: DuckDBPyConnection, staged: Staged) -> Replaced:
    """Inside the caller's transaction: these are the pairs now, with those before them that a person decided or added."""
    replaced = replace(cursor, _with_kept(cursor, staged))
    if replaced.anything:
        line_up(cursor)
    return replaced


def line_up(cursor: DuckDBPyConnection) -> None:
    """Inside the caller's transaction: weigh every pair and put all in their places in the queue."""
    rows = cursor.execute(f"SELECT pair_id, {PAIR_COLUMNS} FROM pairs").fetchall()  # noqa: S608
    doubts = weigh([pair_of(row[1:]) for row in rows])
    cursor.register("doubted", pa.table({"pair_id": list(doubts), "doubt": list(doubts.values())}))
    cursor.execute("DELETE FROM queue")
    if rows:
        cursor.execute(QUEUE)
    cursor.unregister("doubted")


def _with_kept(cursor: DuckDBPyConnection, staged: Staged) -> Staged:
    cursor.register("staged_rows", staged.rows)
    parts: list[Any] = [cursor.sql(statement).to_arrow_table() for statement in (NEW, KEPT)]
    cursor.unregister("staged_rows")
    schema = staged.rows.schema
    rows = pa.concat_tables([part.select(schema.names).cast(schema) for part in parts])
    places = rows.schema.get_field_index("position")
    return with_changes(staged, rows=rows.set_column(places, "position", pa.array(range(len(rows)), pa.int64())))
