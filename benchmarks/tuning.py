"""Training and scoring in this process with the product's own loop, but without measuring on dev: that takes longer than the training here,
and choosing a good step would hide what bad pairs do to the last one."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.frame import progress
from benchmarks.vectors import cached_encode
from core.auditing.contradicting import contradictions
from core.encoders.choose import local_encoder, trainable
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encode, Kind
from core.evaluation.metrics import gains_of, ideal_gains, judged_indices, ndcg_at
from core.records import Corpus, Pair, Vectors
from core.retrieval.dense import top_k
from core.settings import Settings

CUT = 10


@dataclass(frozen=True, slots=True)
class Tuned:
    """A tuned model: `ndcg` (q,) is nDCG@10 of each test question over the searched chunks, NaN where nothing is judged."""

    encode: Encode
    ndcg: NDArray[np.float64]


class Bench:
    """One corpus and its test questions, for models tuned on different pairs."""

    def __init__(self, folder: Path, corpus: Corpus, settings: Settings) -> None:
        self._folder, self._corpus, self._settings = folder, corpus, settings
        self._documents = [chunk.document for chunk in corpus.searchable]
        self._n_tuned = 0

    def base(self) -> NDArray[np.float64]:
        """nDCG@10 of the base model, (q,)."""
        return self._ndcg(cached_encode(self._settings))

    def tune(self, pairs: Sequence[Pair]) -> Tuned:
        """The model that training on these pairs leaves."""
        from core.training.job import Job
        from core.training.loop import train
        from core.training.rows import training_rows

        self._n_tuned += 1
        documents = {chunk.chunk_id: chunk.document for chunk in self._corpus.chunks}
        rows = training_rows(pairs, documents, self._settings.NUM_HARD_NEGATIVES)
        started = time.monotonic()
        folder = self._folder / str(self._n_tuned)
        with redirect_stdout(sys.stderr):  # the trainer prints its steps; stdout is for the rows
            trained = train(Job(trainable(self._settings), rows, None, folder, self._settings, _quiet))
        progress(f"{len(rows)} rows in {time.monotonic() - started:.0f} s")
        if trained.best is None:
            raise SystemExit("the training left no model")
        encode = _remembering(local_encoder(ModelFolder(f"tuned {self._n_tuned}", trained.best.path), self._settings).encode)
        return Tuned(encode, self._ndcg(encode))

    def contradictions(self, pairs: Sequence[Pair], tuned: Tuned) -> dict[str, float]:
        """What a run leaves for the audit: how far the tuned model contradicts each pair's label."""
        return contradictions(pairs, self._cosines(pairs, cached_encode(self._settings)), self._cosines(pairs, tuned.encode))

    def _cosines(self, pairs: Sequence[Pair], encode: Encode) -> list[float]:
        documents = {chunk.chunk_id: chunk.document for chunk in self._corpus.chunks}
        queries = encode([pair.query for pair in pairs], "query")
        chunks = encode([documents[pair.chunk_id] for pair in pairs], "document")
        return [float(cosine) for cosine in (queries * chunks).sum(axis=1)]

    def _ndcg(self, encode: Encode) -> NDArray[np.float64]:
        questions = self._corpus.asked("test")
        ranking = top_k(encode([question.text for question in questions], "query"), encode(self._documents, "document"), CUT)
        judged = judged_indices(questions, [chunk.chunk_id for chunk in self._corpus.searchable])
        return ndcg_at(gains_of(ranking.indices, judged), ideal_gains(judged), CUT)


def _remembering(encode: Encode) -> Encode:
    """Each text is encoded once."""
    known: dict[tuple[Kind, str], Vectors] = {}

    def remembered(texts: Sequence[str], kind: Kind) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in known]
        if new:
            known.update(zip([(kind, text) for text in new], encode(new, kind), strict=True))
        return np.stack([known[kind, text] for text in texts])

    return remembered


def _quiet(kind: str, **what: object) -> None:
    if kind == "train":
        progress(f"step {what['step']} of {what['total_steps']}: loss {what['loss']:.3f}")
