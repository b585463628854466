"""For somebody who has ten seconds: how good retrieval is, what is here, what changed, and the one next step."""

from __future__ import annotations

import streamlit as st

from core.pipeline import latest_results, start_all
from workbench.following import draw_progress
from workbench.importing.choosing import SAMPLE, SOURCE
from workbench.importing.example import draw_example
from workbench.navigation import COMPARE, IMPORT, PAIRS, TRAIN
from workbench.overview.disk import draw_disk
from workbench.overview.news import draw_news
from workbench.overview.standing import draw_standing
from workbench.runs import RUN_COLUMNS, runs_table
from workbench.session import ACTIVE, current, told
from workbench.shelf import draw_switcher
from workbench.steps import next_step
from workbench.words import count

TARGETS = {"pairs": PAIRS, "compare": COMPARE, "train": TRAIN, "follow": TRAIN, "import": IMPORT}
RUNS_SHOWN = 5

session = current()
store = session.store
counts = store.counts()
statuses = {run: run.status() for run in session.runs}
result = latest_results(session.workspace)
live = next((run for run, status in statuses.items() if status in ACTIVE), None)
can_train = session.settings.MODEL_BACKEND == "sentence-transformers"
step = next_step(counts, store.pairs_outdated(), live is not None, result is not None, can_train)

heading, switch = st.columns([5, 7], vertical_alignment="center")
heading.title("Overview", anchor=False)
with switch:
    draw_switcher(session)

with st.container(border=True, key="next_step"):
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.subheader(step.title, anchor=False)
            st.markdown(step.why)
        pressed = st.button(step.button, type="primary", key="next", icon=":material/arrow_forward:")
    if pressed and step.action == "everything":
        with told():
            start_all(store, session.workspace, session.settings)
            st.rerun()
    elif pressed:
        st.switch_page(TARGETS[step.action], query_params={"view": "generate"} if step.action == "pairs" else None)
    if step.action == "import":
        st.page_link(IMPORT, label="Or look at the sample codex first", icon=":material/auto_stories:", query_params={SOURCE: str(SAMPLE)})
    elif step.action == "everything":
        st.page_link(PAIRS, label="Only generate pairs", icon=":material/join_inner:", query_params={"view": "generate"})
    elif live:
        st.fragment(draw_progress, run_every=2)(live, True, live.has_pairs)

if not counts.n_chunks:
    draw_example()
    st.stop()

if result and (found := result.results()):
    draw_standing(result, found)

splits = ", ".join(f"{n:,} {split}" for split, n in counts.questions.items() if split != "none")
figures = {
    "Chunks": (counts.n_chunks, count(counts.n_files, "file")),
    "Entities": (counts.n_entities, count(counts.n_aliases, "alias", "aliases")),
    "Questions": (sum(counts.questions.values()), splits or "none to measure by"),
    "Pairs": (sum(counts.pairs.values()), f"{counts.pairs.get('positive', 0):,} positive"),
    "Runs": (len(statuses), f"{list(statuses.values()).count('finished')} finished"),
}
with st.grid(5):
    for name, (n, note) in figures.items():
        st.metric(name, f"{n:,}", note, delta_color="off", delta_arrow="off", border=True)

news, runs = st.columns([5, 7], gap="large")
with news:
    st.header("What changed last", anchor=False)
    draw_news(session, statuses)
    st.page_link(IMPORT, label="Import", icon=":material/drive_folder_upload:")
with runs:
    st.header("Recent runs", anchor=False)
    if statuses:
        recent = dict(list(statuses.items())[:RUNS_SHOWN])
        st.dataframe(runs_table(recent), column_config=RUN_COLUMNS, hide_index=True, alt="The latest runs, newest first")
        st.page_link(TRAIN, label="All runs", icon=":material/local_fire_department:")
    else:
        st.caption("None yet.")
draw_disk(session)
