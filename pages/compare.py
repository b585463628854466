"""Systems side by side on one query, and judging what they found, blind. The view stands in the URL."""

from __future__ import annotations

import streamlit as st

from workbench.compare.pool import draw_pool
from workbench.compare.side_by_side import draw_side_by_side
from workbench.navigation import OVERVIEW
from workbench.session import current
from workbench.views import chosen_view

VIEWS = {
    "compare": (":material/balance: Side by side", draw_side_by_side),
    "judge": (":material/fact_check: Judge", draw_pool),
}

session = current()

st.title("Compare", anchor=False)
if not session.store.counts().n_searchable:
    st.info("There is nothing to search yet: import a folder on the overview.", icon=":material/balance:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

view = chosen_view({name: label for name, (label, _) in VIEWS.items()}, "compare")
VIEWS[view][1](session)
