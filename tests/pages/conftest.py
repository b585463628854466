"""The app in this process, on a workspace of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.workspace import Workspace
from tests.harbour import prepare

ENTRY = Path(__file__).resolve().parent.parent.parent / "workbench" / "streamlit_app.py"
Visit = Callable[..., AppTest]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Prepared, and closed."""
    return prepare(tmp_path / "workspace")


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """Opens a page, with what its URL says: visit("corpus", chunk="ilsa-1")."""
    monkeypatch.setenv("FORGE_WORKSPACE", str(tmp_path / "workspace"))
    _forget()

    def to(page: str = "overview", /, **url: str) -> AppTest:
        app = AppTest.from_file(str(ENTRY), default_timeout=60)
        app.run()
        for name, value in url.items():
            app.query_params[name] = value
        return app.switch_page(f"../pages/{page}.py").run()

    yield to
    _forget()


def _forget() -> None:
    """Caches outlive a visit; the store must be closed before the next one opens it."""
    st.cache_resource.clear()
    st.cache_data.clear()
