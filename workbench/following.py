"""One run as it goes: status, stages, curves, and below them its results, its configuration and its log."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from core.runs.folder import RunFolder, Status
from core.runs.launch import resume
from core.runs.results import verdict
from workbench import charts
from workbench.progress import Event, Stage, dev_table, failure, kept_apart, seconds_left, stages, training_table
from workbench.results import draw_results
from workbench.runs import MEANING, badge, label
from workbench.session import ACTIVE, told
from workbench.words import duration, plain

LOG_TAIL = 20_000  # characters of worker.log shown


def draw_run(run: RunFolder, was_live: bool, had_pairs: bool) -> None:
    """Everything about a run; drawn again every two seconds while it lives, and with the whole page once its pairs are made and once
    it has ended."""
    with told():
        events = _draw_progress(run, was_live, had_pairs)
        _draw_curves(run, events)
        if results := run.results():
            st.header("Results", anchor=False)
            draw_results(results)
        _draw_papers(run)


def draw_progress(run: RunFolder, was_live: bool, had_pairs: bool) -> None:
    """How far a run is, in two lines; drawn again like all of it."""
    with told():
        _draw_progress(run, was_live, had_pairs)


def _draw_progress(run: RunFolder, was_live: bool, had_pairs: bool) -> list[Event]:
    status, events = run.status(), run.events()
    if was_live and (status not in ACTIVE or run.has_pairs != had_pairs):
        st.rerun()
    _draw_head(run, status, events)
    _draw_stages(stages(run.config["stages"], events))
    return list(events)


def _draw_head(run: RunFolder, status: Status, events: Sequence[Event]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        badge(status)
        st.caption(label(run), width="content")
        if status in ACTIVE:
            _draw_stop(run, events)
        elif status != "finished" and st.button("Resume", icon=":material/resume:", key="resume"):
            resume(run)
            st.rerun()
    if status == "failed":
        st.error(plain(failure(events)), title="The run failed", icon=":material/error:")
    elif status in MEANING:
        st.caption(MEANING[status])


def _draw_stop(run: RunFolder, events: Sequence[Event]) -> None:
    if left := seconds_left(events, time.time()):
        st.caption(f"about {duration(left)} left in this stage", width="content")
    if run.stop_requested:
        st.caption("stopping after this step …", width="content")
    else:
        st.button("Stop", icon=":material/stop:", key="stop", on_click=run.stop)


def _draw_stages(of_run: Sequence[Stage]) -> None:
    for column, stage in zip(st.columns(len(of_run)), of_run, strict=True):
        if stage.state == "finished":
            said = f"done in {duration(stage.seconds or 0)}"
        elif stage.state == "waiting":
            said = "waiting"
        else:
            said = f"{stage.what} {stage.done:,} of {stage.total:,}" if stage.total > 1 else stage.what or "starting"
        column.progress(stage.share, f"**{stage.name}** · {plain(said)}")


def _draw_curves(run: RunFolder, events: Sequence[Event]) -> None:
    steps, measured = training_table(events), dev_table(events)
    if len(steps) and not len(measured):
        st.caption("There are no dev questions to measure on while it trains.")
    if said := kept_apart(events):
        st.caption(said)
    with st.grid(2, gap="large"):
        if len(steps):
            now = steps["smooth_loss"].iloc[-1]
            st.plotly_chart(charts.loss(steps), config=charts.CONFIG, key="loss", alt=f"Training loss, now {now:.3f}")
        if len(measured):
            best = measured["value"].max()
            st.plotly_chart(charts.dev(measured), config=charts.CONFIG, key="dev", alt=f"Dev score by step, best {best:.3f}")
        if len(steps):
            st.plotly_chart(charts.learning_rate(steps), config=charts.CONFIG, key="rate", alt="Learning rate by step")
            st.plotly_chart(charts.gradient_norm(steps), config=charts.CONFIG, key="norm", alt="Gradient norm by step")
    if kept := verdict(run):
        st.markdown(f"The **{kept['kept']}** model is kept: {plain(kept['why'])}")


def _draw_papers(run: RunFolder) -> None:
    with st.expander("Configuration", icon=":material/tune:"):
        st.json(run.config)
    with st.expander("Log of the worker", icon=":material/terminal:"):
        log = run.worker_log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:] if run.worker_log.exists() else ""
        st.code(log or "Nothing has been written yet.", language=None, wrap_lines=True, height=320)
