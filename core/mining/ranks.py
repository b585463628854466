"""Every query against every chunk: cosine and BM25, the best of both, and who ranks where. Exact, and never a whole q × n table."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, zip_longest
from typing import Any

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

from core.encoders.protocol import Encode
from core.mining.ground import Ground
from core.mining.mentions import Indices
from core.mining.proposals import NONE, in_turn
from core.records import Vectors
from core.retrieval import ranking
from core.retrieval.tokens import tokenize

TOP = 50
QUERIES_AT_ONCE = 256
"""Queries looked at together at most: what is worked out for each (vectors of what it proposes) takes 50 KB."""


@dataclass(frozen=True)
class View:
    """One query's scores for the n chunks. `cosine` (n,) is NaN for chunks without a vector, None where there are no vectors.

    `dense_top`, `bm25_top`: indices of the best chunks of `side`, best first; BM25 lists none that shares no word with the query.
    `proposed`: the chunks of both lists, the one that stands highest in either first; among equals the nearest by meaning.
    `searched`: whether that side is the searched one.
    """

    query: str
    cosine: NDArray[np.float32] | None
    dense_top: Indices
    bm25_top: Indices
    proposed: Indices
    side: Indices
    searched: bool
    _n: int = field(repr=False)
    _sharing: tuple[Indices, NDArray[np.float64]] = field(repr=False)  # the chunks that share a word with the query, and their scores

    @cached_property
    def bm25(self) -> NDArray[np.float64]:
        """(n,) 0 for a chunk that shares no word with the query."""
        scores = np.zeros(self._n)
        scores[self._sharing[0]] = self._sharing[1]
        return scores

    @cached_property
    def dense_places(self) -> dict[int, int]:
        """By chunk its place in `dense_top`, from 1."""
        return {chunk: place for place, chunk in enumerate(self.dense_top.tolist(), start=1)}

    @cached_property
    def bm25_places(self) -> dict[int, int]:
        """The same in `bm25_top`."""
        return {chunk: place for place, chunk in enumerate(self.bm25_top.tolist(), start=1)}

    def dense_rank(self, chunk: int) -> int | None:
        """1 for the nearest chunk of the side; None for a chunk without a vector."""
        if self.cosine is None or np.isnan(self.cosine[chunk]):
            return None
        return self.dense_places.get(chunk) or _rank(self.cosine, self.side, chunk)

    def bm25_rank(self, chunk: int) -> int | None:
        """1 for the best chunk of the side; None for a chunk that shares no word with the query."""
        return self.bm25_places.get(chunk) or (_rank(self.bm25, self.side, chunk) if self.bm25[chunk] > 0 else None)


@dataclass(frozen=True, slots=True)
class _Scored:
    """A block of queries: BM25 (b, n) sparse, `cosine` (b, searched chunks) and the `nearest` chunks (b, up to TOP)."""

    by_words: scipy.sparse.csr_array
    cosine: NDArray[np.float32] | None
    nearest: Indices


class Ranks:
    """Views on one corpus.

    Negatives come from the positive's own side: from the chunks that are searched, or from the others, which only teach. Only
    the searched ones have vectors: embedding the others would take longer than all the rest.
    """

    def __init__(self, ground: Ground, encode: Encode | None) -> None:
        self._ground = ground
        self._encode = encode
        self._is_searched = np.array([chunk.searchable for chunk in ground.chunks], dtype=np.bool_)
        self.searched: Indices = np.flatnonzero(self._is_searched)
        self._others: Indices = np.flatnonzero(~self._is_searched)
        self._row = np.where(self._is_searched, np.cumsum(self._is_searched) - 1, -1)
        documents = [ground.chunks[index].document for index in self.searched.tolist()]
        self._vectors = encode(documents, "document") if encode and documents else None

    def query_vectors(self, queries: Sequence[str]) -> Vectors | None:
        """(q, d), None where there is no model."""
        return None if self._vectors is None or self._encode is None else self._encode(queries, "query")

    def vectors_of(self, chunks: Indices) -> Vectors | None:
        """(..., d) for chunks (...): anything at all for one without a vector; None where there is no model."""
        return None if self._vectors is None else self._vectors[np.maximum(self._row[chunks], 0)]

    def views(self, queries: Sequence[str], searched: Sequence[bool]) -> Iterator[View]:
        """A view for each query; `searched` says on which side its positive is."""
        return chain.from_iterable(self.blocks(queries, searched))

    def blocks(self, queries: Sequence[str], searched: Sequence[bool]) -> Iterator[list[View]]:
        """The views of consecutive queries, as many at a time as fit into memory. While one block is worked with, the next is scored."""
        vectors = self.query_vectors(queries) if queries else None
        sides = np.array(searched, dtype=np.bool_)
        size = max(len(self._ground.chunks), ranking.BLOCK_FLOATS // QUERIES_AT_ONCE)
        blocks = [*ranking.blocks(len(queries), size)]
        with ThreadPoolExecutor(1) as ahead:
            scored = deque(ahead.submit(self._score, queries[block], vectors, block) for block in blocks[:1])
            for block, after in zip_longest(blocks, blocks[1:]):
                own = scored.popleft().result()
                if after:
                    scored.append(ahead.submit(self._score, queries[after], vectors, after))
                yield self._views(queries[block], own, sides[block])

    def _score(self, texts: Sequence[str], vectors: Vectors | None, block: slice) -> _Scored:
        by_words = self._ground.bm25.found([tokenize(text) for text in texts])
        if vectors is None or self._vectors is None:
            return _Scored(by_words, None, np.empty((len(texts), 0), dtype=np.int64))
        cosine = vectors[block] @ self._vectors.T
        return _Scored(by_words, cosine, self.searched[ranking.best(cosine, TOP).indices])

    def _views(self, texts: Sequence[str], scored: _Scored, searched: NDArray[np.bool_]) -> list[View]:
        sharing = [_row_of(scored.by_words, row) for row in range(len(texts))]
        words = _padded([self._best_sharing(*found, on_side) for found, on_side in zip(sharing, searched.tolist(), strict=True)])
        dense = np.full((len(texts), TOP), NONE, dtype=np.int64)
        dense[:, : scored.nearest.shape[1]] = np.where(searched[:, None], scored.nearest, NONE)
        proposed = in_turn(dense, words)
        return [
            View(
                query=text,
                cosine=None if scored.cosine is None else self._whole(scored.cosine[row]),
                dense_top=_real(dense[row]),
                bm25_top=_real(words[row]),
                proposed=_real(proposed[row]),
                side=self.searched if searched[row] else self._others,
                searched=bool(searched[row]),
                _n=len(self._row),
                _sharing=sharing[row],
            )
            for row, text in enumerate(texts)
        ]

    def _best_sharing(self, chunks: Indices, scores: NDArray[np.float64], searched: bool) -> Indices:
        """The best of the chunks on one side, by their scores, ties by lower index first."""
        if len(self._others):
            own = self._is_searched[chunks] == searched
            chunks, scores = chunks[own], scores[own]
        if len(chunks) > TOP:
            high = scores >= np.partition(scores, len(scores) - TOP)[len(scores) - TOP]
            chunks, scores = chunks[high], scores[high]
        order = np.lexsort((chunks, -scores))[:TOP]
        return chunks[order[scores[order] > 0]]

    def _whole(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        if not len(self._others):
            return cosine
        whole = np.full(len(self._row), np.nan, dtype=np.float32)
        whole[self.searched] = cosine
        return whole


def _row_of(found: scipy.sparse.csr_array, row: int) -> tuple[Indices, NDArray[np.float64]]:
    own = slice(found.indptr[row], found.indptr[row + 1])
    return found.indices[own], found.data[own]


def _padded(lists: Sequence[Indices]) -> Indices:
    """(b, TOP)"""
    padded = np.full((len(lists), TOP), NONE, dtype=np.int64)
    for row, found in zip(padded, lists, strict=True):
        row[: len(found)] = found
    return padded


def _real(row: Indices) -> Indices:
    return row[: int((row != NONE).sum())]


def _rank(scores: NDArray[Any], side: Indices, chunk: int) -> int:
    """One more than the chunks of the side that score higher, or as high and come earlier."""
    rivals = scores if len(side) == len(scores) else scores[side]
    n_before = int(np.searchsorted(side, chunk))
    return 1 + int((rivals > scores[chunk]).sum() + (rivals[:n_before] == scores[chunk]).sum())
