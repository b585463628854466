"""Many comparisons at once: one of twenty looks significant by chance, so p-values are adjusted for how many were made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given: the chance that any of these comparisons would look so by luck stays below them.

    Holm 1979, "A simple sequentially rejective multiple test procedure": the i-th smallest of m is multiplied by m - i (i from 0), never
    falls below a smaller one's and never rises above 1. Needs no independence between the comparisons.
    """
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)))
    return [float(one) for one in adjusted]
