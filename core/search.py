"""The systems of a workspace, ready for a typed query. Loading them brings the model into this process: keep what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder, local_encoder
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encoder
from core.records import Chunk
from core.retrieval.systems import Dense, Hybrid, Lexical, System
from core.runs.folder import RunFolder
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: rank from 1, the system's score (higher is better), the chunk."""

    rank: int
    score: float
    chunk: Chunk


@dataclass(frozen=True, slots=True)
class Systems:
    """What can answer, by name, untuned systems first; and what cannot yet, with the reason."""

    systems: Mapping[str, System]
    chunks: tuple[Chunk, ...]
    missing: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.systems)

    def search(self, name: str, query: str, k: int) -> list[Hit]:
        """The k best chunks under the system `name`."""
        ranking = self.systems[name].search([query], k)
        pairs = zip(ranking.indices[0].tolist(), ranking.scores[0].tolist(), strict=True)
        return [Hit(rank, score, self.chunks[index]) for rank, (index, score) in enumerate(pairs, start=1)]


def load_systems(workspace: Workspace, store: Store, settings: Settings, run: RunFolder | None) -> Systems:
    """BM25, and base and tuned with their hybrids as far as the corpus is embedded. `run` brings the tuned model and the weights."""
    chunks = store.chunks(searchable_only=True)
    documents = [chunk.document for chunk in chunks]
    lexical = Lexical(documents)
    systems: dict[str, System] = {"bm25": lexical}
    missing: dict[str, str] = {}
    weights = ((run.results() or {}).get("weights") or {}) if run else {}
    for name, load in _encoders(settings, run):
        encoder = load()
        cache = VectorCache(workspace.vectors, encoder, "document")
        if n := cache.n_missing(documents):
            missing[name] = f"{n:,} of {len(documents):,} chunks have no vectors under {encoder.name} yet."
            continue
        dense = Dense(name, partial(encoder.encode, kind="query"), cache.embed(documents).vectors)
        systems |= {name: dense, f"{name}+bm25": Hybrid(f"{name}+bm25", dense, lexical, weights.get(f"{name}+bm25"))}
    return Systems(systems, chunks, missing)


def _encoders(settings: Settings, run: RunFolder | None) -> list[tuple[str, Callable[[], Encoder]]]:
    encoders: list[tuple[str, Callable[[], Encoder]]] = [("base", lambda: base_encoder(settings))]
    if run and run.model.is_dir():
        tuned = ModelFolder(f"tuned in {run.run_id}", run.model)
        encoders.append(("tuned", lambda: local_encoder(tuned, settings)))
    return encoders
