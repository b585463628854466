"""Training pairs: judge them by hand, browse them, see what was made and why, generate them. The view stands in the URL."""

from __future__ import annotations

import streamlit as st

from workbench.audit.desk import draw_desk
from workbench.navigation import OVERVIEW
from workbench.pairs.browsing import draw_browse
from workbench.pairs.generating import draw_generate
from workbench.pairs.summary import draw_summary
from workbench.session import current
from workbench.views import chosen_view

VIEWS = {
    "audit": (":material/gavel: Audit", draw_desk),
    "browse": (":material/table_rows: Browse", draw_browse),
    "summary": (":material/bar_chart: Summary", draw_summary),
    "generate": (":material/join_inner: Generate", draw_generate),
}

session = current()
counts = session.store.counts()

st.title("Pairs", anchor=False)
if not counts.n_chunks:
    st.info("There is nothing to make pairs of yet: import a folder on the overview.", icon=":material/join_inner:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

view = chosen_view({name: label for name, (label, _) in VIEWS.items()}, next(iter(VIEWS)) if counts.pairs else "generate")
if counts.pairs or view == "generate":
    VIEWS[view][1](session)
else:
    st.info("There are no pairs yet: generate them first.", icon=":material/join_inner:")
