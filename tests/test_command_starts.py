"""The real command starts the real app. Under pytest the project's root is on the path anyway: only this shows that the bootstrap works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.runs.folder import list_runs
from core.settings import Settings
from core.store import Store
from tests.browser.serving import ROOT, free_port, serving
from tests.harbour import CHUNKS, prepare
from tests.runs.world import wait_for
from tests.tiny import save_tiny_bert
from workbench.serving import _prepare


@pytest.mark.parametrize("page", ["", "corpus", "pairs", "train", "compare"])
def test_streamlit_run_workbench_draws_every_page(page: str, address: str) -> None:
    drawn = _interact(address, {"page": page} if page else {})
    assert drawn["status"] == "ready", drawn
    assert drawn["tree"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Any:
    workspace = prepare(tmp_path_factory.mktemp("started") / "workspace")
    with serving(workspace.root, "--server.enableAgentApi=true") as started:
        yield started


def test_demo_shows_the_app_and_the_pipeline_runs_without_it(tmp_path: Path) -> None:
    port = free_port()
    model = save_tiny_bert(tmp_path / "model" / "tiny")
    environment = {**os.environ, "PROJECT_ROOT": str(tmp_path), "BASE_MODEL": str(model), "STREAMLIT_SERVER_HEADLESS": "true"}
    command = [sys.executable, "-m", "workbench", "demo", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as demo:
        _until(lambda: _answers(port), demo)
        _until(lambda: bool(list_runs(tmp_path / "workspaces/sample/runs")), demo)
        demo.terminate()
    assert demo.returncode == 0
    assert not _answers(port)  # the app ended with the command
    [run] = list_runs(tmp_path / "workspaces/sample/runs")
    assert wait_for(run, "running", "finished") in {"running", "finished"}  # and its run did not
    assert run.config["stages"] == ["embed", "pairs", "train", "evaluate", "map"]
    run.stop()
    wait_for(run, "cancelled", "finished")


def test_demo_leaves_another_corpus_where_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = prepare(tmp_path / "sample", with_run=False)
    _prepare(workspace, Settings(_env_file=None))  # type: ignore[call-arg]
    assert "The sample was not read again" in " ".join(capsys.readouterr().err.split())
    assert list_runs(workspace.runs) == []
    with Store.open(workspace) as store:
        assert store.counts().n_chunks == len(CHUNKS)


def _until(holds: Callable[[], bool], demo: subprocess.Popen[bytes], limit_s: float = 120) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert demo.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
    except OSError:
        return False
    return True


def _interact(address: str, body: dict[str, object]) -> dict[str, Any]:
    """One visit by Streamlit's own interface for programs: the script runs as it does for a browser."""
    request = urllib.request.Request(
        f"{address}/_stcore/agent/interact", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return dict(json.load(answer))
