"""Who is mentioned where, and with whom: n chunks against m entities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

from core.corpus.aliases import fold
from core.mining.wording import spoken
from core.records import Chunk, Entity

Indices = NDArray[np.int64]

NAME_SHARE = 0.05
WORD_SHARE = 0.005
FLOOR = 20


def known_entities(chunks: Sequence[Chunk], entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities of the indexes, then one bare entity for each mention that no index of its type knows."""
    claimed = _by_mention(entities)
    bare = {
        (type_, fold(name)): Entity(name, type_)
        for chunk in chunks
        for type_, names in chunk.mentions.items()
        for name in names
        if (type_, fold(name)) not in claimed
    }
    return (*entities, *bare.values())


def _by_mention(entities: Sequence[Entity]) -> dict[tuple[str, str], int]:
    """What a mention of a type means: the entity of that primary name, else the first one that has it as an alias."""
    meant: dict[tuple[str, str], int] = {}
    for number, entity in enumerate(entities):
        meant.setdefault((entity.type, fold(entity.name)), number)
    for number, entity in enumerate(entities):
        for alias in entity.aliases:
            meant.setdefault((entity.type, fold(alias)), number)
    return meant


class Mentions:
    """The entities by number (0 … m - 1) and the chunks by index (0 … n - 1), looked up both ways."""

    def __init__(self, chunks: Sequence[Chunk], entities: Sequence[Entity]) -> None:
        self.entities = known_entities(chunks, entities)
        self._number = {(entity.type, entity.name): number for number, entity in enumerate(self.entities)}
        meant = _by_mention(self.entities)
        cells = {
            (index, meant[type_, fold(name)])
            for index, chunk in enumerate(chunks)
            for type_, names in chunk.mentions.items()
            for name in names
        }
        rows, columns = np.array(sorted(cells), dtype=np.int64).reshape(-1, 2).T
        self._n = len(chunks)
        shape = (self._n, len(self.entities))
        self._by_chunk = scipy.sparse.csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape)
        self._by_entity = self._by_chunk.tocsc()
        self.n_chunks: Indices = np.diff(self._by_entity.indptr).astype(np.int64)
        self.rarity: NDArray[np.float64] = np.log((self._n + 1) / (self.n_chunks + 1))

    def number(self, entity: Entity) -> int:
        """The number of a known entity."""
        return self._number[entity.type, entity.name]

    def of_chunk(self, index: int) -> Indices:
        """Numbers, ascending, of the entities a chunk mentions."""
        start, end = self._by_chunk.indptr[index : index + 2]
        return np.asarray(self._by_chunk.indices[start:end], dtype=np.int64)

    def chunks_of(self, number: int) -> Indices:
        """Indices, ascending, of the chunks that mention an entity."""
        start, end = self._by_entity.indptr[number : number + 2]
        return np.asarray(self._by_entity.indices[start:end], dtype=np.int64)

    def together(self, number: int) -> Indices:
        """(m,) in how many chunks each entity is mentioned together with this one (itself: 0)."""
        counts = np.asarray(self._by_chunk[self.chunks_of(number)].sum(axis=0), dtype=np.int64).ravel()
        counts[number] = 0
        return counts

    def shared_by(self, numbers: Sequence[int]) -> int:
        """How many chunks mention all of these entities."""
        common = set(self.chunks_of(numbers[0]).tolist())
        for number in numbers[1:]:
            common.intersection_update(self.chunks_of(number).tolist())
        return len(common)

    def is_specific(self, number: int) -> bool:
        """Whether an entity tells chunks apart: mentioned, but not nearly everywhere.

        A proper name may occur in a twentieth of all chunks; what is called by a word of the language ("mercy", "judge") in a
        two-hundredth, since such words fall in passing; either in 20 chunks.
        """
        share = NAME_SHARE if self.is_name(number) else WORD_SHARE
        return 0 < int(self.n_chunks[number]) <= max(FLOOR, share * self._n)

    def is_name(self, number: int) -> bool:
        """Whether an entity is called by a proper name."""
        return not self.entities[number].name[:1].islower()

    def namesakes(self, number: int) -> tuple[int, ...]:
        """This entity, and the specific ones that share one of its names: 'Moab' the man and 'Moab' the land, 'Zion' for Jerusalem
        and 'Zion' the concept. An index often holds one thing twice."""
        shared = (other for name in self.entities[number].names for other in self._by_name[fold(spoken(name))])
        return tuple(dict.fromkeys((number, *(other for other in shared if self.is_specific(other)))))

    @cached_property
    def _by_name(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for number, entity in enumerate(self.entities):
            for name in entity.names:
                found[fold(spoken(name))][number] = None
        return {name: tuple(numbers) for name, numbers in found.items()}
