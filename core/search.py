"""The systems of a workspace, ready for a typed query: what they share is read once, and a query is encoded once a model.

A system's name is also its address: `bm25`, `base`, `base+bm25`, and for the model that a run has tuned the run's id, `RUN` and `RUN+bm25`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder, local_encoder
from core.encoders.locate import ModelFolder
from core.errors import ForgeError
from core.records import Chunk
from core.retrieval.hybrid import convex, reciprocal_rank_fusion
from core.retrieval.ranking import best
from core.retrieval.systems import Dense, Lexical
from core.runs.folder import RunFolder, list_runs
from core.settings import Settings
from core.store.store import Store
from core.workspace import Workspace

BASE = "base"
LEXICAL = "bm25"
WITH_LEXICAL = "+bm25"

Weights = Mapping[str, float | None]


class NotEmbedded(ForgeError):
    """The corpus has no vectors under a model yet."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a system scores: by BM25 alone (`model` is ""), by the vectors of a model ("base" or a run's id), or by both. `weight`: the
    model's share in a hybrid; None: reciprocal rank fusion."""

    name: str
    model: str = ""
    lexical: bool = False
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What is searched, and what all systems share: n chunks, their words, the time each belongs to (n,), NaN where none is given."""

    chunks: tuple[Chunk, ...]
    lexical: Lexical
    orders: NDArray[np.float64]
    places: Mapping[str, int]

    def known_until(self, limit: float | None) -> NDArray[np.int64]:
        """Indices of the chunks that belong to no later time than `limit`, those without a time included; None: all."""
        return np.flatnonzero(np.ones(len(self.orders), dtype=bool) if limit is None else ~(self.orders > limit))


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: rank from 1, the system's score (higher is better), the chunk."""

    rank: int
    score: float
    chunk: Chunk


@dataclass(frozen=True, slots=True)
class Answered:
    """One query under several systems. `admitted` (m,): the indices of the chunks that were searched; `scores`: by system, (m,) each;
    `seconds`: by system, what it would take alone; `took`: what all of them took together."""

    ground: Ground
    admitted: NDArray[np.int64]
    scores: Mapping[str, NDArray[Any]]
    seconds: Mapping[str, float]
    took: float

    def hits(self, name: str, k: int) -> tuple[Hit, ...]:
        """The k best chunks under the system `name`."""
        ranking = best(self.scores[name][None, :], k)
        found = zip(self.admitted[ranking.indices[0]].tolist(), ranking.scores[0].tolist(), strict=True)
        return tuple(Hit(rank, score, self.ground.chunks[index]) for rank, (index, score) in enumerate(found, start=1))

    def rank(self, name: str, chunk_id: str) -> int | None:
        """Where a chunk stands under the system `name`, from 1, ties by lower index first; None where it was not searched."""
        index = self.ground.places.get(chunk_id)
        place = None if index is None else int(np.searchsorted(self.admitted, index))
        if place is None or place >= len(self.admitted) or self.admitted[place] != index:
            return None
        scores = self.scores[name]
        return 1 + int((scores > scores[place]).sum()) + int((scores[:place] == scores[place]).sum())


def read_ground(store: Store) -> Ground:
    """The searchable chunks of a workspace."""
    chunks = store.chunks(searchable_only=True)
    orders = np.array([np.nan if chunk.temporal_order is None else chunk.temporal_order for chunk in chunks], dtype=np.float64)
    places = {chunk.chunk_id: index for index, chunk in enumerate(chunks)}
    return Ground(chunks, Lexical([chunk.document for chunk in chunks]), orders, places)


def recipes(workspace: Workspace) -> dict[str, Recipe]:
    """Every system that there could be, by name: untuned ones first, then those of the runs, newest first."""
    runs = list_runs(workspace.runs)
    evaluated: list[tuple[str, Weights]] = [(model_of(run), results["weights"]) for run in runs if (results := run.results())]
    newest: Weights = evaluated[0][1] if evaluated else {}
    found = [Recipe(LEXICAL, lexical=True), Recipe(BASE, BASE), Recipe(BASE + WITH_LEXICAL, BASE, True, newest.get(BASE + WITH_LEXICAL))]
    for run in runs:
        if run.model.is_dir():
            weights: Weights = next((weights for model, weights in evaluated if model == run.run_id), {})
            found += [Recipe(run.run_id, run.run_id), Recipe(run.run_id + WITH_LEXICAL, run.run_id, True, weights.get("tuned+bm25"))]
    return {recipe.name: recipe for recipe in found}


def model_of(run: RunFolder) -> str:
    """Id of the run whose model this one evaluates: its own, unless it was asked to look at another's."""
    return run.config.get("model_run") or run.run_id


def load_side(workspace: Workspace, settings: Settings, ground: Ground, model: str) -> Dense:
    """The dense side of the systems of a model ("base" or a run's id). Brings the model into this process: keep it. Raises NotEmbedded
    where chunks have no vectors under it yet."""
    folder = RunFolder(workspace.runs / model).model
    encoder = (
        base_encoder(settings, workspace.encoders)
        if model == BASE
        else local_encoder(ModelFolder(f"tuned in {model}", folder), settings, workspace.encoders)
    )
    documents = [chunk.document for chunk in ground.chunks]
    cache = VectorCache(workspace.vectors, encoder, "document")
    if n := cache.n_missing(documents):
        raise NotEmbedded(f"{n:,} of {len(documents):,} chunks have no vectors under {encoder.name} yet.")
    return Dense(model, partial(encoder.encode, kind="query"), cache.embed(documents).vectors, encoder.meaning)


def ask(
    ground: Ground, sides: Mapping[str, Dense], wanted: Sequence[Recipe], queries: Sequence[str], until: float | None = None
) -> Iterator[Answered]:
    """Every query under every wanted system; `sides` by model. Each model encodes all queries at once, BM25 scores each one once.

    `until`: only chunks of no later time are searched, and a hybrid weighs scores among these alone.
    """
    admitted = ground.known_until(until)
    models = dict.fromkeys(recipe.model for recipe in wanted if recipe.model)
    beside = [recipe.model for recipe in wanted if recipe.model and recipe.lexical and sides[recipe.model].meaning]
    vectors, encoding = {}, {}
    for model in models:
        start = time.perf_counter()
        vectors[model] = sides[model].encode_queries(queries)
        encoding[model] = (time.perf_counter() - start) / max(1, len(queries))
    for row, query in enumerate(queries):
        parts: dict[str, NDArray[Any]] = {}
        took: dict[str, float] = {}
        if any(recipe.lexical for recipe in wanted):
            start = time.perf_counter()
            parts[LEXICAL] = ground.lexical.scores([query])[:, admitted]
            took[LEXICAL] = time.perf_counter() - start
        for model in models:
            start = time.perf_counter()
            parts[model] = sides[model].cosines(vectors[model][row : row + 1])[:, admitted]
            took[model] = encoding[model] + time.perf_counter() - start
        for model in beside:
            start = time.perf_counter()
            parts[model + WITH_LEXICAL] = sides[model].beside_words.cosines(vectors[model][row : row + 1])[:, admitted]
            took[model + WITH_LEXICAL] = time.perf_counter() - start
        yield _combined(ground, admitted, wanted, parts, took)


def _combined(
    ground: Ground, admitted: NDArray[np.int64], wanted: Sequence[Recipe], parts: Mapping[str, NDArray[Any]], took: Mapping[str, float]
) -> Answered:
    scores: dict[str, NDArray[Any]] = {}
    seconds: dict[str, float] = {}
    fusing = 0.0
    for recipe in wanted:
        start = time.perf_counter()
        scores[recipe.name] = _scored(recipe, parts)[0]
        own = time.perf_counter() - start
        fusing += own
        needed = {recipe.model, recipe.name, LEXICAL if recipe.lexical else ""}
        seconds[recipe.name] = own + sum(took.get(part, 0.0) for part in needed)
    return Answered(ground, admitted, scores, seconds, sum(took.values()) + fusing)


def _scored(recipe: Recipe, parts: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """(1, m) scores of one query."""
    if not recipe.model:
        return parts[LEXICAL]
    if not recipe.lexical:
        return parts[recipe.model]
    dense, lexical = parts.get(recipe.name, parts[recipe.model]), parts[LEXICAL]
    return reciprocal_rank_fusion(dense, lexical) if recipe.weight is None else convex(dense, lexical, recipe.weight)
