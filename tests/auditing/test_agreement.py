"""Agreement against scikit-learn and worked examples; what counts as a judgement and what does not."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

import pytest
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from core.auditing.agreement import BLIND_AFTER, Rate, accept_rates, agreements, cohens_kappa, judged, self_agreement, wilson
from core.records import Decision, Verdict


def said(pair_id: str, verdict: Verdict, at: float, auditor: str = "ada", **more: str) -> Decision:
    return Decision(f"{auditor}-{at}", pair_id, verdict, auditor, at, **more)


def fillers(start: int, n: int = BLIND_AFTER) -> Iterable[Decision]:
    return (said(f"filler-{at}", "accept", at) for at in range(start, start + n))


@pytest.mark.parametrize(("k", "n"), [(0, 1), (0, 40), (7, 9), (40, 40), (123, 1000)])
def test_wilson_is_scipys(k: int, n: int) -> None:
    theirs = binomtest(k, n).proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((theirs.low, theirs.high))


def test_nothing_judged_says_nothing() -> None:
    rate = Rate(0, 0)
    assert math.isnan(rate.value) and (rate.low, rate.high) == (0.0, 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_kappa_is_scikit_learns(seed: int) -> None:
    rng = random.Random(seed)
    a = rng.choices(["accept", "reject", "flag"], [6, 3, 1], k=60)
    b = [one if rng.random() < 0.7 else rng.choice(["accept", "reject"]) for one in a]
    assert cohens_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_kappa_where_chance_explains_all() -> None:
    assert math.isnan(cohens_kappa(["accept"] * 4, ["accept"] * 4)) and math.isnan(cohens_kappa([], []))
    assert cohens_kappa(["accept", "reject"], ["reject", "accept"]) == -1
    with pytest.raises(ValueError, match="2 and 1"):
        cohens_kappa(["accept", "accept"], ["accept"])


def test_only_what_somebody_looked_at_and_left_standing_is_judged() -> None:
    decisions = [
        said("a", "accept", 1),
        said("b", "reject", 2),
        said("b", "reject", 3, undoes="ada-2"),
        said("c", "skip", 4),
        said("d", "flag", 5),
        said("e", "accept", 6, batch="bulk"),
    ]
    assert [one.pair_id for one in judged(reversed(decisions))] == ["a"]


def test_accept_rate_counts_each_pair_once_by_its_latest_word() -> None:
    decisions = [said("a", "reject", 1), said("a", "accept", 2, "bob"), said("b", "reject", 3), said("c", "accept", 4)]
    rates = accept_rates([*decisions, said("gone", "accept", 5)], {"a": "topics", "b": "topics", "c": "judged", "never": "same-type"})
    assert rates == {"judged": Rate(1, 1), "topics": Rate(1, 2)}


def test_two_auditors_are_compared_on_what_both_judged() -> None:
    decisions = [
        *(said(pair_id, "accept", at) for at, pair_id in enumerate("abcd")),
        *(said(pair_id, verdict, at, "bob") for at, (pair_id, verdict) in enumerate([("a", "accept"), ("b", "reject"), ("c", "accept")])),
        said("d", "skip", 9, "bob"),
        said("x", "accept", 9, "eve"),
    ]
    [one] = agreements(decisions)
    assert one.auditors == ("ada", "bob") and one.same == Rate(2, 3) and one.kappa == 0


def test_a_repeat_is_blind_a_correction_is_not() -> None:
    corrected = [said("a", "accept", 0), said("a", "reject", 1), *fillers(2)]
    assert self_agreement(corrected, "ada") == Rate(0, 0)
    assert self_agreement([*corrected, said("a", "reject", 50)], "ada") == Rate(1, 1)
    assert self_agreement([*corrected, said("a", "accept", 50)], "ada") == Rate(0, 1)
    assert self_agreement([*corrected, said("a", "accept", 50)], "bob") == Rate(0, 0)
