"""Where something that is no chunk (a question, a name) is drawn: amid the chunks that are nearest to it in the full space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.projection.layout import Points

AMID = 5
SHARPNESS = 0.03
"""In cosine: a chunk that much further away draws 1/e as strongly."""


def placed(xy: Points, indices: NDArray[np.integer], cosines: NDArray[np.floating]) -> Points:
    """(q, 2) between the first AMID of each query's nearest chunks, drawn the more by the nearer. xy: (n, 2); indices, cosines: (q, k),
    best first."""
    amid, near = indices[:, :AMID], cosines[:, :AMID]
    pull = np.exp((near - near[:, :1]) / SHARPNESS)
    pull /= pull.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("qk,qkc->qc", pull, xy[amid]), dtype=np.float32)
