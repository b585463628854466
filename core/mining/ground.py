"""What all rules stand on: the chunks and entities of a corpus, read once. Nothing in here knows a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.corpus.aliases import AliasIndex
from core.corpus.duplicates import near_duplicates
from core.corpus.topics import TopicIndex, TopicMatcher
from core.mining.mentions import FLOOR, Indices, Mentions
from core.records import Chunk, Entity
from core.retrieval.bm25 import BM25
from core.retrieval.tokens import tokenize

SCORES_AT_ONCE = 4_000_000  # 32 MB of float64


@dataclass
class Ground:
    """The chunks by index (0 … n - 1) and everything that is counted on them."""

    chunks: Sequence[Chunk]
    entities: Sequence[Entity]

    @cached_property
    def index(self) -> dict[str, int]:
        return {chunk.chunk_id: index for index, chunk in enumerate(self.chunks)}

    @cached_property
    def mentions(self) -> Mentions:
        return Mentions(self.chunks, self.entities)

    @cached_property
    def names(self) -> AliasIndex:
        return AliasIndex(self.mentions.entities)

    @cached_property
    def matcher(self) -> TopicMatcher:
        return TopicMatcher(self.mentions.entities)

    @cached_property
    def topics(self) -> TopicIndex:
        return TopicIndex(self.matcher, self.chunks)

    @cached_property
    def tokens(self) -> list[list[str]]:
        return [tokenize(chunk.document) for chunk in self.chunks]

    @cached_property
    def token_sets(self) -> list[frozenset[str]]:
        return [frozenset(tokens) for tokens in self.tokens]

    @cached_property
    def n_with(self) -> Counter[str]:
        """In how many chunks a token occurs."""
        return Counter(token for tokens in self.token_sets for token in tokens)

    @cached_property
    def bm25(self) -> BM25:
        return BM25(self.tokens)

    @cached_property
    def files(self) -> Indices:
        """(n,) a number for each chunk's file."""
        return _numbered([chunk.filename for chunk in self.chunks])

    @cached_property
    def twins(self) -> Indices:
        """(n,) a group number for each chunk; near-identical texts share one."""
        return near_duplicates(self.token_sets)

    @cached_property
    def places(self) -> Indices:
        """(n,) where in its file each chunk stands: 0 for the first."""
        n_before: Counter[str] = Counter()
        places = np.empty(len(self.chunks), dtype=np.int64)
        for index, chunk in enumerate(self.chunks):
            places[index] = n_before[chunk.filename]
            n_before[chunk.filename] += 1
        return places

    @cached_property
    def sources(self) -> Indices:
        """(n,) a number for each chunk's source."""
        return _numbered([chunk.source for chunk in self.chunks])

    @cached_property
    def _covering(self) -> dict[int, Indices]:
        return {}

    def covering(self, number: int) -> Indices:
        """Indices of the chunks that speak of an entity: its mentions, and its names and aliases in their text."""
        if number not in self._covering:
            in_text = np.array(self.topics.candidates(self.mentions.entities[number].name), dtype=np.int64)
            self._covering[number] = np.union1d(in_text, self.mentions.chunks_of(number))
        return self._covering[number]

    def tells_apart(self, topic: str) -> bool:
        """Whether a topic points at few chunks: an entity it means is specific, or, where none has it, at most 20 chunks cover it."""
        meant = [self.mentions.number(entity) for entity in self.matcher.entities(topic)]
        return any(self.mentions.is_specific(number) for number in meant) or len(self.topics.candidates(topic)) <= FLOOR

    def scores(self, queries: Sequence[str]) -> Iterator[NDArray[np.float64]]:
        """For each query its BM25 score for every chunk (n,), computed in blocks."""
        size = max(1, SCORES_AT_ONCE // max(1, len(self.chunks)))
        for start in range(0, len(queries), size):
            yield from self.bm25.scores([tokenize(query) for query in queries[start : start + size]])


def _numbered(values: Sequence[str]) -> Indices:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
