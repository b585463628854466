"""The real command starts the real app. Under pytest the project's root is on the path anyway: only this shows that the bootstrap works."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

from tests.browser.serving import serving
from tests.harbour import prepare


@pytest.mark.parametrize("page", ["", "corpus", "train", "compare"])
def test_streamlit_run_workbench_draws_every_page(page: str, address: str) -> None:
    drawn = _interact(address, {"page": page} if page else {})
    assert drawn["status"] == "ready", drawn
    assert drawn["tree"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Any:
    workspace = prepare(tmp_path_factory.mktemp("started") / "workspace")
    with serving(workspace.root, "--server.enableAgentApi=true") as started:
        yield started


def _interact(address: str, body: dict[str, object]) -> dict[str, Any]:
    """One visit by Streamlit's own interface for programs: the script runs as it does for a browser."""
    request = urllib.request.Request(
        f"{address}/_stcore/agent/interact", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return dict(json.load(answer))
