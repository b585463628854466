"""Is the difference between two systems more than chance? A paired bootstrap over questions, resampled by cluster.

Questions about one document or entity rise and fall together, so whole clusters are drawn, and the mean is taken over the questions
drawn (Cameron, Gelbach & Miller 2008, "Bootstrap-based improvements for inference with clustered errors": the pairs cluster bootstrap).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

Floats = NDArray[np.float64]

ALPHA = 0.05
TIE = 1e-9  # two scores nearer than this differ by rounding
MOST_DRAWN = 1_000_000  # cluster draws held at a time: about 30 MB


@dataclass(frozen=True, slots=True)
class Comparison:
    """Candidate against baseline on n questions that both have a score for.

    `difference` is the mean of candidate - baseline, [low, high] its 95 % interval, `p` two-sided and never 0. `detectable` is
    the true difference that this many questions, as varied as these, would show as significant four times in five: where
    the difference found is far below it, "not significant" says little. NaN where there are too few questions or clusters to say.
    """

    difference: float
    low: float
    high: float
    p: float
    wins: int
    ties: int
    losses: int
    n: int
    n_clusters: int
    detectable: float

    def to_dict(self, metric: str, baseline: str, candidate: str) -> dict[str, Any]:
        """As in results and reports; a value that is not known is None."""
        return {
            "metric": metric,
            "baseline": baseline,
            "candidate": candidate,
            "difference": _known(self.difference),
            "ci95": [_known(self.low), _known(self.high)],
            "p": self.p,
            "wins": self.wins,
            "ties": self.ties,
            "losses": self.losses,
            "n": self.n,
            "n_clusters": self.n_clusters,
            "detectable": _known(self.detectable),
        }


def paired_bootstrap(
    candidate: Floats, baseline: Floats, clusters: Sequence[Hashable] | None = None, *, n_resamples: int = 10_000, seed: int = 13
) -> Comparison:
    """Compares per-question scores (q,) of two systems; clusters: q labels, None where each question stands alone.

    Questions that either system has NaN for are left out. With fewer than two clusters there is no interval, and p is 1.
    """
    if candidate.ndim != 1 or candidate.shape != baseline.shape:
        raise ValueError(f"candidate {candidate.shape} and baseline {baseline.shape} must both be (q,)")
    differences, codes = _present(candidate - baseline, clusters)
    differences = np.where(np.abs(differences) < TIE, 0.0, differences)
    n, n_clusters = len(differences), len(np.unique(codes))
    wins, losses = int((differences > 0).sum()), int((differences < 0).sum())
    low, high, p = _interval_and_p(differences, codes, n_resamples, seed) if n_clusters > 1 else (math.nan, math.nan, 1.0)
    return Comparison(
        difference=float(differences.mean()) if n else math.nan,
        low=low,
        high=high,
        p=p,
        wins=wins,
        ties=n - wins - losses,
        losses=losses,
        n=n,
        n_clusters=n_clusters,
        detectable=detectable_difference(differences, codes.tolist()),
    )


def detectable_difference(
    differences: Floats, clusters: Sequence[Hashable] | None = None, power: float = 0.8, alpha: float = ALPHA
) -> float:
    """The smallest true mean difference that a two-sided test at `alpha` finds with probability `power`, given questions like these.

    (z(1 - alpha / 2) + z(power)) · standard error: Bloom 1995, "Minimum detectable effects". The standard error is cluster-robust (Liang
    & Zeger 1986), as Miller 2024 (arXiv 2411.00640) advises for evaluations. NaN with fewer than two clusters.
    """
    differences, codes = _present(differences, clusters)
    if len(np.unique(codes)) < 2:
        return math.nan
    error = _standard_error(*_centred_totals(differences, codes))
    return float((ndtri(1 - alpha / 2) + ndtri(power)) * error)


def _present(differences: Floats, clusters: Sequence[Hashable] | None) -> tuple[Floats, NDArray[np.int64]]:
    """The differences that are not NaN (n,) and their clusters as numbers from 0 (n,)."""
    labels = range(len(differences)) if clusters is None else clusters
    if len(labels) != len(differences):
        raise ValueError(f"{len(labels)} cluster labels for {len(differences)} questions")
    present = ~np.isnan(differences)
    numbers: dict[Hashable, int] = {}
    codes = [numbers.setdefault(label, len(numbers)) for label, kept in zip(labels, present, strict=True) if kept]
    return differences[present], np.array(codes, dtype=np.int64)


def _centred_totals(differences: Floats, codes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Of each cluster (c,): the sum of its differences, shifted so that their mean over all questions is 0, and its size."""
    sizes = np.bincount(codes).astype(np.float64)
    totals = np.bincount(codes, weights=differences - differences.mean())
    return totals.astype(np.float64), sizes


def _standard_error(totals: Floats, sizes: Floats) -> float:
    """Cluster-robust standard error of the mean; with clusters of one it is the sample deviation / sqrt(n)."""
    n_clusters = len(sizes)
    return math.sqrt(n_clusters / (n_clusters - 1) * float((totals**2).sum())) / float(sizes.sum())


def _interval_and_p(differences: Floats, codes: NDArray[np.int64], n_resamples: int, seed: int) -> tuple[float, float, float]:
    difference = float(differences.mean())
    totals, sizes = _centred_totals(differences, codes)
    means, errors = _resample(totals, sizes, n_resamples, np.random.default_rng(seed))
    tail = _tail(len(sizes))
    low, high = difference + np.quantile(means, [tail, 1 - tail])
    return float(low), float(high), _p_value(difference, _standard_error(totals, sizes), means, errors, len(sizes))


def _resample(totals: Floats, sizes: Floats, n_resamples: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The mean and its standard error in each resample, (n_resamples,) each, when the true mean is 0."""
    n_clusters = len(sizes)
    moments = np.stack([sizes, totals, totals**2, totals * sizes, sizes**2], axis=1)
    block = max(1, MOST_DRAWN // n_clusters)
    drawn = np.concatenate([_draws(n_clusters, min(block, n_resamples - start), rng) @ moments for start in range(0, n_resamples, block)])
    n, total, squared, crossed, sizes_squared = drawn.T
    means = total / n
    residual = np.maximum(squared - 2 * means * crossed + means**2 * sizes_squared, 0.0)  # Σ (total - mean · size)²
    return means, np.sqrt(n_clusters / (n_clusters - 1) * residual) / n


def _draws(n_clusters: int, n_resamples: int, rng: np.random.Generator) -> Floats:
    """How often each cluster is drawn: (n_resamples, n_clusters), each row of n_clusters draws with replacement."""
    drawn = rng.integers(0, n_clusters, (n_resamples, n_clusters)) + n_clusters * np.arange(n_resamples)[:, None]
    return np.bincount(drawn.ravel(), minlength=n_resamples * n_clusters).reshape(n_resamples, n_clusters).astype(np.float64)


def _tail(n_clusters: int) -> float:
    """Share to cut from each end for a percentile interval that covers 95 %: 2.5 %, less where clusters are few.

    The plain percentile interval is too narrow for small samples; this is Hesterberg's expanded one (2015, "What teachers should
    know about the bootstrap", arXiv 1411.5279): about as wide as a t interval. It excluded a true zero in 6-8 % of simulated
    comparisons with 13 clusters of 1 to 113 questions, the plain one in 10-12 %.
    """
    return float(ndtr(-math.sqrt(n_clusters / (n_clusters - 1)) * stdtrit(n_clusters - 1, 1 - ALPHA / 2)))


def _p_value(difference: float, error: float, means: Floats, errors: Floats, n_clusters: int) -> float:
    """Two-sided p of the studentised bootstrap: the share of resamples of the shifted differences whose |mean / error| is at least the one
    found (Sakai 2006, "Evaluating evaluation metrics based on the bootstrap"), counted as (1 + count) / (1 + n_resamples).

    Never below 2 / 2^n_clusters: so often would all clusters agree if each took its sign by the toss of a coin.
    """
    no_spread = error < TIE and difference != 0  # every cluster shows the same difference: only how many they are speaks
    count = 0 if no_spread else int((np.abs(means) * error >= abs(difference) * errors).sum())
    return max((1 + count) / (1 + len(means)), 2.0 ** (1 - n_clusters))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
