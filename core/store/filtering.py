"""A chunk filter as SQL: every facet a condition over `chunks`, a text search as the places and weights of its words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from core.retrieval.tokens import WORD, Tokenizer
from core.store.answers import ChunkFilter

# A regular expression ignores case in half the time that lower() takes.
HAS_WORD = "(regexp_matches(text, regexp_escape(${name}), 'i') OR regexp_matches(title, regexp_escape(${name}), 'i'))"
LISTED_CHUNKS = """
    chunks JOIN (SELECT unnest($ids::VARCHAR[]) AS chunk_id, generate_subscripts($ids::VARCHAR[], 1) AS listed_at) USING (chunk_id)"""
FOUND_CHUNKS = """
    chunks JOIN (SELECT position AS found, sum(weight) AS score FROM postings WHERE term_no IN ({terms})
                 GROUP BY position HAVING count(*) >= {least}) ON chunks.position = found"""
SPEAKS_OF = "chunks.position IN (SELECT position FROM links WHERE entity_id IN ({entities}))"
MENTIONS = "chunk_id IN (SELECT chunk_id FROM mentions WHERE lower(name) = lower(${name}))"
OF_TYPE = "chunks.position IN (SELECT position FROM link_types WHERE list_contains($entity_type, type))"
HAS_ISSUE = "chunks.position IN (SELECT position FROM issues WHERE list_contains($issue, kind))"
IS_LEFT_OUT = "chunk_id IN (SELECT chunk_id FROM left_out WHERE list_contains($left_out, scope))"
IN_TOKENS = "chunks.position IN (SELECT position FROM lengths WHERE {range})"
HOLDS_PHRASE = "chunks.position IN (SELECT position FROM phrases WHERE topic = ${name})"
PLAIN = re.compile(r"[0-9a-f]{16}")  # what an entity's id looks like


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chunks of a filter: `source` (a FROM clause), `where` (a condition), the values of their $names, and what the order is by."""

    source: str
    where: str
    values: dict[str, Any]
    order: str

    @property
    def is_all(self) -> bool:
        return self.source == "chunks" and self.where == "true"


def chosen(cursor: DuckDBPyConnection, where: ChunkFilter) -> Chosen:
    """Looks names and words up, so that what is left for the chunks is to be compared with numbers."""
    parts, values = list[str](), dict[str, Any]()
    for column in ("wiki_type", "source"):
        if allowed := list(getattr(where, column)):
            parts.append(f"list_contains(${column}, {column})")
            values[column] = allowed
    for column, condition in (("entity_type", OF_TYPE), ("issue", HAS_ISSUE), ("left_out", IS_LEFT_OUT)):
        if allowed := list(getattr(where, column)):
            parts.append(condition)
            values[column] = allowed
    parts += _entities(cursor, where.entity, values)
    parts += _topics(cursor, where.topic, values)
    parts += _ranges(where, values)
    source, order = _text(cursor, where, parts, values)
    if where.ids is not None:
        values["ids"] = list(dict.fromkeys(where.ids))
        source, order = source.replace("chunks", LISTED_CHUNKS, 1), "listed_at"
    return Chosen(source, " AND ".join(parts) or "true", values, order)


def terms_of(cursor: DuckDBPyConnection, text: str) -> list[str]:
    """The words of a query as the surveyed corpus counts them: a name as written, other words as stems; each once."""
    words = WORD.findall(unicodedata.normalize("NFKC", text).lower())
    names = cursor.execute("SELECT term FROM terms WHERE is_name AND list_contains($words::VARCHAR[], term)", {"words": words}).fetchall()
    return list(dict.fromkeys(Tokenizer(frozenset(name for (name,) in names)).query(text)))


def entities_named(cursor: DuckDBPyConnection, name: str) -> list[str]:
    """Ids of the entities that claim a name: those whose primary name it is, else all."""
    rows = cursor.execute("SELECT entity_id, is_primary FROM spellings WHERE spelling = folded($name)", {"name": name}).fetchall()
    return [entity_id for entity_id, is_primary in rows if is_primary] or [entity_id for entity_id, _ in rows]


def _entities(cursor: DuckDBPyConnection, names: tuple[str, ...], values: dict[str, Any]) -> list[str]:
    """A condition for each name: the chunk is linked to an entity that claims it, or, where none does, mentions the name itself."""
    return [_speaks_of(cursor, name, f"entity{number}", MENTIONS, values) for number, name in enumerate(names)]


def _topics(cursor: DuckDBPyConnection, topics: tuple[str, ...], values: dict[str, Any]) -> list[str]:
    any_of = [_speaks_of(cursor, topic, f"topic{number}", HOLDS_PHRASE, values) for number, topic in enumerate(topics)]
    return [f"({' OR '.join(any_of)})"] if any_of else []


def _speaks_of(cursor: DuckDBPyConnection, name: str, key: str, otherwise: str, values: dict[str, Any]) -> str:
    if entities := [entity_id for entity_id in entities_named(cursor, name) if PLAIN.fullmatch(entity_id)]:
        return SPEAKS_OF.format(entities=", ".join(f"'{entity_id}'" for entity_id in entities))
    values[key] = name
    return otherwise.format(name=key)


def _ranges(where: ChunkFilter, values: dict[str, Any]) -> list[str]:
    in_time, in_tokens = _range("temporal_order", "time", where.time, values), _range("n_tokens", "tokens", where.tokens, values)
    return [*([in_time] if in_time else []), *([IN_TOKENS.format(range=in_tokens)] if in_tokens else [])]


def _range(column: str, key: str, bounds: tuple[float | None, float | None], values: dict[str, Any]) -> str:
    ends = [(f"{key}_low", ">=", bounds[0]), (f"{key}_high", "<=", bounds[1])]
    values.update({name: value for name, _, value in ends if value is not None})
    return " AND ".join(f"{column} {sign} ${name}" for name, sign, value in ends if value is not None)


def _text(cursor: DuckDBPyConnection, where: ChunkFilter, parts: list[str], values: dict[str, Any]) -> tuple[str, str]:
    """The FROM clause and the order. Unsurveyed, each word is looked for as it is written, and the order is that of the import."""
    text = where.text
    if not text.strip():
        return "chunks", "chunks.position"
    if not cursor.execute("SELECT 1 FROM surveys").fetchall():
        for number, word in enumerate(text.split()):
            parts.append(HAS_WORD.format(name=f"word{number}"))
            values[f"word{number}"] = word
        return "chunks", "chunks.position"
    terms = terms_of(cursor, text)
    numbers = cursor.execute("SELECT term_no FROM terms WHERE list_contains($terms::VARCHAR[], term)", {"terms": terms}).fetchall()
    if not numbers or (len(numbers) < len(terms) and not where.some):
        parts.append("false")
        return "chunks", "chunks.position"
    listed = ", ".join(str(int(number)) for (number,) in numbers)
    return FOUND_CHUNKS.format(terms=listed, least=1 if where.some else len(numbers)), "-score, chunks.position"
