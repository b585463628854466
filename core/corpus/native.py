"""The native formats: chunks/*.jsonl, indexes/*_index.json, test_questions.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.corpus.bulk import CHUNK_FIELDS, is_mentions, mention_type
from core.corpus.collecting import NOTHING_KNOWN, Format, collect, keep
from core.corpus.decoding import decoded
from core.corpus.fields import BadField, Row, identity, number, optional, required, texts
from core.corpus.folder import SourceFile
from core.corpus.json_documents import read_elements, read_members
from core.corpus.json_files import Entry, block_objects, described, read_blocks
from core.corpus.placed import PlacedChunks
from core.corpus.report import Placed, Problem, error, warning
from core.records import Chunk, Entity, Question, content_id

CHUNK_NEEDS = "Each line needs 'text' and 'filename'."
INDEX_NEEDS = "An index is one object: {name: {'filename': …, 'aliases': […]}}."
QUESTION_NEEDS = "Each question needs 'question'; 'expected_topics' is a list of texts."

_ENTITY_FIELDS = frozenset({"filename", "aliases", "primary_name"})


def read_chunks(files: Sequence[SourceFile], problems: list[Problem]) -> PlacedChunks:
    """The chunks of the files by id, in the order read."""
    chunks = PlacedChunks()
    found: list[Problem] = []
    blocks = (block for file in files for block in read_blocks(file, found))
    for block, batch in decoded(blocks):
        if batch is None or not chunks.add_lines(block.name, block.first, batch):
            entries = block_objects(block, CHUNK_NEEDS, found)
            chunks.add(list(chunks_of(entries, found, chunks).values()))
    position = {file.name: at for at, file in enumerate(files)}
    problems += sorted(found, key=lambda problem: (position[problem.file], problem.line or 0))
    return chunks


def chunks_of(
    entries: Iterable[Entry], problems: list[Problem], known: Mapping[str, Placed[Chunk]] = NOTHING_KNOWN
) -> dict[str, Placed[Chunk]]:
    """The chunks that objects say, by id, less those whose id is known."""
    return collect(entries, Format(_chunk, lambda chunk: chunk.chunk_id, "chunk_id", CHUNK_NEEDS), problems, known)


def _chunk(row: Row) -> Chunk:
    text, filename = required(row, "text"), required(row, "filename")
    mentions: dict[str, tuple[str, ...]] = {}
    extra: dict[str, Any] = {}
    for name, value in row.items():
        if name in CHUNK_FIELDS:
            continue
        if is_mentions(name):
            if names := texts(row, name):
                mentions[mention_type(name)] = names
        else:
            extra[name] = value
    return Chunk(
        chunk_id=identity(row, "chunk_id") or content_id("chunk", filename, text),
        text=text,
        filename=filename,
        title=optional(row, "title"),
        source=optional(row, "source"),
        wiki_type=optional(row, "wiki_type"),
        temporal_order=number(row, "temporal_order"),
        mentions=mentions,
        extra=extra,
    )


def read_entities(files: Sequence[SourceFile], problems: list[Problem]) -> list[Placed[Entity]]:
    """The entities of the indexes, in the order read; their type is the file's name before "_index.json"."""
    entities: list[Placed[Entity]] = []
    for file in files:
        entities.extend(_index(file, problems))
    return entities


def _index(file: SourceFile, problems: list[Problem]) -> list[Placed[Entity]]:
    type_ = file.path.name.removesuffix("_index.json")
    by_name: dict[str, Placed[Entity]] = {}
    for entry in read_members(file, INDEX_NEEDS, problems):
        try:
            entity = _entity(entry, type_)
        except BadField as bad:
            problems.append(error(bad.kind, entry.place, f"{entry.key!r}: {bad}. {INDEX_NEEDS}"))
            continue
        if not entity.filename:
            problems.append(warning("missing-field", entry.place, f"{entry.key!r}: no 'filename'. {INDEX_NEEDS}"))
        if entity.name in by_name and entity.name != entry.key.strip():
            entity = _named_by_key(entity, entry, by_name[entity.name], problems)
        keep(by_name, entity.name, Placed(entity, entry.place), True, problems)
    return list(by_name.values())


def _entity(entry: Entry, type_: str) -> Entity:
    row = entry.value
    if not isinstance(row, dict):
        raise BadField("wrong-type", f"is {described(row)}; it must be an object")
    key = entry.key.strip()
    name = optional(row, "primary_name").strip() or key
    if not name:
        raise BadField("missing-field", "has no name")
    aliases = (*texts(row, "aliases"), key)
    return Entity(
        name=name,
        type=type_,
        aliases=tuple(dict.fromkeys(alias for alias in aliases if alias and alias != name)),
        filename=optional(row, "filename"),
        attributes={field: value for field, value in row.items() if field not in _ENTITY_FIELDS},
    )


def _named_by_key(entity: Entity, entry: Entry, first: Placed[Entity], problems: list[Problem]) -> Entity:
    """Two entries may share a primary name; their keys still tell them apart."""
    key = entry.key.strip()
    told = f"primary name {entity.name!r} stands already in {first.place}; this entity is called {key!r} here."
    problems.append(warning("ambiguous-alias", entry.place, told))
    aliases = tuple(alias for alias in (entity.name, *entity.aliases) if alias != key)
    return Entity(key, entity.type, aliases, entity.filename, entity.attributes)


def read_questions(files: Sequence[SourceFile], problems: list[Problem]) -> dict[str, Placed[Question]]:
    """The questions by id, in the order read."""
    return questions_of((entry for file in files for entry in read_elements(file, "questions", QUESTION_NEEDS, problems)), problems)


def questions_of(entries: Iterable[Entry], problems: list[Problem]) -> dict[str, Placed[Question]]:
    """The questions that objects say, by id."""
    return collect(entries, Format(_question, lambda question: question.question_id, "question_id", QUESTION_NEEDS), problems)


def _question(row: Any) -> Question:
    if not isinstance(row, dict):
        raise BadField("wrong-type", f"{described(row)} where an object should stand")
    text = required(row, "question")
    return Question(
        question_id=identity(row, "question_id") or content_id("question", text),
        text=text,
        category=optional(row, "category"),
        difficulty=optional(row, "difficulty"),
        temporal_limit=number(row, "temporal_limit"),
        expected_topics=texts(row, "expected_topics"),
    )
