"""The Corpus page in a browser: every facet, both searches, a chunk, a correction, and an export that is opened and compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from core.encoders.cache import VectorCache
from core.encoders.choose import base_encoder
from core.records import Corpus
from core.settings import Settings
from core.store import Store
from tests.browser.conftest import Tab
from tests.browser.serving import serving
from tests.harbour import CHUNKS, ENTITIES, QUESTIONS, prepare

pytestmark = pytest.mark.browser


def choose(tab: Tab, label: str, value: str) -> None:
    """A value of a list of facets."""
    box = tab.page.get_by_role("combobox", name=label)
    box.click()
    box.fill(value)
    tab.page.get_by_role("option", name=value, exact=False).first.click()
    tab.page.keyboard.press("Escape")
    tab.settle()


def said(tab: Tab, text: str) -> Locator:
    return tab.page.get_by_text(text, exact=False).first


def test_search_and_open_a_chunk(tab: Tab) -> None:
    tab.open("/corpus")
    box = tab.page.get_by_label("Search", exact=True)
    box.fill("silver")
    box.press("Enter")
    expect(said(tab, "1 of 30 chunks")).to_be_visible()
    tab.settle()
    tab.page.get_by_role("button", name="Read", exact=True).first.click()
    tab.page.wait_for_url("**chunk=great_bell-3**")
    assert "search=silver" in tab.page.url
    expect(tab.page.locator('.st-key-chunk_text mark[title="Odda (character)"]')).to_have_text("the smith Odda")
    link = tab.settle().page.url.removeprefix(tab.address)
    assert "filled it with silver" in tab.open(link).text  # what is looked at stands in the URL


def test_every_facet_narrows_and_stands_in_the_url(tab: Tab) -> None:
    tab.open("/corpus")
    choose(tab, "Type", "people")
    expect(said(tab, "12 of 30 chunks")).to_be_visible()
    choose(tab, "Source", "saga")
    entity = tab.page.get_by_role("combobox", name="Speaks of", exact=False).first
    entity.fill("Old Brandt")
    entity.press("Enter")
    tab.page.keyboard.press("Escape")
    tab.settle()
    expect(said(tab, "of 30 chunks")).to_be_visible()
    tab.page.get_by_role("button", name="More", exact=True).click()
    choose(tab, "Speaks of an entity of type", "item")
    expect(said(tab, "2 of 30 chunks")).to_be_visible()
    for part in ("type=people", "source=saga", "entity=Old", "kind=item"):
        assert part in tab.page.url
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Clear", exact=True).click()
    expect(said(tab, "30 chunks")).to_be_visible()
    assert "type=" not in tab.settle().page.url


def test_chunks_that_cover_a_topic(tab: Tab) -> None:
    tab.open("/corpus").page.get_by_role("button", name="More", exact=True).click()
    box = tab.page.get_by_role("combobox", name="Covers a topic")
    box.fill("Grey Heron")
    box.press("Enter")
    expect(said(tab, "3 of 30 chunks")).to_be_visible()
    assert "topic=Grey" in tab.settle().page.url


def test_what_was_left_out_is_found_and_taken_back(tab: Tab) -> None:
    tab.open("/corpus?chunk=ledger-6").page.get_by_role("button", name="Leave out", exact=True).click()
    tab.page.get_by_role("button", name="Leave out of training").click()
    expect(tab.page.get_by_role("button", name="Left out of training")).to_be_visible()
    tab.open("/corpus").page.get_by_role("button", name="More", exact=True).click()
    choose(tab, "Left out of", "training")
    expect(said(tab, "1 of 30 chunks")).to_be_visible()
    tab.open("/corpus?chunk=ledger-6").page.get_by_role("button", name="Left out of training").click()
    tab.page.get_by_role("button", name="Take back into training").click()
    expect(tab.page.get_by_role("button", name="Leave out", exact=True)).to_be_visible()


@pytest.mark.parametrize(("name", "n_found", "in_url"), [("Length in tokens", 1, "tokens="), ("Place in time", 5, "time=")])
def test_a_range_narrows_by_its_ends(tab: Tab, name: str, n_found: int, in_url: str) -> None:
    tab.open("/corpus").page.get_by_role("button", name="More", exact=True).click()
    lowest = tab.page.locator('[data-testid="stSlider"]').filter(has_text=name).get_by_role("slider").first
    lowest.press("End")  # the lower end meets the upper one
    expect(said(tab, f"{n_found} of 30 chunks")).to_be_visible()
    assert in_url in tab.settle().page.url


def test_a_bar_that_is_clicked_filters(tab: Tab) -> None:
    tab.open("/corpus?view=charts")
    chart = tab.page.get_by_role("figure", name="Types")
    chart.locator(".bars .point path").first.click(force=True)
    expect(said(tab, "12 of 30 chunks")).to_be_visible()
    tab.settle()
    assert "type=" in tab.page.url


def test_a_search_by_meaning_says_what_it_lacks(tab: Tab) -> None:
    tab.open("/corpus?search=the+lamp")
    tab.page.get_by_role("radio", name="meaning").or_(tab.page.get_by_role("button", name="meaning")).first.click()
    expect(said(tab, "No chunk has a vector")).to_be_visible(timeout=90_000)


@pytest.fixture(scope="module")
def other_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app on a workspace whose chunks have vectors of the base model, one of them said twice."""
    workspace = prepare(tmp_path_factory.mktemp("other") / "workspace", with_run=False)
    chunks = (*CHUNKS, replace(CHUNKS[20], chunk_id="copy-1"))
    with Store.open(workspace) as store:
        store.import_corpus(Corpus(chunks, ENTITIES, QUESTIONS), {}, "copied")
    encoder = base_encoder(Settings(_env_file=None))
    VectorCache(workspace.vectors, encoder, "document").embed([chunk.document for chunk in chunks])
    with serving(workspace.root) as address:
        yield address


@pytest.fixture
def other(tab: Tab, other_app: str) -> Tab:
    tab.address = other_app
    return tab


@pytest.mark.model
def test_a_search_by_meaning_and_more_like_what_it_found(other: Tab) -> None:
    tab = other.open("/corpus?search=who+lost+a+ship+in+bad+weather")
    tab.page.get_by_role("radio", name="meaning").or_(tab.page.get_by_role("button", name="meaning")).first.click()
    expect(said(tab, "31 of 31 chunks")).to_be_visible(timeout=90_000)
    tab.settle().page.get_by_role("button", name="Read", exact=True).first.click()
    tab.page.wait_for_url("**chunk=brandt-3**")  # "of the storm, and he never sailed again": none of its words was asked for
    tab.settle().page.get_by_role("button", name="More like this").click()
    expect(said(tab, "Like chunk")).to_be_visible()
    assert "like=brandt-3" in tab.settle().page.url


@pytest.mark.model
def test_chunks_with_an_issue(other: Tab) -> None:
    other.open("/corpus").page.get_by_role("button", name="More", exact=True).click()
    choose(other, "Issue", "exact copy")
    expect(said(other, "1 of 31 chunks")).to_be_visible()
    assert "issue=exact" in other.settle().page.url


def test_a_name_is_given_and_taken_back(tab: Tab) -> None:
    tab.open("/corpus?view=entities&name=tomas")
    expect(said(tab, "2 chunks speak of it")).to_be_visible()
    box = tab.page.get_by_label("Another name")
    box.fill("children of the harbour")
    tab.page.get_by_role("button", name="Add").click()
    expect(said(tab, "3 chunks speak of it")).to_be_visible()
    tab.settle().page.get_by_text("Corrections (1)").click()
    tab.page.get_by_role("button", name="Undo").click()
    expect(said(tab, "2 chunks speak of it")).to_be_visible()


def test_an_export_holds_the_selection(tab: Tab, tmp_path: Path) -> None:
    tab.open("/corpus?type=things")
    tab.page.get_by_role("button", name="Export").click()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="JSON Lines").click()
    download.value.save_as(tmp_path / "chunks.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "chunks.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["chunk_id"]: row["text"] for row in rows} == {chunk.chunk_id: chunk.text for chunk in CHUNKS if chunk.wiki_type == "things"}
