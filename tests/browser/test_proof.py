"""What only a browser shows of the proof: twenty blind votes by keys, a report downloaded and opened, a point that leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.runs import evidence
from core.store import Store
from core.voting.ballot import Ballot, assignment_id, draw_up, on_the_left, order_for
from core.workspace import Workspace
from tests.browser.conftest import PATIENCE_MS, Tab
from tests.browser.serving import serving
from tests.harbour import HOSTILE, prepare
from tests.proof import record_evaluation

pytestmark = pytest.mark.browser
N_ROUNDS = 20
PRESSES = {"b": 11, "a": 5, "tie": 3, "skip": 1}  # what the voter means, round by round


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = prepare(tmp_path_factory.mktemp("proof") / "workspace", with_run=False)
    record_evaluation(workspace)
    return workspace


@pytest.fixture(scope="module")
def ballot(proven: Workspace) -> Ballot:
    """Drawn up before the app opens the workspace, so that the test knows which list is whose."""
    run = next(iter(evidence.evaluated_runs(proven)))
    test = [key for key, question in evidence.questions(run).items() if question.split == "test"]
    drawn = draw_up(run.run_id, evidence.ranked(run), test, "base+bm25", "tuned+bm25", N_ROUNDS, seed=11, created_at=1.0)
    with Store.open(proven) as store:
        store.add_ballot(drawn)
    return drawn


@pytest.fixture(scope="module")
def address(proven: Workspace, ballot: Ballot) -> Iterator[str]:
    with serving(proven.root) as started:
        yield started


def test_twenty_rounds_by_keys_come_to_what_was_voted(tab: Tab, ballot: Ballot) -> None:
    tab.open(f"/vote?ballot={ballot.ballot_id}")
    tab.page.get_by_role("textbox", name="Your name or initials").fill("Ilse")
    tab.page.get_by_role("button", name="Begin").click()
    meant = [choice for choice, n in PRESSES.items() for _ in range(n)]
    for number, (question_id, choice) in enumerate(zip(order_for(ballot, "ilse"), meant, strict=True)):
        expect(tab.page.locator(f".st-key-assignment_{assignment_id(ballot, 'ilse', question_id)}")).to_be_visible()
        tab.settle()
        assert "bm25" not in tab.text  # blind
        if number == 7:  # a reload in the middle shows the same question with the same sides
            before = tab.page.locator(".st-key-vote_left").inner_text()
            tab.page.reload()
            tab.settle()
            assert tab.page.locator(".st-key-vote_left").inner_text() == before
        on_left = on_the_left(ballot, "ilse", question_id) == choice
        tab.page.keyboard.press({"tie": "t", "skip": "s"}.get(choice, "ArrowLeft" if on_left else "ArrowRight"))
    expect(tab.page.get_by_text("That was the last question")).to_be_visible()
    tab.open("/vote")
    said = tab.text
    assert "tuned+bm25 preferred to base+bm25 on 11 of the 16 questions with a preference: 69%" in said
    assert "3 ties, 1 skipped. 20 votes by 1 voter." in said


def test_a_report_is_downloaded_and_opens_alone(tab: Tab, browser: Browser, tmp_path: Path) -> None:
    tab.open("/evaluate")
    with tab.page.expect_download(timeout=PATIENCE_MS) as waiting:
        tab.page.get_by_role("button", name="Report").click()
    target = tmp_path / "report.html"
    waiting.value.save_as(target)
    context = browser.new_context(offline=True)
    page = context.new_page()
    wrongs: list[str] = []
    page.on("request", lambda request: wrongs.append(request.url) if not request.url.startswith("file:") else None)
    page.on("dialog", lambda dialog: (wrongs.append(dialog.message), dialog.dismiss()))
    page.goto(target.as_uri())
    expect(page.locator("h1")).to_have_text("Does the tuned model find more?")
    assert page.locator("svg[role=img]").count() >= 3
    assert HOSTILE.split("\n")[0] in page.locator(".example").first.inner_text()
    assert wrongs == []
    context.close()


def test_a_point_leads_to_its_question_and_on_to_compare(tab: Tab) -> None:
    tab.open("/evaluate?view=questions")
    points = tab.page.get_by_role("figure").locator(".scatterlayer .trace").last.locator("path.point")
    points.first.click(force=True)
    tab.page.wait_for_url("**question=t-**")
    opened = tab.page.locator(".st-key-opened_question")
    expect(opened.get_by_text("What training taught near it")).to_be_visible()
    question_id = tab.page.url.split("question=")[1].split("&")[0]
    side_by_side = opened.get_by_role("link", name="Side by side")
    expect(side_by_side).to_have_attribute("href", re.compile(f"question={question_id}"))
    assert "view=audit" in str(opened.get_by_role("link", name="Audit pairs about").first.get_attribute("href"))
