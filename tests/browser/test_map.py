"""The map under a real pointer: lasso, colours, slider, zoom, a typed query, and the files that come out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.workspace import Workspace
from tests.browser.conftest import PATIENCE_MS, Tab
from tests.browser.serving import serving
from tests.charted import record_map
from tests.harbour import CHUNKS, prepare

pytestmark = pytest.mark.browser
SMOOTH_MS = 33  # thirty pictures a second, of two maps of 50,000 points each, without a graphics card


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = prepare(tmp_path_factory.mktemp("charted") / "workspace")
    record_map(workspace)
    return workspace


@pytest.fixture(scope="module")
def own_address(charted: Workspace) -> Iterator[str]:
    with serving(charted.root) as started:
        yield started


class Map(Tab):
    """A tab on the map of a workspace of its own."""

    def look(self, query: str = "") -> Map:
        self.open(f"/map?{query}")
        self.page.wait_for_selector(".codex-map[data-frame]", timeout=PATIENCE_MS)
        return self

    def said(self, name: str) -> str:
        return self.page.locator(".codex-map").get_attribute(f"data-{name}") or ""

    def wait(self, condition: str) -> Map:
        """Until a condition over `map`, the component's data, holds."""
        self.page.wait_for_function(f"() => {{ const map = document.querySelector('.codex-map').dataset; return {condition} }}")
        return self

    def drag_over_everything(self) -> None:
        box = self.page.locator(".codex-map canvas").first.bounding_box()
        assert box
        mouse = self.page.mouse
        mouse.move(box["x"] + 3, box["y"] + 3)
        mouse.down()
        for x, y in ((0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.02)):
            mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=4)
        mouse.up()


@pytest.fixture
def charts(browser: Browser, own_address: str) -> Iterator[Map]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = Map(context.new_page(), own_address)
    opened.watch()
    yield opened
    context.close()
    assert opened.wrongs == []


def test_two_maps_zoom_together_and_a_click_opens_a_chunk(charts: Map) -> None:
    charts.look()
    assert charts.page.locator(".codex-map canvas").count() == 2 and charts.said("n") == str(len(CHUNKS))
    box = charts.page.locator(".codex-map canvas").first.bounding_box()
    assert box
    charts.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    charts.page.mouse.wheel(0, -400)
    charts.wait("Number(map.zoom) > 1.5")
    charts.page.get_by_role("button", name="Whole map").click()
    charts.wait("map.zoom === '1.00'")
    _click_a_point(charts.page)
    charts.page.wait_for_url("**chunk=**")
    expect(charts.page.get_by_text(re.compile("Kept \\d+ of its 10 nearest"))).to_be_visible()
    assert charts.settle().said("marks")


def test_the_lists_beside_it_show_whole_lines(charts: Map) -> None:
    charts.look("panel=questions")
    rows = charts.page.locator('.st-key-map_beside [data-testid="stHorizontalBlock"]')
    rows.first.wait_for()
    assert rows.evaluate_all("rows => rows.filter(row => row.scrollWidth > row.clientWidth + 1).length") == 0


def test_keys_alone_pick_a_kind_and_a_tool_and_say_so(charts: Map) -> None:
    charts.look("colour=source")
    kinds = charts.page.locator(".codex-map .legend button")
    kinds.first.focus()
    charts.page.keyboard.press("Enter")
    expect(kinds.first).to_have_attribute("aria-pressed", "true")
    expect(kinds.nth(1)).to_have_attribute("aria-pressed", "false")
    expect(kinds.first).to_be_focused()
    lasso, whole = (charts.page.locator(".codex-map .tools").get_by_role("button", name=name) for name in ("Lasso", "Whole map"))
    lasso.focus()
    charts.page.keyboard.press("Enter")
    expect(lasso).to_have_attribute("aria-pressed", "true")
    expect(lasso).to_be_focused()
    assert whole.get_attribute("aria-pressed") is None


def _click_a_point(page: Page) -> None:
    """The pointer goes over the first map until something is under it."""
    box = page.locator(".codex-map canvas").first.bounding_box()
    assert box
    for step in range(400):
        x, y = box["x"] + box["width"] * (0.1 + 0.04 * (step % 20)), box["y"] + box["height"] * (0.1 + 0.04 * (step // 20))
        page.mouse.move(x, y)
        if page.locator(".codex-map .tip").is_visible():
            return page.mouse.click(x, y)
    raise AssertionError("no point was found under the pointer")


def test_a_lasso_becomes_a_table_and_leads_to_the_audit(charts: Map) -> None:
    charts.look("panel=selection")
    charts.page.get_by_role("button", name="Lasso").click()
    charts.drag_over_everything()
    charts.wait("Number(map.lassoed) > 20")
    n = int(charts.said("lassoed"))
    expect(charts.page.get_by_text(f"{n} chunks selected")).to_be_visible()
    charts.settle()
    with charts.page.expect_download() as held:
        charts.page.get_by_role("button", name="JSONL").click()
    assert len(Path(held.value.path()).read_text(encoding="utf-8").splitlines()) == n
    charts.page.get_by_role("link", name="Audit their pairs").click()
    charts.page.wait_for_url("**/pairs?**chunk=**")
    charts.page.wait_for_selector(".desk[data-turn]")
    assert charts.page.locator(".desk").get_attribute("data-pair")


def test_colours_search_and_the_slider(charts: Map) -> None:
    charts.look("colour=type")
    assert charts.said("mode") == "type"
    expect(charts.page.locator(".codex-map .legend")).to_contain_text("people")
    charts.page.get_by_label("Find chunks").fill("bell")
    charts.page.get_by_label("Find chunks").press("Enter")
    charts.wait("Number(map.lit) > 3 && Number(map.lit) < 15")
    charts.page.get_by_text("One map, slider").click()
    charts.wait("map.view === 'one'")
    charts.settle()
    slider = charts.page.get_by_label("From before to after")
    slider.focus()
    for _ in range(5):
        charts.page.keyboard.press("ArrowRight")
    charts.wait("map.t === '0.05'")
    assert charts.page.locator(".codex-map canvas").count() == 1
    charts.page.get_by_role("button", name="Play").click()
    charts.wait("map.t === '1.00'")


def test_a_question_and_its_files(charts: Map, tmp_path: Path) -> None:
    charts.look("question=q-ship")
    assert charts.said("marks").startswith("Which ship did Brandt lose")
    expect(charts.page.locator(".codex-map .legend")).to_contain_text("expected")
    with charts.page.expect_download() as held:
        charts.page.get_by_role("button", name="PNG").click()
    assert Path(held.value.path()).read_bytes().startswith(b"\x89PNG")
    with charts.page.expect_download() as held:
        charts.page.get_by_role("button", name="SVG").click()
    drawn = Path(held.value.path()).read_text(encoding="utf-8")
    assert drawn.count("<circle") >= 2 * len(CHUNKS) and "base &#60;b&#62;model" in drawn
    with charts.page.expect_download() as held:
        charts.page.get_by_role("button", name="HTML").click()
    page = tmp_path / "map.html"
    page.write_bytes(Path(held.value.path()).read_bytes())
    charts.page.goto(page.as_uri())
    charts.page.wait_for_selector(".codex-map[data-frame]")
    assert charts.page.locator(".codex-map canvas").count() == 2 and charts.page.locator("b", has_text="base <b>model").count() == 0
    charts.page.locator("select").select_option("cluster")
    charts.wait("map.mode === 'cluster'")
    charts.page.get_by_role("button", name="One map, slider").click()
    charts.wait("map.view === 'one'")


def test_a_typed_query_is_drawn_or_says_why_not(charts: Map) -> None:
    charts.look()
    box = charts.page.get_by_label("Ask in both spaces")
    box.fill("Who keeps the light?")
    box.press("Enter")
    charts.page.wait_for_url("**q=Who**")
    expect(charts.page.get_by_text(re.compile("have no vectors under"))).to_be_visible(timeout=PATIENCE_MS)


def test_fifty_thousand_points_move_smoothly(charts: Map, tmp_path: Path) -> None:
    """The page that is exported is the same component: so many points are put into one, and it is zoomed and dragged."""
    from workbench.map.component import HERE, PLAIN_COLOURS, _script

    data = json.dumps(_many(50_000))
    page = tmp_path / "many.html"
    body = (HERE / "map.html").read_text(encoding="utf-8")
    style = PLAIN_COLOURS + (HERE / "map.css").read_text(encoding="utf-8")
    script = f"{_script()}\ncodexMap({{ data: {data}, parentElement: document.body }})"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}<script type=module>{script}</script>", encoding="utf-8"
    )
    charts.page.goto(page.as_uri())
    charts.page.wait_for_selector(".codex-map[data-frame]")
    box = charts.page.locator(".codex-map canvas").first.bounding_box()
    assert box
    frames = []
    charts.page.mouse.move(box["x"] + 200, box["y"] + 200)
    charts.page.mouse.down()
    for step in range(20):
        charts.page.mouse.move(box["x"] + 200 + 4 * step, box["y"] + 200 + 2 * step)
        charts.page.wait_for_timeout(40)
        frames.append(float(charts.said("frame")))
    charts.page.mouse.up()
    assert min(frames) < SMOOTH_MS  # what a picture costs: whatever else runs on the machine has its share of the others


def _many(n: int) -> dict[str, object]:
    import numpy as np

    from workbench.map.colouring import by_name, encoded

    rng = np.random.default_rng(0)
    way = by_name("Type", [f"type {number % 7}" for number in range(n)]).payload()
    at = np.clip(rng.normal(32768, 9000, (n, 4)), 0, 65535).astype("<u2")
    return {
        "points": encoded(at), "labels": ["x"] * n, "notes": [], "titles": ["a", "b"], "clusters": [], "key": "k", "modes": {"type": way},
        "mode": "type", "view": "two", "marks": [], "lit": None, "standalone": True,
    }  # fmt: skip
