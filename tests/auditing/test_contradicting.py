from __future__ import annotations

import math

import pytest

from core.auditing.contradicting import contradictions
from core.records import Label, Pair


def pair(chunk: str, label: Label, query: str = "q") -> Pair:
    return Pair(query, chunk, label, "rule")


def test_by_hand() -> None:
    """Training brings the right positive nearer and the near negative farther; the other negative, an answer, comes along."""
    right, near, answer = pair("a", "positive"), pair("b", "negative"), pair("c", "negative")
    found = contradictions([right, near, answer], [0.5, 0.45, 0.4], [0.8, 0.3, 0.75])
    assert found[near.pair_id] == pytest.approx((0.3 - 0.8) - (0.45 - 0.5))
    assert found[answer.pair_id] == pytest.approx((0.75 - 0.8) - (0.4 - 0.5))
    assert found[right.pair_id] == pytest.approx((0.75 - 0.8) - (0.45 - 0.5))
    assert found[near.pair_id] < 0 < found[answer.pair_id]


def test_a_model_that_has_not_moved_contradicts_nothing() -> None:
    pairs = [pair("a", "positive"), pair("b", "negative")]
    assert set(contradictions(pairs, [0.1, 0.9], [0.1, 0.9]).values()) == {0.0}


def test_what_nothing_can_be_held_against_is_left_out() -> None:
    alone, unsearched, beside = pair("a", "positive", "other"), pair("b", "positive"), pair("c", "negative")
    assert contradictions([alone, unsearched, beside], [0.5, math.nan, 0.5], [0.6, math.nan, 0.7]) == {}
    assert contradictions([], [], []) == {}
