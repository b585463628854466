"""The verbs that serve the app. Nothing here may load more than it needs: what the app waits for is counted in seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.markup import escape

from core.errors import InputError
from core.settings import PROJECT, Settings
from core.workspace import Workspace
from workbench.console import say


def open_app(args: Namespace, settings: Settings) -> dict[str, Any]:
    root = args.workspace or settings.PROJECT_ROOT / "workspaces" / "default"
    with _serving(Workspace.create(root), args.port):
        return {}


def demo(args: Namespace, settings: Settings) -> dict[str, Any]:
    """The app starts at once; while it does, the sample is read and, the first time, its whole pipeline started in the background."""
    workspace = Workspace.create(settings.PROJECT_ROOT / "workspaces" / "sample")
    with tempfile.NamedTemporaryFile(prefix="codex-forge-") as preparing, _serving(workspace, args.port, FORGE_PREPARING=preparing.name):
        _prepare(workspace, settings)
        preparing.write(b"ready")
        preparing.flush()
    return {}


def _prepare(workspace: Workspace, settings: Settings) -> None:
    from core import pipeline
    from core.runs.folder import list_runs
    from core.store.store import Store

    with Store.open(workspace) as store:
        try:
            pipeline.ingest(store, PROJECT / "sample_data", settings)
        except InputError as error:  # somebody has put another corpus here since, or moved the project: what is here stays
            if not store.counts().n_chunks:
                raise
            say(f"The sample was not read again. {escape(str(error))}")
            return
        if not list_runs(workspace.runs):
            pipeline.start_all(store, workspace, settings)


@contextmanager
def _serving(workspace: Workspace, port: int, **environment: str) -> Iterator[None]:
    """The app on a workspace, while the block runs and then until it is stopped."""
    say(f"Codex Forge on [bold]http://127.0.0.1:{port}[/] (workspace {escape(str(workspace.root))}). Ctrl-C ends it; runs go on.")
    command = [sys.executable, "-m", "streamlit", "run", "workbench", "--server.port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **environment, "FORGE_WORKSPACE": str(workspace.root)}) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.terminate())  # whoever ends this command ends the app
        try:
            yield
        except BaseException:
            app.terminate()
            raise
    if app.returncode > 0:
        raise InputError(f"The app could not start on port {port}: if another one uses it, choose one with --port.")
