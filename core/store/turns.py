"""One turn at the audit desk: everything the screen shows of a pair, read in one state of the store."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from core.records import Chunk, Decision, Label, Pair
from core.store.decisions import standing_near
from core.store.pairs import PAIR_COLUMNS, pair_of
from core.store.reading import chunks_of_ids

# One table at a time, by its key: bound to a press of a key, a join costs DuckDB more than the two look-ups it joins.
PAIR = f"SELECT {PAIR_COLUMNS} FROM pairs WHERE pair_id = $pair_id"  # noqa: S608
DOUBT = "SELECT doubt FROM queue WHERE pair_id = $pair_id"
CONTRADICTED = "SELECT amount FROM contradictions WHERE pair_id = $pair_id"
QUESTION = "SELECT category, expected_topics FROM questions WHERE question_id = $question_id"
POSITIVES = f"""
    SELECT {PAIR_COLUMNS} FROM pairs
    WHERE query = $query AND label = 'positive' AND chunk_id <> $chunk_id ORDER BY position"""  # noqa: S608
REJECTED = "SELECT pair_id FROM current WHERE verdict = 'reject' AND list_contains($ids::VARCHAR[], pair_id)"
LATELY = "SELECT pair_id, query, label FROM pairs WHERE list_contains($ids::VARCHAR[], pair_id)"
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
class Lately:
    """As much of a pair as the list of the last decisions shows."""

    query: str
    label: Label


@dataclass(frozen=True, slots=True)
class Turn:
    """`shown` is None where no such pair is there. `recent`: the auditor's standing decisions, newest first; `lately`: the pairs of the
    last ten of them, by id."""

    shown: Shown | None
    recent: tuple[Decision, ...]
    lately: dict[str, Lately]


def turn(cursor: DuckDBPyConnection, pair_id: str, auditor: str) -> Turn:
    near = standing_near(cursor, auditor, pair_id, N_FOR_PACE)
    mine = (decision for decision in near if decision.auditor == auditor)
    recent = tuple(sorted(mine, key=lambda decision: decision.made_at, reverse=True))
    ids = [decision.pair_id for decision in recent[:N_LATELY]]
    lately = {one: Lately(*said) for one, *said in cursor.execute(LATELY, {"ids": ids}).fetchall()} if ids else {}
    said = tuple(decision for decision in near if decision.pair_id == pair_id)
    return Turn(_shown(cursor, pair_id, said), recent, lately)


def _shown(cursor: DuckDBPyConnection, pair_id: str, said: tuple[Decision, ...]) -> Shown | None:
    rows = cursor.execute(PAIR, {"pair_id": pair_id}).fetchall()
    if not rows:
        return None
    pair = pair_of(rows[0])
    [(doubt,)] = cursor.execute(DOUBT, {"pair_id": pair_id}).fetchall()
    contradicted = cursor.execute(CONTRADICTED, {"pair_id": pair_id}).fetchone()
    category, topics = cursor.execute(QUESTION, {"question_id": pair.question_id}).fetchone() or ("", ())
    positives = _positives(cursor, pair)
    found = _chunks(cursor, [pair.chunk_id, *(one.chunk_id for one in positives)])
    with_chunks = tuple((one, found[one.chunk_id]) for one in positives)
    amount = contradicted[0] if contradicted else None
    return Shown(pair, found[pair.chunk_id], doubt, amount, category, tuple(topics), with_chunks, said)


def _positives(cursor: DuckDBPyConnection, pair: Pair) -> list[Pair]:
    """Those of the pair's query, itself and the rejected ones left out, the one it was set against first."""
    rows = cursor.execute(POSITIVES, {"query": pair.query, "chunk_id": pair.chunk_id}).fetchall()
    found = [pair_of(row) for row in rows]
    rejected = set(cursor.execute(REJECTED, {"ids": [one.pair_id for one in found]}).fetchall()) if found else set()
    set_against = pair.evidence.get("positive")
    return sorted((one for one in found if (one.pair_id,) not in rejected), key=lambda one: one.chunk_id != set_against)


def _chunks(cursor: DuckDBPyConnection, chunk_ids: list[str]) -> dict[str, Chunk]:
    found = chunks_of_ids(cursor, chunk_ids)
    return {chunk.chunk_id: chunk for chunk in found}
