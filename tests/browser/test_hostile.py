"""A corpus full of markup, of every direction of writing, and of chunks without end: it shows as text and breaks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from core.records import Pair
from core.store import Store
from core.workspace import Workspace
from tests.browser.conftest import Tab
from tests.browser.hostile import BAIT, QUESTION, TEXTS, prepare_hostile
from tests.browser.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
UNSHOWN = re.compile(r"[\x00-\x1f\x7f\u00ad\u200b\u2028\u2029\ufeff\ufffd\s]+")  # what no font draws, or a browser takes out of HTML


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return prepare_hostile(tmp_path_factory.mktemp("hostile") / "workspace")


@pytest.fixture(scope="module")
def pairs(workspace: Workspace) -> dict[str, Pair]:
    """A pair of the first question for each text, read before the app takes hold of the workspace."""
    with Store.open(workspace) as store:
        return {pair.chunk_id.partition("<")[0]: pair for pair in store.pairs() if pair.query == QUESTION}


@pytest.fixture(scope="module")
def hostile(workspace: Workspace, pairs: dict[str, Pair]) -> Iterator[str]:
    with serving(workspace.root) as address:
        yield address


@pytest.fixture
def tab(browser: Browser, hostile: str) -> Iterator[Tab]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = Tab(context.new_page(), hostile).watch()
    yield opened
    opened.page.wait_for_timeout(300)  # what is lured by an event comes a moment later
    shown = opened.page.locator('[data-testid="stException"]').all_inner_texts()
    harmed = opened.page.evaluate("window.harmed ?? 0")
    wide = opened.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    context.close()
    assert (opened.wrongs + shown, harmed, wide) == ([], 0, False)


def visible(text: str) -> str:
    return UNSHOWN.sub("", text)


@pytest.mark.parametrize("name", TEXTS)
def test_the_corpus_page_shows_it_as_text(tab: Tab, name: str) -> None:
    tab.open(f"/corpus?chunk={quote(_id(name))}")
    shown = tab.page.locator(".st-key-chunk_text")
    assert visible(TEXTS[name]) in visible(shown.inner_text())
    assert shown.locator("script, img, svg, a, b, strong, em, code, h1, table, .katex").count() == 0


@pytest.mark.parametrize("name", TEXTS)
def test_the_audit_desk_shows_it_as_text(tab: Tab, pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    tab.open(f"/pairs?view=audit&auditor={quote(BAIT)}&repeats=off&pair={pair.pair_id}")
    tab.page.wait_for_selector(f'.desk[data-pair="{pair.pair_id}"]', state="attached")
    shown = tab.page.locator(".desk .panes .pane").first.locator(".text")
    assert visible(TEXTS[name]) in visible(shown.inner_text())
    assert visible(QUESTION) in visible(tab.page.locator(".desk .query").inner_text())
    assert visible(pair.reason) in visible(tab.page.locator(".desk .about").inner_text())
    found = tab.page.locator(".desk .query, .desk .about, .desk .panes .text, .desk .beside-text")
    assert found.locator("script, img, svg, a, b, strong, em, i, u, s, code, h1, table, .katex").count() == 0


def test_deciding_it_breaks_nothing(tab: Tab, pairs: dict[str, Pair]) -> None:
    """Every pair is decided in turn, so that each query, reason and name of an auditor also stands in the list of the last ten."""
    tab.open(f"/pairs?view=audit&auditor={quote(BAIT)}&repeats=off&order=question")
    seen = set()
    for key in "xxxxxaaaaaffxxaaaxxx":
        pair_id = tab.page.locator(".desk").get_attribute("data-pair")
        seen.add(pair_id)
        tab.page.keyboard.press(key)
        tab.page.wait_for_function("was => document.querySelector('.desk').dataset.pair !== was", arg=pair_id)
    assert len(seen) == 2 * len(pairs)
    assert "window.harmed" in tab.page.locator(".desk .lately").inner_text()


@pytest.mark.parametrize(
    "path",
    ["/", "/corpus", "/corpus?search=%3Cscript%3E&entity=%24x_1%24+*Star*", "/train", "/compare?question=%3Cq%3E1"]
    + [f"/pairs?view={view}" for view in ("browse", "summary", "generate")],
)
def test_no_page_is_broken_by_it(tab: Tab, path: str) -> None:
    tab.open(path)


def _id(name: str) -> str:
    return f"{name}<b>&\"'"
