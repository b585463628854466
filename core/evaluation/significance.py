"""Is the difference between two systems more than chance? A randomisation test over clusters of questions, with its interval.

If neither system were better, each question could as well have come out with the two scores swapped (Fisher; Smucker, Allan &
Carterette 2007, "A comparison of statistical significance tests for information retrieval evaluation"). Questions about one document or
entity rise and fall together, so whole clusters are swapped. The values that this test would not reject as the true difference are an
interval, and it can be read off directly: they lie between the quantiles of the mean over random subsets of the clusters (Hartigan 1969,
"Using subsample values as typical values"). Test and interval always say the same.

Both are exact for any number of clusters of any sizes, however they vary, as long as what chance adds is as likely to help as to harm.
Resampling clusters with replacement (the percentile bootstrap that stood here before) and t intervals with cluster-robust errors need
many clusters of like size: with 13 of 1 to 113 questions they excluded a true zero in 6-10 % of simulated comparisons, this in 4-5 %
(7-8 % where differences are skewed as well). `python -m benchmarks.statistics` measures it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # its parts load when they are first used: no page waits for them
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALPHA = 0.05
TIE = 1e-9  # two scores nearer than this differ by rounding
LEAST_CLUSTERS = 6  # with fewer, even clusters that all agree do so by chance in more than 5 %: 2 / 2^5
MOST_ENUMERATED = 13  # clusters whose subsets are all looked at; of more, a random choice
MOST_DRAWN = 1_000_000  # subsets times clusters held at a time: some 10 MB


@dataclass(frozen=True, slots=True)
class Comparison:
    """Candidate against baseline on n questions that both have a score for.

    `difference` is the mean of candidate - baseline, [low, high] its 95 % interval (NaN with fewer than LEAST_CLUSTERS clusters), `p`
    two-sided and never 0. `detectable` is the true difference that this many questions, as varied as these, would show as significant
    four times in five: where the difference found is far below it, "not significant" says little. NaN where nothing could be shown.
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


def paired_randomisation(
    candidate: Floats, baseline: Floats, clusters: Sequence[Hashable] | None = None, *, n_resamples: int = 9_999, seed: int = 13
) -> Comparison:
    """Compares per-question scores (q,) of two systems; clusters: q labels, None where each question stands alone.

    Questions that either system has NaN for are left out.
    """
    if candidate.ndim != 1 or candidate.shape != baseline.shape:
        raise ValueError(f"candidate {candidate.shape} and baseline {baseline.shape} must both be (q,)")
    return paired_randomisations(candidate[:, None], baseline, clusters, n_resamples=n_resamples, seed=seed)[0]


def paired_randomisations(
    candidates: Floats, baseline: Floats, clusters: Sequence[Hashable] | None = None, *, n_resamples: int = 9_999, seed: int = 13
) -> list[Comparison]:
    """Compares each column of candidates (q, s) with the baseline (q,), as `paired_randomisation` does one. Columns that lack the same
    questions share the swaps, which cost more than what is done with them."""
    differences = candidates - baseline[:, None]
    lacking = np.isnan(differences)
    if not (lacking == lacking[:, :1]).all():
        return [
            paired_randomisations(candidates[:, [column]], baseline, clusters, n_resamples=n_resamples, seed=seed)[0]
            for column in range(candidates.shape[1])
        ]
    present = [_present(column, clusters) for column in differences.T]
    if not present:
        return []
    codes = present[0][1]
    kept = np.stack([np.where(np.abs(column) < TIE, 0.0, column) for column, _ in present])
    if not len(codes):
        return [_comparison(column, codes, (math.nan, math.nan, 1.0)) for column in kept]
    tested = _intervals_and_p(kept, codes, n_resamples, seed)
    return [_comparison(column, codes, one) for column, one in zip(kept, tested, strict=True)]


def _comparison(differences: Floats, codes: NDArray[np.int64], tested: tuple[float, float, float]) -> Comparison:
    n, wins, losses = len(differences), int((differences > 0).sum()), int((differences < 0).sum())
    low, high, p = tested
    return Comparison(
        difference=float(differences.mean()) if n else math.nan,
        low=low,
        high=high,
        p=p,
        wins=wins,
        ties=n - wins - losses,
        losses=losses,
        n=n,
        n_clusters=len(np.unique(codes)),
        detectable=detectable_difference(differences, codes.tolist()),
    )


def detectable_difference(
    differences: Floats, clusters: Sequence[Hashable] | None = None, power: float = 0.8, alpha: float = ALPHA
) -> float:
    """The smallest true mean difference that a two-sided test at `alpha` finds with probability `power`, given questions like these.

    (t(1 - alpha / 2) + t(power)) · standard error: Bloom 1995, "Minimum detectable effects". Error and degrees of freedom are those of
    Bell & McCaffrey 2002, "Bias reduction in standard errors for linear regression with multi-stage samples" (CR2), for a mean.
    NaN with fewer than LEAST_CLUSTERS clusters, which can show nothing.
    """
    differences, codes = _present(differences, clusters)
    if len(np.unique(codes)) < LEAST_CLUSTERS:
        return math.nan
    totals, sizes = _totals(differences - differences.mean(), codes)
    shares = sizes / sizes.sum()
    error = math.sqrt(float((totals**2 / (1 - shares)).sum())) / float(sizes.sum())
    # For a mean, CR2's adjustment of a cluster is 1 / sqrt(1 - its share), and Satterthwaite's approximation comes to this:
    leverage = shares**2 / (1 - shares)
    freedom = 1 / float((shares**2).sum() + leverage.sum() ** 2 - (leverage**2).sum())
    return float((scipy.special.stdtrit(freedom, 1 - alpha / 2) + scipy.special.stdtrit(freedom, power)) * error)


def _present(differences: Floats, clusters: Sequence[Hashable] | None) -> tuple[Floats, NDArray[np.int64]]:
    """The differences that are not NaN (n,) and their clusters as numbers from 0 (n,)."""
    labels = range(len(differences)) if clusters is None else clusters
    if len(labels) != len(differences):
        raise ValueError(f"{len(labels)} cluster labels for {len(differences)} questions")
    present = ~np.isnan(differences)
    numbers: dict[Hashable, int] = {}
    codes = [numbers.setdefault(label, len(numbers)) for label, kept in zip(labels, present, strict=True) if kept]
    return differences[present], np.array(codes, dtype=np.int64)


def _totals(differences: Floats, codes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Of each cluster (c,): the sum of its differences, and its size."""
    return np.bincount(codes, weights=differences).astype(np.float64), np.bincount(codes).astype(np.float64)


def _intervals_and_p(differences: Floats, codes: NDArray[np.int64], n_resamples: int, seed: int) -> list[tuple[float, float, float]]:
    """Of each row of differences (s, n) the interval's ends and the two-sided p. Each subset stands for the swap of its clusters."""
    sizes = _totals(differences[0], codes)[1]
    totals = np.stack([_totals(row, codes)[0] for row in differences], axis=1)
    means = np.concatenate([_means(subsets, totals, sizes) for subsets in _subsets(len(sizes), n_resamples, seed)])
    return [_interval_and_p(np.sort(column)) for column in means.T]


def _interval_and_p(means: Floats) -> tuple[float, float, float]:
    """means: of the subsets, ascending; that nothing is swapped counts too."""
    n_arrangements = len(means) + 1
    at_most, at_least = int((means <= TIE).sum()), int((means >= -TIE).sum())
    p = min(1.0, 2 * (1 + min(at_most, at_least)) / n_arrangements)
    cut = math.floor(ALPHA / 2 * n_arrangements)
    if not cut:
        return math.nan, math.nan, p
    return float(means[cut - 1]), float(means[-cut]), p


def _means(subsets: Floats, totals: Floats, sizes: Floats) -> Floats:
    """(k, s): the mean difference over the questions of each subset that is not empty. subsets: (k, c) of 0 and 1; totals: (c, s)."""
    n = subsets @ sizes
    means: Floats = (subsets @ totals)[n > 0] / n[n > 0, None]
    return means


def _subsets(n_clusters: int, n_resamples: int, seed: int) -> Iterator[Floats]:
    """Subsets of the clusters as rows of 0 and 1, a block at a time: each that is not empty once, or `n_resamples` by chance."""
    if n_clusters <= MOST_ENUMERATED:
        yield (np.arange(1, 2**n_clusters)[:, None] >> np.arange(n_clusters) & 1).astype(np.float64)
        return
    drawn = np.random.default_rng(seed).integers(0, 256, (n_resamples, -(-n_clusters // 8)), dtype=np.uint8)
    block = max(1, MOST_DRAWN // n_clusters)
    for start in range(0, n_resamples, block):
        yield np.unpackbits(drawn[start : start + block], axis=1, count=n_clusters).astype(np.float64)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
