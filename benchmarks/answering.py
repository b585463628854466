"""How long the server takes to answer one query with four systems at once: bm25, base, base+bm25 and a second model's hybrid.

Queries are the test questions of SOURCE (else its chunks' first words), each asked by itself, models warm. All chunks of SOURCE are
searched, also those outside a judged collection. The models are the base model, loaded twice; the chunks' vectors are drawn by chance,
because how long a product takes does not depend on what is in it. The peer asks the same systems one after the other, each for itself,
so that each encodes the query and scores BM25 again. `cpu` is the median of processor time, which other work on the machine
does not lengthen. `n` is the number of chunks.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.frame import Row, command_on_source, interleaved, progress, seconds, shorter
from benchmarks.vectors import read_source
from core.encoders.choose import base_encoder
from core.records import Corpus, Vectors
from core.retrieval.systems import Dense, Hybrid, Lexical, System
from core.search import Ground, Recipe, ask
from core.settings import Settings

SHOWN = 10
PEER = "the same systems one by one"
ROUNDS = 3
N_QUERIES, QUICK_QUERIES = 60, 15
WANTED = (
    Recipe("bm25", lexical=True),
    Recipe("base", "base"),
    Recipe("base+bm25", "base", True, 0.5),
    Recipe("other+bm25", "other", True, 0.5),
)


def grounded(corpus: Corpus) -> Ground:
    """Every chunk of a corpus."""
    places = {chunk.chunk_id: index for index, chunk in enumerate(corpus.chunks)}
    return Ground(corpus.chunks, Lexical([chunk.document for chunk in corpus.chunks]), np.full(len(corpus.chunks), np.nan), places)


def model(name: str, n: int) -> Dense:
    """The base model, for itself, with vectors for n chunks."""
    encode = partial(base_encoder(Settings()).encode, kind="query")
    vectors: Vectors = np.random.default_rng(n).normal(size=(n, encode(["warm-up"]).shape[1])).astype(np.float32)
    return Dense(name, encode, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def queries_of(corpus: Corpus, n: int) -> list[str]:
    asked = [question.text for question in corpus.asked("test")] or [" ".join(chunk.text.split()[:10]) for chunk in corpus.chunks]
    return asked[:: max(1, len(asked) // n)][:n]


def processor(side: Callable[[str], object], query: str) -> float:
    """Processor seconds of one query."""
    started = time.process_time()
    side(query)
    return time.process_time() - started


def _timed(ours: Callable[[str], object], peer: Callable[[str], object], query: str) -> tuple[float, float]:
    return interleaved(lambda _: seconds(lambda: ours(query)), lambda _: seconds(lambda: peer(query)), ROUNDS)


def measure(source: Path, quick: bool) -> Iterator[Row]:
    corpus = read_source(source)
    ground = grounded(corpus)
    progress(f"{len(corpus.chunks):,} chunks read")
    sides = {name: model(name, len(corpus.chunks)) for name in ("base", "other")}
    lexical = ground.lexical
    hybrids = [Hybrid(f"{name}+bm25", sides[name], lexical, 0.5) for name in sides]
    systems: list[System] = [lexical, sides["base"], *hybrids]

    def at_once(query: str) -> object:
        return [answered.hits(one.name, SHOWN) for answered in ask(ground, sides, WANTED, [query]) for one in WANTED]

    def one_by_one(query: str) -> object:
        return [system.search([query], SHOWN) for system in systems]

    queries = queries_of(corpus, QUICK_QUERIES if quick else N_QUERIES)
    taken = [_timed(at_once, one_by_one, query) for query in queries]
    for name, share in (("median", 0.5), ("p95", 0.95)):
        ours, peer = (1000 * float(np.quantile(side, share)) for side in zip(*taken, strict=True))
        yield shorter(name, ours, peer, PEER, "ms", len(corpus.chunks))
    busy = [[processor(side, query) for query in queries] for side in (at_once, one_by_one)]
    ours, peer = (1000 * statistics.median(side) for side in busy)
    yield shorter("cpu", ours, peer, PEER, "ms", len(corpus.chunks))


if __name__ == "__main__":
    command_on_source(measure, "Server time of one query under four systems")
