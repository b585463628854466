"""A search in real worker processes on a model of a few thousand weights."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from core.runs.launch import launch, resume
from core.runs.searching import CHOICES, candidates, rounds
from tests.runs.world import tiny_run, wait_for


def test_candidates_differ_and_every_mode_has_its_turn() -> None:
    some = candidates(9, 13)
    assert some == candidates(9, 13) != candidates(9, 14)
    assert len({json.dumps(one) for one in some}) == 9
    assert [one["TRAINING_MODE"] for one in some[:3]] == list(CHOICES["TRAINING_MODE"])
    assert len(candidates(1000, 13)) == 72


def test_each_round_goes_on_with_the_better_half() -> None:
    assert (rounds(8), rounds(3), rounds(2), rounds(1)) == ([8, 4, 2], [3, 1], [2, 1], [1])


def test_a_killed_search_goes_on_with_the_next_trial_and_its_best_settings_train(tmp_path: Path) -> None:
    run = tiny_run(tmp_path, ("search", "train"), NUM_EPOCHS=1, SEARCH_TRIALS=3)
    file = run.path / "trials.jsonl"
    launch(run)
    deadline = time.monotonic() + 240
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(next(event["pid"] for event in run.events() if event["kind"] == "started"), signal.SIGKILL)
    assert wait_for(run, "lost", "finished") == "lost"
    before = [line for line in file.read_text().splitlines() if line.endswith("}")]
    with file.open("a") as torn:
        torn.write('{"round": 0, "sett')
    resume(run)
    assert wait_for(run, "finished", "failed") == "finished", run.worker_log.read_text()

    tried = [json.loads(line) for line in file.read_text().splitlines()]
    assert [json.dumps(trial) for trial in tried[: len(before)]] == before
    assert [trial["round"] for trial in tried] == [0, 0, 0, 1]
    best = max(tried[:3], key=lambda trial: trial["value"])["settings"]
    searched = next(event for event in run.events() if event["kind"] == "searched")
    assert searched["settings"] == best == tried[3]["settings"]
    assert next(event["mode"] for event in run.events() if event["kind"] == "verdict") == best["TRAINING_MODE"]
