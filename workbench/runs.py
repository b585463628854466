"""Runs on the page: what one is called, its status as a badge, all of them as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from core.runs.about import about
from core.runs.folder import RunFolder, Status
from workbench.words import ago

if TYPE_CHECKING:
    import pandas as pd

MEANING = {
    "cancelled": "It was stopped, and goes on from its last checkpoint once it is resumed.",
    "lost": "Its process ended without a word: it was killed, or the machine went down. It can be resumed from its last checkpoint.",
}
RUN_COLUMNS = {"tuned, test nDCG@10": st.column_config.NumberColumn(format="%.3f")}


def title(run: RunFolder) -> str:
    """What a person called it, else what it does. As typed: `plain` makes it safe to draw."""
    return about(run).name or ", ".join(run.config["stages"])


def label(run: RunFolder) -> str:
    """Its title and when it was made."""
    return f"{title(run)} · started {ago(run.config['created_at'])}"


def badge(status: Status) -> None:
    """The status in its colour."""
    match status:
        case "finished":
            st.badge(status, icon=":material/check:", color="green")
        case "failed":
            st.badge(status, icon=":material/error:", color="red")
        case "lost":
            st.badge(status, icon=":material/power_off:", color="orange")
        case "cancelled":
            st.badge(status, icon=":material/stop_circle:", color="gray")
        case _:
            st.badge(status, icon=":material/local_fire_department:", color="blue")


def runs_table(statuses: Mapping[RunFolder, Status]) -> pd.DataFrame:
    """One row a run, newest first: when, status, stages, dev choice and the test score of the tuned model."""
    import pandas as pd

    return pd.DataFrame([_row(run, status) for run, status in statuses.items()])


def _row(run: RunFolder, status: Status) -> dict[str, object]:
    config, results = run.config, run.results() or {}
    tuned = results.get("systems", {}).get("tuned", {})
    return {
        "run": run.run_id,
        "name": about(run).name,
        "created": datetime.fromtimestamp(config["created_at"]),
        "status": status,
        "stages": ", ".join(config["stages"]),
        "chosen on dev": results.get("chosen"),
        "tuned, test nDCG@10": tuned.get("ndcg@10"),
    }
