"""The judging view: what it sends to the desk, and what a press does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.judging.pooling import Item
from core.runs.folder import list_runs
from core.workspace import Workspace
from tests.harbour import REPORT
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from workbench.compare.card import Sitting
from workbench.compare.pool import _sitting
from workbench.session import current

FOUND = {"bm25": ["great_bell-3", "ilsa-1", "ledger-1"], "tuned": ["ilsa-1", "great_bell-5", "brandt-2"]}


def card(app: AppTest) -> dict[str, Any]:
    """What the desk was last given to show."""
    [desk] = app.get("bidi_component")
    return dict(json.loads(desk.proto.json or desk.proto.mixed.json))


@pytest.fixture
def ranked(workspace: Workspace) -> Workspace:
    """Two systems have ranked one test question."""
    [run] = list_runs(workspace.runs)
    rows = [("test", system, "q-bell", rank, id_, 1.0 / rank) for system, ids in FOUND.items() for rank, id_ in enumerate(ids, start=1)]
    pd.DataFrame(rows, columns=["split", "system", "question_id", "rank", "chunk_id", "score"]).to_parquet(run.path / "rankings.parquet")
    return workspace


def test_without_an_evaluation_it_says_so(workspace: Workspace, visit: Visit) -> None:
    app = visit("compare", view="judge")
    assert not app.exception and "Nothing has been evaluated yet" in words(app)


def test_the_pool_is_shown_blind(ranked: Workspace, visit: Visit) -> None:
    app = visit("compare", view="judge")
    shown = card(app)
    assert not app.exception and not app.error
    assert shown["headline"] == "2 of 5 judged"  # of five chunks that two systems found, two were imported as judged
    assert shown["lines"] == ["5 results for this question, 3 to judge"]
    assert app.query_params["question"] == "q-bell" and app.query_params["chunk"] in {"ilsa-1", "ledger-1", "brandt-2"}
    assert "Who filled the crack" in shown["html"]["query"]
    assert not any(system in json.dumps(shown) for system in FOUND)
    assert shown["now"] is None


def test_hostile_text_is_escaped(ranked: Workspace, visit: Visit) -> None:
    html = card(visit("compare", view="judge", question="q-bell", chunk="ledger-1"))["html"]
    assert "<script>" not in html["text"] and "&lt;script&gt;" in html["text"]
    assert "<b>ledger" not in html["head"].replace("<bdi>", "")


def test_where_nothing_was_ranked_it_says_so(ranked: Workspace, visit: Visit) -> None:
    shown = card(visit("compare", view="judge", split="dev"))
    assert shown["item"] == "" and "ranked nothing for dev questions" in shown["html"]["query"]


def test_what_is_judged_is_shown_again_when_asked(ranked: Workspace, visit: Visit) -> None:
    shown = card(visit("compare", view="judge", question="q-bell", chunk="great_bell-3", again="true"))
    assert shown["now"] == 2


def test_a_question_that_another_tab_has_taken_away_is_no_trouble(ranked: Workspace, visit: Visit) -> None:
    visit("compare", view="judge")
    session, runs = current(), tuple(str(run.path) for run in list_runs(ranked.runs))
    assert len(_sitting(session, runs, "test").line) == 5
    session.store.import_corpus(replace(session.store.corpus(), questions=()), REPORT, "harbour")
    assert _sitting(session, runs, "test").line == []


def test_a_line_goes_on_after_what_was_judged(ranked: Workspace, visit: Visit) -> None:
    visit("compare", view="judge")
    asked = {question.question_id: question for question in current().store.questions()}
    line = [Item("q-bell", chunk_id) for chunk_id in ("great_bell-3", "ilsa-1", "great_bell-5", "brandt-2")]
    sitting = Sitting(line, "test", "Ada")
    assert sitting.next_open(None, asked) == line[1]
    assert sitting.next_open(line[1], asked) == line[3]
    assert sitting.next_open(line[3], asked) == line[1]
    assert (sitting.beside(line[0], -1), sitting.beside(line[0], 1)) == (line[0], line[1])
    assert Sitting(line[:1], "test", "Ada").next_open(None, asked) is None
