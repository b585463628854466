"""What is in the workspace, the latest result, and the one next step."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.pipeline import latest_results, start_all
from workbench import charts
from workbench.following import draw_progress
from workbench.importing import draw_example, draw_import, draw_last_import
from workbench.navigation import COMPARE, PAIRS, TRAIN
from workbench.results import draw_results
from workbench.runs import RUN_COLUMNS, label, runs_table
from workbench.session import ACTIVE, current, told
from workbench.steps import next_step
from workbench.words import count, plain

TARGETS = {"pairs": PAIRS, "compare": COMPARE, "train": TRAIN, "follow": TRAIN}

session = current()
store = session.store
counts = store.counts()
statuses = {run: run.status() for run in session.runs}
result = latest_results(session.workspace)
live = next((run for run, status in statuses.items() if status in ACTIVE), None)
can_train = session.settings.MODEL_BACKEND == "sentence-transformers"
step = next_step(counts, store.pairs_outdated(), live is not None, result is not None, can_train)

st.title("Overview", anchor=False)
st.caption(f"Workspace {plain(str(session.workspace.root))}")

with st.container(border=True, key="next_step"):
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.subheader(step.title, anchor=False)
            st.markdown(step.why)
        pressed = step.action != "import" and st.button(step.button, type="primary", key="next", icon=":material/arrow_forward:")
    if pressed and step.action == "everything":
        with told():
            start_all(store, session.workspace, session.settings)
            st.rerun()
    elif pressed:
        st.switch_page(TARGETS[step.action], query_params={"view": "generate"} if step.action == "pairs" else None)
    if step.action == "import":
        draw_import(session)
    elif step.action == "everything":
        st.page_link(PAIRS, label="Only generate pairs", icon=":material/join_inner:", query_params={"view": "generate"})
    elif live:
        st.fragment(draw_progress, run_every=2)(live, True, live.has_pairs)

if not counts.n_chunks:
    draw_example()
    st.stop()

figures = {
    "Chunks": (counts.n_chunks, count(counts.n_files, "file")),
    "Entities": (counts.n_entities, count(counts.n_aliases, "alias", "aliases")),
    "Questions": (sum(counts.questions.values()), f"{counts.n_judged_questions:,} judged"),
    "Pairs": (sum(counts.pairs.values()), f"{counts.pairs.get('positive', 0):,} positive"),
    "Runs": (len(statuses), f"{list(statuses.values()).count('finished')} finished"),
}
with st.grid(5):
    for name, (n, note) in figures.items():
        st.metric(name, f"{n:,}", note, delta_color="off", delta_arrow="off", border=True)

if result and (found := result.results()):
    st.header("Latest result", anchor=False)
    st.caption(label(result))
    draw_results(found)

st.header("What is here", anchor=False)
by_split, by_type, by_rule = st.columns(3, gap="large")
with by_split:
    st.subheader("Questions by split", anchor=False)
    if counts.questions:
        table = pd.DataFrame(counts.questions.items(), columns=["split", "n"])
        st.plotly_chart(charts.bars(table, "split", "n"), config=charts.CONFIG, key="by_split", alt="Number of questions in each split")
    else:
        st.caption("No questions: nothing can be measured, but pairs can be synthesised from entities.")
with by_type:
    st.subheader("Entities by type", anchor=False)
    if counts.entity_types:
        table = pd.DataFrame(counts.entity_types.items(), columns=["type", "n"])
        st.plotly_chart(charts.bars(table, "type", "n"), config=charts.CONFIG, key="by_type", alt="Number of entities of each type")
    else:
        st.caption("No entity index: topics are matched as phrases.")
with by_rule:
    st.subheader("Pairs by rule", anchor=False)
    if counts.pairs:
        figure = charts.bars(store.pair_summary(), "rule", "count", group="label")
        st.plotly_chart(figure, config=charts.CONFIG, key="by_rule", alt="Number of positive and negative pairs by rule")
    else:
        st.caption("No pairs yet.")

if statuses:
    st.header("Runs", anchor=False)
    st.dataframe(runs_table(statuses), column_config=RUN_COLUMNS, hide_index=True, alt="All runs, newest first")

st.header("Data", anchor=False)
if last := store.last_import():
    with st.expander("The last import", icon=":material/fact_check:", expanded=step.action == "everything"):
        draw_last_import(last)
if step.action != "import":
    with st.expander("Import a folder", icon=":material/drive_folder_upload:"):
        draw_import(session)
