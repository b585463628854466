"""Evaluate, Vote and Demo in AppTest: every view, what a click does, what is missing said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.records import content_id
from core.runs.folder import list_runs
from core.store import Store
from core.voting.ballot import Ballot, draw_up, on_the_left, order_for
from core.workspace import Workspace
from tests.harbour import prepare
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from tests.proof import record_evaluation
from workbench.evaluate.derived import ranked
from workbench.session import current


@pytest.fixture
def proven(tmp_path: Path) -> Workspace:
    """A workspace with an evaluated run, and closed."""
    workspace = prepare(tmp_path / "workspace", with_run=False)
    record_evaluation(workspace)
    return workspace


@pytest.mark.parametrize("page", ["evaluate", "vote", "demo"])
def test_an_empty_workspace_says_what_to_do(visit: Visit, page: str) -> None:
    app = visit(page)
    assert not app.exception and not app.error
    assert "mport a" in words(app)


@pytest.mark.parametrize("page", ["evaluate", "vote", "demo"])
def test_a_workspace_without_an_evaluation_says_what_brings_one(workspace: Workspace, visit: Visit, page: str) -> None:
    app = visit(page)  # its run has results and no scores
    assert not app.exception and not app.error
    assert "finished" in words(app)


def test_systems_are_proven(proven: Workspace, visit: Visit) -> None:
    app = visit("evaluate")
    assert not app.exception
    assert app.success[0].proto.title == "The gain is more than chance."
    assert "stands by itself" in words(app)
    tests = app.dataframe[0].value
    assert tests["system"].tolist() == ["bm25", "base", "tuned", "tuned+bm25"]
    assert (tests["better"] + tests["equal"] + tests["worse"] == 40).all()
    assert app.dataframe[1].value.shape == (5, 5)


def test_what_the_model_lost_on_everyday_sentences_is_a_row(proven: Workspace, visit: Visit) -> None:
    [run] = list_runs(proven.runs)
    assert "On other text" not in {one.value for one in visit("evaluate").subheader}
    run.log.append("verdict", kept="tuned", verdict="better", why="", general_base=0.81, general_tuned=0.79)
    app = visit("evaluate")
    assert "On other text" in {one.value for one in app.subheader}
    assert app.dataframe[-1].value[["base", "tuned"]].to_numpy().tolist() == [[0.81, 0.79]]


def test_another_comparison_is_called_looking_around(proven: Workspace, visit: Visit) -> None:
    app = visit("evaluate", metric="mrr@10", before="bm25", after="base")
    assert app.selectbox(key="evaluate_before").value == "bm25" and app.selectbox(key="evaluate_after").value == "base"
    assert "You are looking around" in words(app)
    app.selectbox(key="evaluate_metric").set_value("map").run()
    assert app.query_params["metric"] == "map" and not app.exception


def test_what_got_worse_leads_to_the_pairs_behind_it(proven: Workspace, visit: Visit) -> None:
    app = visit("evaluate", view="questions")
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == 8 and (table["change"] < 0).all()
    app = visit("evaluate", view="questions", question="t-004")
    assert "Taught against its answers: 1 pair" in words(app)
    assert "near &lt;b&gt;it&lt;/b&gt;" in words(app)
    assert "who rang it" in words(app)


def test_better_ones_and_hostile_text(proven: Workspace, visit: Visit) -> None:
    app = visit("evaluate", view="questions", show="better", question="t-000")
    assert not app.exception
    assert (app.dataframe[0].value["change"] > 0).all()
    assert "<script" not in words(app) and "שלום" in words(app)


def test_a_question_of_another_run_is_a_sentence(proven: Workspace, visit: Visit) -> None:
    assert "was not asked in this run" in words(visit("evaluate", view="questions", question="never-was"))


@pytest.mark.parametrize("by", ["category", "difficulty", "names", "training", "entity", "nonsense"])
def test_groups(proven: Workspace, visit: Visit, by: str) -> None:
    app = visit("evaluate", view="groups", by=by)
    assert not app.exception
    assert app.dataframe[0].value["n"].sum() >= 40


def test_choices_are_those_of_dev(proven: Workspace, visit: Visit) -> None:
    app = visit("evaluate", view="choices")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2  # a curve for each hybrid
    assert "No test question had a say" in words(app)


def test_a_pinned_question_is_in_the_demo(proven: Workspace, visit: Visit) -> None:
    app = visit("evaluate", view="questions", question="t-003")
    app.button(key="pin_t-003").click().run()
    assert current().store.curated() == ("t-003",)
    demo = visit("demo")
    assert "Question 3:" in words(demo) and "1 of 2" in words(demo)
    demo = visit("demo", slide="99")
    assert "The gain is more than chance." in words(demo) and "2 of 2" in words(demo)


def test_the_demo_shows_losses_too(proven: Workspace, visit: Visit) -> None:
    shown = [words(visit("demo", slide=str(number))) for number in range(1, 8)]
    assert sum(">worse<" in slide.replace("<bdi>", ">").replace("</bdi>", "<") for slide in shown) == 2
    assert not any("<script" in slide for slide in shown)


def a_ballot(workspace: Workspace, visit: Visit) -> Ballot:
    run = next(iter(current().runs))
    test = [f"t-{number:03}" for number in range(40)]
    ballot = draw_up(run.run_id, ranked(run), test, "base+bm25", "tuned+bm25", 5, seed=3, created_at=1.0)
    current().store.add_ballot(ballot)
    return ballot


def test_a_ballot_is_drawn_up_on_the_page(proven: Workspace, visit: Visit) -> None:
    app = visit("vote")
    app.number_input[0].set_value(6)
    app.button[0].click().run()
    assert not app.exception
    [ballot] = current().store.ballots()
    assert len(ballot.question_ids) == 6 and (ballot.a, ballot.b) == ("base+bm25", "tuned+bm25")


def test_votes_count_for_the_system_that_was_meant(proven: Workspace, visit: Visit) -> None:
    visit("vote")
    ballot = a_ballot(proven, visit)
    app = visit("vote", ballot=ballot.ballot_id, voter=" Ann ")
    assert "tuned" not in words(app) and "bm25" not in words(app)  # nothing says whose list is whose
    for question_id in order_for(ballot, "ann"):
        assert question_id.removeprefix("t-").lstrip("0") + ":" in words(app)
        side = "left" if on_the_left(ballot, "ann", question_id) == "b" else "right"
        next(button for button in app.button if str(button.key).endswith(f"_0_{side}")).click().run()
        assert not app.exception
    assert "tuned+bm25 preferred to base+bm25 on 5 of the 5 questions" in words(app).replace("\\", "")
    app.button(key="vote_undo").click().run()
    assert len(current().store.votes(ballot.ballot_id)) == 4
    side = next(button for button in app.button if str(button.key).endswith("_1_tie"))  # the second round of the last question
    side.click().run()
    assert [vote.choice for vote in current().store.votes(ballot.ballot_id)].count("tie") == 1


def test_a_reload_shows_the_same_and_a_stale_press_counts_nothing(proven: Workspace, visit: Visit) -> None:
    visit("vote")
    ballot = a_ballot(proven, visit)
    first, second = (visit("vote", ballot=ballot.ballot_id, voter="ann") for _ in range(2))
    assert [one.value for one in first.html] == [one.value for one in second.html]
    next(button for button in first.button if str(button.key).endswith("_left")).click().run()
    next(button for button in second.button if str(button.key).endswith("_right")).click().run()  # a second tab, a moment later
    assert len(current().store.votes(ballot.ballot_id)) == 1
    assert not second.exception


def test_a_vote_whose_run_is_gone_is_a_sentence(proven: Workspace, visit: Visit) -> None:
    visit("vote")
    ballot = Ballot(content_id("x"), 1.0, "gone", "base", "tuned", ("t-001",), 0, 1)
    current().store.add_ballot(ballot)
    assert "no longer here" in words(visit("vote", ballot=ballot.ballot_id, voter="ann"))
    assert "nobody can vote on it any more" in words(visit("vote"))
    assert "no such vote" in words(visit("vote", ballot="never-was"))


def test_a_closed_store_keeps_the_votes(proven: Workspace) -> None:
    with Store.open(proven) as store:
        assert store.ballots() == () and store.curated() == ()
