"""Headless Chromium on the real app, started by the real command on a prepared workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from core.workspace import Workspace
from tests.browser.ensure_browser import find_browser
from tests.browser.serving import serving
from tests.harbour import prepare

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
BUSY = '[data-testid="stStatusWidget"], [data-testid="stSpinner"], [data-testid="stSkeleton"]'
expect.set_options(timeout=20_000)  # a busy machine takes its time
PATIENCE_MS = 90_000  # the first query brings in torch and the model


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium here: python tests/browser/ensure_browser.py fetches one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Prepared, and held by the app while the suite runs."""
    return prepare(tmp_path_factory.mktemp("browser") / "workspace")


@pytest.fixture(scope="session")
def address(workspace: Workspace) -> Iterator[str]:
    with serving(workspace.root) as started:
        yield started


@dataclass
class Tab:
    """A browser tab on the app, and everything in it that should not happen."""

    page: Page
    address: str
    wrongs: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Tab:
        self.page.goto(self.address + path)
        self.page.wait_for_selector('[data-testid="stMain"] h1', timeout=PATIENCE_MS)
        return self.settle()

    def settle(self) -> Tab:
        """Until nothing has been busy for a third of a second."""
        for _ in range(2):
            self.page.wait_for_function("busy => !document.querySelector(busy)", arg=BUSY, timeout=PATIENCE_MS)
            self.page.wait_for_timeout(350)
        return self

    @property
    def text(self) -> str:
        return self.page.locator('[data-testid="stMain"]').inner_text()

    def watch(self) -> Tab:
        self.page.on("pageerror", lambda error: self.wrongs.append(f"page error: {error}"))
        self.page.on("dialog", lambda dialog: (self.wrongs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on(
            "console", lambda said: self.wrongs.append(said.text) if said.type == "error" and "Failed to load" not in said.text else None
        )
        self.page.on("response", self._see)
        self.page.on(
            "request", lambda request: self.wrongs.append(f"left this machine: {request.url}") if self._is_outside(request.url) else None
        )
        return self

    def _is_outside(self, url: str) -> bool:
        return url.startswith("http") and urlparse(url).hostname != "127.0.0.1"

    def _see(self, response: Response) -> None:
        looks_for_its_root = "/_stcore/" in response.url  # on a deep link Streamlit tries below the page's path first
        if response.status >= 400 and not looks_for_its_root:
            self.wrongs.append(f"{response.status} {response.url}")


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Tab]:
    """A tab as on a laptop. The test fails where the tab met an error, an exception, or asked another machine for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = Tab(context.new_page(), address).watch()
    yield opened
    shown = opened.page.locator('[data-testid="stException"]').all_inner_texts()
    context.close()
    assert opened.wrongs + shown == []
