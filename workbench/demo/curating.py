"""Which questions the demo shows: those that somebody chose, else a few that changed most, at least one of them for the worse."""

from __future__ import annotations

import streamlit as st

from workbench.session import Session


def draw_pin(session: Session, question_id: str) -> None:
    """A button that puts a question into the demo, or takes it out."""
    chosen = session.store.curated()
    pinned = question_id in chosen
    st.button(
        "In the demo" if pinned else "Show in the demo",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        key=f"pin_{question_id}",
        type="tertiary",
        help="Take it out of the demo again." if pinned else "The demo shows the chosen questions, in the order they were chosen.",
        on_click=_toggle,
        args=(session, question_id),
    )


def _toggle(session: Session, question_id: str) -> None:
    chosen = session.store.curated()
    kept = [one for one in chosen if one != question_id]
    session.store.curate(kept if question_id in chosen else [*chosen, question_id])
