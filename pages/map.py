"""The embedding space before and after, on two maps in one layout. What is looked at stands in the URL."""

from __future__ import annotations

import streamlit as st

from core.runs.mapped import maps, summary_of
from workbench.map.component import CAPTION, draw_map, standalone
from workbench.map.details import draw_look
from workbench.map.headline import draw_headline, draw_notes
from workbench.map.looking import look_at, looked_at, search, typed
from workbench.map.offering import draw_newer, draw_offer, draw_options, draw_wait, on_its_way
from workbench.map.panels import draw_panel
from workbench.map.scene import scene
from workbench.navigation import OVERVIEW
from workbench.runs import label
from workbench.session import current, told
from workbench.words import count

VIEWS = {"two": "Side by side", "one": "One map, slider"}

session = current()
st.title("Map", anchor=False)
if not session.store.counts().n_searchable:
    st.info("There is nothing to map yet: import a folder on the overview.", icon=":material/scatter_plot:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

drawn = {run.run_id: run for run in maps(session.runs)}
coming = on_its_way(session)
if coming:
    st.fragment(draw_wait, run_every=2)(coming, (summary_of(coming) or {}).get("state"))
if not drawn:
    if not coming:
        draw_offer(session)
    st.stop()

linked = st.query_params.get("run", "")
run = drawn.get(linked) or next(iter(drawn.values()))
if not coming:
    draw_newer(session, run)
with told():
    shown = scene(session, run, (summary_of(run) or {})["state"])
    if shown is None:
        st.stop()
    colours = {name: way.title for name, way in shown.colourings.items()}
    look = looked_at(session, shown, run)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(drawn) > 1:
            st.session_state["map_run"] = run.run_id
            st.selectbox(
                "Map", list(drawn), format_func=lambda name: label(drawn[name]), key="map_run", width=250,
                on_change=lambda: st.query_params.update(run=st.session_state["map_run"]),
            )  # fmt: skip
        wanted = st.query_params.get("colour", "")
        st.session_state["colour"] = wanted if wanted in colours else next(iter(colours))
        colour = st.selectbox(
            "Colour", list(colours), format_func=colours.__getitem__, key="colour", width=170,
            on_change=lambda: st.query_params.update(colour=st.session_state["colour"]),
        )  # fmt: skip
        st.session_state["view"] = st.query_params.get("view", "") if st.query_params.get("view") in VIEWS else "two"
        view = st.segmented_control(
            "View", list(VIEWS), format_func=VIEWS.__getitem__, key="view", required=True, disabled=not shown.map.has_after,
            on_change=lambda: st.query_params.update(view=st.session_state["view"]),
        )  # fmt: skip
        words = st.text_input(
            "Find chunks", type="search", placeholder="Words that must all occur", key="find", bind="query-params", width=220
        )
        st.session_state["asked"] = st.query_params.get("q", "")
        st.text_input(
            "Ask in both spaces", type="search", placeholder="What would you ask?", key="asked", width=250, on_change=typed,
            disabled=not shown.map.is_whole,
        )  # fmt: skip
        draw_options(session)

    draw_headline(shown)
    lit = search(shown, words) if words else look.lit
    beside, picture = st.columns([3, 8], gap="small") if shown.map.is_whole else (st.empty(), st.container())
    with picture:
        if words:
            st.caption(f"{count(len(lit or ()), 'chunk')} found; the others are faint.")
        draw_map(shown, colour, view or "two", look.marks, lit, lambda row: look_at("chunk", str(shown.map.points["chunk_id"].iloc[row])))
        draw_notes(shown)
        with st.container(horizontal=True, wrap=False):
            st.caption(CAPTION, width="stretch")
            st.download_button(
                "HTML", lambda: standalone(shown, colour, look.marks), f"map-{run.run_id}.html", "text/html", key="take_html",
                on_click="ignore", icon=":material/download:", help="This map as one file that anybody can open: no app, no network.",
            )  # fmt: skip
    if shown.map.is_whole:
        with beside, st.container(key="map_beside"):
            if look.kind:
                draw_look(session, shown, look)
            else:
                draw_panel(session, shown)
