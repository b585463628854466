"""Every query against every chunk: cosine and BM25, the best of both, and who ranks where. Exact, and never a whole q × n table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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
from core.mining.proposals import in_turn
from core.records import Vectors
from core.retrieval import ranking
from core.retrieval.ranking import NONE
from core.retrieval.tokens import tokenize

TOP = 50
QUERIES_AT_ONCE = 256
"""Queries looked at together at most: what is worked out for each (vectors of what it proposes) takes 50 KB."""

COSINES_A_SCORE = 2
"""Cosines are half as wide as the scores that blocks are measured in, and a matrix product likes tall blocks."""


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
class _ByWords:
    """A block of queries: BM25 (b, n) sparse, and the best chunks of each query's side (b, TOP)."""

    scores: scipy.sparse.csr_array
    top: Indices


@dataclass(frozen=True, slots=True)
class _ByMeaning:
    """The same: `cosine` (b, searched chunks), None where there are no vectors, and the nearest of these chunks."""

    cosine: NDArray[np.float32] | None
    top: Indices


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
        size = max(-(-len(self._ground.chunks) // COSINES_A_SCORE), ranking.BLOCK_FLOATS // QUERIES_AT_ONCE)
        blocks = [*ranking.blocks(len(queries), size)]
        with ThreadPoolExecutor(2) as ahead:

            def submitted(block: slice) -> tuple[Future[_ByWords], Future[_ByMeaning]]:
                by_words = ahead.submit(self._by_words, queries[block], sides[block])
                return by_words, ahead.submit(self._by_meaning, None if vectors is None else vectors[block], sides[block])

            waiting = [submitted(block) for block in blocks[:1]]
            for block, after in zip_longest(blocks, blocks[1:]):
                by_words, by_meaning = waiting.pop()
                scored = by_words.result(), by_meaning.result()
                waiting += [submitted(after)] if after else []
                yield self._views(queries[block], *scored, sides[block])

    def _by_words(self, texts: Sequence[str], searched: NDArray[np.bool_]) -> _ByWords:
        scores = self._ground.bm25.found([tokenize(text) for text in texts])
        return _ByWords(scores, ranking.best_stored(self._on_side(scores, searched), TOP))

    def _on_side(self, scores: scipy.sparse.csr_array, searched: NDArray[np.bool_]) -> scipy.sparse.csr_array:
        """The scores of each query for the chunks of one side, 0 for the others."""
        if not len(self._others):
            return scores
        own = self._is_searched[scores.indices] == np.repeat(searched, np.diff(scores.indptr))
        return scipy.sparse.csr_array((np.where(own, scores.data, 0.0), scores.indices, scores.indptr), shape=scores.shape)

    def _by_meaning(self, vectors: Vectors | None, searched: NDArray[np.bool_]) -> _ByMeaning:
        top = np.full((len(searched), TOP), NONE, dtype=np.int64)
        if vectors is None or self._vectors is None:
            return _ByMeaning(None, top)
        cosine = vectors @ self._vectors.T
        nearest = self.searched[ranking.best(cosine, TOP).indices]
        top[:, : nearest.shape[1]] = np.where(searched[:, None], nearest, NONE)
        return _ByMeaning(cosine, top)

    def _views(self, texts: Sequence[str], by_words: _ByWords, by_meaning: _ByMeaning, searched: NDArray[np.bool_]) -> list[View]:
        lists = by_meaning.top, by_words.top, in_turn(by_meaning.top, by_words.top)
        return [
            View(
                query=text,
                cosine=None if by_meaning.cosine is None else self._whole(by_meaning.cosine[row]),
                dense_top=dense,
                bm25_top=words,
                proposed=proposed,
                side=self.searched if is_searched else self._others,
                searched=is_searched,
                _n=len(self._row),
                _sharing=_row_of(by_words.scores, row),
            )
            for row, (text, is_searched, dense, words, proposed) in enumerate(
                zip(texts, searched.tolist(), *map(_real, lists), strict=True)
            )
        ]

    def _whole(self, cosine: NDArray[np.float32]) -> NDArray[np.float32]:
        if not len(self._others):
            return cosine
        whole = np.full(len(self._row), np.nan, dtype=np.float32)
        whole[self.searched] = cosine
        return whole


def _row_of(found: scipy.sparse.csr_array, row: int) -> tuple[Indices, NDArray[np.float64]]:
    own = slice(found.indptr[row], found.indptr[row + 1])
    return found.indices[own], found.data[own]


def _real(chunks: Indices) -> Iterator[Indices]:
    """Each row without what it is filled up with."""
    return (row[:n] for row, n in zip(chunks, (chunks != NONE).sum(axis=1).tolist(), strict=True))


def _rank(scores: NDArray[Any], side: Indices, chunk: int) -> int:
    """One more than the chunks of the side that score higher, or as high and come earlier."""
    rivals = scores if len(side) == len(scores) else scores[side]
    n_before = int(np.searchsorted(side, chunk))
    return 1 + int((rivals > scores[chunk]).sum() + (rivals[:n_before] == scores[chunk]).sum())
