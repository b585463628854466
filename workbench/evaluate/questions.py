"""Question by question: the scores before against those after, what got worse and what better, and one question opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.records import content_id
from workbench.charts import CONFIG
from workbench.evaluate import derived, figures
from workbench.evaluate.look import Look
from workbench.evaluate.opened import draw_question
from workbench.evaluate.tracing import is_trained
from workbench.session import Session
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 12
SHOWN = {"worse": "Worse", "better": "Better", "all": "All"}
SPANS = {"rubric": (1.0, 5.0)}  # every other metric lies between 0 and 1
COLUMNS = {
    "question": st.column_config.TextColumn(width=300),
    "before": st.column_config.NumberColumn(format="%.3f"),
    "after": st.column_config.NumberColumn(format="%.3f"),
    "change": st.column_config.NumberColumn(format="%+.3f"),
    "against": st.column_config.NumberColumn("against", help="Training negatives on chunks that answer the question."),
    "rivals": st.column_config.NumberColumn("for rivals", help="Training positives on chunks that moved into its results."),
    "touching": st.column_config.NumberColumn("near it", help="Training pairs about what the question is about."),
}


def draw_questions(session: Session, look: Look) -> None:
    """The scatter beside the list; a click in either opens the question below."""
    table = derived.changes(look.run, look.metric, look.before, look.after)
    if not len(table):
        st.caption(f"No question has a score by {look.metric_name} under both systems.")
        return
    chart, listed = st.columns([5, 7], gap="large")
    with chart:
        _draw_scatter(table, look)
    with listed:
        rows = _draw_list(table, look)
    opened = st.query_params.get("question") or (rows["question_id"].iloc[0] if len(rows) else "")
    if opened and opened in look.found.questions:
        with st.container(border=True, key="opened_question"):
            draw_question(session, look, look.found.questions[opened])
    elif opened:
        st.warning("The question this link names was not asked in this run.", icon=":material/link_off:")


def _draw_scatter(table: pd.DataFrame, look: Look) -> None:
    figure = figures.scatter(table, look.before, look.after, look.metric_name, SPANS.get(look.metric, (0.0, 1.0)))
    key = f"scatter_{content_id(str(look.run.path), look.metric, look.before, look.after)}"
    st.plotly_chart(
        figure, config=CONFIG, key=key, on_select=lambda: _open_point(key), selection_mode="points",
        alt=f"{len(table)} questions: {look.metric_name} under {look.before} against {look.after}",
    )  # fmt: skip
    st.caption(
        "A point a question: above the line it got better, below it worse; click one to open it. Equal scores are spread a little so that "
        "each can be seen."
    )


def _open_point(key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        st.query_params["question"] = points[0]["customdata"][0]


def _draw_list(table: pd.DataFrame, look: Look) -> pd.DataFrame:
    """A page of the list; the rows it shows."""
    linked = st.query_params.get("show", "")
    st.session_state["evaluate_show"] = linked if linked in SHOWN else "worse"
    sizes = {"worse": int((table["change"] < 0).sum()), "better": int((table["change"] > 0).sum()), "all": len(table)}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        show = st.segmented_control(
            "Show", list(SHOWN), format_func=lambda one: f"{SHOWN[one]} ({sizes[one]:,})", key="evaluate_show", on_change=_choose,
            required=True, label_visibility="collapsed",
        )  # fmt: skip
        n_pages = max(1, -(-sizes[show or "worse"] // PAGE_SIZE))
        page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages) if n_pages > 1 else 1
    kept = {"worse": table[table["change"] < 0], "better": table[table["change"] > 0].iloc[::-1], "all": table}[show or "worse"]
    rows = kept.iloc[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    if not len(rows):
        st.caption(f"No question got {SHOWN[show or 'worse'].lower()} from {plain(look.before)} to {plain(look.after)}.")
        return rows
    ids = rows["question_id"].tolist()
    key = f"changed_{content_id(*ids, look.metric, look.before, look.after)}"
    st.dataframe(
        _with_traces(rows, look)[list(_columns(look))],
        column_config=COLUMNS, hide_index=True, height="content", key=key, selection_mode=["single-cell"],
        on_select=lambda: _open_row(ids, key), alt=f"{count(len(rows), 'question')} with their scores before and after",
    )  # fmt: skip
    return rows


def _columns(look: Look) -> tuple[str, ...]:
    known = ("question", "before", "after", "change")
    return (*known, "against", "rivals", "touching") if is_trained(look) else known


def _with_traces(rows: pd.DataFrame, look: Look) -> pd.DataFrame:
    """The rows with what training did near each question, where the system after was trained."""
    if not is_trained(look):
        return rows
    traces = [derived.trace(look.run, look.found.questions[one], look.before, look.after) for one in rows["question_id"]]
    return rows.assign(
        against=[len(one.against_answers) for one in traces],
        rivals=[len(one.for_rivals) for one in traces],
        touching=[one.n_touching for one in traces],
    )


def _open_row(ids: list[str], key: str) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells:
        st.query_params["question"] = ids[cells[0][0]]


def _choose() -> None:
    st.query_params["show"] = st.session_state["evaluate_show"]
    st.session_state["page"] = 1
    st.query_params.pop("question", None)
