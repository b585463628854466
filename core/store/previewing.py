"""What an import would do, found out without doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from core.store.answers import Preview
from core.store.importing import StagedCorpus, change_of
from core.store.replacing import compared

if TYPE_CHECKING:
    import pandas as pd

MOST_LISTED = 1000
BY_FILE = """
    SELECT coalesce(new.filename, old.filename) AS filename, count(*) FILTER (old.chunk_id IS NULL) AS new,
           count(*) FILTER (old.fingerprint <> new.fingerprint) AS changed, count(*) FILTER (new.chunk_id IS NULL) AS gone,
           count(*) FILTER (old.fingerprint = new.fingerprint) AS same
    FROM chunks AS old FULL JOIN staged_rows AS new ON old.chunk_id = new.chunk_id
    GROUP BY ALL HAVING count(*) FILTER (old.fingerprint IS DISTINCT FROM new.fingerprint) > 0
    ORDER BY count(*) FILTER (old.fingerprint IS DISTINCT FROM new.fingerprint) DESC, filename LIMIT {most}"""
CHUNKS = """
    SELECT CASE WHEN old.chunk_id IS NULL THEN 'new' WHEN new.chunk_id IS NULL THEN 'gone' ELSE 'changed' END AS change,
           coalesce(new.filename, old.filename) AS filename, coalesce(new.chunk_id, old.chunk_id) AS chunk_id,
           coalesce(new.text, '') AS text, coalesce(old.text, '') AS before
    FROM chunks AS old FULL JOIN staged_rows AS new ON old.chunk_id = new.chunk_id
    WHERE old.fingerprint IS DISTINCT FROM new.fingerprint
    ORDER BY filename, coalesce(new.position, old.position), change LIMIT {most}"""
NEW_TEXTS = """
    SELECT count(*) FROM (
        SELECT DISTINCT title, text FROM staged_rows WHERE searchable EXCEPT SELECT title, text FROM chunks WHERE searchable)"""
DECIDED = """
    SELECT count(*) FILTER (chunk_id IN (SELECT chunk_id FROM staged_rows)),
           count(*) FILTER (chunk_id NOT IN (SELECT chunk_id FROM staged_rows))
    FROM pairs WHERE rule = 'audit' OR pair_id IN (SELECT pair_id FROM current)"""


def preview(cursor: DuckDBPyConnection, staged: StagedCorpus) -> Preview:
    """Reads only: the corpus stays as it is."""
    change = change_of(*(compared(cursor, table) for table in (staged.chunks, staged.entities, staged.questions)))
    cursor.register("staged_rows", staged.chunks.rows)
    [(n_new_texts,)] = cursor.execute(NEW_TEXTS).fetchall()
    [(kept, asleep)] = cursor.execute(DECIDED).fetchall()
    files, listed = (_listed(cursor, statement) for statement in (BY_FILE, CHUNKS))
    cursor.unregister("staged_rows")
    return Preview(
        change=change,
        n_new_texts=n_new_texts,
        n_decided_kept=kept,
        n_decided_asleep=asleep,
        files=files,
        chunks=listed,
    )


def _listed(cursor: DuckDBPyConnection, statement: str) -> pd.DataFrame:
    return cursor.execute(statement.format(most=MOST_LISTED)).df()
