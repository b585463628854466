"""What an evaluation found, with proof: systems, groups, single questions, choices. The run and what is looked at stand in the URL."""

from __future__ import annotations

import streamlit as st

from workbench.evaluate.choices import draw_choices
from workbench.evaluate.groups import draw_groups
from workbench.evaluate.look import draw_look
from workbench.evaluate.questions import draw_questions
from workbench.evaluate.systems import draw_systems
from workbench.navigation import OVERVIEW
from workbench.session import current
from workbench.views import chosen_view

VIEWS = {
    "systems": ":material/leaderboard: Systems",
    "questions": ":material/scatter_plot: Questions",
    "groups": ":material/category: Groups",
    "choices": ":material/tune: Choices",
}

session = current()

st.title("Evaluate", anchor=False)
look = draw_look(session)
if look is None:
    counts = session.store.counts()
    lacking = "import a folder on the overview" if not counts.n_chunks else "a finished run with test questions brings it: start one"
    st.info(f"There is nothing to show yet: {lacking}.", icon=":material/query_stats:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

view = chosen_view(VIEWS, "systems")
if view == "questions":
    draw_questions(session, look)
elif view == "groups":
    draw_groups(look)
elif view == "choices":
    draw_choices(look)
else:
    draw_systems(look)
