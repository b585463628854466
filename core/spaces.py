"""The chunks of a workspace as the vectors of one model: what lies near a query, and what near a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder, local_encoder
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encoder
from core.records import Chunk, Vectors
from core.retrieval.dense import top_k
from core.runs.folder import RunFolder
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Near:
    """A chunk and its cosine to what was asked for."""

    chunk_id: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Space:
    """The m chunks that have a vector under a model, in import order. positions: (m,) their places in it, ascending; vectors: (m, d), rows
    L2-normalised. `n_without`: chunks that have none yet."""

    encoder: Encoder
    chunk_ids: NDArray[np.object_]
    positions: NDArray[np.int64]
    vectors: Vectors
    n_without: int

    def near_text(self, text: str, k: int, among: NDArray[np.int64] | None = None) -> list[Near]:
        """The k chunks nearest to a query; only those at the positions `among` where these are given."""
        return self._nearest(self.encoder.encode([text], "query"), k, among)

    def near_chunk(self, chunk_id: str, k: int, among: NDArray[np.int64] | None = None) -> list[Near] | None:
        """The k chunks nearest to a chunk, itself left out; None where it has no vector."""
        at = np.flatnonzero(self.chunk_ids == chunk_id)
        if not len(at):
            return None
        return [near for near in self._nearest(self.vectors[at], k + 1, among) if near.chunk_id != chunk_id][:k]

    def _nearest(self, query: Vectors, k: int, among: NDArray[np.int64] | None) -> list[Near]:
        rows = np.arange(len(self.positions)) if among is None else np.flatnonzero(np.isin(self.positions, among))
        if not len(rows):
            return []
        found = top_k(query, self.vectors if among is None else self.vectors[rows], k)
        ids = self.chunk_ids[rows[found.indices[0]]]
        return [Near(str(chunk_id), float(score)) for chunk_id, score in zip(ids, found.scores[0], strict=True)]


def load_space(workspace: Workspace, store: Store, settings: Settings, run: RunFolder | None) -> Space:
    """The space of a run's tuned model, or of the base model; nothing is encoded for it. Brings the model into this process."""
    home = workspace.encoders
    encoder = local_encoder(ModelFolder(f"tuned in {run.run_id}", run.model), settings, home) if run else base_encoder(settings, home)
    table = store.documents()
    held = VectorCache(workspace.vectors, encoder, "document").held(_documents(table["title"].tolist(), table["text"].tolist()))
    ids, positions = table["chunk_id"].to_numpy(dtype=object), table["position"].to_numpy(dtype=np.int64)
    return Space(encoder, ids[held.indices], positions[held.indices], held.vectors, len(table) - len(held.indices))


def _documents(titles: Sequence[str], texts: Sequence[str]) -> list[str]:
    return [Chunk("", text, "", title).document for title, text in zip(titles, texts, strict=True)]
