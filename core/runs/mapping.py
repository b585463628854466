"""The map stage: two embedding spaces of one corpus in one layout, what changed between them, and how far the picture is to be trusted.

Everything but the coordinates is computed in the full spaces. A first picture (PCA) is left at once, and written over when the map is laid
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.encoders.choose import local_encoder
from core.encoders.locate import ModelFolder
from core.encoders.protocol import Encoder
from core.projection import measures
from core.projection.aligned import aligned, moved
from core.projection.clusters import clusters, labels
from core.projection.graph import fuzzy_graph
from core.projection.layout import Points, lay_out, principal_plane
from core.projection.neighbours import Neighbours, neighbours
from core.projection.placing import placed
from core.records import Ranking, Vectors
from core.retrieval.dense import top_k
from core.runs.folder import RunFolder
from core.runs.mapped import FEWEST, OPTIONS, SIDES, SUMMARY, write_table
from core.runs.naming import Naming, naming
from core.runs.stages import Context

STAGE = "map"
LISTED = 10
"""Neighbours that are kept of each chunk, and that the overlap counts."""
MEASURED = 2_000
"""Points that trustworthiness and continuity are averaged over, where there are more."""


@dataclass(frozen=True, slots=True)
class Space:
    """One model's view of the corpus."""

    encoder: Encoder
    vectors: Vectors
    near: Neighbours


def draw_map(context: Context) -> None:
    """Write `map.parquet`, `map_questions.parquet`, `map_names.parquet`, `map_entities.parquet` and, last, `map.json`."""
    chunks = context.corpus.searchable
    if len(chunks) < FEWEST:
        context.run.write_json(SUMMARY, {"state": "too few", "n_chunks": len(chunks), "fewest": FEWEST})
        return
    options = {**OPTIONS, "seed": context.settings.SEED, **context.config.get("map", {})}
    encoders = _encoders(context, options["before"])
    vectors = [context.embed(encoder, context.documents, "document", STAGE).vectors for encoder in encoders]
    names = naming(context.corpus)
    first_look = [principal_plane(one) for one in vectors]
    summary = {
        "n_chunks": len(chunks),
        "models": dict(zip(SIDES, [one.name for one in encoders], strict=False)),
        "options": options,
        "listed": min(LISTED, len(chunks) - 1),
    }
    _write_points(context, _coordinates(first_look), {}, summary | {"state": "pca"})

    k = min(max(options["neighbours"], LISTED), len(chunks) - 1)
    spaces = [
        Space(encoder, own, neighbours(own, k, _reporter(context, f"neighbours under {encoder.name}")))
        for encoder, own in zip(encoders, vectors, strict=True)
    ]
    kept = measures.overlap(_listed(spaces[0]), _listed(spaces[-1]))
    maps = _laid_out(context, spaces, first_look[0], kept, options)
    own = clusters(spaces[0].vectors, options["seed"])
    table = {
        "overlap": kept,
        "moved": moved(maps[0], maps[-1]),
        "cluster": own,
        **{f"purity_{side}": measures.purity(_listed(space), names.mentions) for side, space in zip(SIDES, _both(spaces), strict=True)},
        **{f"near_{side}": list(_listed(space)) for side, space in zip(SIDES, _both(spaces), strict=True)},
    }
    _write_questions(context, spaces, maps)
    distances = _write_names(context, spaces, maps, names, kept)
    summary |= {
        "state": "laid out",
        "clusters": labels(context.documents, own),
        "mean_overlap": float(kept.mean()),
        "names": {"n": len(names.names), "n_left_out": names.n_left_out, "distance": distances},
        **_trust(context, spaces, maps, k),
    }
    _write_points(context, _coordinates(maps), table, summary)


def _encoders(context: Context, before: str | None) -> list[Encoder]:
    """What is compared: the base model, or the model of the run `before`, and the tuned model, where there is one."""
    if before:
        run = RunFolder(context.workspace.runs / before)
        first: Encoder = local_encoder(ModelFolder(f"tuned in {before}", run.model), context.settings)
    else:
        first = context.base
    return [first, context.tuned] if context.tuned else [first]


def _laid_out(context: Context, spaces: Sequence[Space], start: Points, kept: NDArray[np.float32], options: dict[str, Any]) -> list[Points]:
    """The map of each space, the second one held to the first."""
    n_edges = max(1, min(options["neighbours"], len(start)) - 1)  # counted as umap-learn does, the point itself among its neighbours
    graphs = [fuzzy_graph(space.near.nearest(n_edges)) for space in spaces]
    first = lay_out(graphs[0], start, options["min_dist"], options["seed"], on_progress=_reporter(context, "passes over the first map"))
    if len(graphs) == 1:
        return [first]
    report = _reporter(context, "passes over the second map")
    return [first, aligned(graphs[1], first, kept, options["min_dist"], options["seed"], report)]


def _trust(context: Context, spaces: Sequence[Space], maps: Sequence[Points], k: int) -> dict[str, Any]:
    n = len(maps[0])
    k = max(1, min(k, (n - 1) // 2))
    rng = np.random.default_rng(0)
    sample = np.sort(rng.choice(n, min(n, MEASURED), replace=False))
    measured: dict[str, Any] = {"trust_k": k, "trust_n": len(sample)}
    pairs = list(zip(SIDES, spaces, maps, strict=False))
    for name, measure in (("trustworthiness", measures.trustworthiness), ("continuity", measures.continuity)):
        context.check_stop()
        measured[name] = {side: measure(space.vectors, xy, k, sample) for side, space, xy in pairs}
    for name, of_space in (("effective_rank", measures.effective_rank), ("mean_cosine", measures.mean_cosine)):
        measured[name] = {side: of_space(space.vectors) for side, space, _ in pairs}
    return measured


def _write_questions(context: Context, spaces: Sequence[Space], maps: Sequence[Points]) -> None:
    questions = [question for question in context.corpus.questions if question.split]
    columns: dict[str, Any] = {"question_id": [one.question_id for one in questions], "split": [one.split for one in questions]}
    for side, space, xy in _sides(spaces, maps):
        vectors = context.embed(space.encoder, [question.text for question in questions], "query", STAGE).vectors
        found = top_k(vectors, space.vectors, LISTED)
        columns |= _xy(side, placed(xy, found.indices, found.scores)) | {f"near_{side}": list(found.indices.astype(np.int32))}
    write_table(context.run, "questions", pd.DataFrame(columns))


def _write_names(
    context: Context, spaces: Sequence[Space], maps: Sequence[Points], names: Naming, kept: NDArray[np.float32]
) -> dict[str, float]:
    """The names of entities with more than one: where each lies, how far apart an entity's lie (`spread`), and which share of the chunks
    nearest to a name mentions its entity (`found`). The mean distance of any two names, by side."""
    table, entities = names.table, names.entities.assign(overlap=[_mean(kept[rows]) for rows in names.chunks_of])
    distances = {}
    for side, space, xy in _sides(spaces, maps):
        vectors = context.embed(space.encoder, names.names, "query", STAGE).vectors
        if len(vectors):
            found = top_k(vectors, space.vectors, LISTED)
            table = table.assign(**_xy(side, placed(xy, found.indices, found.scores)))
            distances[side] = measures.spread(vectors)
        else:
            found = Ranking(np.empty((0, LISTED), dtype=np.int64), np.empty((0, LISTED)))
            table = table.assign(**{f"x_{side}": pd.Series(dtype=float), f"y_{side}": pd.Series(dtype=float)})
        shares = [np.isin(found.indices[rows], chunks).mean(axis=1) for rows, chunks in zip(names.rows_of, names.chunks_of, strict=True)]
        table[f"found_{side}"] = np.concatenate([*shares, np.empty(0)])
        entities[f"found_{side}"] = [float(share.mean()) for share in shares]
        entities[f"spread_{side}"] = [measures.spread(vectors[rows]) for rows in names.rows_of]
    write_table(context.run, "names", table)
    write_table(context.run, "entities", entities)
    return distances


def _mean(values: NDArray[np.float32]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _sides(spaces: Sequence[Space], maps: Sequence[Points]) -> list[tuple[str, Space, Points]]:
    """Both sides; without a tuned model the one space stands on both."""
    return list(zip(SIDES, _both(spaces), _both(maps), strict=True))


def _both(one_or_two: Sequence[Any]) -> list[Any]:
    return [one_or_two[0], one_or_two[-1]]


def _listed(space: Space) -> NDArray[np.int32]:
    return space.near.nearest(LISTED).indices


def _coordinates(maps: Sequence[Points]) -> dict[str, Any]:
    before, after = _both(maps)
    return _xy("before", before) | _xy("after", after)


def _xy(side: str, points: Points) -> dict[str, Any]:
    return {f"x_{side}": points[:, 0], f"y_{side}": points[:, 1]}


def _write_points(context: Context, coordinates: dict[str, Any], table: dict[str, Any], summary: dict[str, Any]) -> None:
    ids = [chunk.chunk_id for chunk in context.corpus.searchable]
    write_table(context.run, "", pd.DataFrame({"chunk_id": ids, **coordinates, **table}))
    context.run.write_json(SUMMARY, summary)


def _reporter(context: Context, what: str) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        context.check_stop()
        if done == total or done % max(1, total // 20) == 0:
            context.run.log.append("progress", stage=STAGE, what=what, done=done, total=total)

    return report
