"""BM25 as rank_bm25.BM25Okapi defines it, scored from a sparse matrix.

rank_bm25 computes the statistics (idf with its epsilon floor, k1, b) from words that a sparse matrix has counted. What it does
in a Python loop over all documents for every word of a query is done here once: the weight of each word in each document goes
into that matrix, and a query adds up the rows of its words, in its own order, so that the sums are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from core.records import Ranking
from core.retrieval.ranking import best, blocks, stacked

K1, B = 0.6, 0.4
"""How soon a word that is repeated stops counting, and how much long documents are held back. rank_bm25's own 1.5 and 0.75 suit whole
documents; for passages Trotman, Jia and Crane (2012) found 0.9 and 0.4. Measured on train and dev questions, nDCG@10, from 1.5 and 0.75 to
0.6 and 0.4, alone and beside the base model (standard error of a difference .004; of 0.9 and 0.4 the hybrids gain .012 and .014): covidqa
.635 to .644 and .644 to .664 (n 1,093), scripture .421 to .435 and .457 to .477 (n 1,200), the sample codex, where it is .005 to .008,
.518 to .515 and .577 to .574 (n 181)."""


class BM25:
    """An index over n documents, each a sequence of words. Fixed once built; reads are thread-safe."""

    def __init__(self, tokenized: Sequence[Sequence[str]]) -> None:
        self.n_documents = len(tokenized)
        bounds = np.cumsum([0, *map(len, tokenized)], dtype=np.int64)
        numbers = _word_numbers(tokenized, bounds[-1])
        self._vocabulary = _vocabulary(tokenized, bounds, numbers)
        self._weights = _by_word(_weights(numbers, bounds, len(self._vocabulary)))

    def found(self, queries: Sequence[Sequence[str]]) -> scipy.sparse.csr_array:
        """The documents that share a word with each query, with their scores, (q, n) sparse, the documents of a row in no order. A word
        that is repeated in a query counts each time."""
        known = [[number for number in map(self._vocabulary.get, query) if number is not None] for query in queries]
        bounds = np.cumsum([0, *map(len, known)], dtype=self._weights.indices.dtype)
        words = np.fromiter(chain.from_iterable(known), dtype=self._weights.indices.dtype, count=bounds[-1])
        asked = scipy.sparse.csr_array((np.ones(len(words)), words, bounds), shape=(len(queries), len(self._vocabulary)))
        return asked @ self._weights

    def scores(self, queries: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """The score of every document for every query, (q, n)."""
        return np.asarray(self.found(queries).toarray())

    def search(self, queries: Sequence[Sequence[str]], k: int) -> Ranking:
        """The k best documents of each query, ties by lower index first: (q, min(k, n))."""
        found = [best(self.scores(queries[block]), k) for block in blocks(len(queries), self.n_documents)]
        return stacked(found, min(k, self.n_documents))

    def postings(self) -> tuple[list[str], scipy.sparse.csc_array]:
        """The words, and the (n documents, n words) matrix of what each adds to a document's score when a query holds it."""
        return list(self._vocabulary), self._weights


class _Statistics(BM25Okapi):  # type: ignore[misc]
    """BM25Okapi of documents that are counted already: counts (n documents, n words) instead of a dictionary for each document."""

    def _initialize(self, counts: scipy.sparse.csc_array) -> dict[int, int]:
        """Number of documents with each word, as rank_bm25's own counting loop returns it; sets what that loop sets."""
        self.doc_len = counts.sum(axis=1)
        self.corpus_size = len(self.doc_len)
        self.avgdl = self.doc_len.sum() / self.corpus_size
        return dict(enumerate(np.diff(counts.indptr).tolist()))


def _word_numbers(tokenized: Sequence[Sequence[str]], n_words: int) -> NDArray[np.int64]:
    """All words of all documents in a row, each as a number: 0 for the first new word, 1 for the second, ...

    Words are told apart by Python's 64-bit string hash, which they carry already; a dictionary look-up for each of millions
    of words would take longer than all the rest. Two words of a million would fall together once in 10^7 corpora.
    """
    import pandas as pd

    hashes = np.fromiter(map(hash, chain.from_iterable(tokenized)), dtype=np.int64, count=n_words)
    return pd.factorize(hashes)[0]


def _vocabulary(tokenized: Sequence[Sequence[str]], bounds: NDArray[np.int64], numbers: NDArray[np.int64]) -> dict[str, int]:
    """Each word with its number, read off where the number first appears."""
    positions = np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1))
    documents = np.searchsorted(bounds, positions, side="right") - 1
    places = zip(documents.tolist(), (positions - bounds[documents]).tolist(), strict=True)
    return {tokenized[document][place]: number for number, (document, place) in enumerate(places)}


def _weights(numbers: NDArray[np.int64], bounds: NDArray[np.int64], n_words: int) -> scipy.sparse.csc_array:
    """The (n documents, n words) matrix of idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length)).

    Robertson and Zaragoza 2009 in the variant of rank_bm25 0.2.2, in its order of operations.
    """
    counts = scipy.sparse.csr_array((np.ones(len(numbers)), numbers, bounds), shape=(len(bounds) - 1, n_words)).tocsc()
    counts.sum_duplicates()
    if not n_words:  # rank_bm25 divides by the number of documents and by the number of words
        return counts
    okapi = _Statistics(counts, k1=K1, b=B)
    damping = okapi.k1 * (1 - okapi.b + okapi.b * okapi.doc_len / okapi.avgdl)
    idf = np.fromiter(okapi.idf.values(), dtype=np.float64, count=n_words)
    tf = counts.data
    saturated = tf * (okapi.k1 + 1) / (tf + damping[counts.indices])
    counts.data = np.repeat(idf, np.diff(counts.indptr)) * saturated
    return counts


def _by_word(weights: scipy.sparse.csc_array) -> scipy.sparse.csr_array:
    """The same with a row for each word, its indices in half the room where they fit: a product of sparse matrices reads little else."""
    kind = np.int32 if max(weights.nnz, *weights.shape) <= np.iinfo(np.int32).max else np.int64
    indices, bounds = weights.indices.astype(kind), weights.indptr.astype(kind)
    return scipy.sparse.csr_array((weights.data, indices, bounds), shape=weights.shape[::-1])
