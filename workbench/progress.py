"""A run's events as what a page shows: its stages, its curves, the time left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.words import count, duration

if TYPE_CHECKING:
    import pandas as pd

Event = Mapping[str, Any]

LIFE_STARTS = {"created", "started", "resumed"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a run. `done` of `total` (0: not known) units, of which `what` says the kind."""

    name: str
    state: str  # waiting, running, finished
    seconds: float | None = None
    done: int = 0
    total: int = 0
    what: str = ""

    @property
    def share(self) -> float:
        if self.state == "finished":
            return 1.0
        return min(1.0, self.done / self.total) if self.total else 0.0


def training_table(steps: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    """One row a training step, with the loss smoothed. A step that a resumed run did again counts as it was done last."""
    import pandas as pd

    table = pd.DataFrame(dict(steps)).drop_duplicates("step", keep="last").sort_values("step", ignore_index=True)
    return table.assign(smooth_loss=table["loss"].ewm(span=15).mean())


def dev_table(events: Sequence[Event]) -> pd.DataFrame:
    """Columns step, value and metric, the base model first (step 0)."""
    import pandas as pd

    measured = [(event["step"], event["value"], event["metric"]) for event in events if event["kind"] == "dev"]
    table = pd.DataFrame(measured, columns=["step", "value", "metric"])
    return table.drop_duplicates("step", keep="last").sort_values("step").reset_index(drop=True)


def dev_lines(events: Sequence[Event]) -> dict[str, float]:
    """What other systems reach on the questions that training is measured on, by name."""
    return {str(event["system"]): float(event["value"]) for event in events if event["kind"] == "dev_line"}


def stages(names: Sequence[str], events: Sequence[Event]) -> list[Stage]:
    """The stages a run was made of, how far each is."""
    return [_stage(name, [event for event in events if _stage_of(event) == name]) for name in names]


def seconds_left(events: Sequence[Event], now: float) -> float | None:
    """How long the running stage still takes at the pace of this life of the run; None while there is nothing to go by."""
    starts = [index for index, event in enumerate(events) if event["kind"] in LIFE_STARTS]
    moving = [event for event in events[starts[-1] :] if "done" in _units(event)] if starts else []
    if not moving or _stage_of(moving[-1]) != _stage_of(events[-1]) or events[-1]["kind"] == "stage":
        return None
    same = [event for event in moving if _stage_of(event) == _stage_of(moving[-1]) and event.get("what") == moving[-1].get("what")]
    first, last = _units(same[0]), _units(same[-1])
    if last["done"] <= first["done"] or not last["total"]:
        return None
    pace: float = (same[-1]["at"] - same[0]["at"]) / (last["done"] - first["done"])
    left: float = pace * (last["total"] - last["done"]) - (now - same[-1]["at"])
    return max(0.0, left)


def kept_apart(events: Sequence[Event]) -> str:
    """What the batches of an epoch were kept free of, "" before that is known."""
    said = next((event for event in reversed(events) if event["kind"] == "batches"), None)
    if said is None:
        return ""
    kept = f"Kept {count(said['prevented'], 'collision')} out of the batches (questions that share an answer, a topic or an entity)"
    left = said["left"]
    return f"{kept}; {left:,} could not be avoided and {'is' if left == 1 else 'are'} left out of the loss." if left else f"{kept}."


def estimated(events: Sequence[Event]) -> str:
    """Which mode it trains in and how long that was said to take, "" before that is known."""
    said = next((event for event in reversed(events) if event["kind"] == "estimate"), None)
    return f"Mode {said['mode']}; before it began, training was estimated at {duration(said['seconds'])}." if said else ""


def failure(events: Sequence[Event]) -> str:
    """Why the run failed, "" where it did not say."""
    return next((str(event.get("error", "")) for event in reversed(events) if event["kind"] == "failed"), "")


def _stage_of(event: Event) -> str:
    return "train" if event["kind"] in {"train", "dev"} else str(event.get("stage", ""))


def _units(event: Event) -> dict[str, int]:
    if event["kind"] == "train":
        return {"done": event["step"], "total": event["total_steps"]}
    return {"done": event["done"], "total": event["total"]} if event["kind"] == "progress" else {}


def _stage(name: str, events: Sequence[Event]) -> Stage:
    ended = [event for event in events if event["kind"] == "stage" and event["state"] == "finished"]
    moving = [event for event in events if _units(event)]
    if ended:
        return Stage(name, "finished", sum(event["seconds"] for event in ended))
    if not events:
        return Stage(name, "waiting")
    last = moving[-1] if moving else {}
    return Stage(name, "running", None, **(_units(last) if last else {}), what=str(last.get("what", "steps" if last else "")))
