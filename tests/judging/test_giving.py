"""What a judgement does: it measures, and on a train question it teaches; a held-out question's never does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.judging.giving import give, take_back
from core.judging.merging import merged
from core.pipeline import learnable_pairs
from core.records import Judgement, Question
from core.runs.folder import create_run
from core.runs.frozen import freeze_corpus, to_lines
from core.runs.stages import Context
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace
from tests.harbour import CORPUS, PAIRS, QUESTIONS, prepare

HELD_OUT, TAUGHT = QUESTIONS[0], QUESTIONS[3]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(prepare(tmp_path / "w", with_run=False)) as opened:
        yield opened


def judged(question: Question, chunk_id: str, grade: int, number: int = 1) -> Judgement:
    return Judgement(f"j{number}", question.question_id, chunk_id, grade, "Ada", 1000.0 + number)


def learned(store: Store) -> set[tuple[str, str, str]]:
    return {(pair.query, pair.chunk_id, pair.label) for pair in learnable_pairs(store)}


def test_a_held_out_question_teaches_nothing_and_takes_nothing_away(store: Store) -> None:
    before = store.pairs(), learned(store), store.decisions()
    for number, question in enumerate(question for question in QUESTIONS if question.split != "train"):
        for grade in (3, 0):
            told = give(store, question, judged(question, f"ilsa-{number + 1}", grade, 10 * number + grade))
            assert "never trained on" in told.sentence
    assert (store.pairs(), learned(store), store.decisions()) == before


def test_a_result_of_a_train_question_is_learnt_from(store: Store) -> None:
    assert "positive" in give(store, TAUGHT, judged(TAUGHT, "ilsa-3", 2)).sentence
    assert (TAUGHT.text, "ilsa-3", "positive") in learned(store)
    assert "hard negative" in give(store, TAUGHT, judged(TAUGHT, "ilsa-3", 0, 2)).sentence  # a second thought
    assert (TAUGHT.text, "ilsa-3", "negative") in learned(store) and (TAUGHT.text, "ilsa-3", "positive") not in learned(store)


def test_taking_it_back_takes_back_what_it_taught(store: Store) -> None:
    before = learned(store)
    give(store, TAUGHT, judged(TAUGHT, "ilsa-3", 2))
    taken = take_back(store, TAUGHT, "Ada")
    assert taken is not None and taken.judgement_id == "j1"
    assert learned(store) == before and store.judged_here() == {}
    assert take_back(store, TAUGHT, "Ada") is None
    give(store, TAUGHT, judged(TAUGHT, "ilsa-3", 2, 9))  # and it can be said again
    assert (TAUGHT.text, "ilsa-3", "positive") in learned(store)


def test_what_a_colleague_judges_alike_is_learnt_from_until_both_take_it_back(store: Store) -> None:
    taught = (TAUGHT.text, "ilsa-3", "positive")
    give(store, TAUGHT, replace(judged(TAUGHT, "ilsa-3", 1), auditor="Bo"))
    give(store, TAUGHT, judged(TAUGHT, "ilsa-3", 2, 2))
    take_back(store, TAUGHT, "Ada")
    assert taught in learned(store) and set(store.verdicts().values()) == {"accept"}
    assert store.judged_here() == {TAUGHT.question_id: {"ilsa-3": 1}}
    take_back(store, TAUGHT, "Bo")
    assert taught not in learned(store)


def test_a_pair_that_says_the_contrary_is_rejected_and_comes_back(store: Store) -> None:
    assert PAIRS[1].label == "negative" and PAIRS[1].query == TAUGHT.text
    give(store, TAUGHT, judged(TAUGHT, PAIRS[1].chunk_id, 1))
    assert store.verdicts([PAIRS[1].pair_id]) == {PAIRS[1].pair_id: "reject"}
    take_back(store, TAUGHT, "Ada")
    assert store.verdicts([PAIRS[1].pair_id]) == {}


def test_what_gives_a_held_out_question_away_is_judged_but_not_learnt(store: Store) -> None:
    leaking = Question("q-keeper", HELD_OUT.text, split="train")
    told = give(store, leaking, judged(leaking, "great_bell-3", 1))
    assert told.refused and "give away what is measured" in told.sentence
    assert store.judged_here() == {"q-keeper": {"great_bell-3": 1}}
    assert all(pair.query != HELD_OUT.text for pair in store.pairs())


def test_a_run_measures_on_them_and_makes_its_pairs_without(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    given = {"q-bell": {"ilsa-1": 3, "great_bell-5": 0}, "q-keeper": {"ilsa-2": 2}}
    config = {"corpus": freeze_corpus(workspace.corpora, CORPUS), "settings": Settings().model_dump(mode="json")}
    fill = {"questions.jsonl": to_lines(QUESTIONS), "judgements.json": json.dumps(given)}
    context = Context(create_run(workspace.runs, config, fill))
    assert context.corpus.questions == QUESTIONS
    assert context.measured.questions == merged(QUESTIONS, given)
    assert context.measured.questions[0].judgements == {"great_bell-3": 2, "great_bell-5": 0, "great_bell-4": 0, "ilsa-1": 3}
