"""Maps of embedding spaces against umap-learn: seconds, trustworthiness, and how well two maps share a layout.

The vectors are made (384 dimensions, clusters within clusters, the same for both sides), except in row `trustworthiness-sample`: there
they are the sample codex under MiniLM.

Alignment: two spaces that agree on 90 % of the points, the others lie elsewhere in the second. Rows `alignment-…` are the share of the
unchanged points that move by more than 5 % of the map's width: ours, against two independent maps laid over each other by orthogonal
Procrustes (fitted to the unchanged points, which a user could not name) and against AlignedUMAP, told that all points correspond.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.frame import SAMPLE, Row, command, faster, progress, shorter
from benchmarks.vectors import cached_encode, read_source
from core.projection import measures
from core.projection.aligned import aligned
from core.projection.graph import fuzzy_graph
from core.projection.layout import Points, lay_out, principal_plane
from core.projection.neighbours import Neighbours, neighbours
from core.records import Vectors
from core.settings import PROJECT, Settings

D, K, FAR = 384, 15, 0.05
LISTED = 10
PEER = "umap.UMAP()"


@dataclass(frozen=True, slots=True)
class Made:
    """A map, what it was made from, and the seconds it took."""

    xy: Points
    near: Neighbours
    seconds: float


def world(n: int, seed: int = 0) -> Vectors:
    """(n, D): about root n clusters of eight inner dimensions, themselves in groups, with noise in all directions; rows of length one."""
    rng = np.random.default_rng(seed)
    k = max(8, int(n**0.5))
    own = rng.choice(k, n, p=rng.dirichlet(np.full(k, 2.0)))
    groups = rng.normal(size=(max(3, k // 6), D))
    centres = groups[rng.integers(0, len(groups), k)] + 0.7 * rng.normal(size=(k, D))
    inner = rng.normal(size=(k, 8, D)) / np.sqrt(8)
    made = np.stack([centres[c] + rng.normal(size=8) @ inner[c] for c in own]).astype(np.float32)
    made += 0.25 * rng.normal(size=made.shape).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def changed(vectors: Vectors, share: float = 0.1, seed: int = 1) -> tuple[Vectors, NDArray[np.bool_]]:
    """The second space, and which points stayed: a share of them lies beside some other point."""
    rng = np.random.default_rng(seed)
    second, stayed = vectors.copy(), np.ones(len(vectors), dtype=bool)
    strays = rng.choice(len(vectors), int(share * len(vectors)), replace=False)
    second[strays] = vectors[rng.choice(len(vectors), len(strays))] + 0.02 * rng.normal(size=(len(strays), D)).astype(np.float32)
    stayed[strays] = False
    return second / np.linalg.norm(second, axis=1, keepdims=True), stayed


def first_map(vectors: Vectors) -> Made:
    start = time.perf_counter()
    near = neighbours(vectors, K)
    xy = lay_out(fuzzy_graph(near.nearest(K - 1)), principal_plane(vectors))
    return Made(xy, near, time.perf_counter() - start)


def second_map(vectors: Vectors, first: Made) -> Made:
    start = time.perf_counter()
    near = neighbours(vectors, K)
    kept = measures.overlap(first.near.nearest(LISTED).indices, near.nearest(LISTED).indices)
    xy = aligned(fuzzy_graph(near.nearest(K - 1)), first.xy, kept)
    return Made(xy, near, time.perf_counter() - start)


def umap_map(vectors: Vectors, **options: Any) -> tuple[Points, float]:
    from umap import UMAP

    start = time.perf_counter()
    xy = UMAP(**options).fit_transform(vectors)
    return np.asarray(xy, dtype=np.float32), time.perf_counter() - start


def aligned_umap(first: Vectors, second: Vectors) -> tuple[Points, Points, float]:
    from umap import AlignedUMAP

    start = time.perf_counter()
    same = {row: row for row in range(len(first))}
    before, after = AlignedUMAP().fit([first, second], relations=[same]).embeddings_
    return np.asarray(before), np.asarray(after), time.perf_counter() - start


def procrustes(fixed: Points, free: Points, on: NDArray[np.bool_]) -> Points:
    """`free` turned, scaled and moved so that the points `on` come to lie as near to those of `fixed` as can be."""
    a, b = fixed[on] - fixed[on].mean(axis=0), free[on] - free[on].mean(axis=0)
    left, values, right = np.linalg.svd(b.T @ a)
    return np.asarray((free - free[on].mean(axis=0)) @ (left @ right) * (values.sum() / (b * b).sum()) + fixed[on].mean(axis=0))


def strayed(before: Points, after: Points, stayed: NDArray[np.bool_]) -> float:
    """The share of the unchanged points that moved far."""
    far = np.linalg.norm(after - before, axis=1) > FAR * np.ptp(before, axis=0).max()
    return float(far[stayed].mean())


def trust(vectors: Vectors, xy: Points) -> float:
    n = len(vectors)
    sample = np.sort(np.random.default_rng(0).choice(n, min(n, 2_000), replace=False))
    return measures.trustworthiness(vectors, xy, K, sample)


def import_seconds(module: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], cwd=PROJECT, check=True)
    return time.perf_counter() - start


def measure(quick: bool) -> Iterator[Row]:
    n, n_aligned, n_large = (2_000, 600, 5_000) if quick else (10_000, 2_000, 100_000)
    yield shorter("import", import_seconds("core.projection.aligned"), import_seconds("umap"), "import umap", "s", 1)
    small = world(300)
    second_map(small, first_map(small)), umap_map(small)  # whatever is compiled or loaded the first time
    vectors = world(n)
    second, _ = changed(vectors)
    ours, (theirs, seconds) = first_map(vectors), umap_map(vectors)
    yield shorter("first-10k", ours.seconds, seconds, PEER, "s", n)
    yield Row("aligned-10k", second_map(second, ours).seconds, None, "", None, "s", n)
    yield faster("trustworthiness", trust(vectors, ours.xy), trust(vectors, theirs), PEER, "of 1", n)
    yield from _on_the_sample()
    yield from _alignment(n_aligned)
    progress(f"{n_large:,} points")
    yield Row("first-100k", first_map(world(n_large)).seconds, None, "", None, "s", n_large)


def _on_the_sample() -> Iterator[Row]:
    chunks = read_source(SAMPLE).searchable
    vectors = cached_encode(Settings(_env_file=None))([chunk.document for chunk in chunks], "document")
    theirs = float(np.mean([trust(vectors, umap_map(vectors)[0]) for _ in range(3)]))
    ours = float(np.mean([trust(vectors, _seeded(vectors, seed)) for seed in range(3)]))
    yield faster("trustworthiness-sample", ours, theirs, f"{PEER}, means of 3", "of 1", len(vectors))


def _seeded(vectors: Vectors, seed: int) -> Points:
    return lay_out(fuzzy_graph(neighbours(vectors, K - 1)), principal_plane(vectors), seed=seed)


def _alignment(n: int) -> Iterator[Row]:
    """Lower is better; where ours is 0 there is no ratio."""
    vectors = world(n)
    second, stayed = changed(vectors)
    first = first_map(vectors)
    after = second_map(second, first)
    ours = strayed(first.xy, after.xy, stayed)
    (one, _), (other, _) = umap_map(vectors), umap_map(second)
    turned = procrustes(one, other, stayed)
    yield _lower("alignment", ours, strayed(one, turned, stayed), "two umap.UMAP(), Procrustes", n)
    before, theirs, seconds = aligned_umap(vectors, second)
    yield _lower("alignment-aligned", ours, strayed(before, theirs, stayed), "umap.AlignedUMAP()", n)
    yield shorter("seconds-aligned", first.seconds + after.seconds, seconds, "umap.AlignedUMAP(), both maps", "s", n)
    yield faster("trust-second", trust(second, after.xy), trust(second, other), PEER, "of 1", n)


def _lower(name: str, ours: float, peer: float, peer_name: str, n: int) -> Row:
    return Row(name, ours, peer, peer_name, peer / ours if ours else None, "share that moved", n)


if __name__ == "__main__":
    command(measure, "Maps: ours against umap-learn")
