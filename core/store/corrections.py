"""Names that a person gives to entities or takes from them. The imported ones are never touched, so every import meets the corrections."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

from duckdb import DuckDBPyConnection

from core.corpus.aliases import words
from core.corpus.topics import TopicMatcher
from core.errors import InputError
from core.records import Chunk, Entity
from core.store.answers import Correction
from core.store.database import bump_revision
from core.store.linking import link
from core.store.reading import read_chunks, read_entities

LONGEST_NAME = 200  # characters
STANDING = "SELECT correction_id, entity_id, alias, adds, made_at FROM corrected {where} ORDER BY position DESC"
APPEND = """
    INSERT INTO corrections
    SELECT $correction_id, coalesce(max(position), -1) + 1, $entity_id, $alias, $adds, $made_at, $undoes FROM corrections"""
# The name as it is, or its words, folded as Python does it, with anything between them: "Bell House" is found in "Bell-House" too.
HOLDS = """
    (contains(folded(text), folded($alias)) OR
     ($pattern <> '' AND regexp_matches(replace(folded(text), 'ß', 'ss'), $pattern)))"""
BETWEEN_WORDS = r"[^\pL\pM\pN]*"
# The names that a text may hold where it holds the alias: what the survey found there, and names inside the alias or around it.
CONCERNED = """
    SELECT DISTINCT entity_id FROM (
        SELECT entity_id FROM links JOIN chunks USING (position) WHERE list_contains($ids::VARCHAR[], chunk_id)
        UNION ALL SELECT entity_id FROM spellings WHERE contains(folded($alias), spelling) OR contains(spelling, folded($alias))
        UNION ALL SELECT $entity_id)"""


def correct(cursor: DuckDBPyConnection, entity_id: str, alias: str, adds: bool) -> int:
    """Inside the caller's transaction: an entity gets a name or loses one. The number of chunks that speak of it from now on.

    Raises InputError for an unknown entity, an empty or overlong name, one that it has already or has not.
    """
    alias = " ".join(alias.split())
    _check(cursor, entity_id, alias, adds)
    _append(cursor, entity_id, alias, adds)
    return _follow(cursor, entity_id, alias)


def undo_correction(cursor: DuckDBPyConnection, correction_id: str) -> int:
    """Inside the caller's transaction: take a correction back. Raises InputError where it does not stand any more."""
    rows = cursor.execute("SELECT entity_id, alias, adds FROM corrected WHERE correction_id = ?", [correction_id]).fetchall()
    if not rows:
        raise InputError("This correction has been taken back already.")
    entity_id, alias, adds = rows[0]
    _append(cursor, entity_id, alias, adds, undoes=correction_id)
    return _follow(cursor, entity_id, alias)


def standing(cursor: DuckDBPyConnection, entity_id: str = "") -> tuple[Correction, ...]:
    """What holds, newest first; of one entity where one is named."""
    where = "WHERE entity_id = $entity_id" if entity_id else ""
    values = {"entity_id": entity_id} if entity_id else {}
    return tuple(Correction(*row) for row in cursor.execute(STANDING.format(where=where), values).fetchall())


def _check(cursor: DuckDBPyConnection, entity_id: str, alias: str, adds: bool) -> None:
    entity = next((one for one in read_entities(cursor) if one.entity_id == entity_id), None)
    if entity is None:
        raise InputError("This entity is not in the corpus any more.")
    if not alias or len(alias) > LONGEST_NAME:
        raise InputError(f"A name has 1 to {LONGEST_NAME} characters.")
    if adds and alias in entity.names:
        raise InputError(f"{entity.name!r} goes by the name {alias!r} already.")
    if not adds and alias not in entity.aliases:
        raise InputError(f"{alias!r} is no alias of {entity.name!r}.")


def _append(cursor: DuckDBPyConnection, entity_id: str, alias: str, adds: bool, undoes: str = "") -> None:
    values = {"correction_id": secrets.token_hex(8), "entity_id": entity_id, "alias": alias, "adds": adds, "undoes": undoes}
    cursor.execute(APPEND, {**values, "made_at": time.time()})
    bump_revision(cursor)


def _follow(cursor: DuckDBPyConnection, entity_id: str, alias: str) -> int:
    """Texts that may hold the name are read again, where the corpus was surveyed; then all links are worked out anew."""
    if cursor.execute("SELECT 1 FROM surveys").fetchall():
        chunks = read_chunks(cursor, HOLDS, {"alias": alias, "pattern": BETWEEN_WORDS.join(words(alias))})
        if chunks:
            _read_again(cursor, chunks, _concerned(cursor, entity_id, alias, chunks))
    link(cursor)
    [(n,)] = cursor.execute("SELECT count(*) FROM links WHERE entity_id = ?", [entity_id]).fetchall()
    return int(n)


def _concerned(cursor: DuckDBPyConnection, entity_id: str, alias: str, chunks: Sequence[Chunk]) -> list[Entity]:
    values = {"ids": [chunk.chunk_id for chunk in chunks], "alias": alias, "entity_id": entity_id}
    ids = {found for (found,) in cursor.execute(CONCERNED, values).fetchall()}
    entities = read_entities(cursor)
    # One nameless entity a type: which types have an index decides what a mention may mean.
    types = [Entity("", kind) for kind in {entity.type for entity in entities}]
    return [*(entity for entity in entities if entity.entity_id in ids), *types]


def _read_again(cursor: DuckDBPyConnection, chunks: Sequence[Chunk], entities: Sequence[Entity]) -> None:
    matcher = TopicMatcher(entities)
    found = [(chunk.chunk_id, Entity(name, kind).entity_id) for chunk in chunks for kind, name in matcher.found_in(chunk).spans]
    ids = [chunk.chunk_id for chunk in chunks]
    cursor.execute(
        "DELETE FROM named WHERE position IN (SELECT position FROM chunks WHERE list_contains($ids::VARCHAR[], chunk_id))", {"ids": ids}
    )
    cursor.execute(
        """INSERT INTO named SELECT CAST(position AS INTEGER), entity_id FROM chunks JOIN (
            SELECT unnest($ids::VARCHAR[]) AS chunk_id, unnest($entities::VARCHAR[]) AS entity_id) USING (chunk_id)""",
        {"ids": [chunk_id for chunk_id, _ in found], "entities": [found_id for _, found_id in found]},
    )
