"""A run on disk: `runs/<run_id>/` with its frozen inputs, events, log, checkpoints, model and results."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import portalocker

from core.errors import InputError
from core.runs.events import Event, EventLog

Status = Literal["starting", "running", "finished", "failed", "cancelled", "lost"]
ENDS: Mapping[str, Status] = {"finished": "finished", "failed": "failed", "cancelled": "cancelled"}
LEFT_OUT = "left_out.json"  # ids of the chunks that a person left out of training, where there are any
AUDITED = "audited.jsonl"  # what people decided, as it was when the run was made
GENERATION = "generation.json"  # written last of what the pairs stage leaves
CONTRADICTIONS = "contradictions.json"
START_GRACE_S = 60.0  # importing torch on a cold disk takes this long at worst


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where things lie in a run, and what they say."""

    path: Path

    @property
    def run_id(self) -> str:
        return self.path.name

    @property
    def config(self) -> dict[str, Any]:
        return dict(json.loads((self.path / "config.json").read_text(encoding="utf-8")))

    @property
    def log(self) -> EventLog:
        return EventLog(self.path / "events.jsonl")

    @property
    def worker_log(self) -> Path:
        return self.path / "worker.log"

    @property
    def model(self) -> Path:
        """The best checkpoint as a model folder; present once training has measured one."""
        return self.path / "model"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    def events(self) -> list[Event]:
        return self.log.read()

    def status(self) -> Status:
        """Derived from the last event and the lock; never stored."""
        return status_of(self.last_of_life(), self.is_locked(), time.time())

    def last_of_life(self) -> Event | None:
        """The last event that says a worker was called for, began or ended."""
        return self.log.last({*ENDS, "created", "started"})

    def is_locked(self) -> bool:
        """Whether a worker holds the run. Askers share a lock among themselves, so they never mistake each other for a worker."""
        with (self.path / "lock").open("a+") as file:
            try:
                portalocker.lock(file, portalocker.LockFlags.SHARED | portalocker.LockFlags.NON_BLOCKING)
            except (portalocker.LockException, portalocker.AlreadyLocked):
                return True
            portalocker.unlock(file)
            return False

    def stop(self) -> None:
        """Ask the worker to stop; it sees the file at its next step."""
        (self.path / "stop").touch()

    @property
    def stop_requested(self) -> bool:
        return (self.path / "stop").exists()

    def results(self) -> dict[str, Any] | None:
        """What the evaluation found, or None before it has."""
        return self.read_json("results.json")

    def generation(self) -> dict[str, Any] | None:
        """What the pairs stage says of the pairs it made, or None before it has."""
        return self.read_json(GENERATION)

    def contradictions(self) -> dict[str, float] | None:
        """By pair id how far the tuned model contradicts the label, or None where that was not worked out."""
        return self.read_json(CONTRADICTIONS)

    @property
    def has_contradictions(self) -> bool:
        return (self.path / CONTRADICTIONS).is_file()

    @property
    def has_pairs(self) -> bool:
        """Whether the pairs stage has left its pairs, whole."""
        return (self.path / GENERATION).is_file()

    def read_json(self, name: str) -> dict[str, Any] | None:
        """What a stage left under that name; None before it has."""
        file = self.path / name
        return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None

    def write_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Whole or not at all: written beside, then renamed into place."""
        partial = self.path / f"{name}.partial"
        partial.write_text(json.dumps(value, indent=1, ensure_ascii=False), encoding="utf-8")
        partial.rename(self.path / name)

    def seconds(self) -> dict[str, float]:
        """Seconds each finished stage took, over all of a run's lives."""
        total: dict[str, float] = {}
        for event in self.events():
            if event["kind"] == "stage" and event.get("state") == "finished":
                total[event["stage"]] = total.get(event["stage"], 0.0) + event["seconds"]
        return {stage: round(seconds, 1) for stage, seconds in total.items()}


def status_of(last: Event | None, locked: bool, now: float) -> Status:
    """The status that the last event of a run's life (created, started, or an end), its lock and the clock add up to."""
    if last is None:
        return "lost"
    if locked:
        return "starting" if last["kind"] == "created" else "running"
    if last["kind"] in ENDS:
        return ENDS[last["kind"]]
    return "starting" if last["kind"] == "created" and now - last["at"] < START_GRACE_S else "lost"


def create_run(runs: Path, config: Mapping[str, Any], fill: Mapping[str, str]) -> RunFolder:
    """A new run with its frozen inputs: `config.json` and the text files in `fill`. Appears whole, under its final name.

    Ids are in universal time to the 65,536th of a second, so that their order is that of the runs wherever the folder is moved."""
    now = time.time()
    run_id = time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + f"{int(now % 1 * 65536):04x}"
    partial = runs / f".{run_id}.partial"
    partial.mkdir(parents=True)
    try:
        for name, text in fill.items():
            (partial / name).write_text(text, encoding="utf-8")
        folder = RunFolder(partial)
        folder.write_json("config.json", {"run_id": run_id, "created_at": now, **config})
        folder.log.append("created")
        return RunFolder(partial.rename(runs / run_id))
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def list_runs(runs: Path) -> list[RunFolder]:
    """All runs, newest first."""
    found = [path for path in runs.glob("*/config.json") if not path.parent.name.startswith(".")] if runs.is_dir() else []
    return [RunFolder(path.parent) for path in sorted(found, key=lambda path: path.parent.name, reverse=True)]


def remove_run(run: RunFolder) -> None:
    """Delete a run and all that it made. Raises InputError while it works, or while another run evaluates its model."""
    if run.is_locked() or run.status() in {"starting", "running"}:
        raise InputError(f"Run {run.run_id} is still at work: stop it first.")
    users = [other.run_id for other in list_runs(run.path.parent) if other.config.get("model_run") == run.run_id]
    if users:
        raise InputError(f"Run {run.run_id} has the model that run {users[0]} evaluates: delete that one first.")
    hidden = run.path.with_name(f".{run.run_id}.deleted")  # gone at once, and for good if the rest is interrupted
    run.path.rename(hidden)
    shutil.rmtree(hidden)
