"""The sample and what it says: exact against the definition of the interval, and right as often as it claims."""

from __future__ import annotations

import math
import random

import pytest
from scipy.stats import binomtest, hypergeom

from core.auditing.estimate import error_estimate, more_to_judge, sample_for_bulk

PAIRS = [f"pair-{number}" for number in range(300)]


def test_the_sample_depends_on_the_seed_and_not_on_the_order() -> None:
    drawn = sample_for_bulk(PAIRS, 30, seed=1)
    assert drawn == sample_for_bulk(reversed(PAIRS), 30, seed=1) == sample_for_bulk(PAIRS, 60, seed=1)[:30]
    assert len(set(drawn)) == 30 and drawn != sample_for_bulk(PAIRS, 30, seed=2)
    assert len(sample_for_bulk(PAIRS, 999, seed=1)) == 300


def test_every_pair_is_as_likely_as_another() -> None:
    drawn = [pair for seed in range(400) for pair in sample_for_bulk(PAIRS[:20], 5, seed)]
    counts = [drawn.count(pair) for pair in PAIRS[:20]]
    assert sum((count - 100) ** 2 / 100 for count in counts) < 43.8  # chi-square, 19 degrees of freedom: one seed set in a thousand


@pytest.mark.parametrize(("n_wrong", "n_judged", "n_total"), [(0, 10, 40), (3, 20, 100), (1, 1, 7), (12, 50, 400)])
def test_the_interval_holds_just_the_numbers_the_sample_does_not_refuse(n_wrong: int, n_judged: int, n_total: int) -> None:
    allowed = [
        wrong
        for wrong in range(n_total + 1)
        if hypergeom.cdf(n_wrong, n_total, wrong, n_judged) > 0.025 and hypergeom.sf(n_wrong - 1, n_total, wrong, n_judged) > 0.025
    ]
    estimate = error_estimate(n_wrong, n_judged, n_total)
    assert (estimate.fewest, estimate.most) == (allowed[0], allowed[-1])
    assert estimate.share == n_wrong / n_judged and estimate.high == allowed[-1] / n_total


def test_a_huge_population_is_like_drawing_with_replacement() -> None:
    theirs = binomtest(5, 100).proportion_ci(method="exact")
    estimate = error_estimate(5, 100, 1_000_000)
    assert (estimate.low, estimate.high) == pytest.approx((theirs.low, theirs.high), abs=1e-4)


def test_all_judged_is_known_and_none_judged_is_not() -> None:
    known, unknown = error_estimate(3, 50, 50), error_estimate(0, 0, 50)
    assert (known.fewest, known.most) == (3, 3)
    assert (unknown.fewest, unknown.most) == (0, 50) and math.isnan(unknown.share)
    with pytest.raises(ValueError, match="5 wrong of 4"):
        error_estimate(5, 4, 50)


def test_the_interval_covers_as_often_as_it_says() -> None:
    population, rng = [True] * 24 + [False] * 176, random.Random(3)
    estimates = [error_estimate(sum(rng.sample(population, 40)), 40, 200) for _ in range(400)]
    assert sum(one.fewest <= 24 <= one.most for one in estimates) >= 0.93 * 400


@pytest.mark.parametrize(("n_wrong", "n_judged", "width"), [(0, 10, 0.05), (4, 40, 0.1), (10, 20, 0.2)])
def test_that_many_more_are_enough_and_not_many_fewer(n_wrong: int, n_judged: int, width: float) -> None:
    more = more_to_judge(n_wrong, n_judged, 5000, width)
    share = (n_wrong + 1) / (n_judged + 2)

    def span(n: int) -> float:
        estimate = error_estimate(n_wrong + round(share * n), n_judged + n, 5000)
        return estimate.high - estimate.low

    assert more > 0 and span(more) <= width < span(int(more * 0.9))


def test_nothing_more_where_it_is_known_well_enough() -> None:
    assert more_to_judge(0, 50, 50, 0.01) == 0 and more_to_judge(5, 1000, 5000, 0.2) == 0
    assert more_to_judge(0, 0, 30, 0.0) == 30
