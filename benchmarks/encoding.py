"""Encoding a corpus: ours against `SentenceTransformer.encode` with default arguments, exact and in int8.

    python -m benchmarks.encoding SOURCE --json

The chunks go through all sides block by block, each block through one side after the other. The time of `exact` holds the compiling; that
of `int8` not the calibrating, which has a row of its own. int8 is calibrated on other chunks than it is timed on, and is measured
whether or not the product would keep it here. Cosines go to stderr.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.frame import Row, command_on_source, progress, seconds, shorter
from benchmarks.vectors import read_source
from core.encoders.choose import local_encoder
from core.encoders.local import LocalEncoder
from core.encoders.locate import locate
from core.encoders.quantised import N_CALIBRATION, quantise, quantised_for
from core.evaluation.metrics import gains_of, ideal_gains, judged_indices, ndcg_at
from core.records import Chunk, Corpus, Vectors
from core.retrieval.dense import top_k
from core.settings import Settings

PEER = "SentenceTransformer.encode"
N_CHUNKS, N_QUICK, N_BLOCKS = 2_000, 200, 4
SAME, NEAR = 0.9999, 0.99
CUT = 10


class Side:
    """One way to encode, its seconds and its vectors so far."""

    def __init__(self, encoder: LocalEncoder, plain: bool = False) -> None:
        self._encoder, self._plain = encoder, plain
        self.seconds = 0.0
        self._parts: list[Vectors] = []

    def take(self, documents: list[str]) -> None:
        """Encode a block."""
        self.seconds += seconds(lambda: self._parts.append(self._encode(documents)))

    def _encode(self, documents: list[str]) -> Vectors:
        vectors: Vectors = self._encoder.model.encode(documents) if self._plain else self._encoder.encode(documents, "document")
        return vectors

    @property
    def vectors(self) -> Vectors:
        return np.concatenate(self._parts)


def measure(source: Path, quick: bool) -> Iterator[Row]:
    """Rows calibration, exact and int8 (seconds), and int8-ndcg: test nDCG@10 over these chunks, the peer being the exact vectors."""
    corpus, settings = read_source(source), Settings()
    shuffled = random.Random(settings.SEED).sample(corpus.searchable, len(corpus.searchable))
    chunks, others = shuffled[: N_QUICK if quick else N_CHUNKS], shuffled[-N_CALIBRATION:]
    exact = local_encoder(locate(settings.BASE_MODEL), settings)
    with tempfile.TemporaryDirectory() as folder:
        place = quantised_for(Path(folder), exact.exact_fingerprint)
        trials = []
        took = seconds(lambda: trials.append(place.trial(quantise(exact.model, [chunk.document for chunk in others]))))
        yield Row("calibration", took, None, "", None, "s", len(others))
        peer, ours, int8 = Side(exact, plain=True), Side(exact), Side(exact.in_int8(trials[0]))
        _encode_all((peer, ours, int8), [chunk.document for chunk in chunks])
    _require(ours.vectors, peer.vectors)
    yield shorter("exact", ours.seconds, peer.seconds, PEER, "s", len(chunks))
    yield shorter("int8", int8.seconds, peer.seconds, PEER, "s", len(chunks))
    yield from _quality(exact, corpus, chunks, int8.vectors, ours.vectors)


def _encode_all(sides: Sequence[Side], documents: list[str]) -> None:
    size = -(-len(documents) // N_BLOCKS)
    for number in range(N_BLOCKS):
        for side in sides if number % 2 else reversed(sides):
            side.take(documents[number * size : (number + 1) * size])
        progress(f"block {number + 1} of {N_BLOCKS}: " + ", ".join(f"{side.seconds:.1f} s" for side in sides))


def _require(ours: Vectors, theirs: Vectors) -> None:
    """End the benchmark where exact vectors are not those of torch."""
    cosine = (ours * theirs).sum(axis=1)
    progress(f"exact: cosine to torch's vectors at least {cosine.min():.6f}")
    if not cosine.min() >= SAME:
        raise SystemExit("exact: the vectors are not those of torch")


def _quality(encoder: LocalEncoder, corpus: Corpus, chunks: list[Chunk], near: Vectors, exact: Vectors) -> Iterator[Row]:
    cosine = (near * exact).sum(axis=1)
    missed = "" if cosine.mean() >= NEAR else f", which is below {NEAR}"
    progress(f"int8: cosine to exact vectors {cosine.mean():.4f} in the mean{missed}, at least {cosine.min():.4f}")
    found = [_ndcg(encoder, corpus, chunks, vectors) for vectors in (near, exact)]
    if n := int((~np.isnan(found[0])).sum()):
        ours, theirs = (float(np.nanmean(values)) for values in found)
        yield Row("int8-ndcg", ours, theirs, "exact vectors", ours / theirs, "nDCG@10", n)


def _ndcg(encoder: LocalEncoder, corpus: Corpus, chunks: list[Chunk], vectors: Vectors) -> NDArray[np.float64]:
    """nDCG@10 of each test question over these chunks alone, NaN where none of them is judged for it. Questions are exact."""
    questions = corpus.asked("test")
    ranking = top_k(encoder.encode([question.text for question in questions], "query"), vectors, CUT)
    judged = judged_indices(questions, [chunk.chunk_id for chunk in chunks])
    return ndcg_at(gains_of(ranking.indices, judged), ideal_gains(judged), CUT)


if __name__ == "__main__":
    command_on_source(measure, "Encoding: ours against SentenceTransformer.encode")
