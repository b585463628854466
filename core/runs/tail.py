"""Following a run's events: each reading parses only what was written since the last one, however long the run has become."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.runs.events import Event, parsed

STEP_COLUMNS = ("step", "epoch", "loss", "learning_rate", "gradient_norm", "steps_per_second", "memory_mb")
OFTEN = {"train", "progress"}  # of these a row of equals is kept as its first and its last


@dataclass(frozen=True, slots=True)
class Seen:
    """What has happened so far. `events`: all, but of many steps or units in a row only the first and the last. `steps`: every training
    step as columns (n,), NaN where a number is missing; a step that a resumed run did again is there twice."""

    events: list[Event]
    steps: Mapping[str, NDArray[np.float64]]


class Tail:
    """Reads the event log of one run again and again. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._one_at_a_time = threading.Lock()
        self._forget()

    def read(self) -> Seen:
        """Everything up to the last whole line."""
        with self._one_at_a_time:
            for event in parsed(self._new_lines()):
                self._take(event)
            return Seen(list(self._events), {name: np.array(column) for name, column in self._steps.items()})

    def _forget(self) -> None:
        self._offset = 0
        self._events: list[Event] = []
        self._steps = {name: array("d") for name in STEP_COLUMNS}

    def _new_lines(self) -> list[bytes]:
        size = self._path.stat().st_size if self._path.exists() else 0
        if size < self._offset:  # another file under the same name
            self._forget()
        if size == self._offset:
            return []
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        return whole.split(b"\n")

    def _take(self, event: Event) -> None:
        if event["kind"] == "train":
            for name, column in self._steps.items():
                value = event.get(name)
                column.append(float("nan") if value is None else value)
        if len(self._events) >= 2 and _key(event) == _key(self._events[-1]) == _key(self._events[-2]) and event["kind"] in OFTEN:
            self._events[-1] = event
        else:
            self._events.append(event)


def _key(event: Event) -> tuple[object, ...]:
    return event["kind"], event.get("stage"), event.get("what")
