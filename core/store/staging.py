"""Records laid out as Arrow tables, the form in which DuckDB takes in many rows at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from core.errors import InputError
from core.records import Chunk, Dropped, Entity, Pair, Question, content_id


@dataclass(frozen=True, slots=True)
class Staged:
    """The rows of one table in their order, each with `position` and `fingerprint`, and the rows of the table of their parts.

    `key` names the column that identifies a row and that its parts repeat; parts carry `ordinal`, their place in it.
    """

    table: str
    key: str
    rows: pa.Table
    parts_table: str | None = None
    parts: pa.Table | None = None


def stage_chunks(chunks: Sequence[Chunk]) -> Staged:
    columns = _columns(chunks, ("chunk_id", "text", "filename", "title", "source", "wiki_type"))
    columns["temporal_order"] = _array([_real(chunk.temporal_order) for chunk in chunks], pa.float64())
    columns["searchable"] = _array([chunk.searchable for chunk in chunks], pa.bool_())
    columns["extra"] = _texts(json.dumps(dict(chunk.extra)) for chunk in chunks)
    rows = _rows("chunk_id", columns, (_chunk_content(chunk) for chunk in chunks))
    parts = ((chunk.chunk_id, ((kind, name) for kind, names in chunk.mentions.items() for name in names)) for chunk in chunks)
    return Staged("chunks", "chunk_id", rows, "mentions", _parts(parts, chunk_id=pa.string(), type=pa.string(), name=pa.string()))


def _chunk_content(chunk: Chunk) -> list[Any]:
    plain = [chunk.text, chunk.filename, chunk.title, chunk.source, chunk.wiki_type, _real(chunk.temporal_order), chunk.searchable]
    return [*plain, dict(chunk.extra), [[kind, list(names)] for kind, names in chunk.mentions.items() if names]]


def stage_entities(entities: Sequence[Entity]) -> Staged:
    columns = _columns(entities, ("entity_id", "name", "type", "filename"))
    columns["attributes"] = _texts(json.dumps(dict(entity.attributes)) for entity in entities)
    content = ([entity.filename, dict(entity.attributes), list(entity.aliases)] for entity in entities)
    rows = _rows("entity_id", columns, content)
    parts = ((entity.entity_id, ((alias,) for alias in entity.aliases)) for entity in entities)
    return Staged("entities", "entity_id", rows, "aliases", _parts(parts, entity_id=pa.string(), alias=pa.string()))


def stage_questions(questions: Sequence[Question]) -> Staged:
    columns = _columns(questions, ("question_id", "text", "category", "difficulty", "split"))
    columns["temporal_limit"] = _array([_real(question.temporal_limit) for question in questions], pa.float64())
    columns["expected_topics"] = _array([list(question.expected_topics) for question in questions], pa.list_(pa.string()))
    rows = _rows("question_id", columns, (_question_content(question) for question in questions))
    parts = ((question.question_id, question.judgements.items()) for question in questions)
    judgements = _parts(parts, question_id=pa.string(), chunk_id=pa.string(), grade=pa.int32())
    return Staged("questions", "question_id", rows, "judgements", judgements)


def _question_content(question: Question) -> list[Any]:
    plain = [question.text, question.category, question.difficulty, _real(question.temporal_limit), question.split]
    return [*plain, list(question.expected_topics), list(question.judgements.items())]


def stage_pairs(pairs: Sequence[Pair]) -> Staged:
    names = ("pair_id", "query", "chunk_id", "label", "rule", "question_id", "split", "hardness", "reason")
    columns = _columns(pairs, names)
    columns["score"] = _array([float(pair.score) for pair in pairs], pa.float64())
    columns["evidence"] = _texts(json.dumps(dict(pair.evidence)) for pair in pairs)
    return Staged("pairs", "pair_id", _rows("pair_id", columns, (_pair_content(pair) for pair in pairs)))


def _pair_content(pair: Pair) -> list[Any]:
    return [pair.rule, pair.question_id, pair.split, pair.hardness, float(pair.score), pair.reason, dict(pair.evidence)]


def stage_dropped(dropped: Sequence[Dropped]) -> pa.Table:
    columns = _columns(dropped, ("query", "question_id", "chunk_id", "rule", "reason"))
    columns["score"] = _array([float(one.score) for one in dropped], pa.float64())
    columns["offered"] = _array([one.offered for one in dropped], pa.bool_())
    return pa.table({"position": _array(range(len(dropped)), pa.int64()), **columns})


def stage_removed(removed: Sequence[Mapping[str, Any]]) -> pa.Table:
    """`removed`: what the guard took away, an object for each query with the columns of the table."""
    columns = {name: _texts(one[name] for one in removed) for name in ("query", "question_id", "reason", "how", "held_out")}
    columns["n_pairs"] = _array([one["n_pairs"] for one in removed], pa.int64())
    return pa.table({"position": _array(range(len(removed)), pa.int64()), **columns})


def _columns(records: Sequence[object], names: Iterable[str]) -> dict[str, pa.Array]:
    return {name: _texts(getattr(record, name) for record in records) for name in names}


def _texts(values: Iterable[str | None]) -> pa.Array:
    return _array(list(values), pa.string())


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Raises InputError for text that is no Unicode: half of a surrogate pair, which JSON can spell."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError as error:
        shown = error.object[max(0, error.start - 30) : error.start]
        raise InputError(f"A text holds half of a two-part character after {shown!r}: remove it from the file.") from None


def _rows(key: str, columns: dict[str, pa.Array], contents: Iterable[list[Any]]) -> pa.Table:
    """`columns` with `position` and `fingerprint` added; `contents` is what a row says beside its key.

    Raises InputError where two rows have the same key.
    """
    row_ids = columns[key].to_pylist()
    twice = [row_id for row_id, n in Counter(row_ids).items() if n > 1]
    if twice:
        raise InputError(f"The {key} {twice[0]!r} is given more than once: each must be given once.")
    columns["position"] = _array(range(len(row_ids)), pa.int64())
    says = zip(row_ids, contents, strict=True)
    columns["fingerprint"] = _texts(content_id(row_id, json.dumps(content)) for row_id, content in says)
    return pa.table(columns)


def _parts(parts_of: Iterable[tuple[str, Iterable[tuple[Any, ...]]]], **types: pa.DataType) -> pa.Table:
    """Parts one below the other. `types` names the columns: first the key, then what each part holds."""
    types["ordinal"] = pa.int32()
    rows = [(key, *part, ordinal) for key, parts in parts_of for ordinal, part in enumerate(parts)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pa.table({name: _array(column, kind) for (name, kind), column in zip(types.items(), columns, strict=True)})


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)
