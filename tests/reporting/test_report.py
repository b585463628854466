"""The report: what it says agrees with the run, it is valid HTML that asks nothing of the network, and hostile text stays text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.records import Decision, content_id
from core.reporting import advice
from core.reporting.examples import Movement, clearest, movement
from core.reporting.findings import Audit, Findings, gather
from core.runs.folder import RunFolder
from core.store import Store
from core.workspace import Workspace
from tests.harbour import PAIRS, prepare, record_run
from tests.proof import FIRST, N_TEST, asked, got_worse, record_evaluation
from workbench.report import drawings
from workbench.report.document import report_html
from workbench.report.making import write_report
from workbench.report.proof import maps
from workbench.telling import at_the_top, moved


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return prepare(tmp_path_factory.mktemp("report") / "w", with_run=False)


@pytest.fixture(scope="module")
def run(workspace: Workspace) -> RunFolder:
    return record_evaluation(workspace)


@pytest.fixture(scope="module")
def store(workspace: Workspace) -> Iterator[Store]:
    with Store.open(workspace) as store:
        yield store


@pytest.fixture(scope="module")
def found(store: Store, workspace: Workspace, run: RunFolder) -> Findings:
    return gather(store, workspace, run)


@pytest.fixture(scope="module")
def html(found: Findings) -> str:
    return report_html(found)


def test_it_is_valid_html(html: str) -> None:
    html5lib.HTMLParser(strict=True).parse(html)


def test_it_needs_nothing_from_elsewhere(html: str) -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    assert {"script", "link", "img", "iframe", "object", "image", "use"}.isdisjoint(element.tag for element in elements)
    addresses = [element.attrib[name] for element in elements for name in ("src", "href") if name in element.attrib]
    assert addresses and all(one.startswith("#") for one in addresses)
    style = tree.find(".//style")
    assert style is not None and "@import" not in str(style.text) and "url(" not in str(style.text)


def test_hostile_text_stays_text(html: str) -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    assert tree.find(".//script") is None and tree.find(".//img") is None
    assert "&lt;script&gt;alert" in html
    handlers = [name for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib if str(name).startswith("on")]
    assert handlers == []


def test_it_says_what_the_run_found(found: Findings, html: str) -> None:
    worse = sum(got_worse(question) for question in asked() if question.split == "test")
    assert (found.comparison["wins"], found.comparison["losses"]) == (N_TEST - worse, worse)
    assert f"{N_TEST - worse} got better, {worse} got worse" in html
    assert found.hits["precision@1"] == (0, N_TEST - worse, N_TEST)
    assert f"An answer stands in first place for {N_TEST - worse} of {N_TEST} questions; before it was 0." in html
    for heading in ("What was done", "What got worse", "What to do next", "How to use the model"):
        assert f"<h2>{heading}</h2>" in html
    assert "The embedding space" not in html and "What people preferred" not in html  # there is no map and no vote


def test_losses_lead_to_what_training_taught(found: Findings, html: str) -> None:
    assert len(found.traces["t-004"].against_answers) == 1
    assert "1 dense-rank" in html


def test_it_is_written_whole_or_refused(store: Store, workspace: Workspace, run: RunFolder, tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.html"
    assert write_report(store, workspace, target).run_id == run.run_id
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(InputError, match="is a folder"):
        write_report(store, workspace, tmp_path)
    with pytest.raises(InputError, match="Run never has not been evaluated"):
        write_report(store, workspace, tmp_path / "x.html", "never")


def test_a_run_without_scores_is_a_sentence(tmp_path: Path) -> None:
    other = Workspace.create(tmp_path / "w")
    with Store.open(other) as store, pytest.raises(InputError, match="nothing to report"):
        gather(store, other, record_run(other))


def test_a_run_without_a_tuned_model_is_a_sentence(
    store: Store, workspace: Workspace, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    untuned = {**(run.results() or {}), "baseline": "bm25", "candidate": "base+bm25"}
    monkeypatch.setattr(RunFolder, "results", lambda _: untuned)
    with pytest.raises(InputError, match="evaluated no tuned model"):
        gather(store, workspace, run)


def test_examples_are_clear_and_of_several_categories() -> None:
    rows = [(f"q{number}", "one" if number < 6 else "two", 0.1, 0.9 - number / 100) for number in range(8)] + [("bad", "one", 0.9, 0.1)]
    table = pd.DataFrame(rows, columns=["question_id", "category", "before", "after"])
    examples = clearest(table.assign(change=table["after"] - table["before"]), 4, 2)
    assert [one.question_id for one in examples.better] == ["q0", "q1", "q6", "q7"]
    assert [one.question_id for one in examples.worse] == ["bad"]
    assert [one.question_id for one in examples.interleaved()] == ["q0", "q1", "bad", "q6", "q7"]


def test_movement_in_words() -> None:
    question = asked()[1]
    [answer] = question.relevant
    assert movement(question, ["x", answer], [answer]) == Movement(2, 1)
    assert moved(Movement(2, 1), "better") == "Its best answer moved from second to first place."
    assert moved(Movement(None, 3), "better") == "Its best answer was not among the first ten; now it stands in third place."
    assert moved(Movement(1, None), "worse") == "Its best answer stood in first place; now it is not among the first ten."
    assert moved(Movement(1, 1), "worse") == "Its best answer stays in first place; others stand lower."
    assert at_the_top({}) == []


def said(found: Findings) -> str:
    return "\n".join(f"{one.do}: {one.why}" for one in advice.advise(found))


def test_advice_follows_the_numbers(found: Findings) -> None:
    gained = {**found.comparison, "p": 0.001, "difference": 0.2}
    assert "Use tuned+bm25" in said(replace(found, comparison=gained))
    lost = {**gained, "difference": -0.2}
    assert "Do not use tuned+bm25 yet" in said(replace(found, comparison=lost))
    assert "Keep base+bm25" in said(replace(found, results={**found.results, "chosen": "base+bm25"}))


@pytest.mark.parametrize(
    ("difference", "expected"), [(0.05, "Write about 120 more test questions"), (0.001, "Do not wait for more questions")]
)
def test_advice_on_more_questions(found: Findings, difference: float, expected: str) -> None:
    open_result = {**found.comparison, "p": 0.4, "difference": difference, "detectable": 0.1, "n": 40}
    assert expected in said(replace(found, comparison=open_result))


def test_advice_on_rules_topics_and_audit(found: Findings) -> None:
    judged = replace(found, audit=Audit({"accept": 12, "reject": 8}, {"same-type": (12, 8), "judged": (9, 0)}))
    assert "Tighten the rule same-type, or switch it off: 8 of its 20 judged pairs were rejected (40%)." in said(judged)
    assert "Look at the training pairs" in said(found) and "Look at the training pairs" not in said(judged)
    assert "“Atlantis”" in said(replace(found, uncovered={"Atlantis": 3}))
    assert "nothing covers" not in said(replace(found, uncovered={}))


def test_decisions_reach_the_report(store: Store, workspace: Workspace, run: RunFolder) -> None:
    pair_id = PAIRS[1].pair_id
    store.decide([Decision(content_id("d"), pair_id, "reject", "ann", 1.0)])
    assert gather(store, workspace, run).audit.by_rule["same-type"] == (0, 1)


def test_the_recorded_ranks_are_what_the_tests_think() -> None:
    assert FIRST["tuned+bm25"] == 1 and not got_worse(asked()[0])


def test_both_maps_stand_in_one_frame() -> None:
    points = pd.DataFrame(
        {"chunk_id": ["a", "b", "c"], "x_before": [0.0, 4.0, 2.0], "y_before": [0.0, 2.0, 1.0], "x_after": [0.0, 4.0, 10.0],
         "y_after": [0.0, 2.0, 5.0]}
    )  # fmt: skip
    drawn = drawings.maps(points, {"a": "place", "b": "person"}, "Maps")
    circles = [element.attrib for element in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}circle")]
    at = [(float(one["cx"]), float(one["cy"])) for one in circles]
    assert len(at) == 6
    apart = drawings.MAP_SIDE + drawings.MAP_GAP
    assert np.array(at[3:5]) - np.array(at[:2]) == pytest.approx(np.array([[apart, 0.0]] * 2))  # what did not move
    assert at[5][0] - apart == pytest.approx(drawings.MAP_SIDE - drawings.MAP_MARGIN)  # and what moved farthest still fits
    assert [one["class"] for one in circles[:3]] == ["k1", "k0", "k0"]


def test_the_maps_of_a_run_are_in_its_report(found: Findings) -> None:
    points = pd.DataFrame(
        {"chunk_id": list(found.chunks)[:2], **{f"{axis}_{side}": [0.0, 1.0] for axis in "xy" for side in ("before", "after")}}
    )
    drawn = replace(found, drawn=type("Drawn", (), {"points": points})())  # type: ignore[arg-type]
    assert "The embedding space" in report_html(drawn) and "The embedding space" not in report_html(replace(found, drawn=None))
    html5lib.HTMLParser(strict=True).parse(report_html(drawn))
    kinds = dict(zip(points["chunk_id"], ("scene", "place"), strict=True))
    two_kinds = {name: replace(chunk, wiki_type=kinds.get(name, "")) for name, chunk in found.chunks.items()}
    one_kind = {name: replace(chunk, wiki_type="scene" if name in kinds else "other") for name, chunk in found.chunks.items()}
    assert "coloured by its kind" in maps(replace(drawn, chunks=two_kinds))
    assert "coloured by its kind" not in maps(replace(drawn, chunks=one_kind))  # what is not drawn has no colour
