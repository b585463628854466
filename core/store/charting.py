"""A selection of chunks in numbers: what its charts are drawn from.

Each facet is counted with itself left open, so that what could be chosen beside the chosen stays in sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from duckdb import DuckDBPyConnection

from core.store.answers import ChunkFilter
from core.store.filtering import chosen

if TYPE_CHECKING:
    import pandas as pd

COLUMN = "SELECT {column} AS value, count(*) AS n FROM {rows} WHERE {column} <> '' GROUP BY value ORDER BY n DESC, value LIMIT $most"
HISTOGRAM = """
    WITH valued AS (SELECT {column} AS value FROM {rows} WHERE {column} IS NOT NULL),
         span AS (SELECT min(value) AS low, max(value) AS high, {width} AS width FROM valued)
    SELECT low + width * least(floor((value - low) / width), $bins - 1) AS low, any_value(width) AS width, count(*) AS n
    FROM valued, span GROUP BY ALL ORDER BY low"""
ISSUES = "SELECT kind AS value, count(DISTINCT position) AS n FROM issues {among} GROUP BY kind ORDER BY n DESC, kind"
TYPES = "SELECT type AS value, count(*) AS n FROM link_types {among} GROUP BY type ORDER BY n DESC, type LIMIT $most"
ENTITIES = """
    SELECT entity_id, name AS value, type, n FROM {counted} JOIN entities USING (entity_id) ORDER BY n DESC, name LIMIT $most"""
COUNTED = "(SELECT entity_id, count(*) AS n FROM links {among} GROUP BY entity_id)"
# Each combination of the entities as the bits of a number: pairing them in SQL took twice the time.
COMBINED = """
    WITH listed AS (SELECT unnest($ids::VARCHAR[]) AS entity_id, unnest(range(len($ids::VARCHAR[]))) AS place),
         spoken AS MATERIALIZED (SELECT position, place FROM links JOIN listed USING (entity_id)),
         combined AS (SELECT bit_or(1 << place) AS bits FROM spoken {among} GROUP BY position)
    SELECT bits, count(*) AS n FROM combined GROUP BY bits"""
ASKED = """
    WITH asked AS (SELECT DISTINCT unnest(expected_topics) AS topic FROM questions WHERE split = 'test')
    SELECT topic, entity_id FROM asked LEFT JOIN spellings ON spelling = folded(topic)
    QUALIFY is_primary OR NOT coalesce(bool_or(is_primary) OVER (PARTITION BY topic), false)"""
TOPICS = """
    WITH means AS (SELECT unnest($topics::VARCHAR[]) AS topic, unnest($ids::VARCHAR[]) AS entity_id),
         covers AS (
            SELECT DISTINCT topic, position FROM means JOIN links USING (entity_id)
            UNION ALL SELECT topic, position FROM phrases WHERE list_contains($phrases::VARCHAR[], topic))
    SELECT topic, count(*) FROM covers {among} GROUP BY topic"""
N_BINS = 40
MOST_VALUES = 12
MOST_ENTITIES = 15


@dataclass(frozen=True, slots=True)
class Charts:
    """Tables with the columns value and n (number of chunks), commonest first, but `topics` rarest first; `entities` has entity_id and type
    too. lengths (in tokens) and times: low, width, n, a row a bin that holds any. together: one, other (ids among `entities`), n; the
    diagonal holds each entity's own number."""

    n_chunks: int
    wiki_type: pd.DataFrame
    source: pd.DataFrame
    entity_type: pd.DataFrame
    entities: pd.DataFrame
    together: pd.DataFrame
    issue: pd.DataFrame
    lengths: pd.DataFrame
    times: pd.DataFrame
    topics: pd.DataFrame


class _Selections:
    """Which chunks each reduced filter leaves, worked out once and kept in a table that is gone with the cursor."""

    def __init__(self, cursor: DuckDBPyConnection, where: ChunkFilter) -> None:
        self._cursor = cursor
        self._where = where
        self._tables: dict[ChunkFilter, str] = {}

    def table(self, facet: str = "") -> str:
        """Name of a table with the column position; "" where the filter leaves all chunks."""
        where = self._where.without(facet) if facet else self._where
        if where not in self._tables:
            rows = chosen(self._cursor, where)
            name = "" if rows.is_all else f"selected{len(self._tables)}"
            if name:
                statement = (
                    f"CREATE TEMP TABLE {name} AS SELECT CAST(chunks.position AS INTEGER) AS position FROM {rows.source} WHERE {rows.where}"  # noqa: S608
                )
                self._cursor.execute(statement, rows.values)
            self._tables[where] = name
        return self._tables[where]

    def among(self, facet: str = "") -> str:
        """What keeps a table with positions to the selection."""
        table = self.table(facet)
        return f"SEMI JOIN {table} USING (position)" if table else ""


Asked = Sequence[tuple[str, str | None]]


def asked(cursor: DuckDBPyConnection) -> Asked:
    """The topics of the test questions, each with the entities that it means; None: it means none, and is looked for as a phrase."""
    return cursor.execute(ASKED).fetchall()


def charts(cursor: DuckDBPyConnection, where: ChunkFilter, topics: Asked) -> Charts:
    """Everything that the charts of a selection show; `topics` as `asked` tells them."""
    selections = _Selections(cursor, where)
    among = selections.among()
    entities = _table(cursor, ENTITIES.format(counted=COUNTED.format(among=among) if among else "link_counts"), MOST_ENTITIES)
    return Charts(
        n_chunks=_count(cursor, selections.table()),
        wiki_type=_column(cursor, "wiki_type", selections),
        source=_column(cursor, "source", selections),
        entity_type=_table(cursor, TYPES.format(among=selections.among("entity_type")), MOST_VALUES),
        entities=entities,
        together=_together(cursor, among, entities["entity_id"].tolist()),
        issue=cursor.execute(ISSUES.format(among=selections.among("issue"))).df(),
        lengths=_histogram(cursor, "n_tokens", f"lengths {selections.among('tokens')}", whole=True),
        times=_histogram(cursor, "temporal_order", f"chunks {selections.among('time')}"),
        topics=_topics(cursor, selections.among("topic"), topics),
    )


def _together(cursor: DuckDBPyConnection, among: str, ids: list[str]) -> pd.DataFrame:
    """For each two of the entities, in how many chunks they meet. Columns one, other, n; entities that never meet have no row."""
    import pandas as pd

    found = cursor.execute(COMBINED.format(among=among), {"ids": ids}).fetchall()
    bits, n = np.array(found, dtype=np.int64).reshape(-1, 2).T
    speaks = bits[:, None] >> np.arange(len(ids)) & 1  # (combinations, entities)
    meeting = speaks.T @ (speaks * n[:, None])
    one, other = np.nonzero(meeting)
    return pd.DataFrame({"one": np.take(ids, one), "other": np.take(ids, other), "n": meeting[one, other]})


def _topics(cursor: DuckDBPyConnection, among: str, topics: Asked) -> pd.DataFrame:
    """Columns value, n: every topic with the number of chunks that cover it, rarest first."""
    import pandas as pd

    means = [(topic, entity_id) for topic, entity_id in topics if entity_id is not None]
    values = {
        "topics": [topic for topic, _ in means],
        "ids": [entity_id for _, entity_id in means],
        "phrases": [topic for topic, entity_id in topics if entity_id is None],
    }
    covered = dict(cursor.execute(TOPICS.format(among=among), values).fetchall())
    rows = sorted((covered.get(topic, 0), topic) for topic in dict.fromkeys(topic for topic, _ in topics))
    return pd.DataFrame({"value": [topic for _, topic in rows], "n": [n for n, _ in rows]})


def _column(cursor: DuckDBPyConnection, column: str, selections: _Selections) -> pd.DataFrame:
    return _table(cursor, COLUMN.format(column=column, rows=f"chunks {selections.among(column)}"), MOST_VALUES)


def _table(cursor: DuckDBPyConnection, statement: str, most: int) -> pd.DataFrame:
    return cursor.execute(statement, {"most": most}).df()


def _histogram(cursor: DuckDBPyConnection, column: str, rows: str, whole: bool = False) -> pd.DataFrame:
    """N_BINS bins of equal width over the whole range; whole numbers get bins of whole width."""
    width = "greatest(max(value) - min(value), 1e-9) / $bins"
    if whole:
        width = "greatest(ceil((max(value) - min(value) + 1) / $bins), 1)"
    return cursor.execute(HISTOGRAM.format(column=column, rows=rows, width=width), {"bins": N_BINS}).df()


def _count(cursor: DuckDBPyConnection, table: str) -> int:
    [(n,)] = cursor.execute(f"SELECT count(*) FROM {table or 'chunks'}").fetchall()  # noqa: S608
    return int(n)
