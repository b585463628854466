"""Records laid out as Arrow tables, the form in which DuckDB takes in many rows at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as _quoted
from operator import attrgetter
from typing import Any

import pyarrow as pa

from core.corpus.columns import Chunks, array, as_json, mentions_of
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
    table = Chunks.of(chunks).table
    mentions = mentions_of(table)
    parts = {"chunk_id": table["chunk_id"].take(mentions["row"]), **{name: mentions[name] for name in ("type", "name", "ordinal")}}
    return Staged("chunks", "chunk_id", _placed("chunk_id", table.drop_columns("mentions")), "mentions", pa.table(parts))


def stage_entities(entities: Sequence[Entity]) -> Staged:
    ids = [entity.entity_id for entity in entities]
    attributes = [as_json(entity.attributes) for entity in entities]
    columns = {"entity_id": _texts(ids), **_columns(entities, ("name", "type", "filename")), "attributes": _texts(attributes)}
    content = (
        f"[{_quoted(entity.filename)}, {said}, {json.dumps(entity.aliases)}]" for entity, said in zip(entities, attributes, strict=True)
    )
    rows = _rows("entity_id", columns, content)
    parts = ((entity_id, ((alias,) for alias in entity.aliases)) for entity_id, entity in zip(ids, entities, strict=True))
    return Staged("entities", "entity_id", rows, "aliases", _parts(parts, entity_id=pa.string(), alias=pa.string()))


def stage_questions(questions: Sequence[Question]) -> Staged:
    columns = _columns(questions, ("question_id", "text", "category", "difficulty", "split"))
    columns["temporal_limit"] = array([_real(question.temporal_limit) for question in questions], pa.float64())
    columns["expected_topics"] = array([list(question.expected_topics) for question in questions], pa.list_(pa.string()))
    rows = _rows("question_id", columns, (_question_content(question) for question in questions))
    parts = ((question.question_id, question.judgements.items()) for question in questions)
    judgements = _parts(parts, question_id=pa.string(), chunk_id=pa.string(), grade=pa.int32())
    return Staged("questions", "question_id", rows, "judgements", judgements)


def _question_content(question: Question) -> str:
    plain = [question.text, question.category, question.difficulty, _real(question.temporal_limit), question.split]
    return json.dumps([*plain, list(question.expected_topics), list(question.judgements.items())])


def stage_pairs(pairs: Sequence[Pair]) -> Staged:
    names = ("pair_id", "query", "chunk_id", "label", "rule", "question_id", "split", "hardness", "reason")
    columns = _columns(pairs, names)
    columns["score"] = array([float(pair.score) for pair in pairs], pa.float64())
    columns["evidence"] = _texts(json.dumps(dict(pair.evidence)) for pair in pairs)
    return Staged("pairs", "pair_id", _rows("pair_id", columns, (_pair_content(pair) for pair in pairs)))


def _pair_content(pair: Pair) -> str:
    return json.dumps([pair.rule, pair.question_id, pair.split, pair.hardness, float(pair.score), pair.reason, dict(pair.evidence)])


def stage_dropped(dropped: Sequence[Dropped]) -> pa.Table:
    columns = _columns(dropped, ("query", "question_id", "chunk_id", "rule", "reason"))
    columns["score"] = array([float(one.score) for one in dropped], pa.float64())
    columns["offered"] = array([one.offered for one in dropped], pa.bool_())
    return pa.table({"position": array(range(len(dropped)), pa.int64()), **columns})


def stage_removed(removed: Sequence[Mapping[str, Any]]) -> pa.Table:
    """`removed`: what the guard took away, an object for each query with the columns of the table."""
    columns = {name: _texts(one[name] for one in removed) for name in ("query", "question_id", "reason", "how", "held_out")}
    columns["n_pairs"] = array([one["n_pairs"] for one in removed], pa.int64())
    return pa.table({"position": array(range(len(removed)), pa.int64()), **columns})


def _columns(records: Sequence[object], names: Iterable[str]) -> dict[str, pa.Array]:
    return {name: _texts(list(map(attrgetter(name), records))) for name in names}


def _texts(values: Iterable[str | None]) -> pa.Array:
    return array(values if isinstance(values, list) else list(values), pa.string())


def _rows(key: str, columns: dict[str, pa.Array], contents: Iterable[str]) -> pa.Table:
    """`columns` with `position` and `fingerprint` added; `contents` is what a row says beside its key, as JSON.

    Raises InputError where two rows have the same key.
    """
    columns["fingerprint"] = _texts(map(content_id, columns[key].to_pylist(), contents))
    return _placed(key, pa.table(columns))


def _placed(key: str, rows: pa.Table) -> pa.Table:
    row_ids = rows[key].to_pylist()
    if len(set(row_ids)) < len(row_ids):
        twice = next(row_id for row_id, n in Counter(row_ids).items() if n > 1)
        raise InputError(f"The {key} {twice!r} is given more than once: each must be given once.")
    return rows.append_column("position", array(range(len(row_ids)), pa.int64()))


def _parts(parts_of: Iterable[tuple[str, Iterable[tuple[Any, ...]]]], **types: pa.DataType) -> pa.Table:
    """Parts one below the other. `types` names the columns: first the key, then what each part holds."""
    types["ordinal"] = pa.int32()
    rows = [(key, *part, ordinal) for key, parts in parts_of for ordinal, part in enumerate(parts)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pa.table({name: array(column, kind) for (name, kind), column in zip(types.items(), columns, strict=True)})


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)
