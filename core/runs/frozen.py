"""A run's inputs as files: the corpus is frozen once per state and shared, pairs and questions go into the run itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.records import Chunk, Corpus, Entity, Pair, Question, content_id


def to_lines(records: Iterable[Chunk | Entity | Question | Pair]) -> str:
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
        tuple(_chunk(line) for line in _lines(corpora / f"{name}.chunks.jsonl")),
        tuple(_entity(line) for line in _lines(corpora / f"{name}.entities.jsonl")),
        tuple(_question(line) for line in _lines(questions)),
    )


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The pairs frozen in a run."""
    return tuple(Pair(**line) for line in _lines(path))


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _chunk(line: dict[str, Any]) -> Chunk:
    return Chunk(**{**line, "mentions": {kind: tuple(names) for kind, names in line["mentions"].items()}})


def _entity(line: dict[str, Any]) -> Entity:
    return Entity(**{**line, "aliases": tuple(line["aliases"])})


def _question(line: dict[str, Any]) -> Question:
    return Question(**{**line, "expected_topics": tuple(line["expected_topics"])})
