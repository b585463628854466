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
    extras = [json.dumps(dict(chunk.extra)) if chunk.extra else "{}" for chunk in chunks]
    columns["extra"] = _texts(extras)
    rows = _rows("chunk_id", columns, (_chunk_content(chunk, extra) for chunk, extra in zip(chunks, extras, strict=True)))
    return Staged("chunks", "chunk_id", rows, "mentions", _mentions(chunks))


def _chunk_content(chunk: Chunk, extra: str) -> str:
    """What `json.dumps` makes of all that a chunk says beside its id, put together by hand: a large import makes it for each chunk."""
    texts = ", ".join([_quoted(text) for text in (chunk.text, chunk.filename, chunk.title, chunk.source, chunk.wiki_type)])
    order = "null" if chunk.temporal_order is None else repr(float(chunk.temporal_order))
    lists = [f"[{_quoted(kind)}, [{', '.join(map(_quoted, names))}]]" for kind, names in chunk.mentions.items() if names]
    return f"[{texts}, {order}, {'true' if chunk.searchable else 'false'}, {extra}, [{', '.join(lists)}]]"


def _mentions(chunks: Sequence[Chunk]) -> pa.Table:
    ids: list[str] = []
    kinds: list[str] = []
    names: list[str] = []
    ordinals: list[int] = []
    for chunk in chunks:
        before = len(names)
        for kind, of_kind in chunk.mentions.items():
            names += of_kind
            kinds += [kind] * len(of_kind)
        n_named = len(names) - before
        ids += [chunk.chunk_id] * n_named
        ordinals += range(n_named)
    texts = {"chunk_id": _texts(ids), "type": _texts(kinds), "name": _texts(names)}
    return pa.table({**texts, "ordinal": _array(ordinals, pa.int32())})


def stage_entities(entities: Sequence[Entity]) -> Staged:
    columns = _columns(entities, ("entity_id", "name", "type", "filename"))
    columns["attributes"] = _texts(json.dumps(dict(entity.attributes)) for entity in entities)
    content = (json.dumps([entity.filename, dict(entity.attributes), list(entity.aliases)]) for entity in entities)
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


def _question_content(question: Question) -> str:
    plain = [question.text, question.category, question.difficulty, _real(question.temporal_limit), question.split]
    return json.dumps([*plain, list(question.expected_topics), list(question.judgements.items())])


def stage_pairs(pairs: Sequence[Pair]) -> Staged:
    names = ("pair_id", "query", "chunk_id", "label", "rule", "question_id", "split", "hardness", "reason")
    columns = _columns(pairs, names)
    columns["score"] = _array([float(pair.score) for pair in pairs], pa.float64())
    columns["evidence"] = _texts(json.dumps(dict(pair.evidence)) for pair in pairs)
    return Staged("pairs", "pair_id", _rows("pair_id", columns, (_pair_content(pair) for pair in pairs)))


def _pair_content(pair: Pair) -> str:
    return json.dumps([pair.rule, pair.question_id, pair.split, pair.hardness, float(pair.score), pair.reason, dict(pair.evidence)])


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
    return {name: _texts(list(map(attrgetter(name), records))) for name in names}


def _texts(values: Iterable[str | None]) -> pa.Array:
    return _array(values if isinstance(values, list) else list(values), pa.string())


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Raises InputError for text that is no Unicode: half of a surrogate pair, which JSON can spell."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError as error:
        shown = error.object[max(0, error.start - 30) : error.start]
        raise InputError(f"A text holds half of a two-part character after {shown!r}: remove it from the file.") from None


def _rows(key: str, columns: dict[str, pa.Array], contents: Iterable[str]) -> pa.Table:
    """`columns` with `position` and `fingerprint` added; `contents` is what a row says beside its key, as JSON.

    Raises InputError where two rows have the same key.
    """
    row_ids = columns[key].to_pylist()
    if len(set(row_ids)) < len(row_ids):
        twice = next(row_id for row_id, n in Counter(row_ids).items() if n > 1)
        raise InputError(f"The {key} {twice!r} is given more than once: each must be given once.")
    columns["position"] = _array(range(len(row_ids)), pa.int64())
    says = zip(row_ids, contents, strict=True)
    columns["fingerprint"] = _texts(content_id(row_id, content) for row_id, content in says)
    return pa.table(columns)


def _parts(parts_of: Iterable[tuple[str, Iterable[tuple[Any, ...]]]], **types: pa.DataType) -> pa.Table:
    """Parts one below the other. `types` names the columns: first the key, then what each part holds."""
    types["ordinal"] = pa.int32()
    rows = [(key, *part, ordinal) for key, parts in parts_of for ordinal, part in enumerate(parts)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pa.table({name: _array(column, kind) for (name, kind), column in zip(types.items(), columns, strict=True)})


def _real(value: float | None) -> float | None:
    return None if value is None else float(value)
