"""kill -9 at random moments, again and again: the run that comes out is the run that nobody disturbed. FORGE_KILLS says how often."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from core.runs.folder import RunFolder
from core.runs.launch import launch, resume
from tests.runs.world import tiny_run, wait_for

KILLS = int(os.environ.get("FORGE_KILLS", "2"))


def losses(run: RunFolder) -> dict[int, float]:
    """By step; a step that was done twice counts as it was done last."""
    return {event["step"]: event["loss"] for event in run.events() if event["kind"] == "train"}


def n_trained(run: RunFolder) -> int:
    return sum(event["kind"] == "train" for event in run.events())


@pytest.mark.timeout(120 + 90 * KILLS)
def test_a_run_killed_at_random_moments_ends_as_one_that_nobody_killed(tmp_path: Path) -> None:
    quiet, killed = (tiny_run(tmp_path / name, ("train",), NUM_EPOCHS=16) for name in ("quiet", "killed"))
    launch(quiet)
    assert wait_for(quiet, "finished", "failed") == "finished", quiet.worker_log.read_text()
    rng = random.Random(7)
    launch(killed)
    for _ in range(KILLS):
        reached = n_trained(killed)
        while killed.status() not in {"finished", "failed"} and n_trained(killed) < reached + 1:  # a slow start may look lost for a while
            time.sleep(0.02)
        time.sleep(rng.random())
        if wait_for(killed, "running", "finished", limit_s=1) == "finished":
            break
        os.kill([event["pid"] for event in killed.events() if event["kind"] == "started"][-1], signal.SIGKILL)
        if wait_for(killed, "lost", "finished") == "finished":
            break
        resume(killed)
    assert wait_for(killed, "finished", "failed") == "finished", killed.worker_log.read_text()
    assert losses(killed) == pytest.approx(losses(quiet), abs=1e-4)
    assert verdict(killed)["tuned"] == pytest.approx(verdict(quiet)["tuned"], abs=1e-6)


def verdict(run: RunFolder) -> dict[str, float]:
    return next(event for event in run.events() if event["kind"] == "verdict")
