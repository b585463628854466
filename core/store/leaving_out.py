"""Chunks that a person leaves out of training or of search: said, taken back, and what it would come to."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any, Literal

from duckdb import DuckDBPyConnection

from core.store.answers import ChunkFilter, Consequences
from core.store.database import bump_revision
from core.store.filtering import chosen
from core.store.judging import GRADED

if TYPE_CHECKING:
    import pandas as pd

Scope = Literal["training", "search"]
SCOPES: tuple[Scope, ...] = ("training", "search")

PICKED = """
    SELECT chunk_id FROM {source} WHERE {where}
    AND chunk_id {without} IN (SELECT chunk_id FROM left_out WHERE scope = $scope)"""
SAY = """
    INSERT INTO left_out_said
    SELECT (SELECT coalesce(max(position), -1) + 1 FROM left_out_said), chunk_id, $scope, $is_out, $reason, $batch, $said_at
    FROM ({picked}) RETURNING 1"""
N_PAIRS = "SELECT count(*) FROM pairs WHERE chunk_id IN ({picked})"
JUDGED = f"""
    SELECT question_id, text, split, chunk_id FROM {GRADED} JOIN questions USING (question_id)
    WHERE grade > 0 AND split IN ('dev', 'test') AND chunk_id IN ({{picked}}) ORDER BY split DESC, questions.position"""  # noqa: S608
LOST = f"""
    SELECT count(DISTINCT question_id) AS n_questions, count(DISTINCT chunk_id) AS n_chunks FROM {GRADED} JOIN questions USING (question_id)
    WHERE grade > 0 AND split IN ('dev', 'test')
    AND chunk_id IN (SELECT chunk_id FROM left_out SEMI JOIN chunks USING (chunk_id) WHERE scope = 'search')"""  # noqa: S608
COUNTS = "SELECT scope, count(*) FROM left_out GROUP BY scope"
BATCHES = """
    SELECT batch, scope, any_value(reason) AS reason, max(said_at) AS said_at, count(*) AS n
    FROM left_out GROUP BY batch, scope ORDER BY said_at DESC"""


def would_leave_out(cursor: DuckDBPyConnection, where: ChunkFilter, scope: Scope) -> Consequences:
    """What leaving the chunks of a filter out would come to; those that are out already count no more."""
    picked, values = _picked(cursor, where, scope, is_out=True)
    [(n_chunks,)] = cursor.execute(f"SELECT count(*) FROM ({picked})", values).fetchall()  # noqa: S608
    [(n_pairs,)] = cursor.execute(N_PAIRS.format(picked=picked), values).fetchall()
    judged = cursor.execute(JUDGED.format(picked=picked), values).df()
    return Consequences(int(n_chunks), int(n_pairs), judged)


def leave_out(cursor: DuckDBPyConnection, where: ChunkFilter, scope: Scope, reason: str, *, is_out: bool = True) -> int:
    """Inside the caller's transaction: the chunks of a filter are left out, or taken back in; how many were not so already."""
    picked, values = _picked(cursor, where, scope, is_out)
    said: dict[str, Any] = {"is_out": is_out, "reason": reason, "batch": secrets.token_hex(8), "said_at": time.time()}
    n = len(cursor.execute(SAY.format(picked=picked), {**values, **said}).fetchall())
    if n:
        bump_revision(cursor)
    return n


def take_in_again(cursor: DuckDBPyConnection, batch: str) -> int:
    """Inside the caller's transaction: what was left out at once and still is comes back; how many chunks those are."""
    said = {"batch": batch, "again": secrets.token_hex(8), "said_at": time.time()}
    rows = cursor.execute(
        """INSERT INTO left_out_said
        SELECT (SELECT coalesce(max(position), -1) + 1 FROM left_out_said), chunk_id, scope, false, '', $again, $said_at
        FROM left_out WHERE batch = $batch RETURNING 1""",
        said,
    ).fetchall()
    if rows:
        bump_revision(cursor)
    return len(rows)


def left_out_of(cursor: DuckDBPyConnection, chunk_id: str) -> tuple[Scope, ...]:
    """What a chunk is left out of, in the order of SCOPES."""
    out = {scope for (scope,) in cursor.execute("SELECT scope FROM left_out WHERE chunk_id = ?", [chunk_id]).fetchall()}
    return tuple(scope for scope in SCOPES if scope in out)


def left_out_ids(cursor: DuckDBPyConnection, scope: Scope) -> tuple[str, ...]:
    """Ids of the chunks that are left out, also of those that are not in the corpus now; sorted."""
    rows = cursor.execute("SELECT chunk_id FROM left_out WHERE scope = ? ORDER BY chunk_id", [scope]).fetchall()
    return tuple(chunk_id for (chunk_id,) in rows)


def left_out_counts(cursor: DuckDBPyConnection) -> dict[str, int]:
    """{scope: number of chunks}, each scope named."""
    return {**dict.fromkeys(SCOPES, 0), **dict(cursor.execute(COUNTS).fetchall())}


def left_out_batches(cursor: DuckDBPyConnection) -> pd.DataFrame:
    """Columns batch, scope, reason, said_at, n: what was left out at once and still is, newest first."""
    return cursor.execute(BATCHES).df()


def unfindable(cursor: DuckDBPyConnection) -> tuple[int, int]:
    """How many held-out questions have judged chunks that no search finds any more, and how many such chunks."""
    [(n_questions, n_chunks)] = cursor.execute(LOST).fetchall()
    return int(n_questions), int(n_chunks)


def _picked(cursor: DuckDBPyConnection, where: ChunkFilter, scope: Scope, is_out: bool) -> tuple[str, dict[str, Any]]:
    rows = chosen(cursor, where)
    return PICKED.format(source=rows.source, where=rows.where, without="NOT" if is_out else ""), {**rows.values, "scope": scope}
