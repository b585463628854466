"""The Compare page, with BM25 as it is and models whose vectors are made for it: what it draws does not depend on weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.judging.giving import Told, teach
from core.records import Pair
from core.retrieval.systems import Dense
from core.runs.folder import list_runs
from core.search import NotEmbedded
from core.workspace import Workspace
from tests.harbour import CHUNKS, SYSTEMS
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from workbench.session import current

THIRD = next(index for index, chunk in enumerate(CHUNKS) if chunk.chunk_id == "great_bell-3")


class Models:
    """Each chunk has a direction of its own. To the tuned model every query points at great_bell-3, to the base one at the first chunk."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.missing: set[str] = set()

    def load(self, workspace: Any, settings: Any, ground: Any, model: str) -> Dense:
        if model in self.missing:
            raise NotEmbedded("30 of 30 chunks have no vectors under all-MiniLM-L6-v2 yet.")
        self.loaded.append(model)
        toward = np.eye(30, dtype=np.float32)[0 if model == "base" else THIRD]
        return Dense(model, lambda texts: np.stack([toward] * len(texts)), np.eye(30, dtype=np.float32))


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    made = Models()
    monkeypatch.setattr("workbench.session.load_side", made.load)
    return made


@pytest.fixture
def tuned(workspace: Workspace) -> str:
    """The workspace's run has a model and stored scores; the run's id."""
    [run] = list_runs(workspace.runs)
    run.model.mkdir()
    scored = {"q-bell": (0.2, 0.9), "q-ship": (0.8, 0.1), "q-hostile": (0.5, 0.5)}
    rows = [
        ("test", system, question_id, 0, "ndcg@10", pair[system == "tuned"])
        for question_id, pair in scored.items()
        for system in SYSTEMS
        if system in ("bm25", "tuned")
    ]
    pd.DataFrame(rows, columns=["split", "system", "question_id", "cluster", "metric", "value"]).to_parquet(run.path / "scores.parquet")
    return run.run_id


def columns(app: Any) -> list[str]:
    return [element.value for element in app.subheader]


def test_nothing_is_loaded_before_something_is_asked(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare")
    assert not app.exception and models.loaded == []
    assert "Pick a question or type a query" in words(app)


def test_a_linked_question_is_answered_by_the_usual_systems(workspace: Workspace, visit: Visit, models: Models, tuned: str) -> None:
    app = visit("compare", question="q-bell")
    assert not app.exception
    assert columns(app) == ["base+bm25", "tuned+bm25", "base", "tuned"]
    assert app.selectbox(key="picked").value == "q-bell"
    shown = words(app)
    assert "judged relevant (2)" in shown and "Odda</mark>" in shown
    assert "**3** of 5" in shown and "nDCG@10" in shown and "judged@10" in shown
    assert "of server time, all systems together" in shown
    assert models.loaded == ["base", tuned]


def test_what_changed_against_the_left_column_is_said(workspace: Workspace, visit: Visit, models: Models, tuned: str) -> None:
    app = visit("compare", question="q-bell", systems=f"base,{tuned}")
    assert columns(app) == ["base", "tuned"]
    shown = words(app)
    assert "What the others are compared with" in shown
    assert f"new, was {THIRD + 1}" in shown  # the tuned model's first result
    assert "1 entered · 1 left · 4 fell" in shown
    assert "Left the first 5" in shown and "<b>5 → 6</b>" in shown


def test_a_link_may_say_tuned_and_may_be_wrong(workspace: Workspace, visit: Visit, models: Models, tuned: str) -> None:
    assert columns(visit("compare", q="bell", systems="bm25,tuned")) == ["bm25", "tuned"]
    app = visit("compare", q="bell", systems="never,<b>", until="soon", order="up", split="none", question="never-was")
    assert not app.exception and len(columns(app)) == 4


def test_the_most_improved_and_the_most_regressed_come_first(workspace: Workspace, visit: Visit, models: Models, tuned: str) -> None:
    app = visit("compare", systems="bm25,tuned", order="improved", question="q-bell")
    assert app.selectbox(key="picked").options[0].startswith("Who filled the crack")
    assert "this one +0.700 nDCG@10" in words(app)
    app.button(key="next").click().run()
    assert app.query_params["question"] == "q-hostile"
    app.selectbox(key="order").set_value("regressed").run()
    assert app.query_params["order"] == "regressed"
    assert app.selectbox(key="picked").options[0].startswith("Which ship did Brandt lose")
    app.button(key="first").click().run()
    assert app.query_params["question"] == "q-ship"


def test_a_typed_query_looks_for_the_entities_it_names(workspace: Workspace, visit: Visit, models: Models) -> None:
    shown = words(visit("compare", q="what became of old brandt"))
    assert "Entities named in the query" in shown
    assert "of 5" not in shown and "nDCG" not in shown  # nobody said what a good answer covers


def test_picking_a_question_puts_the_typed_query_away(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare", q="bell")
    app.selectbox(key="picked").set_value("q-ship").run()
    assert app.text_input(key="q").value == ""
    assert app.query_params["question"] == "q-ship"
    app.text_input(key="q").set_value("fog").run()
    assert app.selectbox(key="picked").value is None
    assert "question" not in app.query_params


def test_a_model_that_cannot_answer_yet_says_why(workspace: Workspace, visit: Visit, models: Models) -> None:
    models.missing = {"base"}
    app = visit("compare", question="q-bell")
    assert columns(app) == ["bm25"]
    assert "have no vectors" in words(app)
    models.missing = set()
    assert columns(app.run()) == ["bm25", "base", "base+bm25"]  # a failure is not kept


def test_another_model_does_not_load_the_first_again(workspace: Workspace, visit: Visit, models: Models, tuned: str) -> None:
    app = visit("compare", q="bell", systems="bm25,base")
    app.multiselect(key="systems").set_value(["bm25", "base", tuned]).run()
    assert models.loaded == ["base", tuned]
    assert app.query_params["systems"] == f"bm25,base,{tuned}"


def test_only_what_was_known_is_searched(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare", question="q-bell", until="2")
    assert "10 of 30 chunks searched, those known up to 2" in words(app)
    assert "Stored evaluations search all chunks" in words(app)
    app.number_input(key="until_q-bell").set_value(None).run()
    assert app.query_params["until"] == "all" and "30 chunks searched." in words(app)


def test_the_alias_stress_asks_under_every_name(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare", question="q-ship", stress="1", systems="bm25,base")
    assert not app.exception
    assert "Rank of the first relevant result, 3 wordings" in words(app)
    table = app.dataframe[-1].value
    assert table["Name"].tolist() == ["as asked", "Captain Brandt", "Old Brandt", "range"]
    assert table["base"].tolist() == ["7", "7", "7", "7 to 7"]  # the base model here is deaf to words
    assert "nothing to swap" in words(visit("compare", q="who sails at night", stress="1"))


def test_a_held_out_result_is_judged_and_taken_back(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare", question="q-bell", systems="base")
    before = current().store.pairs()
    app.button(key="yes_base_1").click().run()
    assert not app.exception and "never trained on" in words(app)
    assert current().store.judged_here() == {"q-bell": {CHUNKS[0].chunk_id: 1}}
    assert "judged relevant (1)" in words(app)
    app.button(key="take_back").click().run()
    assert current().store.judged_here() == {} and "Taken back" in words(app)
    assert current().store.pairs() == before and not [one for one in app.button if str(one.key).startswith("teach_")]


def test_a_result_of_a_train_question_is_learnt_from(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare", question="q-winter", systems="base")
    app.button(key="no_base_1").click().run()
    assert "trained on as a hard negative" in words(app)
    assert Pair("How often does the harbour freeze?", CHUNKS[0].chunk_id, "negative", "audit") in [
        Pair(pair.query, pair.chunk_id, pair.label, pair.rule) for pair in current().store.training_pairs(undecided=False)
    ]


def test_a_result_of_a_typed_query_becomes_a_training_pair(workspace: Workspace, visit: Visit, models: Models) -> None:
    app = visit("compare", q="who sails at night")
    app.button(key="teach_bm25_1").click().run()
    assert not app.exception
    assert app.button(key="teach_positive").label == "It answers the query"

    session, pair = current(), Pair("who sails at night", CHUNKS[0].chunk_id, "positive", "audit")
    assert teach(session.store, pair) == Told("Added as a positive.")
    assert teach(session.store, pair).sentence.startswith("It is a positive already")
    assert session.store.training_pairs(undecided=False) == (pair,)
    told = teach(session.store, Pair("Which ship did Brandt lose, and where?", "brandt-2", "negative", "audit"))  # held out, typed
    assert told.refused and "give away what is measured" in told.sentence
