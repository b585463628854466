"""Compare as only a browser shows it: a link that says everything, a judgement and its undo, and judging by keys."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from core.runs.folder import list_runs
from core.workspace import Workspace
from tests.browser.conftest import Tab

pytestmark = pytest.mark.browser
FOUND = {"bm25": ["great_bell-3", "ilsa-1", "ledger-1"], "base": ["ilsa-1", "great_bell-6", "brandt-2"]}
LINK = "/compare?question=q-bell&systems=bm25&k=10&until=5&stress=1"


@pytest.fixture(scope="module")
def ranked(workspace: Workspace) -> None:
    """Two systems have ranked one test question."""
    run = next(run for run in list_runs(workspace.runs) if run.results())
    rows = [("test", system, "q-bell", rank, id_, 1 / rank) for system, ids in FOUND.items() for rank, id_ in enumerate(ids, start=1)]
    columns = ["split", "system", "question_id", "rank", "chunk_id", "score"]
    pd.DataFrame(rows, columns=columns).astype({"score": np.float64}).to_parquet(run.path / "rankings.parquet")


def test_a_link_says_everything(tab: Tab) -> None:
    tab.open(LINK)
    column = tab.page.locator('[data-testid="stColumn"]').filter(has=tab.page.get_by_role("heading", name="bm25", exact=True))
    expect(column.locator("mark").first).to_be_visible()
    assert "25 of 30 chunks searched, those known up to 5" in tab.text
    assert column.get_by_role("link", name="Read").count() == 10
    expect(tab.page.get_by_role("figure", name="under every name")).to_be_visible()


def test_a_judgement_and_its_undo(tab: Tab) -> None:
    tab.open("/compare?question=q-bell&systems=bm25")
    thumb = tab.page.locator(".st-key-no_bm25_5 button:visible")
    card = tab.page.locator('[data-testid="stVerticalBlock"]').filter(has=thumb).last
    thumb.click()
    expect(tab.page.get_by_text("never trained on")).to_be_visible()
    expect(card).to_contain_text("judged not relevant")
    tab.settle().page.locator(".st-key-take_back button:visible").click()
    expect(tab.page.get_by_text("Taken back")).to_be_visible()
    expect(card).not_to_contain_text("judged not relevant")


def test_pooled_judging_by_keys(tab: Tab, ranked: None) -> None:
    tab.open("/compare?view=judge&auditor=Ada")
    desk, strip = tab.page.locator(".judge"), tab.page.locator(".judge .strip")
    expect(strip).to_contain_text("1 of 5 judged")
    seen = []
    for key, n_judged in (("3", 2), ("0", 3), ("1", 4)):
        item = desk.get_attribute("data-item")
        seen.append(item)
        tab.page.keyboard.press(key)
        expect(strip).to_contain_text(f"{n_judged} of 5 judged")
        expect(desk).not_to_have_attribute("data-item", item or "")
    assert len(set(seen)) == 3
    assert not any(system in desk.inner_text() for system in FOUND)
    tab.page.keyboard.press("Backspace")
    expect(strip).to_contain_text("Took back: relevant.")
    expect(desk).to_have_attribute("data-item", seen[-1] or "")
    tab.page.keyboard.press("2")
    expect(strip).to_contain_text("4 of 5 judged")
    tab.page.keyboard.press("2")
    expect(desk.locator(".query")).to_contain_text("Everything in the pool is judged.")
    for n_left in (4, 3, 2, 1):  # as the other tests found it
        tab.page.keyboard.press("Backspace")
        expect(strip).to_contain_text(f"{n_left} of 5 judged")
