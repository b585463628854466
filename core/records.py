"""The nouns of Codex Forge: small frozen records, identified by what they say rather than by when they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Split = Literal["train", "dev", "test"]
Label = Literal["positive", "negative"]
Hardness = Literal["", "hard", "medium", "easy"]
Verdict = Literal["accept", "reject", "skip", "flag"]

SPLITS: tuple[Split, ...] = ("train", "dev", "test")

Vectors = NDArray[np.float32]


def content_id(*parts: str) -> str:
    """A 16-hex-digit id that depends on the parts alone, so importing the same thing twice changes nothing."""
    measured: list[bytes] = []
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        measured += len(raw).to_bytes(8, "big"), raw  # lengths keep ("ab", "c") apart from ("a", "bc")
    return hashlib.sha256(b"".join(measured)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Chunk:
    """One passage of the corpus.

    `mentions` maps an entity type to the names the corpus lists for this chunk. `searchable` is False for chunks that lie
    outside the judged collection of a BEIR folder: they may teach the model, but no system is scored on ranking them.
    """

    chunk_id: str
    text: str
    filename: str
    title: str = ""
    source: str = ""
    wiki_type: str = ""
    temporal_order: float | None = None
    mentions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    searchable: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> str:
        """What every retrieval system reads: the title, unless the text already opens with it, then the text."""
        if not self.title or self.text.casefold().startswith(self.title.casefold()):
            return self.text
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Entity:
    """Something the corpus is about, under its primary name and every alias."""

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    filename: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entity_id(self) -> str:
        return content_id("entity", self.type, self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The primary name, then the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Question:
    """A question somebody asked. `judgements` maps chunk ids to grades (0: judged and not relevant; above 0: relevant)."""

    question_id: str
    text: str
    category: str = ""
    difficulty: str = ""
    temporal_limit: float | None = None
    expected_topics: tuple[str, ...] = ()
    judgements: Mapping[str, int] = field(default_factory=dict)
    split: Split | None = None

    @property
    def relevant(self) -> tuple[str, ...]:
        """Ids of the chunks judged relevant."""
        return tuple(chunk_id for chunk_id, grade in self.judgements.items() if grade > 0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, a chunk, what their relation is claimed to be, and why.

    `question_id` is "" for a synthetic query. `evidence` holds what the reason was made of (topics covered and missed, the
    words that matched); `reason` is the same in one line for a person.
    """

    query: str
    chunk_id: str
    label: Label
    rule: str
    question_id: str = ""
    split: Split = "train"
    hardness: Hardness = ""
    score: float = 0.0
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pair_id(self) -> str:
        """The claim itself: a re-generated pair that claims the same has the same id, whatever rule now makes it."""
        return content_id("pair", self.query, self.chunk_id, self.label)


BY_HAND = "audit"
"""The rule of pairs that a person added, and of what a rejected pair becomes."""

SENTENCE = "sentence"
"""The rule of a chunk's own sentence as its query: true as it stands, so that there is nothing to audit."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a pair: appended, never changed. accept and reject say whether the pair's *label* is right.

    `becomes`: the label a rejected pair should have instead, "" where it simply goes. `batch`: what was decided in one bulk shares it.
    A decision with `undoes` takes back that decision and says nothing itself (its verdict repeats what it takes back).
    `seconds`: how long the pair was looked at; `made_at`: epoch seconds.
    """

    decision_id: str
    pair_id: str
    verdict: Verdict
    auditor: str
    made_at: float
    seconds: float = 0.0
    becomes: Literal["positive", "negative", ""] = ""
    reason: str = ""
    note: str = ""
    batch: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """A pair with the verdict that stands."""

    pair: Pair
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of a chunk as an answer to a question: appended, never changed. `grade`: 0 not relevant, 1 relevant,
    2 answers in part, 3 answers.

    A judgement with `undoes` takes back that judgement and says nothing itself (its grade repeats what it takes back). `seconds`: how long
    it was looked at; `made_at`: epoch seconds.
    """

    judgement_id: str
    question_id: str
    chunk_id: str
    grade: int
    auditor: str
    made_at: float
    seconds: float = 0.0
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A chunk that was proposed as a negative and refused because it may well answer the query; `rule` names the refusal.

    `offered`: its labels match the question's, so a person may want it as one more positive.
    """

    query: str
    question_id: str
    chunk_id: str
    rule: str
    reason: str
    score: float = 0.0
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything an import brings. Chunks keep the order of their files."""

    chunks: Sequence[Chunk] = ()
    entities: tuple[Entity, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def searchable(self) -> tuple[Chunk, ...]:
        """The chunks a retrieval system ranks."""
        return tuple(chunk for chunk in self.chunks if chunk.searchable)

    def asked(self, split: Split) -> tuple[Question, ...]:
        """The questions of one split."""
        return tuple(question for question in self.questions if question.split == split)


@dataclass(frozen=True, slots=True)
class Ranking:
    """For each of q queries the k best chunks: `indices` (q, k) into the searched chunks, `scores` (q, k), best first."""

    indices: NDArray[np.int64]
    scores: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.indices.shape != self.scores.shape or self.indices.ndim != 2:
            raise ValueError(f"indices {self.indices.shape} and scores {self.scores.shape} must both be (q, k)")


@dataclass(frozen=True, slots=True)
class Scores:
    """One metric of one system: `per_query` (q,), NaN where the metric does not apply to a question (no topics, no judgements)."""

    metric: str
    per_query: NDArray[np.float64]

    @property
    def mean(self) -> float | None:
        """The mean over the questions it applies to; None where it applies to none."""
        counted = self.per_query[~np.isnan(self.per_query)]
        return float(counted.mean()) if len(counted) else None
