"""What a person decided or added outlives a new generation of pairs and a new import; and every pair has its place in the audit queue."""

from __future__ import annotations

from dataclasses import replace as with_changes
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from core.auditing.doubt import UNKNOWN
from core.auditing.weighing import weigh
from core.store.database import bump_revision, mark, set_mark
from core.store.pairs import MADE_FROM, PAIR_COLUMNS, pair_of
from core.store.reading import corpus_fingerprint
from core.store.replacing import Replaced, replace
from core.store.staging import Staged

# A pair with the rule "audit" comes in by add_pairs alone: a generation that was told of decisions also lists what rejected pairs
# become, and these are derived from the decisions each time, so that an undo takes them back.
INCOMPLETE = "pairs of an earlier corpus, less those whose chunk or question went"
NEW = "SELECT * FROM staged_rows WHERE rule <> 'audit' OR pair_id IN (SELECT pair_id FROM pairs) ORDER BY position"
KEPT = """
    SELECT * FROM pairs ANTI JOIN staged_rows USING (pair_id)
    WHERE rule = 'audit' OR pair_id IN (SELECT pair_id FROM current) ORDER BY position"""
GONE = """
    (chunk_id NOT IN (SELECT chunk_id FROM chunks)
    OR (question_id <> '' AND question_id NOT IN (SELECT question_id FROM questions)))"""
BY_PERSON = "(rule = 'audit' OR pair_id IN (SELECT pair_id FROM current))"
SLEEP = f"INSERT INTO sleeping SELECT * FROM pairs ANTI JOIN sleeping USING (pair_id) WHERE {GONE} AND {BY_PERSON}"  # noqa: S608
FORGET = f"DELETE FROM {{table}} WHERE {GONE} RETURNING 1"  # noqa: S608
WAKE = f"""
    INSERT INTO pairs
    SELECT * REPLACE (position + (SELECT coalesce(max(position), -1) + 1 FROM pairs) AS position)
    FROM sleeping ANTI JOIN pairs USING (pair_id) WHERE NOT {GONE} RETURNING 1"""  # noqa: S608
QUEUE = """
    INSERT INTO queue
    SELECT pair_id, doubt, row_number() OVER (ORDER BY of_query DESC, query, doubt DESC, position),
        row_number() OVER (ORDER BY first, position), row_number() OVER (ORDER BY rule, doubt DESC, position),
        row_number() OVER (ORDER BY md5('chance' || pair_id))
    FROM (
        SELECT *, max(doubt) OVER (PARTITION BY query) AS of_query, min(position) OVER (PARTITION BY query) AS first
        FROM pairs JOIN doubted USING (pair_id))"""

LAST = f"""
    INSERT INTO queue
    SELECT pair_id, {UNKNOWN}, last + place, last + place, last + place, last + place
    FROM (SELECT pair_id, row_number() OVER (ORDER BY position) AS place FROM pairs ANTI JOIN queue USING (pair_id)),
         (SELECT coalesce(max(by_doubt), 0) AS last FROM queue)"""  # noqa: S608


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


def follow_corpus(cursor: DuckDBPyConnection) -> None:
    """Inside the caller's transaction: pairs whose chunk or question is gone can neither be shown nor trained on. They go; those that a
    person decided or added sleep until it is back. Where pairs went, those that are left are no whole generation any more."""
    cursor.execute(SLEEP)
    gone = cursor.execute(FORGET.format(table="pairs")).fetchall()
    cursor.execute(FORGET.format(table="dropped"))
    if gone and mark(cursor, MADE_FROM):
        set_mark(cursor, MADE_FROM, INCOMPLETE)
    woken = cursor.execute(WAKE).fetchall()
    cursor.execute("DELETE FROM sleeping WHERE pair_id IN (SELECT pair_id FROM pairs)")
    if gone or woken:
        line_up(cursor)


def line_up_last(cursor: DuckDBPyConnection) -> None:
    """Inside the caller's transaction: pairs without a place get one behind all others. A person put them there, so nobody has to look at
    them first, and weighing all pairs anew would hold up every auditor."""
    cursor.execute(LAST)


def line_up(cursor: DuckDBPyConnection) -> None:
    """Inside the caller's transaction: weigh every pair and put all in their places in the queue."""
    rows = cursor.execute(f"SELECT pair_id, {PAIR_COLUMNS} FROM pairs").fetchall()  # noqa: S608
    contradicted = dict(cursor.execute("SELECT pair_id, amount FROM contradictions").fetchall())
    doubts = weigh([pair_of(row[1:]) for row in rows], contradicted)
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
