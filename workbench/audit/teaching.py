"""A result of a search as a training pair: a person says that it answers the query, or that it does not although it looks like it."""

from __future__ import annotations

import streamlit as st

from core.judging.giving import teach
from core.records import Chunk, Hardness, Label, Pair
from workbench.highlight import chip, passage
from workbench.session import Session
from workbench.words import plain


@st.dialog("Teach this", width="medium", icon=":material/school:")
def draw_teaching(session: Session, query: str, question_id: str, chunk: Chunk) -> None:
    """The query, the chunk, and the two things that can be said."""
    st.html(passage(query, size="1.1rem"))
    with st.container(border=True, height=260):
        st.html(chip(chunk.title or chunk.filename) + passage(chunk.text, size=".95rem"))
    st.caption("It joins the training pairs under the rule “audit”, counts as accepted and outlives every new generation of pairs.")
    with st.container(horizontal=True):
        positive = st.button("It answers the query", icon=":material/add_circle:", key="teach_positive", type="primary")
        negative = st.button("It does not, though it looks like it", icon=":material/do_not_disturb_on:", key="teach_negative")
    if positive or negative:
        label: Label = "positive" if positive else "negative"
        hardness: Hardness = "" if positive else "hard"
        told = teach(session.store, Pair(query, chunk.chunk_id, label, "audit", question_id, hardness=hardness, reason="Added by hand."))
        if told.refused:
            st.warning(plain(told.sentence), icon=":material/shield:")
        else:
            st.toast(told.sentence, icon=":material/school:")
            st.rerun()
