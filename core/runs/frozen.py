"""A run's inputs as files: the corpus is frozen once per state and shared, pairs and questions go into the run itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.records import Audited, Chunk, Corpus, Dropped, Entity, Pair, Question, content_id

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def to_lines(records: Iterable[DataclassInstance]) -> str:
    """Records as JSON Lines, in their order."""
    return "".join(json.dumps(asdict(record), ensure_ascii=False) + "\n" for record in records)


def freeze_corpus(corpora: Path, corpus: Corpus) -> str:
    """Write chunks and entities under a name that is their content's; the name. An equal corpus is written once."""
    texts = {"chunks.jsonl": to_lines(corpus.chunks), "entities.jsonl": to_lines(corpus.entities)}
    name = content_id(*texts.values())
    for file, text in texts.items():
        target = corpora / f"{name}.{file}"
        if not target.exists():
            corpora.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial")
            partial.write_text(text, encoding="utf-8")
            partial.rename(target)
    return name


def read_corpus(corpora: Path, name: str, questions: Path) -> Corpus:
    """The corpus frozen under `name`, with a run's own questions."""
    return Corpus(
        tuple(_chunk(line) for line in read_objects(corpora / f"{name}.chunks.jsonl")),
        read_entities(corpora / f"{name}.entities.jsonl"),
        read_questions(questions),
    )


def read_entities(path: Path) -> tuple[Entity, ...]:
    """The entities of a frozen corpus."""
    return tuple(_entity(line) for line in read_objects(path))


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions frozen in a run."""
    return tuple(_question(line) for line in read_objects(path))


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The pairs frozen in a run, or made by one."""
    return tuple(Pair(**line) for line in read_objects(path))


def read_audited(path: Path) -> tuple[Audited, ...]:
    """The decided pairs frozen in a run."""
    return tuple(Audited(Pair(**line["pair"]), line["verdict"]) for line in read_objects(path))


def read_dropped(path: Path) -> tuple[Dropped, ...]:
    """The refused negatives that a run left."""
    return tuple(Dropped(**line) for line in read_objects(path))


def read_objects(path: Path) -> Iterable[dict[str, Any]]:
    """One object a line."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _chunk(line: dict[str, Any]) -> Chunk:
    return Chunk(**{**line, "mentions": {kind: tuple(names) for kind, names in line["mentions"].items()}})


def _entity(line: dict[str, Any]) -> Entity:
    return Entity(**{**line, "aliases": tuple(line["aliases"])})


def _question(line: dict[str, Any]) -> Question:
    return Question(**{**line, "expected_topics": tuple(line["expected_topics"])})
