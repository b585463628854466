"""The Compare page on systems made for it: what it draws does not depend on a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from core.judging.giving import Told, teach
from core.records import Chunk, Pair
from core.search import Hit
from core.workspace import Workspace
from tests.harbour import CHUNKS, SYSTEMS
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from workbench.session import current


@dataclass
class Fixed:
    """Each system answers with chunks of its own choice, whatever is asked."""

    names: tuple[str, ...] = tuple(SYSTEMS)
    missing: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def search(self, name: str, query: str, k: int) -> list[Hit]:
        self.asked.append((name, query))
        first = [chunk for chunk in CHUNKS if chunk.chunk_id == "great_bell-3"] if name.startswith("tuned") else []
        ranked: list[Chunk] = [*first, *CHUNKS[: k - len(first)]]
        return [Hit(rank, 1 / rank, chunk) for rank, chunk in enumerate(ranked, start=1)]


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> Fixed:
    fixed = Fixed()
    monkeypatch.setattr("workbench.session.load_systems", lambda *_: fixed)
    return fixed


def columns(app: Any) -> list[str]:
    return [element.value for element in app.subheader]


def test_nothing_is_loaded_before_something_is_asked(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare")
    assert not app.exception
    assert systems.asked == []


def test_a_linked_question_is_answered_by_every_system(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", question="q-bell")
    assert not app.exception
    assert columns(app) == list(SYSTEMS)
    assert app.selectbox(key="picked").value == "q-bell"
    shown = words(app)
    assert shown.count("judged relevant") == 2  # great_bell-3 under tuned and under tuned+bm25
    assert "Odda</mark>" in shown
    assert "**3** of 5" in shown  # two of three topics in one chunk


def test_a_typed_query_looks_for_the_entities_it_names(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", q="what became of old brandt")
    assert "Entities named in the query" in words(app)
    assert "of 5" not in words(app)  # nobody said what a good answer covers
    assert ("bm25", "what became of old brandt") in systems.asked


def test_picking_a_question_puts_the_typed_query_away(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", q="bell")
    app.selectbox(key="picked").set_value("q-ship").run()
    assert app.text_input(key="q").value == ""
    assert app.query_params["question"] == "q-ship"
    app.text_input(key="q").set_value("fog").run()
    assert app.selectbox(key="picked").value is None
    assert "question" not in app.query_params


def test_a_system_that_cannot_answer_yet_says_why(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    systems.names, systems.missing = ("bm25",), {"base": "30 of 30 chunks have no vectors under all-MiniLM-L6-v2 yet."}
    app = visit("compare", question="q-bell")
    assert columns(app) == ["bm25"]
    assert "have no vectors" in words(app)


def test_the_same_query_is_searched_once(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", q="bell")
    n_asked = len(systems.asked)
    app.run()
    assert len(systems.asked) == n_asked


def test_an_unknown_question_is_no_question(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", question="never-was")
    assert not app.exception and systems.asked == []


def test_a_result_becomes_a_training_pair(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", q="who sails at night")
    app.button(key="teach_bm25_1").click().run()
    assert not app.exception
    assert app.button(key="teach_positive").label == "It answers the query"

    session, pair = current(), Pair("who sails at night", CHUNKS[0].chunk_id, "positive", "audit")
    assert teach(session.store, pair) == Told("Added as a positive.")
    assert teach(session.store, pair).sentence.startswith("It is a positive already")
    assert session.store.training_pairs(undecided=False) == (pair,)


def test_a_result_of_a_held_out_question_does_not(workspace: Workspace, visit: Visit, systems: Fixed) -> None:
    app = visit("compare", question="q-bell")
    assert not [button for button in app.button if str(button.key).startswith("teach_")]

    session = current()
    told = teach(
        session.store, Pair("Which ship did Brandt lose, and where?", "brandt-2", "negative", "audit")
    )  # typed out, it is held out too
    assert told.refused and "give away what is measured" in told.sentence
    assert session.store.training_pairs(undecided=False) == ()
