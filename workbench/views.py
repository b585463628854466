"""The switch between a page's views. Which one is looked at stands in the URL."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

VIEW = "view"


def chosen_view(names: Mapping[str, str], default: str) -> str:
    """Draws the switch, `names` by view; the view that the URL names, or the default where it names none."""
    linked = st.query_params.get(VIEW, "")
    st.session_state[VIEW] = linked if linked in names else default
    picked = st.segmented_control(
        "View", list(names), format_func=names.__getitem__, key=VIEW, on_change=_to_url, required=True, label_visibility="collapsed"
    )
    return picked or default


def _to_url() -> None:
    st.query_params[VIEW] = st.session_state[VIEW]
