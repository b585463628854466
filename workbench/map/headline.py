"""What training did, in four figures above the map."""

from __future__ import annotations

import streamlit as st

from workbench.map.scene import DRAWN, Scene
from workbench.words import count, plain


def draw_headline(scene: Scene) -> None:
    """Each figure with what it means; a map of one model has none but its trust."""
    summary = scene.map.summary
    if not scene.map.is_whole:
        st.caption("A first look: the two directions of most variance (PCA). The map itself is on its way and will take this place.")
        return
    with st.container(horizontal=True, key="map_headline"):
        if scene.map.has_after:
            k = summary["listed"]
            kept = summary["mean_overlap"]
            note = f"{kept * k:.1f} of a chunk's {k} nearest"
            _figure("Neighbours kept", f"{kept:.0%}", note, "The mean over all chunks, in the full space.")
            _draw_questions(scene)
            _draw_names(scene)
        trust = summary["trustworthiness"]
        shown = " · ".join(f"{value:.2f}" for value in trust.values())
        help_ = "Trustworthiness: whether neighbours on the map are true neighbours. 0.5 would be chance."
        _figure("Map trust", shown, "of 1, before and after" if scene.map.has_after else "of 1", help_)


def _figure(title: str, value: str, note: str, help_: str | None = None) -> None:
    st.metric(title, value, note, delta_color="off", delta_arrow="off", border=True, help=help_)


def _draw_questions(scene: Scene) -> None:
    difference = scene.changes["difference"] if len(scene.changes) else None
    if difference is None:
        return
    better, worse = int((difference > 0).sum()), int((difference < 0).sum())
    note = f"of {count(len(difference), 'dev and test question')}, by vectors alone"
    _figure("Questions", f"{better:,} better, {worse:,} worse", note)


def _draw_names(scene: Scene) -> None:
    entities = scene.map.entities
    if not len(entities):
        return
    before, after = entities["found_before"].mean(), entities["found_after"].mean()
    help_ = "For each entity with several names: the share of the chunks nearest to a name that mention the entity under any of its names."
    note = f"{count(len(entities), 'entity', 'entities')} with aliases"
    _figure("Names find their entity", f"{before:.0%} → {after:.0%}", note, help_)


def draw_notes(scene: Scene) -> None:
    """What is not on the picture, and why."""
    n, n_drawn = len(scene.map.points), len(scene.drawn)
    if n_drawn < n:
        st.caption(
            f"Drawn: {n_drawn:,} of {n:,} chunks (at most {DRAWN:,}): of each cluster its share, and always the answers of "
            "questions and the chunks that changed most. Lists and figures count all."
        )
    if gone := sum(chunk is None for chunk in scene.chunks):
        st.warning(
            plain(f"The corpus has changed since this map was drawn: {count(gone, 'chunk')} on it no longer exist. Draw it again."),
            icon=":material/update:",
        )
    if left_out := scene.map.summary.get("names", {}).get("n_left_out"):
        st.caption(f"{count(left_out, 'entity', 'entities')} that few chunks mention are left out of the names.")
