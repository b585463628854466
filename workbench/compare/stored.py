"""What evaluated runs say of single questions: scores as they were stored, under the names that systems have on the Compare page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from core.records import Split
from core.runs.evidence import scores
from core.runs.folder import RunFolder
from core.runs.results import read
from core.search import Recipe, model_of
from workbench.session import Session

if TYPE_CHECKING:
    import pandas as pd


class Gains(NamedTuple):
    """Of each question, by id: how much better the right system scored than the left one, by `metric`."""

    metric: str
    difference: pd.Series


def gains(session: Session, left: Recipe, right: Recipe, split: Split) -> Gains | None:
    """From the newest runs that evaluated the two; None where one was never evaluated, or no question has the metric."""
    runs = [_evaluated(session, recipe) for recipe in (left, right)]
    if runs[0] is None or runs[1] is None:
        return None
    metric = read(runs[1])["metric"]
    sides = [_scores(str(run.path), metric, split, _name_in_run(recipe)) for run, recipe in zip(runs, (left, right), strict=True) if run]
    difference = (sides[1] - sides[0]).dropna()
    return Gains(metric, difference) if len(difference) else None


def _evaluated(session: Session, recipe: Recipe) -> RunFolder | None:
    """The newest evaluated run that scored the system."""
    fits = (run for run in session.runs if recipe.model in ("", "base", model_of(run)))
    return next((run for run in fits if (run.path / "scores.parquet").is_file() and run.results()), None)


def _name_in_run(recipe: Recipe) -> str:
    return recipe.name if recipe.model in ("", "base") else recipe.name.replace(recipe.model, "tuned")


@st.cache_data(max_entries=32, show_spinner=False)
def _scores(run_path: str, metric: str, split: Split, system: str) -> pd.Series:
    """Values by question id. What a run has stored does not change."""
    table = scores(RunFolder(Path(run_path)))
    rows = table[(table["split"] == split) & (table["metric"] == metric) & (table["system"] == system)]
    return rows.set_index("question_id")["value"]
