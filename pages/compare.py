"""One query, every system's top results side by side, with the expected topics highlighted. The query stands in the URL."""

from __future__ import annotations

import streamlit as st

from core.pipeline import latest_results
from workbench.answers import answer, draw_answer, draw_missing, draw_query, from_question, from_text
from workbench.navigation import OVERVIEW
from workbench.session import current, questions, systems

session = current()


def put_question_away() -> None:
    """A typed query takes the place of the picked question."""
    st.query_params.pop("question", None)


def pick_question() -> None:
    """A picked question takes the place of the typed query."""
    st.session_state["q"] = ""
    if picked := st.session_state["picked"]:
        st.query_params["question"] = picked
    else:
        st.query_params.pop("question", None)


st.title("Compare", anchor=False)
if not session.store.counts().n_searchable:
    st.info("There is nothing to search yet: import a folder on the overview.", icon=":material/balance:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

asked = questions(session)
held_out = {key: question for key, question in asked.items() if question.split == "test"} or asked
linked = st.query_params.get("question")
st.session_state["picked"] = linked if linked in asked else None
choices = list(held_out) if linked in held_out or linked not in asked else [linked, *held_out]

picking, typing = st.columns(2, vertical_alignment="bottom")
picked = picking.selectbox(
    f"One of {len(held_out):,} test questions",
    choices,
    format_func=lambda key: asked[key].text,
    placeholder="Type to search them",
    key="picked",
    on_change=pick_question,
    disabled=not held_out,
)
text = typing.text_input(
    "Or a query of your own", type="search", placeholder="What would you ask?", key="q", bind="query-params", on_change=put_question_away
)

query = from_text(session, text) if text else from_question(asked[picked]) if picked else None
if query is None:
    st.caption("Pick a question or type a query: every system answers it, side by side.")
    st.stop()

run = latest_results(session.workspace)
loaded = systems(session, run)
whose = f"tuned is the model of run {run.run_id}." if run else "No run has finished yet: these are the systems without training."
with st.container(horizontal=True, vertical_alignment="bottom"):
    shown = st.pills("Systems", loaded.names, selection_mode="multi", default=loaded.names, key="systems", bind="query-params", help=whose)
    k = st.segmented_control("Results", [5, 10], default=5, key="k", bind="query-params", required=True)
draw_missing(session, loaded.missing)

draw_query(query)
if shown:
    for column, name in zip(st.columns(len(shown), gap="small"), [name for name in loaded.names if name in shown], strict=True):
        with column:
            draw_answer(session, name, answer(session, run, name, query.text, k or 5), query)
else:
    st.caption("Choose at least one system.")
