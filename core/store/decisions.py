"""Decisions: appended, taken back by appending, read back as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from duckdb import DuckDBPyConnection

from core.records import Decision, Label, Verdict, content_id
from core.store.database import bump_revision

COLUMNS = tuple(one.name for one in fields(Decision))
LISTED = ", ".join(COLUMNS)
TYPES = {"made_at": "DOUBLE", "seconds": "DOUBLE"}
ARRIVING = ", ".join(f"unnest(${name}::{TYPES.get(name, 'VARCHAR')}[]) AS {name}" for name in COLUMNS)
APPEND = f"""
    INSERT INTO decisions ({LISTED}, position)
    SELECT {LISTED}, (SELECT coalesce(max(position), 0) FROM decisions) + row_number() OVER (ORDER BY place)
    FROM (SELECT {ARRIVING}, unnest(range(len($decision_id))) AS place) ANTI JOIN decisions USING (decision_id)
    RETURNING decision_id"""  # noqa: S608 - the names are this module's own
READ = f"SELECT {LISTED} FROM {{table}} WHERE {{where}} ORDER BY {{order}} LIMIT {{limit}}"  # noqa: S608
NEWEST_FIRST = "made_at DESC, position DESC"
BY_DAY = """
    SELECT max(made_at) AS latest, auditor, count(*) FROM decisions WHERE undoes = ''
    GROUP BY auditor, floor(made_at / 86400) ORDER BY latest DESC LIMIT ?"""
COUNTS = "SELECT verdict, count(*) FROM current SEMI JOIN pairs USING (pair_id) GROUP BY verdict ORDER BY verdict"
VERDICTS = "SELECT pair_id, verdict FROM current WHERE $ids IS NULL OR list_contains($ids::VARCHAR[], pair_id) ORDER BY pair_id"
KINDS = "SELECT pair_id, rule, label FROM pairs WHERE pair_id IN (SELECT pair_id FROM standing)"
MOST = 2**31


def decide(cursor: DuckDBPyConnection, decisions: Sequence[Decision]) -> int:
    """Inside the caller's transaction: append those whose id is not there yet, in their order; how many those were."""
    new = list({decision.decision_id: decision for decision in decisions}.values())
    if not new:
        return 0
    values = {name: [getattr(decision, name) for decision in new] for name in COLUMNS}
    if n_added := len(cursor.execute(APPEND, values).fetchall()):
        bump_revision(cursor)
    return n_added


def undo(cursor: DuckDBPyConnection, auditor: str, decision_id: str, made_at: float) -> tuple[Decision, ...]:
    """Inside the caller's transaction: take back one decision of an auditor, the latest one where `decision_id` is "", and with it all
    that were made in the same bulk. What was taken back; () where there is nothing (left) to take back."""
    mine: dict[str, Any] = {"auditor": auditor, "decision_id": decision_id}
    which = "auditor = $auditor AND ($decision_id = '' OR decision_id = $decision_id)"
    found = _read(cursor, mine, table="standing", where=which, order=NEWEST_FIRST, limit=1)
    if found and found[0].batch:
        mine = {"auditor": auditor, "batch": found[0].batch}
        found = _read(cursor, mine, table="standing", where="auditor = $auditor AND batch = $batch")
    decide(cursor, [_undoing(decision, made_at) for decision in found])
    return found


def amend(cursor: DuckDBPyConnection, decision: Decision, made_at: float, **changes: str) -> bool:
    """Inside the caller's transaction: say a decision again with a reason, a note or what the pair becomes, in the place and at the time
    of the first word: a note does not outrank what a colleague has said since. False where it no longer stands."""
    if not _read(cursor, {"id": decision.decision_id}, table="standing", where="decision_id = $id"):
        return False
    new_id = content_id("amended", decision.decision_id, *(f"{name}={value}" for name, value in sorted(changes.items())))
    again: Any = replace(decision, decision_id=new_id, **changes)  # type: ignore[arg-type]
    return decide(cursor, [_undoing(decision, made_at), again]) > 0


def read_decisions(cursor: DuckDBPyConnection) -> tuple[Decision, ...]:
    """All, also those that were taken back and those that take back, in the order they arrived."""
    return _read(cursor)


def standing_near(cursor: DuckDBPyConnection, auditor: str, pair_id: str, limit: int) -> tuple[Decision, ...]:
    """Standing decisions: every one on a pair, then the auditor's others, as many as fit in `limit`; each group newest first."""
    values = {"auditor": auditor, "pair_id": pair_id}
    where, order = "pair_id = $pair_id OR auditor = $auditor", f"pair_id = $pair_id DESC, {NEWEST_FIRST}"
    return _read(cursor, values, table="standing", where=where, order=order, limit=limit)


def by_day(cursor: DuckDBPyConnection, most: int) -> list[tuple[float, str, int]]:
    """When the last one was made, by whom, and how many that day."""
    return [(at, auditor, n) for at, auditor, n in cursor.execute(BY_DAY, [most]).fetchall()]


def decision_counts(cursor: DuckDBPyConnection) -> dict[Verdict, int]:
    """How many of the pairs that there are have which verdict."""
    return dict(cursor.execute(COUNTS).fetchall())


def verdicts(cursor: DuckDBPyConnection, pair_ids: Sequence[str] | None) -> dict[str, Verdict]:
    """The verdict that stands of each of these pairs that has one; None: of every pair, also of those that are not there now."""
    return dict(cursor.execute(VERDICTS, {"ids": None if pair_ids is None else list(pair_ids)}).fetchall())


def kinds_of_decided(cursor: DuckDBPyConnection) -> dict[str, tuple[str, Label]]:
    """Rule and label of each pair with a standing decision."""
    return {pair_id: (rule, label) for pair_id, rule, label in cursor.execute(KINDS).fetchall()}


def _read(
    cursor: DuckDBPyConnection,
    values: dict[str, Any] | None = None,
    table: str = "decisions",
    where: str = "true",
    order: str = "position",
    limit: int = MOST,
) -> tuple[Decision, ...]:
    rows = cursor.execute(READ.format(table=table, where=where, order=order, limit=limit), values).fetchall()
    return tuple(Decision(*row) for row in rows)


def _undoing(decision: Decision, made_at: float) -> Decision:
    """Its id follows from what it takes back: taking back twice, here or in a copy of the workspace, is taking back once."""
    return Decision(
        content_id("undo", decision.decision_id), decision.pair_id, decision.verdict, decision.auditor, made_at, undoes=decision.decision_id
    )
