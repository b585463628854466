"""Entities as a page lists and opens them, and the mentions that no entity claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from core.records import Entity
from core.store.answers import EntityFilter
from core.store.reading import read_entities

if TYPE_CHECKING:
    import pandas as pd

AMBIGUOUS = "(SELECT spelling FROM spellings GROUP BY spelling HAVING count(*) > 1)"
SHOWN = {
    "all": "true",
    "unmentioned": "entity_id NOT IN (SELECT entity_id FROM link_counts)",
    "ambiguous": f"entity_id IN (SELECT entity_id FROM spellings WHERE spelling IN {AMBIGUOUS})",  # noqa: S608
    "corrected": "entity_id IN (SELECT entity_id FROM corrected)",
}
PAGE = """
    WITH page AS (
            SELECT entity_id, name, type, filename, coalesce(n, 0) AS n_chunks, position
            FROM entities LEFT JOIN link_counts USING (entity_id) WHERE {where}
            ORDER BY coalesce(n, 0) DESC, name, position LIMIT $limit OFFSET $offset),
         aka AS (
            SELECT entity_id, list(alias ORDER BY ordinal) AS aliases FROM current_aliases
            WHERE entity_id IN (SELECT entity_id FROM page) GROUP BY entity_id)
    SELECT entity_id, name, type, filename, n_chunks, coalesce(aliases, []) AS aliases
    FROM page LEFT JOIN aka USING (entity_id) ORDER BY n_chunks DESC, name, position"""
COUNT = "SELECT count(*) FROM entities WHERE {where}"
HAS_NAME = "entity_id IN (SELECT entity_id FROM spellings WHERE contains(spelling, folded($text)))"
TALLY = f"""
    SELECT (SELECT count(*) FROM entities), (SELECT count(*) FROM entities WHERE {SHOWN["ambiguous"]}),
           (SELECT count(*) FROM entities WHERE {SHOWN["unmentioned"]}), (SELECT count(*) FROM entities WHERE {SHOWN["corrected"]}),
           (SELECT count(*) FROM meant WHERE entity_id IS NULL)"""  # noqa: S608
RIVALS = """
    SELECT spelling, entity_id, name, type FROM spellings JOIN entities USING (entity_id)
    WHERE spelling IN (SELECT spelling FROM spellings WHERE entity_id = $entity_id) AND entity_id <> $entity_id
    ORDER BY spelling, name"""
UNCLAIMED = """
    SELECT type, name, n FROM meant WHERE entity_id IS NULL AND ($text = '' OR contains(folded(name), folded($text)))
    ORDER BY n DESC, name, type LIMIT $limit OFFSET $offset"""
N_UNCLAIMED = "SELECT count(*) FROM meant WHERE entity_id IS NULL AND ($text = '' OR contains(folded(name), folded($text)))"
TOGETHER = """
    WITH here AS (SELECT position FROM links WHERE entity_id = $entity_id),
         others AS (
            SELECT entity_id, count(*) AS n FROM links SEMI JOIN here USING (position)
            WHERE entity_id <> $entity_id GROUP BY entity_id)
    SELECT entity_id, name, type, n FROM others JOIN entities USING (entity_id) ORDER BY n DESC, name LIMIT $limit"""
LINKED = "SELECT count(*), count(*) FILTER (listed), count(*) FILTER (named) FROM links WHERE entity_id = ?"
OF_CHUNK = """
    SELECT entity_id, name, type, listed, named FROM links JOIN entities USING (entity_id)
    WHERE position = (SELECT position FROM chunks WHERE chunk_id = ?) ORDER BY type, name"""
IN_CHUNK = "SELECT entity_id FROM links WHERE position = (SELECT position FROM chunks WHERE chunk_id = ?)"
LISTED = "entity_id IN (SELECT unnest($ids::VARCHAR[]))"
SHARED = "SELECT list(entity_id) FROM spellings GROUP BY spelling HAVING count(*) > 1"
LIKE = """
    SELECT entity_id, any_value(name) AS name, any_value(type) AS type
    FROM (SELECT unnest($words::VARCHAR[]) AS word) JOIN spellings ON contains(spelling, word) JOIN entities USING (entity_id)
    GROUP BY entity_id ORDER BY count(DISTINCT word) DESC, min(length(spelling)), name LIMIT $limit"""
WORD = re.compile(r"[^\W_]+")
LEAST_LETTERS = 2


def page_of_entities(cursor: DuckDBPyConnection, where: EntityFilter, offset: int, limit: int) -> pd.DataFrame:
    """Those that most chunks speak of first."""
    condition, values = _condition(where)
    return cursor.execute(PAGE.format(where=condition), {**values, "limit": limit, "offset": offset}).df()


def count_entities(cursor: DuckDBPyConnection, where: EntityFilter) -> int:
    condition, values = _condition(where)
    [(n,)] = cursor.execute(COUNT.format(where=condition), values).fetchall()
    return int(n)


def entity_tally(cursor: DuckDBPyConnection) -> dict[str, int]:
    """How many entities each list of the page holds, and how many names are mentioned that no entity claims ("unclaimed")."""
    [row] = cursor.execute(TALLY).fetchall()
    return dict(zip(("all", "ambiguous", "unmentioned", "corrected", "unclaimed"), map(int, row), strict=True))


def rivals(cursor: DuckDBPyConnection, entity_id: str) -> pd.DataFrame:
    """Other entities that claim a name of this one. Columns spelling (folded), entity_id, name, type."""
    return cursor.execute(RIVALS, {"entity_id": entity_id}).df()


def together_with(cursor: DuckDBPyConnection, entity_id: str, limit: int) -> pd.DataFrame:
    """The entities that the same chunks speak of, those in most chunks first. Columns entity_id, name, type, n."""
    return cursor.execute(TOGETHER, {"entity_id": entity_id, "limit": limit}).df()


def linked(cursor: DuckDBPyConnection, entity_id: str) -> dict[str, int]:
    """How many chunks speak of an entity, how many by a mention, and how many by name in their text."""
    [row] = cursor.execute(LINKED, [entity_id]).fetchall()
    return dict(zip(("chunks", "listed", "named"), map(int, row), strict=True))


def entities_of(cursor: DuckDBPyConnection, chunk_id: str) -> pd.DataFrame:
    """The entities that a chunk speaks of. Columns entity_id, name, type, listed, named."""
    return cursor.execute(OF_CHUNK, [chunk_id]).df()


Sharers = Mapping[str, Sequence[Sequence[str]]]


def sharers(cursor: DuckDBPyConnection) -> Sharers:
    """For each entity that shares a name with another: the ids of those that claim it, a list a name."""
    found: dict[str, list[list[str]]] = {}
    for (claiming,) in cursor.execute(SHARED).fetchall():
        for entity_id in claiming:
            found.setdefault(entity_id, []).append(claiming)
    return found


def entities_in(cursor: DuckDBPyConnection, chunk_id: str, sharing: Sharers) -> tuple[Entity, ...]:
    """The entities that a chunk speaks of, and those that share a name with one of them, which `sharers` tells."""
    named = [entity_id for (entity_id,) in cursor.execute(IN_CHUNK, [chunk_id]).fetchall()]
    rivals = (entity_id for one in named for claiming in sharing.get(one, ()) for entity_id in claiming)
    return read_entities(cursor, LISTED, {"ids": list(dict.fromkeys([*named, *rivals]))})


def entities_like(cursor: DuckDBPyConnection, text: str, limit: int) -> pd.DataFrame:
    """Entities that share a word with a text in one of their names, those that share most first. Columns entity_id, name, type."""
    words = [word for word in WORD.findall(text.lower()) if len(word) >= LEAST_LETTERS]
    return cursor.execute(LIKE, {"words": words, "limit": limit}).df()


def page_of_unclaimed(cursor: DuckDBPyConnection, text: str, offset: int, limit: int) -> pd.DataFrame:
    """Mentions that mean no entity, commonest first. Columns type, name, n (mentions)."""
    return cursor.execute(UNCLAIMED, {"text": text, "limit": limit, "offset": offset}).df()


def count_unclaimed(cursor: DuckDBPyConnection, text: str) -> int:
    [(n,)] = cursor.execute(N_UNCLAIMED, {"text": text}).fetchall()
    return int(n)


def _condition(where: EntityFilter) -> tuple[str, dict[str, Any]]:
    parts, values = [SHOWN[where.shown]], dict[str, Any]()
    if where.text.strip():
        parts.append(HAS_NAME)
        values["text"] = where.text
    if where.type:
        parts.append("list_contains($type, type)")
        values["type"] = list(where.type)
    return " AND ".join(parts), values
