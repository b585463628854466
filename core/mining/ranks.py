"""Every query against every chunk: cosine and BM25, the best of both, and who ranks where. Exact, and never a whole q × n table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.encoders.protocol import Encode
from core.mining.ground import Ground
from core.mining.mentions import Indices
from core.records import Vectors
from core.retrieval.ranking import best, blocks
from core.retrieval.tokens import tokenize

TOP = 50


@dataclass(frozen=True, slots=True)
class View:
    """One query's scores for the n chunks. `cosine` (n,) is NaN for chunks without a vector, None where there are no vectors.

    `dense_top`, `bm25_top`: indices of the best chunks of `side`, best first; BM25 lists none that shares no word with the query.
    `searched`: whether that side is the searched one.
    """

    query: str
    bm25: NDArray[np.float64]
    cosine: NDArray[np.float32] | None
    dense_top: Indices
    bm25_top: Indices
    side: Indices
    searched: bool

    @property
    def proposed(self) -> Indices:
        """The chunks of both lists, the one that stands highest in either first; among equals the nearest by meaning."""
        in_turn = chain.from_iterable(zip_longest(self.dense_top.tolist(), self.bm25_top.tolist(), fillvalue=-1))
        return np.array([chunk for chunk in dict.fromkeys(in_turn) if chunk >= 0], dtype=np.int64)

    def dense_rank(self, chunk: int) -> int | None:
        """1 for the nearest chunk of the side; None for a chunk without a vector."""
        return None if self.cosine is None or np.isnan(self.cosine[chunk]) else _rank(self.cosine, self.side, chunk)

    def bm25_rank(self, chunk: int) -> int | None:
        """1 for the best chunk of the side; None for a chunk that shares no word with the query."""
        return _rank(self.bm25, self.side, chunk) if self.bm25[chunk] > 0 else None


class Ranks:
    """Views on one corpus.

    Negatives come from the positive's own side: from the chunks that are searched, or from the others, which only teach. Only
    the searched ones have vectors: embedding the others would take longer than all the rest.
    """

    def __init__(self, ground: Ground, encode: Encode | None) -> None:
        self._ground = ground
        self._encode = encode
        is_searched = np.array([chunk.searchable for chunk in ground.chunks], dtype=np.bool_)
        self.searched: Indices = np.flatnonzero(is_searched)
        self._others: Indices = np.flatnonzero(~is_searched)
        self._row = np.where(is_searched, np.cumsum(is_searched) - 1, -1)
        documents = [ground.chunks[index].document for index in self.searched.tolist()]
        self._vectors = encode(documents, "document") if encode and documents else None

    def query_vectors(self, queries: Sequence[str]) -> Vectors | None:
        """(q, d), None where there is no model."""
        return None if self._vectors is None or self._encode is None else self._encode(queries, "query")

    def vectors_of(self, chunks: Indices) -> Vectors | None:
        """(m, d) for chunks that are searched; None where there is no model or one of them has no vector."""
        rows = self._row[chunks]
        return None if self._vectors is None or (rows < 0).any() else self._vectors[rows]

    def views(self, queries: Sequence[str], searched: Sequence[bool]) -> Iterator[View]:
        """A view for each query; `searched` says on which side its positive is."""
        vectors = self.query_vectors(queries) if queries else None
        for block in blocks(len(queries), len(self._ground.chunks)):
            texts = queries[block]
            bm25 = self._ground.bm25.scores([tokenize(text) for text in texts])
            cosine = None if vectors is None or self._vectors is None else vectors[block] @ self._vectors.T
            yield from self._block(texts, bm25, cosine, searched[block])

    def _block(
        self, texts: Sequence[str], bm25: NDArray[np.float64], cosine: NDArray[np.float32] | None, searched: Sequence[bool]
    ) -> Iterator[View]:
        nearest = None if cosine is None else self.searched[best(cosine, TOP).indices]
        by_words = self._best_on_side(bm25, np.array(searched, dtype=np.bool_))
        for number, text in enumerate(texts):
            scores, top = bm25[number], by_words[number]
            dense = nearest[number] if nearest is not None and searched[number] else top[:0]
            side = self.searched if searched[number] else self._others
            whole = self._whole(None if cosine is None else cosine[number])
            yield View(text, scores, whole, dense, top[scores[top] > 0], side, searched[number])

    def _best_on_side(self, bm25: NDArray[np.float64], searched: NDArray[np.bool_]) -> list[Indices]:
        found: dict[int, Indices] = {}
        for members, rows in ((self.searched, np.flatnonzero(searched)), (self._others, np.flatnonzero(~searched))):
            own = bm25[rows] if len(members) == bm25.shape[1] else bm25[rows][:, members]
            found |= dict(zip(rows.tolist(), members[best(own, TOP).indices], strict=True))
        return [found[row] for row in range(len(bm25))]

    def _whole(self, cosine: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
        if cosine is None or not len(self._others):
            return cosine
        whole = np.full(len(self._row), np.nan, dtype=np.float32)
        whole[self.searched] = cosine
        return whole


def _rank(scores: NDArray[Any], side: Indices, chunk: int) -> int:
    """One more than the chunks of the side that score higher, or as high and come earlier."""
    rivals = scores if len(side) == len(scores) else scores[side]
    n_before = int(np.searchsorted(side, chunk))
    return 1 + int((rivals > scores[chunk]).sum() + (rivals[:n_before] == scores[chunk]).sum())
