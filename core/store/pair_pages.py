"""Pairs as pages list and draw them: a page at a time, counted by kind, their scores as histograms."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from core.records import Pair
from core.store import browsing
from core.store.answers import PairFilter, PairKind
from core.store.pairs import PAIR_COLUMNS, pair_of

if TYPE_CHECKING:
    import pandas as pd

# The page is found by ids alone, so that sorting carries no texts.
PAGE = """
    WITH page AS (SELECT pair_id, position FROM pairs WHERE {where} ORDER BY position LIMIT $limit OFFSET $offset)
    SELECT pair_id, label, rule, hardness, coalesce(category, '') AS category, query, pairs.chunk_id, filename, chunks.text, score,
           CAST(evidence ->> '$.cosine' AS DOUBLE) AS cosine, CAST(evidence ->> '$.bm25' AS DOUBLE) AS bm25, reason
    FROM page JOIN pairs USING (pair_id) JOIN chunks USING (chunk_id) LEFT JOIN questions USING (question_id) ORDER BY page.position"""
PAIR = "SELECT {columns} FROM pairs WHERE pair_id = ?"
COUNT = "SELECT count(*) FROM pairs WHERE {where}"
KINDS = """
    SELECT label, rule, hardness, coalesce(category, '') AS category, question_id = '' AS synthetic, count(*) AS n
    FROM pairs LEFT JOIN questions USING (question_id) GROUP BY ALL ORDER BY label DESC, n DESC, rule, hardness, category"""
HAS_WORD = """
    (regexp_matches(query, regexp_escape(${name}), 'i') OR chunk_id IN (SELECT chunk_id FROM chunks WHERE {in_chunk}))"""
OF_CATEGORY = """
    (question_id IN (SELECT question_id FROM questions WHERE list_contains($category, category)) OR
     (question_id = '' AND list_contains($category, '')))"""
HISTOGRAM = """
    WITH scored AS (SELECT label, CAST(evidence ->> $path AS DOUBLE) AS value FROM pairs),
         span AS (SELECT min(value) AS low, greatest(max(value) - min(value), 1e-9) / $bins AS width FROM scored)
    SELECT label, low + width * least(floor((value - low) / width), $bins - 1) AS low, any_value(width) AS width, count(*) AS n
    FROM scored, span WHERE value IS NOT NULL GROUP BY ALL ORDER BY label DESC, low"""


def page_of_pairs(cursor: DuckDBPyConnection, where: PairFilter, offset: int, limit: int) -> pd.DataFrame:
    """At most `limit` rows after the first `offset`, in the order of generation; scores NaN where a pair has none."""
    holds, values = condition(where)
    return cursor.execute(PAGE.format(where=holds), {**values, "limit": limit, "offset": offset}).df()


def count_pairs(cursor: DuckDBPyConnection, where: PairFilter) -> int:
    holds, values = condition(where)
    [(n_pairs,)] = cursor.execute(COUNT.format(where=holds), values).fetchall()
    return int(n_pairs)


def read_pair(cursor: DuckDBPyConnection, pair_id: str) -> Pair | None:
    rows = cursor.execute(PAIR.format(columns=PAIR_COLUMNS), [pair_id]).fetchall()
    return pair_of(rows[0]) if rows else None


def pair_kinds(cursor: DuckDBPyConnection) -> tuple[PairKind, ...]:
    return tuple(starmap(PairKind, cursor.execute(KINDS).fetchall()))


def score_histogram(cursor: DuckDBPyConnection, score: str, n_bins: int) -> pd.DataFrame:
    """`n_bins` bins of equal width over the whole range; bins without pairs are left out."""
    return cursor.execute(HISTOGRAM, {"path": f"$.{score}", "bins": n_bins}).df()


def condition(where: PairFilter) -> tuple[str, dict[str, Any]]:
    """SQL that holds for the pairs of the filter, and the values of its $names."""
    parts, values = ["true"], dict[str, Any]()
    for number, word in enumerate(where.text.split()):
        parts.append(HAS_WORD.format(name=f"word{number}", in_chunk=browsing.HAS_WORD.format(name=f"word{number}")))
        values[f"word{number}"] = word
    for column in ("label", "rule", "hardness"):
        if allowed := list(getattr(where, column)):
            parts.append(f"list_contains(${column}, {column})")
            values[column] = allowed
    if where.chunk:
        parts.append("list_contains($chunk, chunk_id)")
        values["chunk"] = list(where.chunk)
    if where.category:
        parts.append(OF_CATEGORY)
        values["category"] = list(where.category)
    return " AND ".join(parts), values
