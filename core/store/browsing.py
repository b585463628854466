"""Long lists of chunks, a page at a time, and whole where they are taken along."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyConnection

from core.store.answers import ChunkFilter
from core.store.filtering import HAS_WORD, chosen

__all__ = ["HAS_WORD", "MENTIONS_ENTITY"]

# The page is found by ids alone, so that sorting carries no texts and only its own mentions are counted.
PAGE = """
    WITH page AS (
            SELECT *, row_number() OVER () AS place FROM (
                SELECT chunk_id, chunks.position AS position, {score} AS score
                FROM {source} WHERE {where} ORDER BY {order} LIMIT $limit OFFSET $offset)),
         mentioned AS (
            SELECT chunk_id, count(*) AS n_mentions FROM mentions WHERE chunk_id IN (SELECT chunk_id FROM page) GROUP BY chunk_id),
         wrong AS (
            SELECT position, list(DISTINCT kind ORDER BY kind) AS issues FROM issues
            WHERE position IN (SELECT position FROM page) GROUP BY position),
         out AS (
            SELECT chunk_id, list(scope ORDER BY scope DESC) AS left_out FROM left_out
            WHERE chunk_id IN (SELECT chunk_id FROM page) GROUP BY chunk_id)
    SELECT chunk_id, text, filename, wiki_type, source, temporal_order, n_tokens, coalesce(n_mentions, 0) AS n_mentions,
           coalesce(issues, []) AS issues, coalesce(left_out, []) AS left_out, page.score
    FROM page JOIN chunks USING (chunk_id) LEFT JOIN lengths ON lengths.position = page.position LEFT JOIN mentioned USING (chunk_id)
    LEFT JOIN wrong ON wrong.position = page.position LEFT JOIN out USING (chunk_id) ORDER BY place"""
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
COLUMNS = [
    "chunk_id", "text", "filename", "wiki_type", "source", "temporal_order", "n_words", "n_tokens", "n_mentions", "issues", "left_out",
    "score",
]  # fmt: skip


def page_of_chunks(cursor: DuckDBPyConnection, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
    """At most `limit` rows after the first `offset`; `temporal_order`, `n_tokens` and `score` NaN where a chunk has none."""
    rows = chosen(cursor, where)
    score = "score" if "AS score" in rows.source else "CAST(NULL AS DOUBLE)"
    statement = PAGE.format(source=rows.source, where=rows.where, order=rows.order, score=score)
    page = cursor.execute(statement, {**rows.values, "limit": limit, "offset": offset}).df()
    page["n_words"] = page["text"].map(lambda text: len(text.split()))
    return page.astype({"n_words": "int64", "n_tokens": "float64", "score": "float64"})[COLUMNS]


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
