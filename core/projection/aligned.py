"""Two maps in one layout: the second begins as the first, and a chunk that kept its neighbours is held where it was."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from core.projection.layout import Home, OnProgress, Points, lay_out

HELD = 10.0
"""How stiff the spring of a chunk is that kept all its neighbours; those of its edges come to about 10."""


def aligned(
    graph: csr_matrix,
    first: Points,
    kept: NDArray[np.float32],
    min_dist: float = 0.1,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Points:
    """The layout of a second space's `graph` (n, n), of the same n chunks as `first` (n, 2).

    `kept` (n,): the share of its neighbours that each chunk has in both spaces. Whoever kept none moves freely; the spring grows with
    the square of the share, because half the neighbours kept is no reason to stay.
    """
    home = Home(first, (HELD * kept**2).astype(np.float32))
    return lay_out(graph, first, min_dist, seed, home=home, on_progress=on_progress)


def moved(before: Points, after: Points) -> NDArray[np.float32]:
    """(n,) how far each chunk moved, as a share of the width of the first map."""
    width = max(float(np.ptp(before, axis=0).max()), 1e-12)
    return np.asarray(np.linalg.norm(after - before, axis=1) / width, dtype=np.float32)
