"""What the workspace holds, in numbers."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from core.store.answers import Counts
from core.store.reading import SEARCHED

SIZES = f"""
    SELECT (SELECT count(*) FROM chunks), (SELECT count(*) FROM chunks WHERE {SEARCHED}),
           (SELECT count(DISTINCT filename) FROM chunks), (SELECT count(*) FROM entities), (SELECT count(*) FROM current_aliases),
           (SELECT count(DISTINCT question_id) FROM judgements), (SELECT count(*) FROM questions WHERE len(expected_topics) > 0)"""  # noqa: S608
ENTITY_TYPES = "SELECT type, count(*) AS n FROM entities GROUP BY type ORDER BY n DESC, type"
SPLITS = "SELECT coalesce(split, 'none') AS of_split, count(*) FROM questions GROUP BY of_split ORDER BY of_split"
LABELS = "SELECT label, count(*) FROM pairs GROUP BY label ORDER BY label DESC"


def count(cursor: DuckDBPyConnection) -> Counts:
    [(n_chunks, n_searchable, n_files, n_entities, n_aliases, n_judged, n_topic)] = cursor.execute(SIZES).fetchall()
    return Counts(
        n_chunks=n_chunks,
        n_searchable=n_searchable,
        n_files=n_files,
        n_entities=n_entities,
        n_aliases=n_aliases,
        entity_types=_tally(cursor, ENTITY_TYPES),
        questions=_tally(cursor, SPLITS),
        n_judged_questions=n_judged,
        n_topic_questions=n_topic,
        pairs=_tally(cursor, LABELS),
    )


def _tally(cursor: DuckDBPyConnection, statement: str) -> dict[str, int]:
    return dict(cursor.execute(statement).fetchall())
