"""The corpus back as records: what was imported, with the aliases that a person corrected and less what was left out of search."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from core.records import Chunk, Corpus, Entity, Question, Split, content_id

SEARCHED = "(searchable AND chunk_id NOT IN (SELECT chunk_id FROM left_out WHERE scope = 'search'))"
CHUNKS = f"""
    SELECT chunk_id, text, filename, title, source, wiki_type, temporal_order, {SEARCHED}, extra
    FROM chunks WHERE {{where}} ORDER BY position"""  # noqa: S608
MENTIONS = "SELECT chunk_id, type, name FROM mentions WHERE {where} ORDER BY chunk_id, ordinal"
LISTED = "chunk_id IN (SELECT unnest($ids::VARCHAR[]))"
PLACE = "SELECT filename, position FROM chunks WHERE chunk_id = ?"
NEIGHBOURS = """
    SELECT arg_max(chunk_id, position, $n) FILTER (position < $position), arg_min(chunk_id, position, $n) FILTER (position > $position)
    FROM chunks WHERE filename = $filename"""
ENTITIES = "SELECT entity_id, name, type, filename, attributes FROM entities WHERE {where} ORDER BY position"
ALIASES = "SELECT entity_id, alias FROM current_aliases WHERE {where} ORDER BY entity_id, ordinal"
QUESTIONS = """
    SELECT question_id, text, category, difficulty, temporal_limit, expected_topics, split
    FROM questions WHERE $split IS NULL OR split = $split ORDER BY position"""
JUDGEMENTS = "SELECT question_id, chunk_id, grade FROM judgements ORDER BY question_id, ordinal"
CORRECTED = "SELECT coalesce(string_agg(entity_id || adds || alias, chr(10) ORDER BY entity_id, alias), '') FROM corrected"
UNSEARCHED = "SELECT coalesce(string_agg(chunk_id, chr(10) ORDER BY chunk_id), '') FROM left_out WHERE scope = 'search'"
FINGERPRINTS = "SELECT coalesce(string_agg(fingerprint, '' ORDER BY position), '') FROM {table}"


def read_corpus(cursor: DuckDBPyConnection) -> Corpus:
    return Corpus(read_chunks(cursor), read_entities(cursor), read_questions(cursor))


def corpus_fingerprint(cursor: DuckDBPyConnection) -> str:
    """Depends on everything in the corpus and its order, with what a person corrected and left out of search, and on nothing else."""
    said = [str(cursor.execute(statement).fetchall()[0][0]) for statement in (CORRECTED, UNSEARCHED)]
    imported = [fingerprints(cursor, table) for table in ("chunks", "entities", "questions")]
    return content_id(*imported, *(said if any(said) else ()))


def fingerprints(cursor: DuckDBPyConnection, table: str) -> str:
    """The fingerprints of a table's rows, in order, end to end."""
    [(joined,)] = cursor.execute(FINGERPRINTS.format(table=table)).fetchall()
    return str(joined)


def read_chunks(cursor: DuckDBPyConnection, where: str = "true", values: Mapping[str, Any] | None = None) -> tuple[Chunk, ...]:
    """The chunks for which `where` holds (SQL of this room, its $names bound to `values`), in import order."""
    return _read_chunks(cursor, where, f"chunk_id IN (SELECT chunk_id FROM chunks WHERE {where})", values)  # noqa: S608


def chunks_of_ids(cursor: DuckDBPyConnection, chunk_ids: Sequence[str]) -> tuple[Chunk, ...]:
    """Those of the chunks that are there, in import order."""
    return _read_chunks(cursor, LISTED, LISTED, {"ids": list(chunk_ids)})


def _read_chunks(cursor: DuckDBPyConnection, where: str, mentioned: str, values: Mapping[str, Any] | None) -> tuple[Chunk, ...]:
    mentions: dict[str, dict[str, list[str]]] = {}
    for chunk_id, kind, name in cursor.execute(MENTIONS.format(where=mentioned), values).fetchall():
        mentions.setdefault(chunk_id, {}).setdefault(kind, []).append(name)
    return tuple(_chunk(row, mentions) for row in cursor.execute(CHUNKS.format(where=where), values).fetchall())


def _chunk(row: tuple[Any, ...], mentions: Mapping[str, Mapping[str, list[str]]]) -> Chunk:
    chunk_id, text, filename, title, source, wiki_type, temporal_order, searchable, extra = row
    of_chunk = {kind: tuple(names) for kind, names in mentions.get(chunk_id, {}).items()}
    return Chunk(chunk_id, text, filename, title, source, wiki_type, temporal_order, of_chunk, searchable, json.loads(extra))


def neighbours(cursor: DuckDBPyConnection, chunk_id: str, each_side: int) -> tuple[Chunk, ...]:
    """The chunk with up to `each_side` chunks of its file before and after it; () for an unknown id."""
    if not (rows := cursor.execute(PLACE, [chunk_id]).fetchall()):
        return ()
    [(filename, position)] = rows
    values = {"filename": filename, "position": position, "n": each_side}
    [(before, after)] = cursor.execute(NEIGHBOURS, values).fetchall()
    return chunks_of_ids(cursor, [*(before or ()), chunk_id, *(after or ())])


def read_entities(cursor: DuckDBPyConnection, where: str = "true", values: Mapping[str, Any] | None = None) -> tuple[Entity, ...]:
    """The entities for which `where` holds (SQL of this room over entity_id, its $names bound to `values`), in import order."""
    aliases: dict[str, list[str]] = {}
    for entity_id, alias in cursor.execute(ALIASES.format(where=where), values).fetchall():
        aliases.setdefault(entity_id, []).append(alias)
    return tuple(
        Entity(name, kind, tuple(aliases.get(entity_id, ())), filename, {} if attributes == "{}" else json.loads(attributes))
        for entity_id, name, kind, filename, attributes in cursor.execute(ENTITIES.format(where=where), values).fetchall()
    )


def read_questions(cursor: DuckDBPyConnection, split: Split | None = None) -> tuple[Question, ...]:
    judgements: dict[str, dict[str, int]] = {}
    for question_id, chunk_id, grade in cursor.execute(JUDGEMENTS).fetchall():
        judgements.setdefault(question_id, {})[chunk_id] = grade
    rows = cursor.execute(QUESTIONS, {"split": split}).fetchall()
    return tuple(_question(row, judgements.get(row[0], {})) for row in rows)


def _question(row: tuple[Any, ...], judgements: Mapping[str, int]) -> Question:
    question_id, text, category, difficulty, temporal_limit, topics, split = row
    return Question(question_id, text, category, difficulty, temporal_limit, tuple(topics), judgements, split)
