"""The validation report: how much was read, and every problem as a table to filter and to take along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.auditing.exchange import guarded
from core.store import Import
from workbench.words import ago, count, plain

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["severity", "kind", "file", "line", "message"]


def draw_last_import(last: Import) -> None:
    """What the last import read, and every problem it found."""
    st.caption(f"{plain(last.source)} · {ago(last.at)}")
    draw_report(last.report, "last")


def draw_report(report: Mapping[str, Any], key: str) -> None:
    """How much was read, the number of problems, and the problems."""
    import pandas as pd

    problems = pd.DataFrame(report["problems"], columns=COLUMNS)
    n_errors = int((problems["severity"] == "error").sum())
    st.markdown(
        f"{count(report['n_chunks'], 'chunk')}, {count(report['n_entities'], 'entity', 'entities')} and "
        f"{count(report['n_questions'], 'question')} out of {count(len(report['files']), 'file')}: "
        f"{count(n_errors, 'line')} left out, {count(len(problems) - n_errors, 'warning')}."
    )
    if len(problems):
        _draw_problems(problems, key)


def _draw_problems(problems: pd.DataFrame, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        severities = st.pills("Severity", ["error", "warning"], selection_mode="multi", key=f"severity_{key}", label_visibility="collapsed")
        kinds = problems["kind"].value_counts()
        kind = st.selectbox(
            "Kind",
            list(kinds.index),
            index=None,
            placeholder="Any kind",
            format_func=lambda name: f"{name} ({kinds[name]:,})",
            key=f"kind_{key}",
            label_visibility="collapsed",
            width=280,
        )
        shown = problems[problems["severity"].isin(severities or ["error", "warning"]) & ((problems["kind"] == kind) if kind else True)]
        st.download_button(
            "Download", as_csv(shown), "import-report.csv", "text/csv", key=f"download_{key}", icon=":material/download:", on_click="ignore"
        )
    st.dataframe(
        shown,
        hide_index=True,
        height="auto",
        column_config={"line": st.column_config.NumberColumn(format="%d"), "message": st.column_config.TextColumn(width="large")},
        alt="Problems found by the import, with file, line and what to do",
    )


def as_csv(problems: pd.DataFrame) -> str:
    """The table as CSV; what a spreadsheet would take for a formula gets an apostrophe in front."""
    texts = problems.select_dtypes(exclude="number").columns
    safe = problems.assign(**{name: problems[name].map(_as_text) for name in texts})
    return safe.to_csv(index=False)


def _as_text(value: Any) -> Any:
    return guarded(value) if isinstance(value, str) else value
