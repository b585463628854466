"""The real app as a process of its own, started by the real command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 90


@dataclass(frozen=True, slots=True)
class App:
    """The app as it runs: where, and the process that a test may kill."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(workspace: Path, *options: str) -> Iterator[str]:
    """`streamlit run workbench` on a workspace; yields its address, and ends it afterwards."""
    with running(workspace, *options) as app:
        yield app.address


@contextmanager
def running(workspace: Path, *options: str) -> Iterator[App]:
    """As `serving`, with the process at hand."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "workbench", "--server.port", str(port), "--server.headless", "true", *options]
    log = workspace.with_suffix(".log")
    with log.open("wb") as out:
        app = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "FORGE_WORKSPACE": str(workspace)}, stdout=out, stderr=out)
        try:
            _await(f"http://127.0.0.1:{port}/_stcore/health", app, log)
            yield App(f"http://127.0.0.1:{port}", app)
        finally:
            app.terminate()
            app.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str, app: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert app.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"no answer from {url} in {PATIENCE_S} s: {log.read_text(encoding='utf-8', errors='replace')}")
