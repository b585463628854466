"""What only a browser shows: that pages draw, links lead, runs move, and hostile text is text."""

from __future__ import annotations

from pathlib import Path

import portalocker
import pytest
from playwright.sync_api import expect

from core.workspace import Workspace
from tests.browser.conftest import Tab
from tests.harbour import HOSTILE, record_run

pytestmark = pytest.mark.browser


def test_every_page_opens_from_the_navigation(tab: Tab) -> None:
    tab.open()
    for page in ("Corpus", "Pairs", "Train", "Compare", "Overview"):
        tab.page.locator('[data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"]').filter(has_text=page).click()
        expect(tab.page.locator("h1")).to_have_text(page)
        tab.settle()


@pytest.mark.parametrize("path", ["/", "/corpus", "/pairs", "/train", "/compare"])
def test_every_page_opens_by_its_address(tab: Tab, path: str) -> None:
    assert tab.open(path).page.locator("h1").count() == 1


def test_charts_are_drawn(tab: Tab) -> None:
    tab.open("/train")
    for name in ("Training loss", "Dev score by step", "Learning rate", "Gradient norm"):
        expect(tab.page.get_by_role("figure", name=name).locator(".scatterlayer path").first).to_be_attached()


def test_back_leads_to_the_chunk_before(tab: Tab) -> None:
    tab.open("/corpus?chunk=ilsa-1")
    tab.page.locator(".st-key-neighbour_ilsa-2 button").click()
    tab.page.wait_for_url("**chunk=ilsa-2**")
    tab.settle().page.go_back()
    expect(tab.page.locator(".st-key-chunk_text")).to_contain_text("keeps the lighthouse")


def test_hostile_text_shows_as_text(tab: Tab) -> None:
    tab.open("/corpus?chunk=ledger-1")
    shown = tab.page.locator(".st-key-chunk_text")
    assert shown.inner_text().split() == HOSTILE.split()
    assert shown.locator("script, img, a, b, strong, em, code, h1, .katex").count() == 0
    assert "things/<b>ledger</b> $5_and_*more*.md" in tab.text


@pytest.mark.parametrize(
    "path",
    [
        "/no/**bold** _it_ `c` $x^2$",
        "/no/<b>b</b> :tada: :material/home: :red[r] [l](x)",
        "/no/a -> b :streamlit: www.x.example a@x.example",
    ],
)
def test_a_sentence_shows_a_hostile_value_as_it_stands(tab: Tab, path: str) -> None:
    tab.open("/import")
    tab.page.get_by_text("A folder on this machine", exact=True).click()
    tab.page.get_by_label("Folder or table", exact=True).fill(path)
    tab.page.get_by_role("button", name="Look at it", exact=True).click()
    alert = tab.page.locator('[data-testid="stAlert"]').filter(has_text="/no/")
    expect(alert).to_be_visible()
    assert path in alert.inner_text().replace("\u2060", "")
    assert alert.locator("strong, em, code, .katex, a, b, svg").count() <= 1  # the alert's own icon


def test_a_question_by_link_and_on_to_its_chunk(tab: Tab) -> None:
    tab.open("/compare?question=q-bell&systems=bm25")
    column = tab.page.locator('[data-testid="stColumn"]').filter(has=tab.page.get_by_role("heading", name="bm25", exact=True))
    expect(column.locator("mark").first).to_be_visible(timeout=90_000)
    assert "judged relevant" in column.inner_text() and " of 5" in column.inner_text() and " ms" in column.inner_text()
    column.get_by_role("link", name="Read").first.click()
    tab.page.wait_for_url("**/corpus?chunk=great_bell-3**")
    expect(tab.page.locator(".st-key-chunk_text")).to_contain_text("A crack runs through the Great Bell")


def test_a_hostile_question_is_text_in_the_list_and_on_the_page(tab: Tab) -> None:
    tab.open("/compare?question=q-hostile")
    expect(tab.page.get_by_text("What does <b>$5_and_*more*</b> :tada: hold?").last).to_be_visible(timeout=90_000)


def test_a_run_is_followed_while_it_moves(tab: Tab, workspace: Workspace) -> None:
    run = record_run(workspace, n_steps=60, finished=False)
    with (run.path / "lock").open("a+") as lock:
        portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE)  # as a worker holds it
        tab.open(f"/train?run={run.run_id}")
        expect(tab.page.get_by_text("steps 30 of 60")).to_be_visible()
        run.log.append("train", step=31, total_steps=60, epoch=1.1, loss=0.5, learning_rate=1e-5, gradient_norm=2.0)
        expect(tab.page.get_by_text("steps 31 of 60")).to_be_visible()
        tab.page.get_by_role("button", name="Stop").click()
        expect(tab.page.get_by_text("stopping after this step")).to_be_visible()
        assert run.stop_requested
        run.log.append("cancelled")
        portalocker.unlock(lock)
    expect(tab.page.get_by_role("button", name="Resume")).to_be_visible()


def test_two_tabs_look_at_two_things(tab: Tab) -> None:
    other = Tab(tab.page.context.new_page(), tab.address).watch()
    assert "keeps the lighthouse" in tab.open("/corpus?chunk=ilsa-1").page.locator(".st-key-chunk_text").inner_text()
    assert "owned the Grey Heron" in other.open("/corpus?chunk=brandt-1").page.locator(".st-key-chunk_text").inner_text()
    assert "keeps the lighthouse" in tab.settle().page.locator(".st-key-chunk_text").inner_text()
    assert other.wrongs == []


def test_it_fits_a_phone(tab: Tab) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/corpus", "/pairs", "/train"):
        tab.open(path)
        assert tab.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_browser_is_found_where_it_is() -> None:
    from tests.browser.ensure_browser import find_browser

    assert (found := find_browser()) and Path(found).exists()
