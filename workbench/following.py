"""One run as it goes: status, stages, curves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import streamlit as st

from core.runs.folder import RunFolder, Status
from core.runs.launch import resume
from core.runs.tail import Seen
from workbench.progress import Event, Stage, failure, seconds_left, stages
from workbench.runs import MEANING, badge, label
from workbench.session import ACTIVE, told
from workbench.training.curves import draw_curves
from workbench.training.trials import draw_trials
from workbench.watching import seen
from workbench.words import duration, plain


def draw_run(run: RunFolder, newest: str, was_live: bool, had_pairs: bool, latest: Callable[[], str]) -> None:
    """Everything about a run that moves; drawn again every few seconds, and with the whole page once its pairs are made, once it has
    ended, and once there is a newer run to follow: `latest()` is the id of the newest, `newest` what it was."""
    if latest() != newest or not run.path.is_dir():  # it may have been deleted in another tab
        st.rerun()
    with told():
        happened = _draw_progress(run, was_live, had_pairs)
        draw_trials(happened.events)
        draw_curves(run, happened)


def draw_progress(run: RunFolder, was_live: bool, had_pairs: bool) -> None:
    """How far a run is, in two lines; drawn again like all of it."""
    with told():
        _draw_progress(run, was_live, had_pairs)


def _draw_progress(run: RunFolder, was_live: bool, had_pairs: bool) -> Seen:
    status, happened = run.status(), seen(run)
    if was_live and (status not in ACTIVE or run.has_pairs != had_pairs):
        st.rerun()
    _draw_head(run, status, happened.events)
    _draw_stages(stages(run.config["stages"], happened.events))
    return happened


def _draw_head(run: RunFolder, status: Status, events: Sequence[Event]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        badge(status)
        st.caption(plain(label(run)), width="content")
        if status in ACTIVE:
            _draw_pause(run, events)
        elif status != "finished" and st.button("Resume", icon=":material/resume:", key="resume"):
            resume(run)
            st.rerun()
    if status == "failed":
        st.error(plain(failure(events)), title="The run failed", icon=":material/error:")
    elif status in MEANING:
        st.caption(MEANING[status])


def _draw_pause(run: RunFolder, events: Sequence[Event]) -> None:
    if left := seconds_left(events, time.time()):
        st.caption(f"about {duration(left)} left in this stage", width="content")
    if run.stop_requested:
        st.caption("stopping after this step …", width="content")
    else:
        help_ = "Ends the process after this step and keeps all that was done: Resume goes on from there, today or in a week."
        st.button("Stop", icon=":material/pause:", key="stop", on_click=run.stop, help=help_)


def _draw_stages(of_run: Sequence[Stage]) -> None:
    for column, stage in zip(st.columns(len(of_run)), of_run, strict=True):
        if stage.state == "finished":
            said = f"done in {duration(stage.seconds or 0)}"
        elif stage.state == "waiting":
            said = "waiting"
        else:
            said = f"{stage.what} {stage.done:,} of {stage.total:,}" if stage.total > 1 else stage.what or "starting"
        column.progress(stage.share, f"**{stage.name}** · {plain(said)}")
