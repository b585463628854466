"""Standings on scores whose answers are known, and against independent formulas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from core.evaluation import standings
from core.evaluation.grouping import ALIAS, NAMELESS, PRIMARY, SEEN, UNSEEN, groups_of
from core.evaluation.multiplicity import holm
from core.evaluation.standings import LEAST_TESTED, Measured
from core.evaluation.tracing import PairTracer
from core.records import Entity, Pair, Question


def scores(**systems: list[float]) -> pd.DataFrame:
    """A table as a run stores it: each question a cluster of its own."""
    rows = [
        ("test", system, f"q{number}", number, "ndcg@10", value)
        for system, values in systems.items()
        for number, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["split", "system", "question_id", "cluster", "metric", "value"])


def on(**systems: list[float]) -> Measured:
    return standings.measured(scores(**systems), "ndcg@10")


def test_holm_by_hand() -> None:
    """Holm's own scheme on four values: 4·.005, 3·.01, 2·.03, 1·.04 made monotone."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_keeps_the_order_and_never_shrinks() -> None:
    given = np.random.default_rng(3).random(30)
    adjusted = np.array(holm(given.tolist()))
    assert (adjusted >= given).all()
    assert (np.diff(adjusted[np.argsort(given)]) >= 0).all()


def test_means_have_the_interval_of_a_t_test() -> None:
    """With every question alone the cluster-robust interval is Student's."""
    from scipy import stats

    values = np.random.default_rng(1).random(25)
    [row] = standings.means(on(a=values.tolist())).to_dict("records")
    low, high = stats.t.interval(0.95, 24, values.mean(), stats.sem(values))
    assert (row["mean"], row["low"], row["high"], row["n"]) == (pytest.approx(values.mean()), pytest.approx(low), pytest.approx(high), 25)


def test_every_system_against_one() -> None:
    rng = np.random.default_rng(2)
    base = rng.random(60)
    better, same = base + 0.2 + 0.05 * rng.random(60), base + 0.2 * rng.standard_normal(60)
    table = standings.against(on(base=base.tolist(), better=better.tolist(), same=same.tolist()), "base").set_index("system")
    assert list(table.index) == ["better", "same"]
    assert table.loc["better", "wins"] == 60 and table.loc["better", "p_holm"] < 0.01
    assert table.loc["same", "p"] > 0.05
    assert (table["p_holm"] >= table["p"]).all()


def test_many_comparisons_at_once_are_the_single_ones() -> None:
    rng = np.random.default_rng(5)
    systems = {name: rng.random(40).tolist() for name in "abc"} | {"d": [math.nan, *rng.random(39).tolist()]}
    of = on(**systems)
    table = standings.against(of, "a").set_index("system")
    for name in "bcd":
        one = standings.compare(of, "a", name)
        assert table.loc[name, ["difference", "low", "high", "p", "n"]].tolist() == pytest.approx(
            [one.difference, one.low, one.high, one.p, one.n]
        )


def test_a_question_without_a_score_counts_nowhere() -> None:
    of = on(a=[0.1, math.nan, 0.3], b=[0.2, 0.5, 0.3])
    assert standings.changes(of, "a", "b")["question_id"].tolist() == ["q2", "q0"]
    assert standings.hits(of, "a", "b") == (2, 2, 2)
    assert standings.means(of)["n"].tolist() == [2, 3]


def test_changes_put_the_greatest_loss_first() -> None:
    table = standings.changes(on(a=[0.5, 0.5, 0.5], b=[0.9, 0.1, 0.5 + 1e-12]), "a", "b")
    assert table["question_id"].tolist() == ["q1", "q2", "q0"]
    assert table["change"].tolist() == [pytest.approx(-0.4), 0.0, pytest.approx(0.4)]


def test_small_groups_are_counted_and_not_tested() -> None:
    n = LEAST_TESTED + 2
    of = on(a=[0.5] * n, b=[0.6 + 0.01 * number for number in range(n)])
    groups = pd.DataFrame({"question_id": [f"q{number}" for number in range(n)], "group": ["big"] * (n - 2) + ["small"] * 2})
    table = standings.by_group(of, groups, "a", "b").set_index("group")
    assert table.loc["big", "p"] < 0.05 and table.loc["big", "n"] == n - 2
    assert math.isnan(table.loc["small", "p"]) and table.loc["small", "wins"] == 2
    assert table.loc["small", "difference"] == pytest.approx(0.6 + 0.01 * (n - 1.5) - 0.5)


def test_no_group_is_no_table() -> None:
    assert len(standings.by_group(on(a=[0.1], b=[0.2]), pd.DataFrame({"question_id": ["q9"], "group": ["x"]}), "a", "b")) == 0


@pytest.mark.parametrize(
    ("difference", "detectable", "needed"), [(0.05, 0.1, 400), (0.1, 0.1, 100), (0.0, 0.1, None), (None, 0.1, None), (0.1, None, None)]
)
def test_how_many_questions_would_settle_it(difference: float | None, detectable: float | None, needed: int | None) -> None:
    assert standings.enough_for({"difference": difference, "detectable": detectable, "n": 100}) == needed


ENTITIES = (Entity("Captain Brandt", "character", ("Old Brandt",)), Entity("Odda", "character"))


def test_groups_tell_names_and_training_apart() -> None:
    questions = [
        Question("alias", "What became of Old Brandt?", "who", split="test"),
        Question("primary", "What did Odda mend?", split="test"),
        Question("none", "How deep is the sea?", split="test"),
        Question("train", "Who is Odda?", split="train"),
    ]
    table = groups_of(questions, ENTITIES, [Pair("Who is Odda?", "c1", "positive", "judged", "train")])
    found = {(row.kind, row.question_id): row.group for row in table.itertuples()}
    assert found["names", "alias"] == ALIAS and found["names", "primary"] == PRIMARY and found["names", "none"] == NAMELESS
    assert found["training", "alias"] == UNSEEN and found["training", "primary"] == SEEN
    assert found["category", "alias"] == "who" and found["category", "primary"] == "(none)"
    assert found["entity", "alias"] == "Captain Brandt"
    assert "train" not in set(table["question_id"])


def test_a_trace_finds_what_may_have_moved_a_question() -> None:
    question = Question("q", "What did Odda mend?", judgements={"answer": 2, "no": 0}, split="test")
    against = Pair("other", "answer", "negative", "dense-rank")
    rival = Pair("other", "rival", "positive", "judged")
    near = Pair("who is Odda", "far", "positive", "judged", evidence={"about": ["topic:odda"]})
    nearer = Pair("what of Odda", "far", "negative", "same-type", evidence={"about": ["entity:character:Odda"]})
    stranger = Pair("x", "no", "negative", "dense-rank", evidence={"about": ["topic:sea"]})
    tracer = PairTracer([against, rival, near, nearer, stranger])
    trace = tracer.trace(question, frozenset({"entity:character:Odda"}), ["answer", "old"], ["rival", "old"])
    assert trace.against_answers == (against,)
    assert trace.for_rivals == (rival,)
    assert trace.touching == (("negative", "same-type", 1), ("positive", "judged", 1)) and trace.n_touching == 2
