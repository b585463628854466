"""The import page: a look before anything is done, every problem listed, columns mapped and remembered, and what would change."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.encoders.choose import base_encoder
from core.settings import Settings
from core.store import Store
from core.workspace import Workspace
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from tests.tiny import save_tiny_bert


def native(folder: Path, good: int, bad: int = 0) -> str:
    """A native folder of a few chunks, some of its last lines broken."""
    (folder / "chunks").mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"text": f"Chunk number {n} tells of something.", "filename": "a.md"}) for n in range(good)]
    (folder / "chunks" / "a.jsonl").write_text("\n".join([*lines, *['{"text": '] * bad]), encoding="utf-8")
    return str(folder)


def n_chunks(app: AppTest) -> str:
    return {metric.label: metric.value for metric in app.metric}.get("Chunks", "0")


def test_an_import_leads_to_the_overview(tmp_path: Path, visit: Visit) -> None:
    app = visit("import", source=native(tmp_path / "codex", good=4))
    assert "**4 chunks** would be imported" in words(app) and not app.exception
    app.button(key="import").click().run()
    assert n_chunks(app) == "4"
    assert app.button(key="next").label == "Run it all"


def test_every_bad_line_is_listed_before_anything_is_imported(tmp_path: Path, visit: Visit) -> None:
    source = native(tmp_path / "codex", good=4, bad=3)
    app = visit("import", source=source)
    assert app.dataframe[0].value["line"].tolist() == [5, 6, 7]
    assert app.button(key="import").disabled
    app.checkbox(key=f"skip_{source}").check().run()
    app.button(key="import").click().run()
    assert n_chunks(app) == "4"


def test_a_source_that_was_repaired_is_looked_at_anew(tmp_path: Path, visit: Visit) -> None:
    source = native(tmp_path / "codex", good=4, bad=1)
    app = visit("import", source=source)
    assert app.button(key="import").disabled
    native(tmp_path / "codex", good=5)
    app.run()
    assert "**5 chunks** would be imported" in words(app) and not app.button(key="import").disabled


@pytest.mark.parametrize("source", ["/nowhere/at all", "upload:never", "upload:../../etc"])
def test_a_source_that_is_not_there_is_one_sentence(visit: Visit, source: str) -> None:
    app = visit("import", source=source)
    assert len(app.error) == 1 and not app.exception


def test_columns_are_mapped_once_and_remembered(tmp_path: Path, visit: Visit) -> None:
    table = tmp_path / "news.csv"
    table.write_text("key,head,what\n1,Light,It burns.\n2,Sea,It sings.\n", encoding="utf-8")
    app = visit("import", source=str(table))
    assert "Say which column is the text" in words(app) or not app.button  # nothing is guessed from "what"
    app.segmented_control(key=f"map_{table}_kind").set_value("chunks").run()
    app.selectbox(key=f"map_{table}_text").set_value("what").run()
    app.selectbox(key=f"map_{table}_chunk_id").set_value("key").run()
    app.button(key="import").click().run()
    assert n_chunks(app) == "2"

    table.write_text("key,head,what\n1,Light,It burns bright.\n3,Fog,It hides.\n", encoding="utf-8")
    app = visit("import", source=str(table))
    assert {metric.label: metric.value for metric in app.metric} == {"New": "1", "Changed": "1", "Gone": "1", "As before": "0"}
    app.button(key="import").click().run()
    assert not app.exception and n_chunks(app) == "2"


def test_another_source_has_to_be_asked_for(workspace: Workspace, tmp_path: Path, visit: Visit) -> None:
    source = native(tmp_path / "codex", good=2)
    app = visit("import", source=source)
    assert app.button(key="import").disabled
    assert {metric.label: metric.value for metric in app.metric}["Gone"] == "30"
    app.checkbox(key=f"replace_{source}").check().run()
    app.button(key="import").click().run()
    assert n_chunks(app) == "2"


def test_two_visits_look_at_two_workspaces(workspace: Workspace, tmp_path: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path))
    other = Workspace.create(tmp_path / "workspaces" / "other")
    Store.open(other).close()
    here, there = visit("overview"), visit("overview", workspace="other")
    assert n_chunks(here) == "30" and n_chunks(there) == "0"
    assert n_chunks(here.run()) == "30"
    there.switch_page("../pages/import.py").run()  # a link that leaves the workspace out of the URL
    assert "Workspace **other**" in words(there) and there.query_params["workspace"] == "other"


@pytest.mark.parametrize("name", ["never-was", "../workspace", "/etc"])
def test_a_workspace_that_is_not_there_is_one_sentence(visit: Visit, name: str) -> None:
    app = visit("overview", workspace=name)
    assert "There is no workspace" in app.error[0].value and not app.exception


def test_a_workspace_is_made_copied_and_opened(workspace: Workspace, tmp_path: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path))
    app = visit("workspaces")
    app.text_input(key="copy_name").set_value("second")
    next(button for button in app.button if button.label.startswith("Duplicate")).click().run()
    assert not app.exception and app.query_params["workspace"] == "second" and n_chunks(app) == "30"
    app = visit("workspaces")
    app.text_input(key="new_name").set_value("../up")
    next(button for button in app.button if button.label == "Create").click().run()
    assert "no name for a workspace" in app.error[0].value
    next(button for button in app.button if button.label == "Restore").click().run()
    assert "Choose an archive first" in app.error[0].value


def test_vectors_made_elsewhere_are_kept_or_refused_in_a_sentence(tmp_path: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_MODEL", str(save_tiny_bert(tmp_path / "tiny")))
    app = visit("import", source=native(tmp_path / "codex", good=4))
    app.button(key="import").click().run()
    encoder = base_encoder(Settings(_env_file=None))  # type: ignore[call-arg]
    vectors = encoder.encode([f"Chunk number {n} tells of something." for n in range(4)], "document")
    np.save(tmp_path / "own.npy", vectors)
    np.save(tmp_path / "other.npy", -vectors)

    app.switch_page("../pages/import.py").run()
    for path, said in (("", "Choose one file with vectors"), (str(tmp_path / "other.npy"), "Another model made it")):
        app.text_input(key="vectors_path").set_value(path)
        next(button for button in app.button if button.label == "Check and keep them").click().run()
        assert [error.value.startswith(said) or said in error.value for error in app.error] == [True]
    app.text_input(key="vectors_path").set_value(str(tmp_path / "own.npy"))
    next(button for button in app.button if button.label == "Check and keep them").click().run()
    assert not app.error and "of 4 chunks" in app.success[0].value and "4 texts had no vector before" in app.success[0].value
