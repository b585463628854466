"""The views of the Pairs page on a generation that was recorded rather than made."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from core.pairing.export import FORMATS as CORE_FORMATS
from core.records import Dropped, Pair
from core.runs.folder import RunFolder, create_run
from core.settings import Settings
from core.store import Generation, Store
from core.workspace import Workspace
from tests.harbour import HOSTILE, PAIRS, prepare
from tests.pages.conftest import Visit
from tests.pages.test_pages import words
from workbench.pairs.downloading import FORMATS, _made
from workbench.session import Session

KEEPER = "Who keeps the light?"
SCORED = tuple(replace(pair, evidence={**pair.evidence, "cosine": 0.3 + n / 10, "bm25": 5.0 + n}) for n, pair in enumerate(PAIRS))
HOSTILE_PAIR = Pair(HOSTILE, "ledger-1", "negative", "dense-rank", hardness="hard", reason=HOSTILE, evidence={"positive": "ilsa-1"})
MADE = (*SCORED, HOSTILE_PAIR)
DROPPED = (
    *(Dropped(KEEPER, "q-keeper", f"ilsa-{n}", "too-near", "Lies 96 % as near.", 0.96) for n in range(2, 7)),
    Dropped(KEEPER, "q-keeper", "osterhaven-5", "same-entity", "Speaks of the **lighthouse**.", 0.5, offered=True),
)
REMOVED = ({"query": "Who lit it?", "question_id": "", "reason": "restated", "how": "Reads alike.", "held_out": "q-ship", "n_pairs": 2},)
SUMMARY = {
    "pairs": [],
    "unpaired": {"q-winter": "No chunk speaks of winter."},
    "notes": ["No hard negative for 1 of 3 queries."],
    "share": {"value": 0.93, "how": "Nine of ten known answers lie above 93 %."},
}


@pytest.fixture
def generated(workspace: Workspace) -> Workspace:
    with Store.open(workspace) as store:
        store.adopt(Generation("20260101-000000-aaaa", store.corpus_fingerprint(), SUMMARY), MADE, DROPPED, REMOVED)
    return workspace


def pairs_run(workspace: Workspace, **config: Any) -> RunFolder:
    """A run of the pairs stage that no worker has begun."""
    with Store.open(workspace) as store:
        made_from = store.corpus_fingerprint()
    return create_run(workspace.runs, {"stages": ["pairs"], "made_from": made_from, **config}, {"lock": ""})


def leave_pairs(run: RunFolder) -> None:
    """What a worker leaves when it has finished."""
    from core.runs.frozen import to_lines

    for name, records in (("generated", MADE), ("dropped", DROPPED), ("removed", ())):
        (run.path / f"{name}.jsonl").write_text(to_lines(records), encoding="utf-8")
    run.write_json("generation.json", SUMMARY)
    run.log.append("finished")


@pytest.mark.parametrize("view", ["audit", "browse", "summary", "generate"])
def test_every_view_is_drawn(generated: Workspace, visit: Visit, view: str) -> None:
    app = visit("pairs", view=view)
    assert not app.exception and not app.error
    assert app.segmented_control(key="view").value == view


@pytest.mark.parametrize("view", ["audit", "browse", "summary", "generate", "nonsense"])
def test_every_view_of_a_workspace_without_pairs_says_what_to_do(workspace: Workspace, visit: Visit, view: str) -> None:
    with Store.open(workspace) as store:
        store.save_pairs([])
    app = visit("pairs", view=view)
    assert not app.exception and not app.error
    assert "generate them first" in words(app) or app.segmented_control(key="view").value == "generate"


def test_browse_opens_the_first_pair_and_the_one_that_is_linked(generated: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="browse")
    assert "6 pairs found" in words(app)
    assert len(app.dataframe[0].value) == 6
    assert KEEPER in words(app) and "keeps the lighthouse" in words(app)

    app = visit("pairs", view="browse", pair=HOSTILE_PAIR.pair_id)
    assert "The positive it is set against" in words(app)
    assert not re.search(r"(?<!\\)<script", words(app)) and "&lt;script&gt;" in words(app)


def test_browse_filters_and_pages(generated: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="browse", label="negative")
    assert "3 pairs found" in words(app)
    app.multiselect(key="category").set_value(["(synthetic)"]).run()
    assert "1 pair found" in words(app)
    app.multiselect(key="category").set_value([]).run()
    app.text_input(key="text").set_value("salt rope").run()
    assert app.dataframe[0].value["query"].tolist() == ["How often does the harbour freeze?"]
    app.text_input(key="text").set_value("nobody wrote this").run()
    assert "No pair matches" in words(app) and not app.dataframe


def test_every_format_can_be_downloaded(generated: Workspace) -> None:
    """The page hands out a button a format; what the button would hand out is made here."""
    with Store.open(generated) as store:
        session = Session(generated, store)
        assert list(FORMATS) == list(CORE_FORMATS)
        assert b"Who keeps the light?" in _made(session, "jsonl")
        assert {_made(session, form)[:2] for form in FORMATS if form != "jsonl"} == {b"PK"}  # zipped


def test_a_link_to_a_pair_that_is_gone_says_so(generated: Workspace, visit: Visit) -> None:
    assert "no longer made" in visit("pairs", view="browse", pair="0" * 16).warning[0].value


def test_summary_counts_plots_and_explains(generated: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="summary")
    assert {metric.label: metric.value for metric in app.metric} == {
        "Positives": "3",
        "Negatives": "3",
        "Without a positive": "1",
        "Refused as negatives": "6",
        "Removed by the guard": "1",
    }
    assert len(app.get("plotly_chart")) == 6  # rule, hardness, category, two scores, refused by rule
    said = words(app).replace("\\", "")
    assert "Nine of ten known answers lie above 93 %" in said and "No hard negative for 1 of 3 queries" in said
    unpaired, removed = (table.value for table in app.dataframe)
    assert unpaired.to_dict("records") == [{"question": "How often does the harbour freeze?", "why": "No chunk speaks of winter."}]
    assert removed["because of"].tolist() == ["Which ship did Brandt lose, and where?"]


def test_an_offered_chunk_becomes_a_positive(generated: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="summary")
    app.toggle(key="offered").set_value(True).run()
    assert "raised after the Grey Heron was lost" in words(app)
    next(button for button in app.button if button.label == "Take as a positive").click().run()
    assert not app.exception
    assert not [button for button in app.button if button.label == "Take as a positive"]
    assert {metric.label: metric.value for metric in app.metric}["Positives"] == "4"


def test_preview_shows_pairs_and_keeps_none(generated: Workspace, visit: Visit) -> None:
    app = visit("pairs", view="generate")
    next(button for button in app.get("button") if button.label == "Preview").click().run()
    assert not app.exception and not app.error
    assert "Preview" in words(app) and "Nothing is kept" in words(app) and KEEPER in words(app)
    assert visit("pairs", view="browse").dataframe[0].value["query"].tolist() == [pair.query for pair in MADE]


def test_generate_freezes_the_settings_of_the_form(generated: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[Settings, int | None]] = []
    monkeypatch.setattr("workbench.pairs.generating.start_pairs", lambda _, __, settings, most: started.append((settings, most)))
    app = visit("pairs", view="generate")
    next(box for box in app.number_input if box.label == "Hard negatives for each positive").set_value(3)
    next(box for box in app.number_input if box.label == "At most so many positives").set_value(200)
    app.slider[0].set_value(0.75)
    next(button for button in app.get("button") if button.label == "Generate pairs").click().run()
    [(settings, most)] = started
    assert (settings.NUM_HARD_NEGATIVES, settings.MIN_TOPIC_COVERAGE, most) == (3, 0.75, 200)


def test_what_a_run_has_made_is_taken_in_by_whichever_page_comes_first(generated: Workspace, visit: Visit) -> None:
    run = pairs_run(generated)
    assert "Pairs in the making" in words(visit("pairs", view="generate"))
    leave_pairs(run)
    assert {metric.label: metric.value for metric in visit("overview").metric}["Pairs"] == "6"
    app = visit("pairs", view="generate")
    assert run.run_id in words(app) and "Pairs in the making" not in words(app)


def test_a_run_that_failed_says_why_and_can_be_resumed(generated: Workspace, visit: Visit) -> None:
    run = pairs_run(generated)
    run.log.append("failed", error="The disk is full.")
    app = visit("pairs", view="generate")
    assert "The disk is full" in app.error[0].value
    assert [button.label for button in app.button if button.key == "resume"] == ["Resume"]


def test_torn_output_is_one_sentence_and_the_page_goes_on(generated: Workspace, visit: Visit) -> None:
    run = pairs_run(generated)
    leave_pairs(run)
    (run.path / "generated.jsonl").write_text('{"query": "half a li', encoding="utf-8")
    app = visit("pairs", view="browse")
    assert not app.exception
    assert run.run_id in app.error[0].value.replace("\\", "")
    assert "6 pairs found" in words(app)


def test_twenty_thousand_pairs_are_browsed_without_waiting(tmp_path: Any, visit: Visit) -> None:
    with Store.open(prepare(tmp_path / "workspace", with_run=False)) as store:
        store.save_pairs([Pair(f"query {n}", PAIRS[n % 4].chunk_id, "positive", "judged") for n in range(20_000)])
    app = visit("pairs", view="browse")
    start = time.perf_counter()
    app.query_params["page"] = "900"
    app.run()
    assert "20,000 pairs found" in words(app) and time.perf_counter() - start < 3
