"""The paired test and its interval: against scipy, against plain loops, and on worlds where the truth is known."""

from __future__ import annotations

import itertools
import json
import math
import time
import tracemalloc

import numpy as np
import pytest
from scipy import stats

from core.evaluation import significance
from core.evaluation.significance import detectable_difference, paired_randomisation

TO_DICT_KEYS = ["metric", "baseline", "candidate", "difference", "ci95", "p", "wins", "ties", "losses", "n", "n_clusters", "detectable"]


def world(rng: np.random.Generator, n_clusters: int = 60, shared: float = 0.5, effect: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Differences in clusters of 1 to 8 questions, of which a part is shared by the whole cluster; and the cluster of each."""
    clusters = np.repeat(np.arange(n_clusters), rng.integers(1, 9, n_clusters))
    own, common = rng.normal(size=len(clusters)), rng.normal(size=n_clusters)[clusters]
    return effect + 0.3 * (np.sqrt(1 - shared) * own + np.sqrt(shared) * common), clusters


def compare(differences: np.ndarray, clusters: np.ndarray | None = None, n_resamples: int = 400) -> significance.Comparison:
    labels = None if clusters is None else clusters.tolist()
    return paired_randomisation(differences, np.zeros(len(differences)), labels, n_resamples=n_resamples)


def excludes_zero(comparison: significance.Comparison) -> bool:
    return comparison.low > 0 or comparison.high < 0


def test_a_comparison_counts_what_it_saw() -> None:
    candidate = np.array([0.9, 0.5, 0.2, np.nan, 0.4, 0.1 + 0.2])
    baseline = np.array([0.4, 0.5, 0.3, 0.9, np.nan, 0.3])
    compared = paired_randomisation(candidate, baseline, ["x", "x", "y", "z", "z", "x"])
    assert (compared.wins, compared.ties, compared.losses) == (1, 2, 1)  # 0.1 + 0.2 and 0.3 differ by rounding alone
    assert (compared.n, compared.n_clusters) == (4, 2)
    assert compared.difference == pytest.approx(0.1)
    assert math.isnan(compared.low) and math.isnan(compared.high)  # two clusters that agree prove nothing


def test_to_dict_has_the_agreed_keys() -> None:
    entry = compare(np.array([0.1, 0.3, -0.1, 0.2, 0.1, 0.4, 0.2])).to_dict("ndcg@10", "base", "tuned")
    assert list(entry) == TO_DICT_KEYS
    assert entry["ci95"][0] < entry["difference"] < entry["ci95"][1]
    assert (entry["metric"], entry["baseline"], entry["candidate"]) == ("ndcg@10", "base", "tuned")


@pytest.mark.parametrize("clusters", [["same"] * 3, None])
def test_too_little_to_compare_claims_nothing(clusters: list[str] | None) -> None:
    values = np.array([0.5, 0.6, 0.7]) if clusters else np.array([np.nan])
    compared = paired_randomisation(values, np.zeros(len(values)), clusters)
    entry = compared.to_dict("map", "bm25", "tuned")
    assert (entry["ci95"], entry["p"], entry["detectable"]) == ([None, None], 1.0, None)
    json.dumps(entry, allow_nan=False)


def test_the_unclustered_interval_and_test_are_scipys() -> None:
    differences, _ = world(np.random.default_rng(1), n_clusters=100, effect=0.03)
    compared = compare(differences, n_resamples=9_999)
    expected = stats.bootstrap((differences,), np.mean, n_resamples=10_000, method="percentile", rng=np.random.default_rng(2))
    tolerance = 0.1 * expected.standard_error
    assert compared.low == pytest.approx(expected.confidence_interval.low, abs=tolerance)
    assert compared.high == pytest.approx(expected.confidence_interval.high, abs=tolerance)
    assert compared.p == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_few_questions_are_tested_as_scipy_tests_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    candidate, baseline = rng.random(9), rng.random(9) - 0.2
    expected = stats.permutation_test((candidate, baseline), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf)
    assert paired_randomisation(candidate, baseline).p == pytest.approx(expected.pvalue)


def swaps_p(differences: np.ndarray, clusters: np.ndarray, truth: float) -> float:
    """The two-sided p of the hypothesis that the true difference is `truth`, by swapping every choice of clusters in a plain loop."""
    apart = [(differences[clusters == cluster] - truth).sum() for cluster in np.unique(clusters)]
    swapped = [
        sum(sign * total for sign, total in zip(signs, apart, strict=True)) for signs in itertools.product([1, -1], repeat=len(apart))
    ]
    return float(np.mean(np.abs(swapped) >= abs(sum(apart)) - 1e-12))


@pytest.mark.parametrize("seed", range(4))
def test_the_interval_holds_what_the_test_does_not_reject(seed: int) -> None:
    differences, clusters = world(np.random.default_rng(seed), n_clusters=9, effect=0.1)
    compared = compare(differences, clusters)
    assert compared.p == pytest.approx(swaps_p(differences, clusters, 0.0))
    for end, outward in ((compared.low, -1e-6), (compared.high, 1e-6)):
        assert swaps_p(differences, clusters, end + outward) <= 0.05 < swaps_p(differences, clusters, end - outward)
    assert excludes_zero(compared) == (compared.p <= 0.05)


def test_subsets_drawn_by_chance_say_what_all_subsets_say(monkeypatch: pytest.MonkeyPatch) -> None:
    differences, clusters = world(np.random.default_rng(3), n_clusters=13, effect=0.05)
    every = compare(differences, clusters)
    monkeypatch.setattr(significance, "MOST_ENUMERATED", 0)
    some = compare(differences, clusters, n_resamples=40_000)
    width = every.high - every.low
    assert some.low == pytest.approx(every.low, abs=0.02 * width) and some.high == pytest.approx(every.high, abs=0.02 * width)
    assert some.p == pytest.approx(every.p, abs=0.01)


def test_asking_everything_five_times_adds_no_evidence() -> None:
    differences = np.random.default_rng(4).normal(0.05, 0.3, 50)
    once, repeated = compare(differences), compare(np.repeat(differences, 5), np.repeat(np.arange(50), 5))
    assert (repeated.n, repeated.n_clusters) == (250, 50)
    for name in ("difference", "low", "high", "p", "detectable"):
        assert getattr(repeated, name) == pytest.approx(getattr(once, name))


def test_where_nothing_differs_one_interval_in_twenty_says_otherwise() -> None:
    rng = np.random.default_rng(5)
    worlds = [world(rng) for _ in range(1000)]
    compared = [compare(*drawn) for drawn in worlds]
    assert 0.03 < np.mean([excludes_zero(found) for found in compared]) < 0.07
    assert [excludes_zero(found) for found in compared] == [found.p <= 0.05 for found in compared]
    blind = [compare(differences) for differences, _ in worlds[:200]]
    assert np.mean([excludes_zero(found) for found in blind]) > 0.15  # what ignoring the clusters would claim


def test_few_clusters_of_unequal_size_claim_no_more() -> None:
    rng = np.random.default_rng(6)
    sizes = [113, 44, 29, 23, 20, 15, 12, 10, 8, 6, 4, 2, 1]
    clusters = np.repeat(np.arange(13), sizes)
    drawn = [compare(rng.normal(0, 0.3, len(clusters)) + rng.normal(0, 0.1, 13)[clusters], clusters) for _ in range(600)]
    assert 0.03 < np.mean([excludes_zero(found) for found in drawn]) < 0.07


def test_a_real_difference_is_found() -> None:
    differences, clusters = world(np.random.default_rng(7), n_clusters=120, effect=0.15)
    compared = compare(differences, clusters, n_resamples=9_999)
    assert compared.low > 0
    assert compared.p < 0.001
    backwards = paired_randomisation(np.zeros(len(differences)), differences, clusters.tolist())
    assert backwards.high < 0
    assert (backwards.wins, backwards.losses) == (compared.losses, compared.wins)


def test_the_detectable_difference_is_found_four_times_in_five() -> None:
    rng = np.random.default_rng(8)
    differences, clusters = world(np.random.default_rng(9), n_clusters=200)
    effect = detectable_difference(differences, clusters.tolist())
    found = [excludes_zero(compare(*world(rng, n_clusters=200, effect=effect))) for _ in range(150)]
    assert 0.7 < np.mean(found) < 0.9


@pytest.mark.parametrize("n", [280, 40])
def test_detectable_difference_of_independent_questions(n: int) -> None:
    differences = np.tile([-0.3, 0.3], n // 2)
    found = detectable_difference(differences)
    power = stats.nct.sf(stats.t.ppf(0.975, n - 1), n - 1, found / stats.sem(differences))  # of the t test, exactly
    assert power == pytest.approx(0.8, abs=0.005)
    assert found == pytest.approx({280: 0.05, 40: 0.138}[n], abs=0.001)
    assert detectable_difference(differences, power=0.9) > detectable_difference(differences)
    assert detectable_difference(differences, alpha=0.01) > detectable_difference(differences)


def test_p_is_never_zero() -> None:
    differences = np.random.default_rng(10).normal(1, 0.1, 3000)
    assert compare(differences, n_resamples=200).p == pytest.approx(2 / 201)
    assert compare(np.full(3000, 0.5), n_resamples=200).p == pytest.approx(2 / 201)


def test_five_wins_out_of_five_are_no_more_than_five_coins() -> None:
    assert compare(np.full(5, 0.5)).p == 1 / 16
    assert compare(np.array([0.5, 0.6, 0.4, 0.5, 0.7])).p >= 1 / 16


def test_equal_systems_have_p_one() -> None:
    compared = compare(np.zeros(20))
    assert (compared.p, compared.low, compared.high, compared.ties) == (1.0, 0.0, 0.0, 20)


def test_the_seed_decides_and_the_block_size_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    differences, clusters = world(np.random.default_rng(11))
    labels, zeros = clusters.tolist(), np.zeros(len(differences))
    once = paired_randomisation(differences, zeros, labels, n_resamples=500, seed=1)
    assert paired_randomisation(differences, zeros, labels, n_resamples=500, seed=2) != once
    monkeypatch.setattr(significance, "MOST_DRAWN", 700)
    assert paired_randomisation(differences, zeros, labels, n_resamples=500, seed=1) == once


def test_ten_thousand_resamples_are_quick_and_small() -> None:
    differences = np.random.default_rng(12).normal(0, 0.3, 1406)
    started = time.process_time()
    compare(differences, n_resamples=9_999)
    assert time.process_time() - started < 2
    tracemalloc.start()
    compare(np.tile(differences, 9), n_resamples=500)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64e6


@pytest.mark.parametrize(("baseline", "clusters", "message"), [(3, None, "must both be"), (4, ["a"], "1 cluster labels for 4 questions")])
def test_scores_that_do_not_fit_together_are_refused(baseline: int, clusters: list[str] | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        paired_randomisation(np.zeros(4), np.zeros(baseline), clusters)
