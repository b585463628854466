"""The report on the page: one click makes it and hands it out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.reporting.findings import gather
from core.runs.folder import RunFolder
from core.runs.results import UNTUNED
from workbench.report.document import FILE_NAME, report_html
from workbench.session import Session


def draw_report_button(session: Session, run: RunFolder) -> None:
    """Made when it is asked for. A run that evaluated no tuned model has nothing to report of."""
    if (run.results() or {}).get("candidate") in UNTUNED:
        return
    st.download_button(
        "Report",
        partial(_made, session, run),
        f"{run.run_id}-{FILE_NAME}",
        mime="text/html",
        key="report",
        icon=":material/description:",
        on_click="ignore",
        help="What was done and what it brought, as one HTML file for people who were not there. Print it for a PDF.",
    )


def _made(session: Session, run: RunFolder) -> bytes:
    return report_html(gather(session.store, session.workspace, run)).encode("utf-8")
