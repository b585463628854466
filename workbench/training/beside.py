"""Runs beside each other: their curves in one chart, their settings where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from core.runs.folder import RunFolder
from workbench import charts
from workbench.progress import dev_table, training_table
from workbench.runs import title
from workbench.training.papers import settings_table
from workbench.training.thinning import thinned
from workbench.watching import seen

if TYPE_CHECKING:
    import pandas as pd

MOST = 6  # colours that can be told apart


def draw_beside(run: RunFolder, runs: Mapping[str, RunFolder]) -> None:
    """The run against others of the reader's choice."""
    others = [run_id for run_id, other in runs.items() if other.path != run.path and "train" in other.config["stages"]]
    if not others:
        st.caption("A second run that trains can be laid beside this one.")
        return
    linked = [run_id for run_id in st.query_params.get_all("beside") if run_id in others]
    chosen = st.multiselect(
        "Beside it",
        others,
        linked[: MOST - 1],
        format_func=lambda run_id: f"{title(runs[run_id])} · {run_id}",
        key=f"beside {run.run_id}",
        max_selections=MOST - 1,
        placeholder="Other runs",
        help="Their curves join this run's, and below stands what was set differently.",
    )
    st.query_params["beside"] = chosen
    if not chosen:
        return
    compared = {one.run_id: one for one in (run, *(runs[run_id] for run_id in chosen))}
    names = {run_id: f"{title(one)} · {run_id[-4:]}" for run_id, one in compared.items()}
    _draw_charts(compared, names)
    different = settings_table({names[run_id]: one.config["settings"] for run_id, one in compared.items()}, only_different=True)
    if different.empty:
        st.caption("Their settings are the same.")
    else:
        st.dataframe(different, hide_index=True, alt="Settings in which the runs differ")
    if len({one.config.get("corpus") for one in compared.values()}) > 1:
        st.warning("They were trained on different corpora: their dev scores are not of the same questions and chunks.")


def _draw_charts(compared: Mapping[str, RunFolder], names: Mapping[str, str]) -> None:
    read = {names[run_id]: seen(run) for run_id, run in compared.items()}
    losses = {name: thinned(training_table(one.steps), "smooth_loss") for name, one in read.items()}
    measured = {name: dev_table(one.events) for name, one in read.items()}
    left, right = st.columns(2, gap="large")
    left.plotly_chart(_overlay(losses, "smooth_loss", "Loss, smoothed"), config=charts.CONFIG, key="beside_loss", alt="Loss of each run")
    right.plotly_chart(_overlay(measured, "value", "Dev score"), config=charts.CONFIG, key="beside_dev", alt="Dev score of each run")


def _overlay(tables: Mapping[str, pd.DataFrame], column: str, title: str) -> charts.Figure:
    return charts.overlay({name: table.rename(columns={column: "value"}) for name, table in tables.items() if len(table)}, title)
