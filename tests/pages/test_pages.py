"""Every page on an empty and on a prepared workspace, and what each does when asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import ForgeError
from core.planning import Plan
from core.records import Corpus
from core.runs.about import About, about
from core.runs.folder import RunFolder, list_runs
from core.settings import Settings
from core.store import Store
from core.training.estimate import Estimate
from core.workspace import Workspace
from tests.harbour import CHUNKS, record_run
from tests.pages.conftest import Visit
from workbench.following import draw_run
from workbench.words import plain

HOLD = """
import sys
from pathlib import Path
from core.store import Store
from core.workspace import Workspace
with Store.open(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    input()
"""
PAGES = ("overview", "corpus", "pairs", "train", "compare")


def words(app: AppTest) -> str:
    """Everything a page says in Markdown, captions, alerts and HTML."""
    shown = [
        *app.title,
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.html,
        *app.info,
        *app.error,
        *app.warning,
        *app.success,
    ]
    return "\n".join(str(element.value) for element in shown)


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_workspace_says_what_to_do(visit: Visit, page: str) -> None:
    app = visit(page)
    assert not app.exception and not app.error
    assert "mport a" in words(app)


@pytest.mark.parametrize("page", ("overview", "corpus", "pairs", "train"))
def test_a_prepared_workspace_is_drawn(workspace: Workspace, visit: Visit, page: str) -> None:
    app = visit(page)
    assert not app.exception and not app.error


def test_a_workspace_held_by_another_process_is_one_sentence(workspace: Workspace, visit: Visit) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(workspace.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        app = visit("corpus")
        assert not app.exception
        assert len(app.error) == 1 and str(holder.pid) in app.error[0].value
        holder.communicate("\n")


def test_overview_counts_what_there_is(workspace: Workspace, visit: Visit) -> None:
    app = visit("overview")
    assert {metric.label: metric.value for metric in app.metric} == {
        "Chunks": "30",
        "Entities": "9",
        "Questions": "6",
        "Pairs": "5",
        "Runs": "1",
    }
    assert "The gain is more than chance" in app.success[0].proto.title
    assert app.button(key="next").label == "Compare"


def test_train_shows_a_finished_run(workspace: Workspace, visit: Visit) -> None:
    app = visit("train")
    assert len(app.get("plotly_chart")) == 5  # pairs, loss, dev, learning rate, gradient norm
    assert [bar.value for bar in app.progress] == [100, 100, 100]
    assert "done in 3 min 3 s" in app.progress[1].text
    assert "finished" in words(app)
    assert not [button for button in app.button if button.key in {"stop", "resume"}]


def test_a_killed_run_is_lost_and_can_be_resumed(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    run = record_run(workspace, finished=False)
    resumed: list[RunFolder] = []
    monkeypatch.setattr("workbench.following.resume", resumed.append)
    app = visit("train", run=run.run_id)
    assert "lost" in words(app)
    app.button(key="resume").click().run()
    assert resumed == [run]


def test_a_failed_run_says_why(workspace: Workspace, visit: Visit) -> None:
    run = record_run(workspace, finished=False)
    run.log.append("failed", error="The disk is full: <b>free</b> some_space_, then resume.")
    app = visit("train", run=run.run_id)
    assert "The disk is full" in app.error[0].value and "<b>" not in app.error[0].value.replace("\\<b\\>", "")


def test_start_takes_the_settings_of_the_form(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def start(store: object, workspace: Workspace, settings: object, stages: tuple[str, ...]) -> RunFolder:
        run = record_run(workspace, finished=False)
        started.append((settings, stages, run.run_id))
        return run

    monkeypatch.setattr("workbench.training.starting.start_run", start)
    app = visit("train")
    next(box for box in app.number_input if box.label == "Epochs").set_value(5)
    app.form_submit_button[0].click().run()
    [(settings, stages, run_id)] = started
    assert (settings.NUM_EPOCHS, settings.LEARNING_RATE, stages) == (5, 1e-4, ("embed", "train", "evaluate", "map"))
    assert app.selectbox(key="run").value == "latest"  # the new run is followed
    assert plain(run_id) in words(app)
    next(button for button in app.button if button.label == "Search for settings first").click().run()
    assert started[1][1] == ("embed", "search", "train", "evaluate", "map")


def test_a_search_shows_its_trials_and_what_it_settled_on(workspace: Workspace, visit: Visit) -> None:
    run = record_run(workspace, finished=False)
    settings = {"TRAINING_MODE": "fast", "LEARNING_RATE": 6e-5, "NUM_HARD_NEGATIVES": 1, "TEMPERATURE": 0.05}
    for number, (rate, value) in enumerate([(3e-5, 0.41), (6e-5, 0.45), (6e-5, 0.5)]):
        tried = {**settings, "LEARNING_RATE": rate}
        run.log.append("trial", round=number // 2, settings=tried, n_rows=20 * (1 + number // 2), value=value, seconds=3.0)
    run.log.append("searched", settings=settings, n_trials=3)
    app = visit("train", run=run.run_id)
    table = next(frame.value for frame in app.dataframe if "dev" in frame.value)
    assert table["dev"].tolist() == [0.5, 0.45, 0.41] and table["round"].tolist() == [2, 1, 1]
    assert plain("learning rate 6e-05") in words(app)


def test_the_latest_run_is_followed_unless_a_link_names_another(workspace: Workspace, visit: Visit) -> None:
    record_run(workspace, finished=False)
    newer, older = list_runs(workspace.runs)
    shown = visit("train")
    assert shown.selectbox(key="run").value == "latest" and plain(newer.run_id) in words(shown)
    linked = visit("train", run=older.run_id)
    assert linked.selectbox(key="run").value == older.run_id and plain(older.run_id) in words(linked)
    assert visit("train", run="never-was").selectbox(key="run").value == "latest"


def test_a_run_is_named_and_noted(workspace: Workspace, visit: Visit) -> None:
    run = list_runs(workspace.runs)[0]
    app = visit("train")
    next(box for box in app.text_input if box.label == "Name").set_value("two *negatives*")
    next(area for area in app.text_area if area.label == "Note").set_value("is it <b>better</b>?")
    next(button for button in app.button if button.label == "Save").click().run()
    assert about(run) == About("two *negatives*", "is it <b>better</b>?")
    assert "two \\*negatives\\*" in words(app) and "<b>better" not in words(app)


def test_a_run_is_deleted_for_good(workspace: Workspace, visit: Visit) -> None:
    app = visit("train")
    app.button(key="delete").click().run()
    assert list_runs(workspace.runs) == [] and not app.exception
    assert not app.selectbox


def test_a_run_that_another_tab_deletes_is_left(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    class Redrawn(Exception):
        pass

    def redraw() -> None:
        raise Redrawn

    monkeypatch.setattr("workbench.following.st.rerun", redraw)
    run = record_run(workspace)
    shutil.rmtree(run.path)
    with pytest.raises(Redrawn):
        draw_run(run, "newest", False, False, lambda: "newest")


def test_without_pairs_train_says_what_comes_first_whatever_has_run(tmp_path: Path, visit: Visit) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    with Store.open(workspace) as store:
        store.import_corpus(Corpus(CHUNKS), {}, "texts")
    record_run(workspace)
    assert "There are no training pairs yet: generate them first" in words(visit("train"))


def test_runs_lie_beside_each_other_with_what_was_set_differently(workspace: Workspace, visit: Visit) -> None:
    record_run(workspace, finished=False)
    newer, older = list_runs(workspace.runs)
    newer.write_json("config.json", {**newer.config, "settings": {"BASE_MODEL": "all-MiniLM-L6-v2", "NUM_EPOCHS": 9}})
    app = visit("train", beside=older.run_id)
    [different] = [table.value for table in app.dataframe if "setting" in table.value and len(table.value.columns) == 3]
    assert different["setting"].tolist() == ["NUM_EPOCHS"] and different.iloc[0, 1:].tolist() == ["9", "2"]


def test_how_long_it_takes_is_said_before_it_starts(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Settings] = []

    def plan(store: object, settings: Settings) -> Plan:
        asked.append(settings)
        return Plan((Estimate("fast", 130.0, 40), Estimate("standard", 290.0, 1)), "fast")

    monkeypatch.setattr("workbench.training.planning.plan_training", plan)
    app = visit("train")
    app.button_group(key="mode").set_value("auto")
    app.number_input(key="minutes").set_value(5)
    app.form_submit_button[2].click().run()
    assert (asked[0].TRAINING_MODE, asked[0].TIME_BUDGET) == ("auto", 5)
    assert "**fast**: about 2 min 10 s, 40 steps :material/check: what *auto* would take" in words(app)
    assert "**standard**: about 4 min 50 s, 1 step" in words(app)


def test_a_budget_of_seconds_can_be_changed(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_BUDGET", "0.5")
    app = visit("train")
    assert app.number_input(key="minutes").value == 0.5 and not app.exception


def test_a_model_that_cannot_be_had_is_one_sentence_before_the_start(workspace: Workspace, visit: Visit) -> None:
    app = visit("train")
    next(box for box in app.text_input if "odel" in box.label).set_value("/nowhere/a model")
    app.form_submit_button[2].click().run()
    assert "There is no model folder" in app.error[0].value and not app.exception


def test_what_hinders_a_start_is_one_sentence(workspace: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ForgeError("There is no room_for_it.")

    monkeypatch.setattr("workbench.training.starting.start_run", refuse)
    app = visit("train")
    app.form_submit_button[0].click().run()
    assert app.error[0].value == "There is no room\\_for\\_it\\."
