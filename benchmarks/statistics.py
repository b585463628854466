"""Do the test and the interval of core.evaluation.significance err as often as they say, and find what they say they would?

Each row simulates comparisons of two systems whose true difference is known. Rows `null*` have none: `ours` is the share of trials, in
percent, in which the 95 % interval excludes zero (5 is right); the peer is SciPy's paired t test, which takes every question for
independent. Rows `power*` add exactly the difference that another trial of the same kind states as detectable: `ours` is the share that
is found (80 is right). `n` is the number of trials.

A question's difference is zero in 65 of 100 cases, as between two systems that often find the same, and else up to 1 either way. In
clusters a part of it is shared by all questions of the cluster: in `clustered` half the variance, 60 clusters of 1 to 8 questions; in
`few` a tenth, 13 clusters of 1 to 113 questions, as few long documents give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ttest_1samp

from benchmarks.frame import Row, command
from core.evaluation.significance import ALPHA, Comparison, detectable_difference, paired_randomisation

TRIALS, QUICK_TRIALS = 1_000, 200
RESAMPLES = 999  # the share of intervals that err is the same for any number
TIES = 0.65
FEW = (113, 44, 29, 23, 20, 15, 12, 10, 8, 6, 4, 2, 1)
PEER = "scipy.stats.ttest_1samp, questions as independent"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """Where comparisons come from: the sizes of the clusters, and the share of a difference's variance that a cluster has in common."""

    sizes: tuple[int, ...]
    shared: float = 0.0

    @property
    def clusters(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def differences(self, rng: np.random.Generator) -> Floats:
        """Per-question differences (n,) of two systems that are equally good."""
        n = sum(self.sizes)
        own = np.where(rng.random(n) < TIES, 0.0, rng.choice([-1, 1], n) * rng.beta(1, 2, n))
        common = rng.normal(0, np.sqrt((1 - TIES) / 6), len(self.sizes))  # a beta(1, 2)'s mean square is 1 / 6
        return np.sqrt(1 - self.shared) * own + np.sqrt(self.shared) * common[self.clusters]


WORLDS = {
    "": World((1,) * 280),
    "-clustered": World(tuple(np.random.default_rng(3).integers(1, 9, 60).tolist()), shared=0.5),
    "-few": World(FEW, shared=0.1),
}


def compared(world: World, rng: np.random.Generator, effect: float = 0.0) -> Comparison:
    differences = world.differences(rng) + effect
    return paired_randomisation(differences, np.zeros(len(differences)), world.clusters.tolist(), n_resamples=RESAMPLES)


def finds(comparison: Comparison) -> bool:
    return comparison.low > 0 or comparison.high < 0


def null_row(name: str, world: World, trials: int) -> Row:
    """How often a difference is found where there is none."""
    rng, again = np.random.default_rng(1), np.random.default_rng(1)
    ours = 100 * float(np.mean([finds(compared(world, rng)) for _ in range(trials)]))
    blind = 100 * float(np.mean([ttest_1samp(world.differences(again), 0).pvalue <= ALPHA for _ in range(trials)]))
    return Row(name, ours, blind, PEER, blind / ours if ours else None, "% of trials", trials)


def power_row(name: str, world: World, trials: int) -> Row:
    """How often a difference of the size that a comparison states as detectable is found by the next one."""
    rng, clusters = np.random.default_rng(2), world.clusters.tolist()
    found = [finds(compared(world, rng, detectable_difference(world.differences(rng), clusters))) for _ in range(trials)]
    return Row(name, 100 * float(np.mean(found)), None, "", None, "% of trials", trials)


def measure(quick: bool) -> Iterator[Row]:
    trials = QUICK_TRIALS if quick else TRIALS
    for kind, world in WORLDS.items():
        yield null_row(f"null{kind}", world, trials)
    for kind, world in WORLDS.items():
        yield power_row(f"power{kind}", world, trials)


if __name__ == "__main__":
    command(measure, "The paired test and its interval, on simulated comparisons whose truth is known")
