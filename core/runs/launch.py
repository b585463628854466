"""Starting a run's worker: a plain subprocess, so it outlives the browser tab and the app."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.errors import InputError
from core.runs.folder import RunFolder

CODE = Path(__file__).resolve().parent.parent.parent


def launch(run: RunFolder) -> None:
    """Start the worker of a new run."""
    with run.worker_log.open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "core.runs.worker", str(run.path)],
            cwd=CODE,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**os.environ, "TOKENIZERS_PARALLELISM": "true", "HF_HUB_DISABLE_TELEMETRY": "1"},
            start_new_session=True,  # Ctrl-C in the app's terminal, or closing it, does not reach the worker
        )


def resume(run: RunFolder) -> None:
    """Start the worker of a lost, failed or cancelled run again; it goes on from the last checkpoint."""
    status = run.status()
    if status not in {"lost", "failed", "cancelled"}:
        raise InputError(f"Run {run.run_id} is {status}: only a lost, failed or cancelled run can be resumed.")
    (run.path / "stop").unlink(missing_ok=True)
    run.log.append("created")
    launch(run)
