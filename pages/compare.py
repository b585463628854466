"""Systems side by side on one query, and judging what they found, blind. The view stands in the URL."""

from __future__ import annotations

import streamlit as st

from workbench.compare.pool import draw_pool
from workbench.compare.side_by_side import draw_side_by_side
from workbench.navigation import OVERVIEW
from workbench.session import current

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


def put_in_url() -> None:
    """Which view is looked at stands in the URL."""
    st.query_params["view"] = st.session_state["view"]


linked = st.query_params.get("view", "")
st.session_state["view"] = linked if linked in VIEWS else "compare"
view = st.segmented_control(
    "View",
    list(VIEWS),
    format_func=lambda name: VIEWS[name][0],
    key="view",
    on_change=put_in_url,
    required=True,
    label_visibility="collapsed",
)
VIEWS[view or "compare"][1](session)
