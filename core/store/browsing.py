"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from core.store.answers import ChunkFilter

# The page is found by ids alone, so that sorting carries no texts and only its own mentions are counted.
PAGE = """
    WITH page AS (SELECT chunk_id, {place} AS place FROM {chunks} WHERE {where} ORDER BY place LIMIT $limit OFFSET $offset),
         mentioned AS (
            SELECT chunk_id, count(*) AS n_mentions FROM mentions WHERE chunk_id IN (SELECT chunk_id FROM page) GROUP BY chunk_id)
    SELECT chunk_id, text, filename, wiki_type, source, temporal_order, coalesce(n_mentions, 0) AS n_mentions
    FROM page JOIN chunks USING (chunk_id) LEFT JOIN mentioned USING (chunk_id) ORDER BY place"""
# A regular expression ignores case in half the time that lower() takes.
HAS_WORD = "(regexp_matches(text, regexp_escape(${name}), 'i') OR regexp_matches(title, regexp_escape(${name}), 'i'))"
COUNT = "SELECT count(*) FROM {chunks} WHERE {where}"
LISTED_CHUNKS = """
    chunks JOIN (SELECT unnest($ids::VARCHAR[]) AS chunk_id, generate_subscripts($ids::VARCHAR[], 1) AS listed_at) USING (chunk_id)"""
MENTIONS_ENTITY = """
    chunk_id IN (
        SELECT chunk_id FROM mentions WHERE lower(name) = lower($entity) OR lower(name) IN (
            SELECT name FROM names WHERE entity_id IN (SELECT entity_id FROM names WHERE name = lower($entity))))"""
FACET = "SELECT {column}, count(*) AS n FROM chunks WHERE {column} <> '' GROUP BY {column} ORDER BY n DESC, {column}"
COLUMNS = ["chunk_id", "text", "filename", "wiki_type", "source", "temporal_order", "n_words", "n_mentions"]


def page_of_chunks(cursor: DuckDBPyConnection, where: ChunkFilter, offset: int, limit: int) -> pd.DataFrame:
    """At most `limit` rows, COLUMNS wide, after the first `offset`; `temporal_order` NaN where a chunk has none."""
    statement, values = _filled(PAGE, where)
    page = cursor.execute(statement, {**values, "limit": limit, "offset": offset}).df()
    page["n_words"] = page["text"].map(lambda text: len(text.split())).astype("int64")
    return page[COLUMNS]


def count_chunks(cursor: DuckDBPyConnection, where: ChunkFilter) -> int:
    statement, values = _filled(COUNT, where)
    [(n_chunks,)] = cursor.execute(statement, values).fetchall()
    return int(n_chunks)


def facets(cursor: DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """For each column to filter by: its values with their number of chunks, commonest first; unset values left out."""
    return {column: dict(cursor.execute(FACET.format(column=column)).fetchall()) for column in ("wiki_type", "source")}


def _filled(statement: str, where: ChunkFilter) -> tuple[str, dict[str, Any]]:
    """The statement over the chunks of the filter, and the values of its $names."""
    condition, values = _condition(where)
    if where.ids is None:
        return statement.format(chunks="chunks", where=condition, place="position"), values
    values["ids"] = list(dict.fromkeys(where.ids))
    return statement.format(chunks=LISTED_CHUNKS, where=condition, place="listed_at"), values


def _condition(where: ChunkFilter) -> tuple[str, dict[str, Any]]:
    """SQL that holds for the chunks of the filter, and the values of its $names."""
    parts = ["true"]
    values: dict[str, Any] = {}
    for number, word in enumerate(where.text.split()):
        parts.append(HAS_WORD.format(name=f"word{number}"))
        values[f"word{number}"] = word
    for column in ("wiki_type", "source"):
        if allowed := list(getattr(where, column)):
            parts.append(f"list_contains(${column}, {column})")
            values[column] = allowed
    if where.entity:
        parts.append(MENTIONS_ENTITY)
        values["entity"] = where.entity
    return " AND ".join(parts), values
