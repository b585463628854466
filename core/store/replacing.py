"""Make a table hold exactly the staged rows, touching only those that differ."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from core.store.staging import Staged

COMPARE = """
    SELECT count(*) FILTER (old.{key} IS NULL), count(*) FILTER (old.fingerprint <> new.fingerprint),
           count(*) FILTER (new.{key} IS NULL), count(*) FILTER (old.fingerprint = new.fingerprint),
           count(*) FILTER (old.position <> new.position)
    FROM {table} AS old FULL JOIN staged_rows AS new ON old.{key} = new.{key}"""
DELETE_PARTS = """
    DELETE FROM {parts_table} WHERE {key} IN (SELECT {key} FROM {table} ANTI JOIN staged_rows USING ({key}, fingerprint))"""
DELETE_ROWS = """
    DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} ANTI JOIN staged_rows USING ({key}, fingerprint))"""
INSERT_PARTS = "INSERT INTO {parts_table} BY NAME SELECT * FROM staged_parts ANTI JOIN {table} USING ({key})"
INSERT_ROWS = "INSERT INTO {table} BY NAME SELECT * FROM staged_rows ANTI JOIN {table} USING ({key})"
MOVE_ROWS = """
    UPDATE {table} SET position = new.position FROM staged_rows AS new
    WHERE {table}.{key} = new.{key} AND {table}.position <> new.position"""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Row counts; `n_moved` of the rows that stay have another place in the order."""

    n_added: int
    n_changed: int
    n_removed: int
    n_unchanged: int
    n_moved: int

    @property
    def n_differing(self) -> int:
        return self.n_added + self.n_changed + self.n_removed

    @property
    def anything(self) -> bool:
        return self.n_differing + self.n_moved > 0


def compared(cursor: DuckDBPyConnection, staged: Staged) -> Replaced:
    """What `replace` would do, without doing it."""
    cursor.register("staged_rows", staged.rows)
    found = _compare(cursor, staged)
    cursor.unregister("staged_rows")
    return found


def replace(cursor: DuckDBPyConnection, staged: Staged) -> Replaced:
    """Runs inside the caller's transaction. Rows that say what they said before are not written again."""
    cursor.register("staged_rows", staged.rows)
    replaced = _compare(cursor, staged)
    if replaced.n_differing:
        _replace_rows(cursor, staged)
    if replaced.anything:
        cursor.execute(_filled(MOVE_ROWS, staged))
    cursor.unregister("staged_rows")
    return replaced


def _compare(cursor: DuckDBPyConnection, staged: Staged) -> Replaced:
    [sizes] = cursor.execute(_filled(COMPARE, staged)).fetchall()
    return Replaced(*sizes)


def _replace_rows(cursor: DuckDBPyConnection, staged: Staged) -> None:
    # Parts go by what their rows say, so they leave before the stale rows do and arrive before the new rows do.
    if staged.parts is None:
        statements: tuple[str, ...] = (DELETE_ROWS, INSERT_ROWS)
    else:
        cursor.register("staged_parts", staged.parts)
        statements = (DELETE_PARTS, DELETE_ROWS, INSERT_PARTS, INSERT_ROWS)
    for statement in statements:
        cursor.execute(_filled(statement, staged))
    if staged.parts is not None:
        cursor.unregister("staged_parts")


def _filled(statement: str, staged: Staged) -> str:
    """Names come from this room's own schema, never from data."""
    return statement.format(table=staged.table, key=staged.key, parts_table=staged.parts_table)
