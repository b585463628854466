"""Long lists of chunks, a page at a time, and whole where they are taken along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from core.store.answers import ChunkFilter
from core.store.filtering import HAS_WORD, chosen

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HAS_WORD", "MENTIONS_ENTITY"]

# What is shown of a page is looked up afterwards, one table at a time: joined to the page, each table cost DuckDB a pass over its texts.
PAGE = """
    SELECT chunk_id, chunks.position AS position, {score} AS score
    FROM {source} WHERE {where} ORDER BY {order} LIMIT $limit OFFSET $offset"""
SHOWN = "SELECT chunk_id, text, filename, wiki_type, source, temporal_order FROM chunks WHERE chunk_id IN (SELECT unnest($ids::VARCHAR[]))"
ISSUES = "SELECT DISTINCT position, kind FROM issues WHERE position IN (SELECT unnest($places::INTEGER[])) ORDER BY kind"
OUT = "SELECT chunk_id, scope FROM left_out WHERE list_contains($ids::VARCHAR[], chunk_id) ORDER BY scope DESC"
LENGTHS = "SELECT position, n_tokens FROM lengths WHERE position IN (SELECT unnest($places::INTEGER[]))"
MENTIONED = "SELECT chunk_id, count(*) AS n FROM mentions WHERE chunk_id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY chunk_id"
COUNT = "SELECT count(*) FROM {source} WHERE {where}"
IDS = "SELECT chunk_id FROM {source} WHERE {where} ORDER BY {order}"
TAKEN = """
    WITH taken AS (SELECT chunk_id, row_number() OVER (ORDER BY {order}) AS place FROM {source} WHERE {where}),
         wrong AS (SELECT position, list(DISTINCT kind ORDER BY kind) AS issues FROM issues GROUP BY position),
         out AS (SELECT chunk_id, list(scope ORDER BY scope DESC) AS left_out FROM left_out GROUP BY chunk_id),
         said AS (
            SELECT chunk_id, list({{'type': type, 'name': name}} ORDER BY ordinal) AS mentions
            FROM mentions SEMI JOIN taken USING (chunk_id) GROUP BY chunk_id)
    SELECT chunk_id, text, title, filename, source, wiki_type, temporal_order, n_tokens, coalesce(mentions, []) AS mentions,
           coalesce(issues, []) AS issues, coalesce(left_out, []) AS left_out
    FROM taken JOIN chunks USING (chunk_id) LEFT JOIN lengths USING (position) LEFT JOIN said USING (chunk_id)
    LEFT JOIN wrong USING (position) LEFT JOIN out USING (chunk_id) ORDER BY place"""
MENTIONS_ENTITY = """
    chunk_id IN (
        SELECT chunk_id FROM mentions WHERE lower(name) = lower($entity) OR lower(name) IN (
            SELECT name FROM names WHERE entity_id IN (SELECT entity_id FROM names WHERE name = lower($entity))))"""
FACET = "SELECT {column}, count(*) AS n FROM chunks WHERE {column} <> '' GROUP BY {column} ORDER BY n DESC, {column} LIMIT $most"
ROWS_AT_ONCE = 10_000
HIT = ["chunk_id", "text", "filename", "wiki_type", "source", "temporal_order", "issues", "left_out", "score"]
COLUMNS = [*HIT[:6], "n_words", "n_tokens", "n_mentions", *HIT[6:]]


def page_of_hits(cursor: DuckDBPyConnection, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
    """At most `limit` rows after the first `offset`; `temporal_order` and `score` NaN where a chunk has none."""
    return _hits(cursor, where, offset, limit)[HIT]


def page_of_chunks(cursor: DuckDBPyConnection, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
    """The same with what else is known of each chunk; `n_tokens` NaN where it has not been surveyed."""
    page = _hits(cursor, where, offset, limit)
    lengths = dict(cursor.execute(LENGTHS, {"places": page["position"].tolist()}).fetchall())
    mentioned = dict(cursor.execute(MENTIONED, {"ids": page["chunk_id"].tolist()}).fetchall())
    page["n_words"] = [len(text.split()) for text in page["text"]]
    page["n_tokens"] = page["position"].map(lengths)
    page["n_mentions"] = [mentioned.get(chunk_id, 0) for chunk_id in page["chunk_id"]]
    return page.astype({"n_words": "int64", "n_tokens": "float64", "n_mentions": "int64"})[COLUMNS]


def _hits(cursor: DuckDBPyConnection, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
    import pandas as pd

    found = _found(cursor, where, offset, limit)
    ids, places = [row[0] for row in found], [row[1] for row in found]
    shown = {row[0]: row for row in cursor.execute(SHOWN, {"ids": ids}).fetchall()}
    issues, out = _listed(cursor, ISSUES, places=places), _listed(cursor, OUT, ids=ids)
    rows = [(*shown[chunk_id], position, issues.get(position, []), out.get(chunk_id, []), score) for chunk_id, position, score in found]
    page = pd.DataFrame(rows, columns=[*HIT[:6], "position", *HIT[6:]])
    return page.astype({"temporal_order": "float64", "score": "float64"})


def _found(cursor: DuckDBPyConnection, where: ChunkFilter, offset: int, limit: int) -> list[tuple[str, int, float | None]]:
    """(chunk_id, position, score) of the chunks of a page, in their order."""
    rows = chosen(cursor, where)
    if rows.is_all:  # positions have no gaps: a page of all chunks is a range of them, for which nothing is sorted
        rows, offset = replace(rows, where=f"chunks.position BETWEEN {int(offset)} AND {int(offset + limit) - 1}"), 0
    score = "score" if "AS score" in rows.source else "CAST(NULL AS DOUBLE)"
    statement = PAGE.format(source=rows.source, where=rows.where, order=rows.order, score=score)
    return cursor.execute(statement, {**rows.values, "limit": limit, "offset": offset}).fetchall()


def _listed(cursor: DuckDBPyConnection, statement: str, **values: list[Any]) -> dict[Any, list[str]]:
    """What the statement says of each key, in its order."""
    said: dict[Any, list[str]] = {}
    for key, one in cursor.execute(statement, values).fetchall():
        said.setdefault(key, []).append(one)
    return said


def count_chunks(cursor: DuckDBPyConnection, where: ChunkFilter) -> int:
    rows = chosen(cursor, where)
    [(n_chunks,)] = cursor.execute(COUNT.format(source=rows.source, where=rows.where), rows.values).fetchall()
    return int(n_chunks)


def chunk_ids(cursor: DuckDBPyConnection, where: ChunkFilter) -> list[str]:
    """Of all chunks of the filter, in its order."""
    rows = chosen(cursor, where)
    statement = IDS.format(source=rows.source, where=rows.where, order=rows.order)
    return [chunk_id for (chunk_id,) in cursor.execute(statement, rows.values).fetchall()]


def taken(cursor: DuckDBPyConnection, where: ChunkFilter) -> Iterator[pa.RecordBatch]:
    """Every chunk of the filter with all that is known of it, some thousand rows at a time."""
    rows = chosen(cursor, where)
    statement = TAKEN.format(source=rows.source, where=rows.where, order=rows.order)
    yield from cursor.sql(statement, params=rows.values).to_arrow_reader(ROWS_AT_ONCE)


def facets(cursor: DuckDBPyConnection, most: int) -> dict[str, dict[str, int]]:
    """For each column to filter by: its values with their number of chunks, the `most` commonest; unset values left out."""
    return {column: dict(cursor.execute(FACET.format(column=column), {"most": most}).fetchall()) for column in ("wiki_type", "source")}
