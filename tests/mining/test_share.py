from __future__ import annotations

import numpy as np
import pytest

from core.mining.ground import Ground
from core.mining.measuring import Judged, Known, measure_share
from core.mining.ranks import Ranks
from core.mining.share import ENOUGH, Verdicts, calibrate
from core.records import Chunk
from tests.mining.toy import bag

NOBODY = Verdicts(np.array([]), np.array([], dtype=np.bool_))
PROPOSED = np.linspace(0.2, 0.8, 101).tolist()


def test_nine_of_ten_known_answers_are_refused() -> None:
    share = calibrate(np.linspace(0.5, 1.0, 51).tolist(), PROPOSED, NOBODY)
    assert (share.basis, share.n) == ("questions", 51)
    assert share.value == pytest.approx(0.55)
    assert share.false_negative_rate == pytest.approx(0.1, abs=0.02)
    assert share.how == (
        "Measured on 51 known answers, each left out in turn: 90% of them lie at least 55% as near to their question's other "
        "answers as those themselves."
    )


def test_answers_that_lie_anywhere_do_not_refuse_everything() -> None:
    share = calibrate([0.01] * 50, PROPOSED, NOBODY)
    assert share.value == pytest.approx(0.35)
    assert share.false_negative_rate == 1


def test_where_too_little_is_known_the_nearest_of_the_proposed_are_refused() -> None:
    share = calibrate([0.9] * (ENOUGH - 1), PROPOSED, NOBODY)
    assert (share.basis, share.false_negative_rate) == ("candidates", None)
    assert share.value == pytest.approx(np.quantile(PROPOSED, 0.65))


def test_without_vectors_words_decide() -> None:
    share = calibrate([], [], NOBODY)
    assert (share.basis, share.value, share.false_negative_rate) == ("words", 0.8, None)


def test_an_audit_tightens_the_share_where_negatives_turned_out_false() -> None:
    near = np.linspace(0.3, 0.69, 40)
    share = calibrate([0.7] * 30, PROPOSED, Verdicts(near, near > 0.6))
    assert (share.basis, share.n) == ("audit", 40)
    assert 0.6 < share.value < 0.64
    assert 0 < share.false_negative_rate <= 0.05
    assert "40 audited negatives, of which 9 turned out to answer" in share.how


@pytest.mark.parametrize("wrong", [np.zeros(40, dtype=np.bool_), np.arange(40) == 20])
def test_an_audit_that_finds_little_wrong_changes_nothing(wrong: np.ndarray) -> None:
    assert calibrate([0.7] * 30, PROPOSED, Verdicts(np.linspace(0.3, 0.69, 40), wrong)).value == pytest.approx(0.7)


def test_a_few_audited_pairs_decide_nothing() -> None:
    assert calibrate([0.7] * 30, PROPOSED, Verdicts(np.full(5, 0.5), np.ones(5, dtype=np.bool_))).basis == "questions"


def test_it_is_measured_on_what_is_given() -> None:
    names = [f"{kind} number {number}" for kind in ("fox", "sea") for number in range(12)]
    chunks = tuple(Chunk(name, name, name) for name in names)
    ranks = Ranks(Ground(chunks, ()), bag)
    asked = [Known("fox", frozenset(range(12))), Known("sea", frozenset(range(12, 24)))]
    share = measure_share(ranks, asked, [])
    assert (share.basis, share.n) == ("questions", 24)
    assert measure_share(ranks, [Known("fox", frozenset({0}))], []).basis == "candidates"
    assert measure_share(Ranks(Ground(chunks, ()), None), asked, []).basis == "words"
    judged = [Judged(Known("fox", frozenset({0})), number, number % 2 == 0) for number in range(1, 24)]
    assert measure_share(ranks, asked, judged).basis == "audit"
