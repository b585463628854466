"""What the store is asked with and answers with, beyond the nouns of core.records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """What an import changed. The first four count chunks; `moved`: something that stayed has another place in the order."""

    added: int
    changed: int
    removed: int
    unchanged: int
    n_entities_changed: int = 0
    n_questions_changed: int = 0
    moved: bool = False

    @property
    def anything(self) -> bool:
        """Whether the corpus is another one than before."""
        return self.moved or any((self.added, self.changed, self.removed, self.n_entities_changed, self.n_questions_changed))


@dataclass(frozen=True, slots=True)
class Import:
    """One import as it was recorded; `at` is epoch seconds, the counts are those of the corpus it left behind."""

    at: float
    source: str
    report: Mapping[str, Any]
    n_chunks: int
    n_entities: int
    n_questions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the workspace holds. `questions` counts by split, "none" for questions not yet in one; `pairs` counts by label."""

    n_chunks: int = 0
    n_searchable: int = 0
    n_files: int = 0
    n_entities: int = 0
    n_aliases: int = 0
    entity_types: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)
    n_judged_questions: int = 0
    n_topic_questions: int = 0
    pairs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChunkFilter:
    """Which chunks a page shows; every part that is set must hold.

    `text`: each of its words must occur somewhere in title or text, in any case. `entity`: the chunk mentions that entity under
    any of its names. `ids`: only these chunks, in this order (None: all, in import order).
    """

    text: str = ""
    wiki_type: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    entity: str = ""
    ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs a page shows; every part that is set must hold.

    `text`: each of its words must occur in the query or in the chunk's title or text, in any case. `category`: of the pair's
    question, "" for pairs without one. `chunk`: ids of chunks.
    """

    text: str = ""
    label: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    hardness: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    chunk: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generation:
    """What made the pairs: the run, the fingerprint of the corpus it read, and what it says of itself (its generation.json).

    `adopted_at`: when its pairs were taken into the store, epoch seconds.
    """

    run_id: str
    made_from: str
    summary: Mapping[str, Any]
    adopted_at: float = 0.0
