"""Results in words: the sentence carries every number, the verdict follows interval and test."""

from __future__ import annotations

import pytest

from tests.harbour import COMPARISON, results
from workbench.results import comparison_sentence, systems_table, verdict
from workbench.words import held_out_sentence, provisos


def test_the_sentence_says_it_all() -> None:
    said = comparison_sentence(COMPARISON)
    assert said.startswith("tuned+bm25 against base+bm25: +0.105 nDCG@10 on 28 test questions (95 % interval +0.031 to +0.182, p = 0.006);")
    assert said.endswith("14 better, 9 equal, 5 worse. So many questions can show a difference of 0.090.")


@pytest.mark.parametrize(
    ("changed", "tone", "said"),
    [
        ({}, "success", "more than chance"),
        ({"p": 0.2}, "info", "could be chance"),
        ({"difference": -0.1}, "warning", "worse"),
        ({"difference": None, "ci95": [None, None], "n": 0}, "info", "Too few"),
        ({"ci95": [None, None]}, "info", "Too few"),
    ],
)
def test_the_verdict(changed: dict[str, object], tone: str, said: str) -> None:
    words, in_tone = verdict({**COMPARISON, **changed})
    assert in_tone == tone
    assert said in words


def test_a_comparison_of_nothing_is_a_sentence_too() -> None:
    assert "No test question" in comparison_sentence({**COMPARISON, "difference": None, "ci95": [None, None]})
    assert "can show" not in comparison_sentence({**COMPARISON, "detectable": None})
    assert "interval" not in comparison_sentence({**COMPARISON, "ci95": [None, None]})


def test_a_metric_that_no_system_has_is_no_column() -> None:
    found = results()
    for scores in found["systems"].values():  # type: ignore[attr-defined]
        scores["rubric"] = None
    table = systems_table(found)
    assert list(table.columns) == ["nDCG@10", "recall@10", "MRR@10", "MAP"]
    assert list(table.index) == ["bm25", "base", "base+bm25", "tuned", "tuned+bm25"]


def test_held_out_entities_are_told_from_held_out_questions() -> None:
    found = {
        **results(),
        "held_out_entities": {"n": 3, "n_about": 20, "systems": {"base+bm25": {"ndcg@10": 0.4}, "tuned+bm25": {"ndcg@10": 0.512}}},
    }
    said = held_out_sentence(found)
    assert said.startswith("Held-out entities: 3 of 20 test questions about something ask only about what no training pair names;")
    assert said.endswith("nDCG@10 there: base+bm25 0.400, tuned+bm25 0.512.")


def test_no_unseen_entity_is_said_and_no_entity_at_all_is_not() -> None:
    none_unseen = {**results(), "held_out_entities": {"n": 0, "n_about": 20, "systems": {}}}
    assert "nothing is known of unseen ones" in held_out_sentence(none_unseen)
    assert held_out_sentence({**none_unseen, "held_out_entities": {"n": 0, "n_about": 0, "systems": {}}}) == ""
    assert held_out_sentence(results()) == ""
    unscored = {**none_unseen, "held_out_entities": {"n": 1, "n_about": 1, "systems": {"tuned+bm25": {"ndcg@10": None}}}}
    assert held_out_sentence(unscored).endswith("there: no score.")


def test_whether_the_figures_keep_to_temporal_limits_is_said() -> None:
    assert provisos({**results(), "n_limited": 0}) == ""
    assert provisos({**results(), "n_limited": 1}).startswith("1 test question has a temporal limit, which no figure here keeps to")
    both = {**results(), "n_limited": 3, "held_out_entities": {"n": 0, "n_about": 20, "systems": {}}}
    assert provisos(both).startswith("Held-out entities: ") and "3 test questions have a temporal limit" in provisos(both)
