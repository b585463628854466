"""What evaluated runs say: the summary, and comparisons made from the per-question scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import ForgeError, InputError
from core.evaluation.significance import paired_randomisation
from core.runs.evidence import scores
from core.runs.folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

Means = Mapping[str, float | None]

UNTUNED = ("bm25", "base", "base+bm25")


def read(run: RunFolder) -> dict[str, Any]:
    """The summary of an evaluated run. Raises ForgeError where it has none."""
    found = run.results()
    if found is None:
        raise ForgeError(f"Run {run.run_id} has no results.")
    return found


def verdict(run: RunFolder) -> dict[str, Any] | None:
    """Which model training's dev measurements prefer, or None before that is known."""
    event = run.log.last({"verdict"})
    return {name: value for name, value in event.items() if name not in {"kind", "at"}} if event else None


def only(systems: Mapping[str, Means], wanted: Sequence[str] | None) -> dict[str, Means]:
    """The wanted systems, all where none is named. Raises InputError for one that was not evaluated."""
    for name in wanted or ():
        _require(name, systems)
    return {name: means for name, means in systems.items() if not wanted or name in wanted}


def compare(run: RunFolder, metric: str | None = None, baseline: str | None = None, candidate: str | None = None) -> dict[str, Any] | None:
    """Candidate against baseline on the test questions, by default as chosen on dev; None where no test question has the metric."""
    found = read(run)
    return compared(scores(run), metric or found["metric"], baseline or found["baseline"], candidate or found["candidate"])


def compared(table: pd.DataFrame, metric: str, baseline: str, candidate: str) -> dict[str, Any] | None:
    """The paired test over the test questions of a table of scores."""
    test = table[table["split"] == "test"]
    for name in (baseline, candidate):
        _require(name, test["system"].unique())
    if metric not in set(test["metric"]):
        raise InputError(f"{metric} is not a metric here; there are {', '.join(test['metric'].unique())}.")
    sides = [_side(test, metric, system) for system in (candidate, baseline)]
    if sides[0]["value"].isna().all():
        return None
    paired = paired_randomisation(sides[0]["value"].to_numpy(), sides[1]["value"].to_numpy(), sides[0]["cluster"].tolist())
    return paired.to_dict(metric, baseline, candidate)


def _side(test: pd.DataFrame, metric: str, system: str) -> pd.DataFrame:
    return test[(test["metric"] == metric) & (test["system"] == system)].sort_values("question_id")


def _require(name: str, systems: Any) -> None:
    if name not in list(systems):
        raise InputError(f"{name} has not been evaluated here; there are {', '.join(systems)}.")
