"""BM25 against rank_bm25: queries a second with the same top ten, and the time to build the index.

The corpus is generated: words by the Zipf-Mandelbrot law for English, 1 / (rank + 2.7), over 200,000 words; document lengths
log-normal around 110 words. Queries are 3 to 12 words by the same law, so that they hold common words with long lists of
documents as real questions do. Every word is a string of its own, as a tokeniser that splits text leaves it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from benchmarks.frame import Row, command, faster, interleaved, progress, seconds, shorter
from core.retrieval.bm25 import BM25, K1, B

SIZES = {"5k": 5_000, "50k": 50_000}
VOCABULARY = 200_000
TOP = 10
N_QUERIES = 200
PEER_QUERIES = 8
PEER = "rank_bm25.BM25Okapi"

Texts = list[list[str]]


def generated(rng: np.random.Generator, lengths: NDArray[np.int64]) -> Texts:
    """Texts of the given lengths, (n,), in words."""
    shares = 1 / (np.arange(VOCABULARY) + 1 + 2.7)
    ranks = rng.choice(VOCABULARY, size=lengths.sum(), p=shares / shares.sum())
    words = np.array([f"word{rank}" for rank in range(VOCABULARY)], dtype=object)
    return [" ".join(words[part]).split() for part in np.split(ranks, np.cumsum(lengths)[:-1])]


def corpus(rng: np.random.Generator, n: int) -> Texts:
    return generated(rng, np.maximum(5, rng.lognormal(np.log(110), 0.45, n)).astype(int))


def questions(rng: np.random.Generator) -> Texts:
    return generated(rng, rng.integers(3, 13, N_QUERIES))


def index_row(name: str, documents: Texts, rounds: int) -> Row:
    """Seconds from tokenised documents to an index that can be searched."""
    set(chain.from_iterable(documents))  # strings keep their hash once asked: neither side is to pay for the other
    ours, peer = interleaved(lambda _: seconds(lambda: BM25(documents)), lambda _: seconds(lambda: okapi(documents)), rounds)
    return shorter(name, ours, peer, PEER, "s", len(documents))


def search_row(name: str, documents: Texts, queries: Texts, rounds: int) -> Row:
    """Queries a second for the ten best documents. The peer is slow: it is asked a few of the queries, others in each round."""
    ours, peer = BM25(documents), okapi(documents)
    found = ours.search(queries, TOP).indices

    def ours_a_second(_: int) -> float:
        return len(queries) / seconds(lambda: ours.search(queries, TOP))

    def peer_a_second(number: int) -> float:
        asked = range(number, len(queries), len(queries) // PEER_QUERIES)
        tops: list[NDArray[np.int64]] = []
        took = seconds(lambda: tops.extend(top_of(peer, queries[index]) for index in asked))
        if not np.array_equal(found[asked], tops):
            sys.exit(f"{name}: the two sides disagree on the {TOP} best documents")
        return len(asked) / took

    return faster(name, *interleaved(ours_a_second, peer_a_second, rounds), PEER, "queries/s", len(documents))


def okapi(documents: Texts) -> BM25Okapi:
    return BM25Okapi(documents, k1=K1, b=B)


def top_of(peer: BM25Okapi, query: list[str]) -> NDArray[np.int64]:
    return np.argsort(-peer.get_scores(query), kind="stable")[:TOP]


def measure(quick: bool) -> Iterator[Row]:
    rounds = 3 if quick else 7
    for size, n in SIZES.items():
        rng = np.random.default_rng(n)
        progress(f"generating {n:,} documents")
        documents = corpus(rng, n)
        yield index_row(f"index-{size}", documents, rounds)
        yield search_row(size, documents, questions(rng), rounds)


if __name__ == "__main__":
    command(measure, "BM25: ours against rank_bm25")
