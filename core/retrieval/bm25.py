"""BM25 as rank_bm25.BM25Okapi defines it, scored from a sparse matrix.

rank_bm25 computes the statistics (idf with its epsilon floor, mean length, k1, b). What it does in a Python loop over all
documents for every word of a query is done here once: the weight of each word in each document goes into a matrix, and a
query adds up the columns of its words, in its own order, so that the sums are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, compress, count

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi
from scipy import sparse

from core.records import Ranking
from core.retrieval.ranking import best, blocks, stacked


class BM25:
    """An index over n documents, each a sequence of words. Fixed once built; reads are thread-safe."""

    def __init__(self, tokenized: Sequence[Sequence[str]]) -> None:
        self.n_documents = len(tokenized)
        lengths = np.fromiter(map(len, tokenized), dtype=np.int64, count=len(tokenized))
        numbers = _word_numbers(tokenized, int(lengths.sum()))
        self._vocabulary = _vocabulary(tokenized, numbers)
        self._weights = _weights(numbers, lengths, len(self._vocabulary))

    def scores(self, queries: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """The score of every document for every query, (q, n). A word that is repeated in a query counts each time."""
        scores = np.zeros((len(queries), self.n_documents))
        starts, documents, weights = self._weights.indptr, self._weights.indices, self._weights.data
        for row, query in zip(scores, queries, strict=True):
            for number in map(self._vocabulary.get, query):
                if number is not None:
                    column = slice(starts[number], starts[number + 1])
                    np.add.at(row, documents[column], weights[column])
        return scores

    def search(self, queries: Sequence[Sequence[str]], k: int) -> Ranking:
        """The k best documents of each query, ties by lower index first: (q, min(k, n))."""
        found = [best(self.scores(queries[block]), k) for block in blocks(len(queries), self.n_documents)]
        return stacked(found, min(k, self.n_documents))
