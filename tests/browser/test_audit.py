"""The audit desk under real keys: what each does, that nothing moves, and what the database holds afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.records import Pair
from core.store import Store
from core.workspace import Workspace
from tests.browser.conftest import Tab
from tests.browser.serving import serving
from tests.harbour import PAIRS, prepare

pytestmark = pytest.mark.browser

MORE = tuple(
    Pair(f"What of number {number}?", chunk_id, label, rule, reason="made for this test")  # type: ignore[arg-type]
    for number, (chunk_id, label, rule) in enumerate(
        (
            ("ilsa-2", "positive", "topics"),
            ("ilsa-4", "negative", "same-type"),
            ("brandt-1", "positive", "topics"),
            ("ledger-1", "negative", "same-type"),
        )
    )
)


class Desk(Tab):
    """A tab on the desk of a workspace of its own."""

    @property
    def pair(self) -> str:
        return self.page.locator(".desk").get_attribute("data-pair") or ""

    def sit(self, query: str = "repeats=off") -> Desk:
        self.open(f"/pairs?view=audit&{query}")
        self.page.wait_for_selector(".desk[data-turn]")
        return self

    def press(self, *keys: str) -> Desk:
        """Each key, and the answer to it."""
        for key in keys:
            turn = self.page.locator(".desk").get_attribute("data-turn")
            self.page.keyboard.press(key)
            self.page.wait_for_function("turn => document.querySelector('.desk').dataset.turn !== turn", arg=turn)
        return self


@pytest.fixture
def own(tmp_path: Path) -> Workspace:
    workspace = prepare(tmp_path / "own", with_run=False)
    with Store.open(workspace) as store:
        store.save_pairs([*PAIRS, *MORE])
    return workspace


@pytest.fixture
def desk(browser: Browser, own: Workspace) -> Iterator[Desk]:
    with serving(own.root) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        opened = Desk(context.new_page(), address)
        opened.watch()
        yield opened
        context.close()
        assert opened.wrongs == []


def decided(own: Workspace) -> list[tuple[str, str, str, str]]:
    """(pair id, verdict, reason, becomes) of what stands, in the order it was said."""
    with Store.open(own) as store:
        said = store.decisions()
    undone = {one.undoes for one in said}
    return [(one.pair_id, one.verdict, one.reason, one.becomes) for one in said if not one.undoes and one.decision_id not in undone]


def test_every_key_does_what_its_button_says(browser: Browser, own: Workspace) -> None:
    with serving(own.root) as address:
        desk = Desk(browser.new_context(viewport={"width": 1280, "height": 800}).new_page(), address)
        desk.watch()
        desk.sit("repeats=off&order=question")
        shown = [desk.pair]
        for key in ("a", "x"):
            shown.append(desk.press(key).pair)
        assert desk.press("b", "2").pair == shown[2]  # what is said of the pair before leaves this one on the screen
        expect(desk.page.locator(".desk .strip button.on")).to_have_count(2)
        shown.append(desk.press("Space").pair)
        shown.append(desk.press("f").pair)
        assert desk.press("ArrowLeft").pair == shown[3]
        expect(desk.page.locator(".desk .about")).to_contain_text("you flagged this")
        assert desk.press("ArrowRight").pair == shown[4]
        shown.append(desk.press("a").pair)
        assert desk.press("Backspace").pair == shown[4]
        assert desk.press("Backspace").pair == shown[3]
        assert desk.press("x").pair == shown[4]  # on to the first that is still open

        resumed = desk.page.url
        desk.page.reload()
        desk.page.wait_for_selector(".desk[data-turn]")
        assert desk.pair == shown[4] and f"pair={shown[4]}" in resumed
        desk.page.locator(".desk .lately button").last.click()
        desk.page.wait_for_function("pair => document.querySelector('.desk').dataset.pair === pair", arg=shown[0])
        assert desk.wrongs == []
    label = next(pair.label for pair in PAIRS if pair.pair_id == shown[1])
    assert decided(own) == [
        (shown[0], "accept", "", ""),
        (shown[1], "reject", "answers in part", "negative" if label == "positive" else "positive"),
        (shown[2], "skip", "", ""),
        (shown[3], "reject", "", ""),
    ]


def test_keys_that_are_typed_decide_nothing(desk: Desk) -> None:
    desk.sit()
    first = desk.pair
    desk.page.get_by_label("Your name", exact=True).click()
    desk.page.keyboard.type("axf ")
    desk.page.keyboard.press("Escape")
    desk.page.locator(".desk .query").click()
    desk.settle()
    assert desk.pair == first
    desk.press("x")
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("a x f")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_function("document.querySelector('.desk .note-box').value === 'a x f' && document.activeElement === document.body")
    expect(desk.page.locator(".desk .n")).to_have_text("1 of 9")


def test_guidelines_hold_the_keys(desk: Desk) -> None:
    desk.sit()
    first = desk.pair
    desk.page.keyboard.press("h")
    expect(desk.page.locator(".desk .guidelines")).to_be_visible()
    desk.page.keyboard.press("a")
    desk.page.wait_for_timeout(700)
    desk.page.keyboard.press("h")
    expect(desk.page.locator(".desk .guidelines")).to_be_hidden()
    assert desk.pair == first
    assert desk.press("a").pair != first


def test_controls_never_move(desk: Desk) -> None:
    desk.sit("repeats=off&order=question")
    where = desk.page.locator(".desk .keys button").evaluate_all
    before = where("all => all.map(one => Object.values(one.getBoundingClientRect().toJSON()).join())")
    for key in "axxa":
        desk.press(key)
        assert where("all => all.map(one => Object.values(one.getBoundingClientRect().toJSON()).join())") == before
    assert "order=question" in desk.page.url
    assert desk.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight <= window.innerHeight + 2")


def test_the_queue_is_in_the_url(desk: Desk) -> None:
    desk.sit("repeats=off&label=negative&order=rule&auditor=Ilsa%20%3Cb%3E")
    expect(desk.page.locator(".desk .n")).to_have_text("0 of 4")
    expect(desk.page.get_by_label("Your name", exact=True)).to_have_value("Ilsa <b>")
    desk.press("x", "x", "x", "x")
    assert desk.pair == ""
    expect(desk.page.locator(".desk .done")).to_contain_text("All 4 pairs of this queue are done")
    desk.press("Backspace")
    assert desk.pair != ""


def test_hostile_text_is_text_at_the_desk(desk: Desk) -> None:
    desk.sit(f"repeats=off&pair={MORE[3].pair_id}")
    shown = desk.page.locator(".desk .text")
    expect(shown).to_contain_text("<script>alert('x')</script>")
    assert shown.locator("script, img, a, b, strong, em, code, h1, .katex").count() == 0


def test_a_whole_filter_is_decided_and_taken_back(desk: Desk, own: Workspace) -> None:
    desk.sit("repeats=off&rule=topics")
    expect(desk.page.locator(".desk .n")).to_have_text("0 of 2")
    bulk = desk.page.get_by_role("button", name="Decide all")
    dialog = desk.page.get_by_role("dialog")
    bulk.click()
    dialog.get_by_label("Pairs in the sample").fill("1")
    dialog.get_by_label("Pairs in the sample").press("Tab")
    desk.settle()
    dialog.get_by_role("button", name="Draw the sample").click()
    expect(desk.page.locator(".desk .n")).to_have_text("0 of 1")
    desk.settle().press("a")
    bulk.click()
    expect(dialog).to_contain_text(re.compile("0% of all 2 would be decided wrongly"))
    dialog.get_by_role("button", name="Accept the other 1").click()
    expect(desk.page.locator(".desk .n")).to_have_text("2 of 2")
    desk.settle().press("Backspace")
    expect(desk.page.locator(".desk .n")).to_have_text("1 of 2")
