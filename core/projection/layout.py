"""Laying a graph out in the plane: UMAP's forces, computed for all points at once.

umap-learn moves one edge at a time, which is either seeded or parallel, and compiles itself for half a minute on import. Here each
pass sums the forces on every point and takes a damped step against them (a Jacobi step: pull / stiffness), as few array operations as
possible. A pass depends on the seed alone, so the same seed gives the same picture on any number of cores. `benchmarks.maps` measures
both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

from core.records import Vectors

Points = NDArray[np.float32]
"""(n, 2)"""

OnProgress = Callable[[int, int], None]

PASSES = 200
REPELLED = (10, 30)
"""Random points that each point is pushed away from in a pass, at least and at most; as many as PUSHED_IN_A_PASS allows."""
PUSHED_IN_A_PASS = 600_000
PUSHES = 5.0
"""How strongly, against one unit of attraction: umap-learn's five negative samples an edge."""
START_WIDTH = 3.0
GREATEST_PUSH = 4.0
LEAST_GAP = 1e-6


@dataclass(frozen=True, slots=True)
class Home:
    """Where points would rather stay: `xy` (n, 2) and how stiff the spring is that holds each there, `stiffness` (n,)."""

    xy: Points
    stiffness: NDArray[np.float32]


def principal_plane(vectors: Vectors) -> Points:
    """The two directions of most variance (PCA), scaled to start a layout from. vectors: (n, d), d > 1; result (n, 2)."""
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    widest = directions[:, :-3:-1]
    signs = np.sign(
        widest[np.abs(widest).argmax(axis=0), (0, 1)]
    )  # an eigenvector has none of its own: two machines may show mirror images
    flat = centred @ (widest * signs)
    return np.asarray(flat * (START_WIDTH / max(float(flat.std(axis=0).max()), 1e-12)), dtype=np.float32)


def lay_out(
    graph: scipy.sparse.csr_matrix,
    start: Points,
    min_dist: float = 0.1,
    seed: int = 0,
    passes: int = PASSES,
    home: Home | None = None,
    on_progress: OnProgress | None = None,
) -> Points:
    """The layout of `graph` (n, n; symmetric) from `start` (n, 2). `min_dist`: how close neighbours may come, of a scale on which the
    forces reach about 1. With `home`, each point is also held to its place there."""
    rng = np.random.default_rng(seed)
    forces = _Forces.of(graph, min_dist)
    xy = start.astype(np.float32)
    for number in range(passes):
        step = np.float32(1.0 - number / passes)
        pull, stiffness = forces.attraction(xy)
        pull += forces.repulsion(xy, rng)
        if home is not None:
            pull += home.stiffness[:, None] * (home.xy - xy)
            stiffness = stiffness + home.stiffness
        xy = xy + step * pull / (1 + step * stiffness)[:, None]
        if on_progress:
            on_progress(number + 1, passes)
    return xy


def curve(min_dist: float, spread: float = 1.0) -> tuple[float, float]:
    """a, b of 1 / (1 + a d^2b): the smooth curve nearest to "1 up to min_dist, then falling off over spread" (McInnes et al. 2018)."""
    d = np.linspace(0, 3 * spread, 300)
    wanted = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))
    (a, b), _ = scipy.optimize.curve_fit(lambda d, a, b: 1 / (1 + a * d ** (2 * b)), d, wanted)
    return float(a), float(b)


@dataclass(frozen=True, slots=True)
class _Forces:
    """The edges (head, tail, weight of at most 1), the weight that hangs on each point, and the curve's constants."""

    heads: NDArray[np.int64]
    tails: NDArray[np.int32]
    weights: NDArray[np.float32]
    hanging: NDArray[np.float32]
    a: np.float32
    b: np.float32

    @classmethod
    def of(cls, graph: scipy.sparse.csr_matrix, min_dist: float) -> _Forces:
        n = graph.shape[0]
        heads = np.repeat(np.arange(n), np.diff(graph.indptr))
        weights = (graph.data / graph.data.max()).astype(np.float32)
        a, b = curve(min_dist)
        return cls(heads, graph.indices, weights, np.bincount(heads, weights, n).astype(np.float32), np.float32(a), np.float32(b))

    def attraction(self, xy: Points) -> tuple[Points, NDArray[np.float32]]:
        """What pulls each point towards its neighbours (n, 2), and how stiff that is (n,). Both ends of an edge draw, hence the 4."""
        gap = xy[self.tails] - xy[self.heads]
        square = np.maximum(np.einsum("ij,ij->i", gap, gap), np.float32(LEAST_GAP))
        power = square ** (self.b - 1)
        spring = 4 * self.a * self.b * power / (1 + self.a * power * square) * self.weights
        return self._summed(spring[:, None] * gap), self._total(spring)

    def repulsion(self, xy: Points, rng: np.random.Generator) -> Points:
        """What pushes each point away from a random few (n, 2), as strongly as edges hang on it."""
        n = len(xy)
        others = rng.integers(0, n, (n, int(np.clip(PUSHED_IN_A_PASS // n, *REPELLED))))
        gaps = [axis[:, None] - axis[others] for axis in xy.T.copy()]
        square = gaps[0] * gaps[0] + gaps[1] * gaps[1]
        push = 2 * self.b / ((np.float32(0.001) + square) * (1 + self.a * square**self.b))
        mean = [np.clip(push * gap, -GREATEST_PUSH, GREATEST_PUSH).mean(axis=1) for gap in gaps]
        return np.asarray(np.column_stack(mean) * (PUSHES * self.hanging)[:, None], dtype=np.float32)

    def _summed(self, vectors: Points) -> Points:
        return np.column_stack([self._total(vectors[:, 0]), self._total(vectors[:, 1])])

    def _total(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.bincount(self.heads, values, len(self.hanging)).astype(np.float32)
