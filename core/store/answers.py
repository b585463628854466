"""What the store is asked with and answers with, beyond the nouns of core.records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


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
class Preview:
    """What an import would change. `n_new_texts`: searchable texts that were not there before, which are what has to be embedded.
    `n_decided_kept` and `n_decided_asleep`: pairs that a person decided or added whose chunk stays, or goes.

    `files`: filename, new, changed, gone, same, of the files in which anything changes, most changes first. `chunks`: change, filename,
    chunk_id, text, before, in their order. Both hold the first 1,000 rows.
    """

    change: Change
    n_new_texts: int
    n_decided_kept: int
    n_decided_asleep: int
    files: pd.DataFrame
    chunks: pd.DataFrame


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

    `text`: each of its words must occur in title or text, in any form once the corpus is surveyed (with `some` one of them is enough),
    and as it is written before that.
    `entity`: the chunk speaks of all these entities, each under any of its names. `entity_type`: it speaks of an entity of one of these
    types. `time`, `tokens`: lowest and highest value, both included, None where that side is open; a chunk without a value is in no
    range. `issue`: it has one of these. `left_out`: it is left out of one of these ("training", "search"). `topic`: it covers one of these
    topics. `ids`: only these chunks, in this order (None: all; in import order, those of a text search best first).
    """

    text: str = ""
    wiki_type: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    entity_type: tuple[str, ...] = ()
    time: tuple[float | None, float | None] = (None, None)
    tokens: tuple[float | None, float | None] = (None, None)
    issue: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    some: bool = False

    def without(self, facet: str) -> ChunkFilter:
        """The same filter with one facet open: what the chart of that facet is drawn from."""
        return replace(self, **{facet: getattr(ChunkFilter(), facet)})


@dataclass(frozen=True, slots=True)
class SurveyOf:
    """The survey that stands. `model` reads `max_tokens` ("" and 0 where that is not known); `taken_at`: epoch seconds."""

    taken_at: float
    model: str
    max_tokens: int


@dataclass(frozen=True, slots=True)
class EntityFilter:
    """Which entities a page lists. `text`: some name holds it, in any case. `shown`: all, or only those that no chunk speaks of
    ("unmentioned"), that share a name with another ("ambiguous"), or whose names a person corrected ("corrected")."""

    text: str = ""
    type: tuple[str, ...] = ()
    shown: str = "all"


@dataclass(frozen=True, slots=True)
class Correction:
    """A name that a person gave to an entity (`adds`) or took from it. `at`: epoch seconds."""

    correction_id: str
    entity_id: str
    alias: str
    adds: bool
    made_at: float


@dataclass(frozen=True, slots=True)
class Consequences:
    """What leaving chunks out comes to. `n_chunks`: those that are not out already; `n_pairs`: pairs that would no longer be trained on;
    `judged`: a row for each held-out question and chunk judged relevant for it (question_id, text, split, chunk_id)."""

    n_chunks: int
    n_pairs: int
    judged: pd.DataFrame


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


class PairKind(NamedTuple):
    """How many pairs are alike in all of these; `category` is that of the question, `synthetic`: nobody asked the query."""

    label: str
    rule: str
    hardness: str
    category: str
    synthetic: bool
    n: int


@dataclass(frozen=True, slots=True)
class Generation:
    """What made the pairs: the run, the fingerprint of the corpus it read, and what it says of itself (its generation.json).

    `adopted_at`: when its pairs were taken into the store, epoch seconds.
    """

    run_id: str
    made_from: str
    summary: Mapping[str, Any]
    adopted_at: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainingCounts:
    """What may be trained on: pairs by label, and how many of them are there by a person's word."""

    positive: int
    negative: int
    by_hand: int
