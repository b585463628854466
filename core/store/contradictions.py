"""How far a tuned model contradicts the labels of pairs, as the run that tuned it has left it."""

from __future__ import annotations

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from core.store.database import bump_revision, mark, set_mark
from core.store.keeping import line_up

FILL = "INSERT INTO contradictions SELECT unnest($ids::VARCHAR[]), unnest($amounts::DOUBLE[])"
SAID_BY = "contradicted_by"


def adopt(cursor: DuckDBPyConnection, run_id: str, amounts: Mapping[str, float]) -> bool:
    """Inside the caller's transaction: these are the contradictions now (pair id → amount), and the queue follows them. False where
    they already were."""
    if run_id == newest_run(cursor):
        return False
    cursor.execute("DELETE FROM contradictions")
    cursor.execute(FILL, {"ids": list(amounts.keys()), "amounts": list(amounts.values())})
    set_mark(cursor, SAID_BY, run_id)
    line_up(cursor)
    bump_revision(cursor)
    return True


def newest_run(cursor: DuckDBPyConnection) -> str:
    """The run whose contradictions were taken in last; "" before the first."""
    return mark(cursor, SAID_BY)
