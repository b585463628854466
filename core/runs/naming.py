"""What a corpus' chunks mention and what its entities are called, as the map stage counts and places it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from core.corpus.aliases import AliasIndex, fold
from core.records import Chunk, Corpus, Entity

MOST_NAMES = 3_000
"""Names that are placed on a map: of the entities that most chunks mention."""
EVERYWHERE = 0.1
"""Who is mentioned by more than this share of the chunks tells no neighbourhood from another, and does not count for purity."""


@dataclass(frozen=True, slots=True)
class Naming:
    """`mentions` (n, e) of searchable chunks. Of the entities with several names: `entities`, a row each (entity, type, n_names, n_chunks);
    the `names` in one list and as `table` (entity, type, name, primary); which names (`rows_of`) and chunks (`chunks_of`) are whose."""

    mentions: csr_matrix
    entities: pd.DataFrame
    names: list[str]
    table: pd.DataFrame
    rows_of: list[NDArray[np.intp]]
    chunks_of: list[NDArray[np.intp]]
    n_left_out: int


def naming(corpus: Corpus) -> Naming:
    """Entities under their indexed name whatever the chunks call them; mentions that no index knows count as entities of their own."""
    chunks_by_entity = _mentioned(corpus)
    of_many_names = [(entity, _names(entity)) for entity in corpus.entities if len(_names(entity)) > 1]
    of_many_names.sort(key=lambda one: -len(chunks_by_entity.get((one[0].type, one[0].name), ())))
    kept: list[tuple[Entity, list[str]]] = []
    for entity, names in of_many_names:
        if sum(len(own) for _, own in kept) + len(names) <= MOST_NAMES:
            kept.append((entity, names))
    rows = [(entity.name, entity.type, name, name == entity.name) for entity, names in kept for name in names]
    ends = np.cumsum([0, *(len(names) for _, names in kept)])
    chunks_of = [np.asarray(chunks_by_entity.get((entity.type, entity.name), []), dtype=np.intp) for entity, _ in kept]
    counted = [(entity.name, entity.type, len(names), len(own)) for (entity, names), own in zip(kept, chunks_of, strict=True)]
    return Naming(
        mentions=_matrix(chunks_by_entity, len(corpus.searchable)),
        entities=pd.DataFrame(counted, columns=["entity", "type", "n_names", "n_chunks"]),
        names=[row[2] for row in rows],
        table=pd.DataFrame(rows, columns=["entity", "type", "name", "primary"]),
        rows_of=[np.arange(start, end) for start, end in pairwise(ends)],
        chunks_of=chunks_of,
        n_left_out=len(of_many_names) - len(kept),
    )


def _names(entity: Entity) -> list[str]:
    """Its names, one of each spelling that differs by more than case and spaces."""
    return list({fold(name): name for name in reversed(entity.names)}.values())[::-1]


def _mentioned(corpus: Corpus) -> dict[tuple[str, str], list[int]]:
    index = AliasIndex(corpus.entities)
    found: dict[tuple[str, str], list[int]] = {}
    for row, chunk in enumerate(corpus.searchable):
        for key in dict.fromkeys(_entities(chunk, index)):
            found.setdefault(key, []).append(row)
    return found


def _entities(chunk: Chunk, index: AliasIndex) -> list[tuple[str, str]]:
    return [
        (kind, next((entity.name for entity in index.resolve(name) if entity.type == kind), name))
        for kind, names in chunk.mentions.items()
        for name in names
    ]


def _matrix(chunks_by_entity: dict[tuple[str, str], list[int]], n_chunks: int) -> csr_matrix:
    telling = [rows for rows in chunks_by_entity.values() if len(rows) <= max(2, EVERYWHERE * n_chunks)]
    columns = np.repeat(np.arange(len(telling)), [len(rows) for rows in telling])
    flat = np.asarray([row for rows in telling for row in rows], dtype=np.intp)
    return csr_matrix((np.ones(len(flat), dtype=np.int32), (flat, columns)), shape=(n_chunks, len(telling)))
