"""Generating pairs on the page."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.pipeline import make_pairs
from workbench.session import Session, questions, told
from workbench.words import count


def draw_pair_making(session: Session, button: str) -> None:
    """The button with its one option; progress while it works."""
    with st.form("pairs", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        most = st.number_input("At most so many positive pairs", min_value=1, value=None, step=500, placeholder="all", width=260)
        asked = st.form_submit_button(button, type="primary")
    if asked:
        bar = st.progress(0.0, "Splitting questions, finding positives and negatives …")
        with told():
            make_pairs(
                session.store,
                session.workspace,
                session.settings,
                int(most) if most else None,
                lambda done, total: _show(bar, done, total),
            )
            st.rerun()


def _show(bar: DeltaGenerator, done: int, total: int) -> None:
    bar.progress(min(1.0, done / max(total, 1)), f"{done:,} of {total:,}")


def draw_unpaired(session: Session) -> None:
    """The questions that got no pair, and why."""
    if not (reasons := session.store.unpaired()):
        return
    asked = questions(session)
    table = pd.DataFrame([(asked[key].text if key in asked else key, why) for key, why in reasons.items()], columns=["question", "why"])
    st.markdown(f"{count(len(table), 'question')} got no positive pair:")
    st.dataframe(table, hide_index=True, alt="Questions without a positive pair and the reason")
