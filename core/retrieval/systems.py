"""The systems that are compared: each answers queries with a ranking of the same n chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.records import Ranking, Vectors
from core.retrieval.bm25 import BM25
from core.retrieval.dense import cosine, cut, top_k
from core.retrieval.hybrid import convex, reciprocal_rank_fusion
from core.retrieval.ranking import best, blocks, stacked
from core.retrieval.tokens import Tokenizer


class System(Protocol):
    """Anything that scores n chunks for a query. `scores` (q, n) is for as many queries as fit into memory, `search` for any number."""

    @property
    def name(self) -> str: ...

    @property
    def n_chunks(self) -> int: ...

    def scores(self, queries: Sequence[str]) -> NDArray[Any]: ...

    def search(self, queries: Sequence[str], k: int) -> Ranking: ...


class Lexical:
    """BM25 over the words of the documents."""

    name = "bm25"

    def __init__(self, documents: Sequence[str]) -> None:
        self.n_chunks = len(documents)
        self._tokenizer = Tokenizer.fitted(documents)
        self._index = BM25([self._tokenizer.document(text) for text in documents])

    def scores(self, queries: Sequence[str]) -> NDArray[np.float64]:
        return self._index.scores(self._terms(queries))

    def search(self, queries: Sequence[str], k: int) -> Ranking:
        return self._index.search(self._terms(queries), k)

    def _terms(self, queries: Sequence[str]) -> list[list[str]]:
        return [self._tokenizer.query(query) for query in queries]


class Dense:
    """Cosine between the vectors of one model. chunk_vectors: (n, d), rows L2-normalised, as are those of `encode_queries`. `meaning`: how
    many of the dimensions, the first, say what a text means, where the others say which words it has; None: all."""

    def __init__(
        self, name: str, encode_queries: Callable[[Sequence[str]], Vectors], chunk_vectors: Vectors, meaning: int | None = None
    ) -> None:
        self.name = name
        self.n_chunks = len(chunk_vectors)
        self.encode_queries = encode_queries
        self.meaning = meaning
        self._chunk_vectors = chunk_vectors

    @cached_property
    def beside_words(self) -> Dense:
        """What ranks beside BM25, which knows the words itself and better: the same model by meaning alone."""
        return Dense(self.name, self.encode_queries, cut(self._chunk_vectors, self.meaning)) if self.meaning else self

    def cosines(self, query_vectors: Vectors) -> NDArray[np.float32]:
        """Scores (q, n) of queries that are encoded already, (q, d), or wider: then by their first d dimensions."""
        return cosine(self._as_wide(query_vectors), self._chunk_vectors)

    def scores(self, queries: Sequence[str]) -> NDArray[np.float32]:
        return self.cosines(self.encode_queries(queries))

    def search(self, queries: Sequence[str], k: int) -> Ranking:
        return top_k(self._as_wide(self.encode_queries(queries)), self._chunk_vectors, k)

    def _as_wide(self, query_vectors: Vectors) -> Vectors:
        width = self._chunk_vectors.shape[1]
        return cut(query_vectors, width) if query_vectors.shape[1] > width else query_vectors


class Hybrid:
    """A dense and a lexical system as one. `weight`: the share of dense in a convex combination; None: reciprocal rank fusion."""

    def __init__(self, name: str, dense: System, lexical: System, weight: float | None) -> None:
        if dense.n_chunks != lexical.n_chunks:
            raise ValueError(f"{dense.name} ranks {dense.n_chunks} chunks, {lexical.name} {lexical.n_chunks}")
        self.name = name
        self.n_chunks = dense.n_chunks
        self._dense, self._lexical, self._weight = dense, lexical, weight

    def scores(self, queries: Sequence[str]) -> NDArray[np.float64]:
        a, b = self._dense.scores(queries), self._lexical.scores(queries)
        return reciprocal_rank_fusion(a, b) if self._weight is None else convex(a, b, self._weight)

    def search(self, queries: Sequence[str], k: int) -> Ranking:
        found = [best(self.scores(queries[block]), k) for block in blocks(len(queries), self.n_chunks)]
        return stacked(found, min(k, self.n_chunks))


def rank_by_weight(dense: System, lexical: System, queries: Sequence[str], k: int, weights: Sequence[float]) -> dict[float, Ranking]:
    """What the convex hybrid of two systems finds at each weight; each side scores the queries once, not once a weight."""
    found: dict[float, list[Ranking]] = {weight: [] for weight in weights}
    for block in blocks(len(queries), dense.n_chunks):
        a, b = dense.scores(queries[block]), lexical.scores(queries[block])
        for weight, parts in found.items():
            parts.append(best(convex(a, b, weight), k))
    return {weight: stacked(parts, min(k, dense.n_chunks)) for weight, parts in found.items()}
