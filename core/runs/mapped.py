"""What the map stage leaves in a run folder, written and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.errors import ForgeError
from core.runs.evidence import scores
from core.runs.folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

Side = Literal["before", "after"]
SIDES: tuple[Side, Side] = ("before", "after")
SUMMARY = "map.json"
FEWEST = 8
"""Chunks that a map needs."""
OPTIONS: Mapping[str, Any] = {"neighbours": 15, "min_dist": 0.1, "before": None}
"""What a map is drawn with unless told otherwise. `before`: the run whose model is compared, None for the base model."""
TABLES = ("", "questions", "names", "entities")


@dataclass(frozen=True, slots=True)
class Map:
    """`points`: a row a chunk, in the order of the searchable chunks: chunk_id, x_before, y_before, x_after, y_after; once it is laid out
    also overlap, moved, cluster, purity_before, purity_after, near_before, near_after (row numbers, nearest first).
    `questions`: question_id, split, coordinates and near as above. `names`: entity, type, name, primary, coordinates, and found: the
    share of the chunks nearest to the name that mention its entity. `entities`, those with several names: entity, type, n_names, n_chunks,
    overlap, spread (mean cosine distance of two names) and found, before and after. `summary`: map.json.
    """

    run_id: str
    points: pd.DataFrame
    questions: pd.DataFrame
    names: pd.DataFrame
    entities: pd.DataFrame
    summary: Mapping[str, Any]

    @property
    def is_whole(self) -> bool:
        """Whether it is laid out; until then it is the first look (PCA), and only `points` is there."""
        return bool(self.summary["state"] == "laid out")

    @property
    def has_after(self) -> bool:
        """Whether there are two models; with one, both sides say the same."""
        return "after" in self.summary["models"]


def write_table(run: RunFolder, name: str, table: pd.DataFrame) -> None:
    """Whole or not at all."""
    target = run.path / _file(name)
    partial = target.with_suffix(".partial")
    table.to_parquet(partial)
    partial.rename(target)


def summary_of(run: RunFolder) -> dict[str, Any] | None:
    """What the map says of itself; None before there is one."""
    return run.read_json(SUMMARY)


def read_map(run: RunFolder) -> Map | None:
    """The map of a run; None where it has none, or too few chunks for one. Raises ForgeError where it cannot be read."""
    summary = summary_of(run)
    if summary is None or summary["state"] == "too few":
        return None
    try:
        laid_out = summary["state"] == "laid out"
        points, questions, names, entities = (_read(run, name, needed=not name or laid_out) for name in TABLES)
    except (OSError, ValueError) as error:
        raise ForgeError(f"The map of run {run.run_id} cannot be read ({error}): draw it again.") from None
    return Map(run.run_id, points, questions, names, entities, summary)


def _read(run: RunFolder, name: str, needed: bool) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(run.path / _file(name)) if needed else pd.DataFrame()


def _file(name: str) -> str:
    return f"map_{name}.parquet" if name else "map.parquet"


def maps(runs: Sequence[RunFolder]) -> list[RunFolder]:
    """Those of the runs that have a map, in their order."""
    return [run for run in runs if (summary := summary_of(run)) and summary["state"] != "too few"]


def owner_of(run: RunFolder) -> str:
    """The id of the run whose model a run looks at: its own, unless it was asked to look at another's."""
    return str(run.config.get("model_run") or run.run_id)


def question_changes(run: RunFolder, runs: Sequence[RunFolder]) -> pd.DataFrame:
    """What became of the dev and test questions by vectors alone, from the newest evaluation of the model on the map: question_id, metric,
    before (base), after (tuned), difference. Empty where there is none, or where the map compares something else."""
    import pandas as pd

    columns = ["question_id", "metric", "before", "after", "difference"]
    compares_others = bool((summary_of(run) or {}).get("options", {}).get("before"))
    scored = next(
        (one for one in runs if owner_of(one) == owner_of(run) and (one.path / "scores.parquet").is_file() and one.results()), None
    )
    if scored is None or compares_others:
        return pd.DataFrame(columns=columns)
    metric = (scored.results() or {})["metric"]
    table = scores(scored)
    sides = [
        table[(table["system"] == system) & (table["metric"] == metric)].set_index("question_id")["value"].rename(side)
        for system, side in (("base", "before"), ("tuned", "after"))
    ]
    both = pd.concat(sides, axis=1).dropna().reset_index()
    both = both.assign(metric=metric, difference=both["after"] - both["before"])
    return pd.DataFrame(both, columns=columns)
