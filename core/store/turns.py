"""One turn at the audit desk: everything the screen shows of a pair, read in one state of the store."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from core.records import Chunk, Decision, Pair
from core.store.decisions import standing_near
from core.store.pairs import PAIR_COLUMNS, pair_of
from core.store.reading import read_chunks

POSITIVES = f"""
    SELECT {PAIR_COLUMNS} FROM pairs LEFT JOIN current USING (pair_id)
    WHERE query = $query AND label = 'positive' AND chunk_id <> $chunk_id AND verdict IS DISTINCT FROM 'reject'
    ORDER BY position"""  # noqa: S608
OF_PAIR = ", ".join(f"pairs.{column}" for column in PAIR_COLUMNS.split(", "))
PAIR = f"""
    SELECT {OF_PAIR}, doubt, amount, coalesce(category, ''), coalesce(expected_topics, [])
    FROM pairs JOIN queue USING (pair_id) LEFT JOIN contradictions USING (pair_id) LEFT JOIN questions USING (question_id)
    WHERE pair_id = $pair_id"""  # noqa: S608
TITLES = f"SELECT {PAIR_COLUMNS} FROM pairs WHERE list_contains($ids::VARCHAR[], pair_id)"  # noqa: S608
N_LATELY = 10
N_FOR_PACE = 200  # decisions


@dataclass(frozen=True, slots=True)
class Shown:
    """The pair on the desk.

    `contradicted`: how far the newest tuned model contradicts its label, None where that is not known. `positives`: the query's other
    positives with their chunks, the one it was set against first, those that were rejected left out. `said`: the standing decisions on
    it, newest first.
    """

    pair: Pair
    chunk: Chunk
    doubt: float
    contradicted: float | None
    category: str
    topics: tuple[str, ...]
    positives: tuple[tuple[Pair, Chunk], ...]
    said: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """`shown` is None where no such pair is there. `recent`: the auditor's standing decisions, newest first; `lately`: the pairs of the
    last ten of them, by id."""

    shown: Shown | None
    recent: tuple[Decision, ...]
    lately: dict[str, Pair]


def turn(cursor: DuckDBPyConnection, pair_id: str, auditor: str) -> Turn:
    near = standing_near(cursor, auditor, pair_id, N_FOR_PACE)
    mine = (decision for decision in near if decision.auditor == auditor)
    recent = tuple(sorted(mine, key=lambda decision: decision.made_at, reverse=True))
    ids = [decision.pair_id for decision in recent[:N_LATELY]]
    lately = [pair_of(row) for row in cursor.execute(TITLES, {"ids": ids}).fetchall()] if ids else []
    said = tuple(decision for decision in near if decision.pair_id == pair_id)
    return Turn(_shown(cursor, pair_id, said), recent, {pair.pair_id: pair for pair in lately})


def _shown(cursor: DuckDBPyConnection, pair_id: str, said: tuple[Decision, ...]) -> Shown | None:
    rows = cursor.execute(PAIR, {"pair_id": pair_id}).fetchall()
    if not rows:
        return None
    *columns, doubt, contradicted, category, topics = rows[0]
    pair = pair_of(tuple(columns))
    positives = _positives(cursor, pair)
    found = _chunks(cursor, [pair.chunk_id, *(one.chunk_id for one in positives)])
    with_chunks = tuple((one, found[one.chunk_id]) for one in positives)
    return Shown(pair, found[pair.chunk_id], doubt, contradicted, category, tuple(topics), with_chunks, said)


def _positives(cursor: DuckDBPyConnection, pair: Pair) -> list[Pair]:
    rows = cursor.execute(POSITIVES, {"query": pair.query, "chunk_id": pair.chunk_id}).fetchall()
    set_against = pair.evidence.get("positive")
    return sorted((pair_of(row) for row in rows), key=lambda one: one.chunk_id != set_against)


def _chunks(cursor: DuckDBPyConnection, chunk_ids: list[str]) -> dict[str, Chunk]:
    found = read_chunks(cursor, "list_contains($ids::VARCHAR[], chunk_id)", {"ids": chunk_ids})
    return {chunk.chunk_id: chunk for chunk in found}
