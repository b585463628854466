"""Which chunk is about which entity, kept as a table so that a page only counts.

A mention means an entity of its own type where that type has an index, else one of any type; of several that claim the name those whose
primary name it is, else each: as `TopicMatcher` reads mentions.
"""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from core.store.database import mark

SPELLINGS = """
    INSERT INTO spellings
    SELECT entity_id, spelling, bool_or(is_primary) FROM (
        SELECT entity_id, folded(name) AS spelling, true AS is_primary FROM entities
        UNION ALL SELECT entity_id, folded(alias), false FROM current_aliases)
    GROUP BY entity_id, spelling"""
MEANT = """
    INSERT INTO meant
    WITH said AS (SELECT type, name, count(*) AS n FROM mentions GROUP BY type, name),
         claimed AS (
            SELECT said.type, said.name, n, entity_id, is_primary
            FROM said JOIN spellings ON spelling = folded(said.name) JOIN entities USING (entity_id)
            WHERE entities.type = said.type OR said.type NOT IN (SELECT type FROM entities)
            QUALIFY is_primary OR NOT bool_or(is_primary) OVER (PARTITION BY said.type, said.name))
    SELECT type, name, n, entity_id FROM claimed
    UNION ALL SELECT type, name, n, NULL FROM said ANTI JOIN claimed USING (type, name)"""
LINKS = """
    INSERT INTO links
    SELECT position, entity_id, bool_or(listed), bool_or(named) FROM (
        SELECT CAST(position AS INTEGER) AS position, entity_id, true AS listed, false AS named
        FROM mentions JOIN meant USING (type, name) JOIN chunks USING (chunk_id) WHERE entity_id IS NOT NULL
        UNION ALL SELECT position, entity_id, false, true FROM named)
    GROUP BY position, entity_id ORDER BY entity_id, position"""
LINK_TYPES = """
    INSERT INTO link_types
    SELECT DISTINCT links.position AS position, type FROM links JOIN entities USING (entity_id) ORDER BY type, links.position"""
LINK_COUNTS = "INSERT INTO link_counts SELECT entity_id, count(*) FROM links GROUP BY entity_id"
FILLED = {"spellings": SPELLINGS, "meant": MEANT, "links": LINKS, "link_types": LINK_TYPES, "link_counts": LINK_COUNTS}


def link(cursor: DuckDBPyConnection) -> None:
    """Inside the caller's transaction: work out all links anew, from the mentions, the names that hold, and what the survey found."""
    for table, fill in FILLED.items():
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are this module's own
        cursor.execute(fill)
    cursor.execute("DELETE FROM meta WHERE key = 'unlinked'")


def is_unlinked(cursor: DuckDBPyConnection) -> bool:
    """Whether the corpus was imported by a version that did not link."""
    return mark(cursor, "unlinked") != ""
