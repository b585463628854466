"""Start a fine-tuning run and follow it live; stop, resume, and read earlier runs."""

from __future__ import annotations

import streamlit as st

from workbench.following import draw_run
from workbench.navigation import OVERVIEW
from workbench.session import ACTIVE, current
from workbench.training import draw_new_run

session = current()

st.title("Train", anchor=False)
if session.store.counts().pairs.get("positive"):
    with st.expander("New run", icon=":material/add:", expanded=not session.runs):
        draw_new_run(session)
elif not session.runs:
    st.info("There are no training pairs yet: import a folder on the overview, then generate them.", icon=":material/join_inner:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")

runs = {run.run_id: run for run in session.runs}
if not runs:
    st.stop()

run = runs[st.selectbox("Run", list(runs), key="run", bind="query-params", width=320)]
live = run.status() in ACTIVE
st.fragment(draw_run, run_every=2 if live else None)(run, live, run.has_pairs)
