"""The process of one run: `python -m core.runs.worker RUN_FOLDER`. Reads the frozen inputs, never the workspace's database."""

from __future__ import annotations

import os
import shutil
import sys
import time
import traceback
from contextlib import suppress
from errno import ENOSPC
from pathlib import Path

import portalocker

from core.errors import ForgeError
from core.runs.folder import RunFolder
from core.runs.stages import STAGES, Cancelled, Context
from core.runs.versions import versions

FULL = 16_000_000  # bytes left, below which a failure is put down to the disk: what writes models says so in many ways


def work(run: RunFolder) -> int:
    """Run the stages that have not ended yet; the exit code."""
    with (run.path / "lock").open("a+") as lock:
        try:
            _take(lock)
        except portalocker.LockException:
            return 2  # another worker has it
        last = run.last_of_life()
        if last is None or last["kind"] != "created":
            return 2  # another worker was quicker and has already done it
        run.log.append("started", pid=os.getpid(), versions=versions())
        try:
            _run_stages(run)
        except Cancelled:
            run.log.append("cancelled")
        except Exception as error:
            traceback.print_exc()
            with suppress(OSError):  # on a full disk not even this can be written: the run then counts as lost, and can be resumed
                run.log.append("failed", error=_sentence(error, run.path))
            return 1
        else:
            run.log.append("finished")
    return 0


def _take(lock: object, patience_s: float = 5.0) -> None:
    """Take the lock; an asker's shared lock lasts microseconds, another worker's lasts."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)  # type: ignore[arg-type]
        except portalocker.LockException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _run_stages(run: RunFolder) -> None:
    context = Context(run)
    ended = {event["stage"] for event in run.events() if event["kind"] == "stage" and event["state"] == "finished"}
    for stage in run.config["stages"]:
        if stage in ended:
            continue
        context.check_stop()
        start = time.monotonic()
        run.log.append("stage", stage=stage, state="started")
        STAGES[stage](context)
        run.log.append("stage", stage=stage, state="finished", seconds=time.monotonic() - start)


def _sentence(error: Exception, folder: Path) -> str:
    """What the user reads; the traceback is in worker.log."""
    if isinstance(error, ForgeError):
        return str(error)
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return "Memory ran out: close other programs and resume, or start a new run with a smaller BATCH_SIZE_CPU or BATCH_SIZE_GPU."
    if (isinstance(error, OSError) and error.errno == ENOSPC) or shutil.disk_usage(folder).free < FULL:
        return "The disk is full: free some space, then resume; the last checkpoint is kept."
    first = str(error).strip().splitlines()[0] if str(error).strip() else "no message"
    return f"{type(error).__name__}: {first}. The whole story is in worker.log."


if __name__ == "__main__":
    # One GPU: the trainer would spread batches over all that it sees, and steps and measurements are planned for one.
    os.environ["CUDA_VISIBLE_DEVICES"] = os.environ.get("CUDA_VISIBLE_DEVICES", "0").partition(",")[0]
    sys.exit(work(RunFolder(Path(sys.argv[1]).resolve())))
