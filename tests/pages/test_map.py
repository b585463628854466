"""The Map page: every state it can be in, and what its URL says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.records import Corpus
from core.runs.folder import list_runs
from core.runs.mapped import maps, read_map
from core.store import Store
from core.workspace import Workspace
from tests.charted import record_map
from tests.harbour import CHUNKS, QUESTIONS, REPORT, record_run
from tests.pages.conftest import Visit
from workbench.map.component import payload, standalone
from workbench.map.marks import of_chunk, of_entity, of_question
from workbench.map.scene import Scene, sample
from workbench.map.taking import as_file, selected


def said(app: AppTest) -> str:
    assert not app.exception, [one.message for one in app.exception]
    spoken = (app.caption, app.markdown, app.info, app.warning, app.error)
    return " ".join(str(one.value) for kind in spoken for one in kind)


@pytest.fixture
def mapped(workspace: Workspace) -> Workspace:
    record_map(workspace)
    return workspace


def test_an_empty_workspace_says_what_comes_first(visit: Visit) -> None:
    assert "import a folder" in said(visit("map"))


def test_without_a_map_one_is_offered(workspace: Workspace, visit: Visit) -> None:
    app = visit("map")
    assert "There is no map yet" in said(app)
    assert app.button(key="draw_map").label == "Draw the map"


def test_a_map_that_failed_says_why(workspace: Workspace, visit: Visit) -> None:
    run = record_run(workspace, finished=False)
    run.write_json("config.json", {**run.config, "stages": ["map"]})
    run.log.append("failed", error="Memory ran out.")
    app = visit("map")
    assert "Memory ran out" in said(app) and app.button(key="draw_map") and app.button(key="resume")


def test_too_few_chunks_are_said_at_once(tmp_path: Path, visit: Visit) -> None:
    with Store.open(Workspace.create(tmp_path / "workspace")) as store:
        store.import_corpus(Corpus(CHUNKS[:5]), {}, "few")
    app = visit("map")
    assert "at least 8 searched chunks, and this corpus has 5" in said(app) and not app.button


def test_the_headline_says_what_training_did(mapped: Workspace, visit: Visit) -> None:
    app = visit("map")
    said(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Questions"] == "1 better, 1 worse"
    assert figures["Names find their entity"] == "20% → 33%"
    assert figures["Map trust"] == "0.90 · 0.88"


def test_harm_is_two_clicks_away(mapped: Workspace, visit: Visit) -> None:
    app = visit("map")
    assert app.button(key="row_0").label.startswith("Which ship did Brandt lose")  # the question that got worse stands there at once
    app.button(key="row_0").click().run()
    assert app.query_params["question"] == "q-ship"
    assert "1.000 → 0.300" in said(app)
    app.button(key="line_0").click().run()
    assert "chunk" in app.query_params and "question" not in app.query_params
    app.button(key="close_look").click().run()
    assert "chunk" not in app.query_params


@pytest.mark.parametrize("panel", ["questions", "chunks", "entities", "selection", "trust"])
def test_every_panel_opens_by_its_address(mapped: Workspace, visit: Visit, panel: str) -> None:
    app = visit("map", panel=panel, view="one", colour="cluster")
    said(app)
    assert app.selectbox(key="panel").value == panel
    assert app.selectbox(key="colour").value == "cluster"


@pytest.mark.parametrize("url", [{"chunk": "ilsa-1"}, {"entity": "Ilsa Varn|character"}, {"question": "q-hostile"}])
def test_a_look_opens_by_its_address(mapped: Workspace, visit: Visit, url: dict[str, str]) -> None:
    app = visit("map", **url)
    said(app)
    assert app.button(key="close_look")


@pytest.mark.parametrize(
    "url", [{"chunk": "gone"}, {"entity": "Nobody|place"}, {"question": "gone"}, {"run": "gone"}, {"colour": "gone"}, {"panel": "x"}]
)
def test_an_address_that_means_nothing_is_no_trouble(mapped: Workspace, visit: Visit, url: dict[str, str]) -> None:
    said(visit("map", **url))


def test_a_first_look_says_that_it_is_one(workspace: Workspace, visit: Visit) -> None:
    record_map(workspace, "pca")
    assert "A first look" in said(visit("map"))


def test_a_torn_map_is_a_sentence(mapped: Workspace, visit: Visit) -> None:
    (maps(list_runs(mapped.runs))[0].path / "map.parquet").write_bytes(b"PAR1 torn")
    assert "draw it again" in said(visit("map"))


def test_a_corpus_that_has_changed_since_is_said(mapped: Workspace, visit: Visit) -> None:
    with Store.open(mapped) as store:
        store.import_corpus(Corpus(CHUNKS[:20], (), QUESTIONS), REPORT, "/codex/osterhaven")
    assert "10 chunks on it no longer exist" in said(visit("map", chunk="ledger-1"))


def test_words_find_chunks(mapped: Workspace, visit: Visit) -> None:
    assert "2 chunks found" in said(visit("map", find="SILVER odda")) or "1 chunk found" in said(visit("map", find="SILVER odda"))


# What the browser is sent


@pytest.fixture
def seen(mapped: Workspace) -> Scene:
    from workbench.map.scene import scene
    from workbench.session import Session

    run = maps(list_runs(mapped.runs))[0]
    with Store.open(mapped) as store:
        return scene.__wrapped__(Session(mapped, store), run, "laid out")  # type: ignore[attr-defined]


def test_lines_lead_to_what_is_expected_and_what_is_found(seen: Scene) -> None:
    question = next(one for one in QUESTIONS if one.question_id == "q-bell")
    [mark] = of_question(seen, question)
    expected = {seen.rows[chunk_id] for chunk_id in ("great_bell-3", "great_bell-5")}
    for side, lines in mark.lines.items():
        found = set(seen.map.questions.set_index("question_id").loc["q-bell", f"near_{side}"].tolist())
        assert {row for row, kind in lines if kind in {"found", "both"}} == found
        assert {row for row, kind in lines if kind == "both"} == found & expected
        assert {row for row, kind in lines if kind == "expected"} == expected - found


def test_neighbours_are_kept_lost_or_gained(seen: Scene) -> None:
    [mark] = of_chunk(seen, 4)
    before, after = (set(seen.map.points[f"near_{side}"].iloc[4].tolist()) for side in ("before", "after"))
    assert {row for row, kind in mark.lines["before"] if kind == "lost"} == before - after
    assert {row for row, kind in mark.lines["after"] if kind == "gained"} == after - before


def test_names_are_tied_to_the_primary_one(seen: Scene) -> None:
    assert [(mark.label, mark.kind, mark.to) for mark in of_entity(seen, "Ilsa Varn", "character")] == [
        ("Ilsa Varn", "primary", None), ("Ilsa", "name", 0), ("The Keeper", "name", 0),
    ]  # fmt: skip


def test_the_exported_page_asks_nobody_and_hostile_text_ends_nothing(seen: Scene) -> None:
    page = standalone(seen, "overlap", of_chunk(seen, seen.rows["ledger-1"]))
    assert page.count("</script>") == 1 and "<img" not in page and "base <b>" not in page
    inline = re.search(r"codexMap\(\{ data: (\{.*\}), parentElement", page)
    assert inline
    assert not re.findall(r"\b(?:src|href)=|@import|url\(|\bfetch\(", page.replace(inline[1], ""))
    data = json.loads(inline[1])
    assert set(data["modes"]) == set(seen.colourings) and data["titles"][0] == "base <b>model</b>"
    assert len(data["labels"]) == len(CHUNKS)


def test_the_chosen_colour_alone_is_sent(seen: Scene) -> None:
    data = payload(seen, "type", "two", [], [3, 5])
    assert list(data["modes"]) == ["type"] and data["lit"] == [3, 5]
    json.dumps(data, allow_nan=False)


def test_of_many_points_a_stratified_sample_is_drawn_with_what_matters(seen: Scene) -> None:
    drawn = sample(seen.map, [29, 7], 16)
    assert len(drawn) == len(set(drawn.tolist())) and 12 <= len(drawn) <= 20
    least = seen.map.points["overlap"].to_numpy().argsort(kind="stable")[:4]
    assert {29, 7, *least.tolist()} <= set(drawn.tolist())
    assert set(seen.map.points["cluster"].iloc[drawn]) == {0, 1, 2}


def test_a_selection_goes_out_as_it_is(seen: Scene) -> None:
    import io

    import pandas as pd

    rows = [seen.rows["ilsa-2"], seen.rows["ledger-1"]]
    table = selected(seen, rows)
    assert table["chunk_id"].tolist() == ["ilsa-2", "ledger-1"] and table["text"].iloc[0].startswith("In her youth")
    assert [json.loads(line)["chunk_id"] for line in as_file(table, "jsonl").decode().splitlines()] == ["ilsa-2", "ledger-1"]
    assert pd.read_parquet(io.BytesIO(as_file(table, "parquet")))["text"].tolist() == table["text"].tolist()
    formula = as_file(table.assign(text="=1+1"), "csv").decode("utf-8-sig")
    assert "'=1+1" in formula and ",=1+1" not in formula


def test_the_map_of_a_run_is_read_back(mapped: Workspace) -> None:
    found = read_map(maps(list_runs(mapped.runs))[0])
    assert found is not None and found.is_whole
