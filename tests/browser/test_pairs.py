"""Pairs are generated on the page by a real worker, browsed, and opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.records import Pair
from core.store import Store
from core.workspace import Workspace
from tests.browser.conftest import PATIENCE_MS, Tab
from tests.browser.serving import serving
from tests.harbour import CORPUS, HOSTILE, REPORT
from tests.tiny import save_tiny_bert

pytestmark = pytest.mark.browser
MARK = {"start": 0, "end": 8, "kind": "word", "of": HOSTILE}
ADDED = Pair(HOSTILE, "ledger-1", "positive", "audit", reason=HOSTILE, evidence={"spans": [MARK]})


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The world without pairs, but for one that means harm."""
    workspace = Workspace.create(tmp_path_factory.mktemp("pairs") / "workspace")
    with Store.open(workspace) as store:
        store.import_corpus(CORPUS, REPORT, "/codex/osterhaven")
        store.add_pairs([ADDED])
    return workspace


@pytest.fixture(scope="module")
def address(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a tiny base model: nothing here depends on what vectors say."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BASE_MODEL", str(save_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")))
        with serving(workspace.root) as started:
            yield started


def test_generate_browse_and_open(tab: Tab) -> None:
    page = tab.open("/pairs?view=generate").page
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Nothing is kept")).to_be_visible(timeout=PATIENCE_MS)

    page.get_by_role("button", name="Generate pairs").click()
    expect(page.get_by_text("Pairs in the making")).to_be_visible()
    expect(page.get_by_text("The pairs that stand were made")).to_be_visible(timeout=PATIENCE_MS)

    page.get_by_test_id("stButtonGroup").get_by_text("Browse").click()
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    tab.settle()
    opened = page.locator(".st-key-opened_pair")
    before = opened.inner_text()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 60, box["y"] + 35 * 2.5)  # the second row
    page.wait_for_url("**pair=**")
    tab.settle()
    after = opened.inner_text()
    assert after != before
    link = page.url.removeprefix(tab.address)
    assert tab.open(link).page.locator(".st-key-opened_pair").inner_text() == after


def test_the_numbers_on_the_overview_follow(tab: Tab) -> None:
    assert "positive" in tab.open("/").text
    assert tab.page.get_by_test_id("stMetric").filter(has_text="Pairs").get_by_test_id("stMetricValue").inner_text() != "0"


def test_every_view_draws(tab: Tab) -> None:
    for view, shown in (("summary", "By rule"), ("generate", "Topics a positive must cover"), ("browse", "click one to open it")):
        expect(tab.open(f"/pairs?view={view}").page.get_by_text(shown).first).to_be_visible()
    for name in ("by rule", "by category"):
        expect(tab.open("/pairs?view=summary").page.get_by_role("figure", name=name).locator(".barlayer path").first).to_be_attached()


def test_a_hostile_pair_is_text(tab: Tab) -> None:
    """Its query, its reason and what it is marked for come from the corpus. It was added by hand and outlived the generation."""
    opened = tab.open(f"/pairs?view=browse&pair={ADDED.pair_id}").page.locator(".st-key-opened_pair")
    assert "not bold" in opened.inner_text()
    foreign = "script, img, em, code, h1, .katex, b, a[href^='http://x']"
    strange = opened.locator(foreign).evaluate_all("found => found.map(one => one.outerHTML)")
    assert strange == ["<b>The chunk</b>"]


def test_it_fits_a_phone(tab: Tab) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 800})
    for view in ("browse", "summary", "generate"):
        tab.open(f"/pairs?view={view}")
        assert tab.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view
