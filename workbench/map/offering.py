"""Drawing a map: the offer where there is none, the progress of one that is on its way, and another one with other options."""

from __future__ import annotations

import streamlit as st

from core.pipeline import latest_model, start_map
from core.runs.folder import RunFolder
from core.runs.mapped import FEWEST, OPTIONS, maps, owner_of, summary_of
from workbench.following import draw_progress
from workbench.session import ACTIVE, Session, told

BASE = "the base model"


def on_its_way(session: Session) -> RunFolder | None:
    """A run that is drawing a map, or will."""
    return next((run for run in session.runs if "map" in run.config["stages"] and run.status() in ACTIVE), None)


def draw_offer(session: Session) -> None:
    """Where there is no map yet: how the last try ended, and another one."""
    if (n := session.store.counts().n_searchable) < FEWEST:
        st.info(f"A map needs at least {FEWEST} searched chunks, and this corpus has {n}.", icon=":material/scatter_plot:")
        return
    last = next((run for run in session.runs if "map" in run.config["stages"]), None)
    if last and last.status() != "finished":
        draw_progress(last, False, last.has_pairs)
    model = latest_model(session.workspace)
    said = "before and after training" if model else "of the base model; train one first to see before and after"
    st.info(f"There is no map yet. It shows the embedding space {said}.", icon=":material/scatter_plot:")
    if st.button("Draw the map", type="primary", icon=":material/scatter_plot:", key="draw_map"):
        _start(session, model, {})


def draw_newer(session: Session, shown: RunFolder) -> None:
    """Where a model has been trained since, and is on no map."""
    newest = latest_model(session.workspace)
    if newest is None or newest.run_id in {owner_of(run) for run in maps(session.runs)} or newest.run_id < owner_of(shown):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"The newest model, of run {newest.run_id}, is on no map yet.", width="content")
        if st.button("Draw its map", key="draw_newest", icon=":material/scatter_plot:"):
            _start(session, newest, {})


def draw_wait(run: RunFolder, state: str | None) -> None:
    """A fragment's body: the progress of a map that is on its way; the whole page again when its state has changed."""
    if (summary_of(run) or {}).get("state") != state:
        st.rerun()
    draw_progress(run, True, run.has_pairs)


def draw_options(session: Session) -> None:
    """Another map: of another run, with other options."""
    tuned = [run.run_id for run in session.runs if run.model.is_dir()]
    with st.popover("Draw another", icon=":material/tune:"), st.form("map_options", border=False):
        after = st.selectbox(
            "After", [*tuned, None], format_func=lambda name: f"tuned in {name}" if name else "nothing: one map", key="map_after"
        )
        before = st.selectbox("Before", [None, *tuned], format_func=lambda name: f"tuned in {name}" if name else BASE, key="map_before")
        options = {
            "neighbours": st.number_input("Neighbours", 5, 100, OPTIONS["neighbours"], help="Few: small groups. Many: the larger shape."),
            "min_dist": st.number_input("Minimum distance", 0.0, 0.99, OPTIONS["min_dist"], step=0.05, help="How close points may come."),
            "seed": st.number_input("Seed", 0, None, session.settings.SEED, help="The same seed gives the same picture."),
        }
        pressed = st.form_submit_button("Draw", type="primary", icon=":material/scatter_plot:")
    if pressed:
        _start(session, RunFolder(session.workspace.runs / after) if after else None, {**options, "before": before})


def _start(session: Session, run: RunFolder | None, options: dict[str, object]) -> None:
    with told():
        started = start_map(session.store, session.workspace, session.settings, run, options)
        st.query_params["run"] = started.run_id
        st.session_state.pop("map_run", None)
        st.rerun()
