"""Start a fine-tuning run and follow it live; stop, resume, name, compare and delete runs."""

from __future__ import annotations

import streamlit as st

from workbench.following import draw_run
from workbench.navigation import OVERVIEW
from workbench.results import draw_results
from workbench.runs import title
from workbench.session import ACTIVE, current
from workbench.training.beside import draw_beside
from workbench.training.naming import draw_naming
from workbench.training.papers import draw_papers
from workbench.training.starting import draw_new_run
from workbench.watching import seen

LATEST = "latest"
LIVE_S, IDLE_S = 2, 5  # how often the page looks at a run that works, and whether there is a newer one

session = current()

st.title("Train", anchor=False)
counts = session.store.counts()
if counts.pairs.get("positive"):
    with st.expander("New run", icon=":material/add:", expanded=not session.runs):
        draw_new_run(session)
else:
    first = "generate them first" if counts.n_chunks else "import a folder on the overview, then generate them"
    st.info(f"There are no training pairs yet: {first}.", icon=":material/join_inner:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")

runs = {run.run_id: run for run in session.runs}
if not runs:
    st.stop()

newest = next(iter(runs))


def named(run_id: str) -> str:
    """Stable words: a list whose words change with the clock forgets what was chosen."""
    return f"The latest, always ({title(runs[newest])})" if run_id == LATEST else f"{title(runs[run_id])} · {run_id}"


options = [LATEST, *runs]
if st.session_state.setdefault("run", st.query_params.get("run", LATEST)) not in options:  # deleted, or a link to what is not here
    st.session_state["run"] = LATEST
chosen = st.selectbox("Run", options, format_func=named, key="run", width=560)
if chosen == LATEST:
    st.query_params.pop("run", None)
else:
    st.query_params["run"] = chosen
run = runs[newest if chosen == LATEST else chosen]


def latest() -> str:
    return next((one.run_id for one in session.runs), "")


live = run.status() in ACTIVE
st.fragment(draw_run, run_every=LIVE_S if live else IDLE_S)(run, newest, live, run.has_pairs, latest)

if results := run.results():
    st.header("Results", anchor=False)
    draw_results(results)
draw_naming(run)
st.header("Other runs", anchor=False)
draw_beside(run, runs)
st.header("What it was made with", anchor=False)
draw_papers(run, seen(run).events)
