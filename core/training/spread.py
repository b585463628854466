"""Is the model falling together? A collapsed model finds every text like every other one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.records import Vectors

COSINE_RISE = 0.3  # a random pair's cosine above the base's by this much: nearly all of the room is gone
RANK_SHARE = 0.33  # of the base's effective rank


@dataclass(frozen=True, slots=True)
class Spread:
    """`cosine`: the mean over all pairs of different chunks. `rank`: how many directions the vectors use in effect."""

    cosine: float
    rank: float

    def collapsed(self, base: Spread) -> bool:
        """Whether so much was lost against the base that training does harm."""
        return self.cosine > base.cosine + COSINE_RISE or self.rank < RANK_SHARE * base.rank


def spread_of(vectors: Vectors) -> Spread:
    """vectors: (n, d), rows of length one. The effective rank is the exponential of the entropy of the squared singular values' shares
    of the centred vectors (Roy and Vetterli 2007, with squares)."""
    n = len(vectors)
    exact = vectors.astype(np.float64)
    cosine = (np.square(exact.sum(axis=0)).sum() - n) / (n * (n - 1)) if n > 1 else 1.0
    energy = np.square(np.linalg.svd(exact - exact.mean(axis=0), compute_uv=False))
    shares = energy[energy > 0] / energy.sum() if energy.any() else np.ones(1)
    return Spread(float(cosine), float(np.exp(-(shares * np.log(shares)).sum())))
