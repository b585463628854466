"""Only what was known up to a point in the story, and what the figures on the screen made of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.records import Question
from core.search import Ground
from workbench.compare.sheet import Sheet
from workbench.words import count, milliseconds

ALL = "all"


def draw_until(searched: Ground, question: Question | None) -> float | None:
    """The latest time that is searched; None: all times. A question's own limit, unless the URL says otherwise."""
    if np.isnan(searched.orders).all():
        return None
    key = f"until_{question.question_id if question else ''}"
    st.session_state[key] = _linked(question)
    return st.number_input(
        "Known up to", value=None, placeholder="all times", key=key, on_change=_to_url, args=(key,), width=150,
        help="Chunks of a later temporal_order are not searched, so that nothing gives the rest of the story away. Empty: everything is. "
        "A question with a temporal_limit starts at it.",
    )  # fmt: skip


def _linked(question: Question | None) -> float | None:
    linked = st.query_params.get("until", "")
    if linked == ALL:
        return None
    try:
        return float(linked)
    except ValueError:
        return question.temporal_limit if question else None


def _to_url(key: str) -> None:
    value = st.session_state[key]
    st.query_params["until"] = ALL if value is None else f"{value:g}"


def sentence(found: Sheet, until: float | None, question: Question | None) -> str:
    """What was searched, how long the server took, and whether the metrics on the screen kept to the limit."""
    took = f"Answered in {milliseconds(found.took)} of server time, all systems together"
    if until is None:
        limited = question is not None and question.temporal_limit is not None
        ignored = f" Its temporal_limit of {question.temporal_limit:g} is not used." if limited and question else ""
        return f"{took}. {count(found.n_chunks, 'chunk')} searched.{ignored}"
    timeless = f", {found.n_timeless:,} of them without a time" if found.n_timeless else ""
    return (
        f"{took}. {found.n_searched:,} of {count(found.n_chunks, 'chunk')} searched, those known up to {until:g}{timeless}; "
        "the figures here keep to that. Stored evaluations search all chunks."
    )
