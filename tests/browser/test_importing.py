"""In the browser: an import with errors, a mapped CSV, what a second import would change, and a workspace copied, archived and restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.workspace import Workspace
from tests.browser.conftest import Tab
from tests.browser.serving import serving

pytestmark = pytest.mark.browser

CSV = "key,head,what\n1,Light,It burns.\n2,Sea,It sings.\n3,Nothing,\n"


@pytest.fixture
def empty(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tab]:
    """A tab on an empty workspace, in an app of its own."""
    monkeypatch.setenv("PROJECT_ROOT", str(tmp_path))
    workspace = Workspace.create(tmp_path / "workspaces" / "first")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    with serving(workspace.root) as address:
        tab = Tab(context.new_page(), address).watch()
        yield tab
        context.close()
    assert tab.wrongs == []


def press(tab: Tab, name: str) -> None:
    tab.page.get_by_role("button", name=name, exact=True).click()
    tab.page.wait_for_timeout(400)
    tab.settle()


def upload(tab: Tab, file: Path) -> None:
    tab.open("/import")
    tab.page.locator('input[type="file"]').first.set_input_files(str(file))
    expect(tab.page.get_by_text(file.name).first).to_be_visible()
    tab.settle()
    press(tab, "Look at it")


def pick(tab: Tab, label: str, value: str) -> None:
    tab.page.get_by_role("combobox", name=label).click()
    tab.page.get_by_role("option", name=value, exact=True).click()
    tab.settle()


def chunks(tab: Tab) -> str:
    return tab.page.locator('[data-testid="stMetric"]').filter(has_text="Chunks").inner_text()


def test_from_a_table_with_a_bad_row_to_a_restored_workspace(empty: Tab, tmp_path: Path) -> None:
    tab, table = empty, tmp_path / "news.csv"
    table.write_text(CSV, encoding="utf-8")
    upload(tab, table)
    tab.page.get_by_text("Chunks", exact=True).click()
    tab.settle()
    pick(tab, "Text (needed)", "what")
    pick(tab, "Id", "key")
    expect(tab.page.get_by_text("1 line cannot be read, 0 warnings")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    with tab.page.expect_download() as report:
        press(tab, "Download")
    assert "news.csv,4," in Path(report.value.path()).read_text(encoding="utf-8")
    tab.page.get_by_text("Import the rest and leave out").click()
    tab.settle()
    press(tab, "Import")
    expect(tab.page.locator("h1")).to_have_text("Overview")
    assert "2" in chunks(tab.settle())

    table.write_text("key,head,what\n1,Light,It burns bright.\n3,Fog,It hides.\n4,Ice,It waits.\n", encoding="utf-8")
    upload(tab, table)  # no column has to be named again
    said = [metric.split() for metric in tab.page.locator('[data-testid="stMetric"]').all_inner_texts()]
    assert said == [["New", "2"], ["Changed", "1"], ["Gone", "1"], ["As", "before", "0"]]
    press(tab, "Import")
    assert "3" in chunks(tab.settle())

    tab.open("/workspaces")
    tab.page.get_by_label("Name of the copy").fill("second")
    press(tab, "Duplicate first")
    assert "workspace=second" in tab.settle().page.url and "3" in chunks(tab)
    tab.open("/workspaces?workspace=second")
    press(tab, "Archive second")
    with tab.page.expect_download() as zipped:
        press(tab, "Download")
    archived = tmp_path / "second.zip"
    zipped.value.save_as(archived)
    tab.page.locator('input[type="file"]').first.set_input_files(str(archived))
    expect(tab.page.get_by_text("second.zip").first).to_be_visible()
    tab.settle().page.get_by_label("Name", exact=True).last.fill("third")
    press(tab, "Restore")
    expect(tab.page.locator("h1")).to_have_text("Overview")
    assert "workspace=third" in tab.settle().page.url and "3" in chunks(tab)
