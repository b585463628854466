"""Whether the corpus has been surveyed, and how to get there: at once where it is small, else by a run that is followed here."""

from __future__ import annotations

import threading

import streamlit as st

from core.runs.folder import RunFolder
from core.surveying import AT_ONCE, start_survey, survey_at_once, surveying, take_in_survey
from workbench.following import draw_progress
from workbench.session import ACTIVE, Session, told
from workbench.words import count

_TAKING = threading.Lock()
WHAT = (
    "Lengths in tokens, copies, boilerplate, which entities the texts name and an index of all words are worked out once for each import."
)
CHUNKS_A_SECOND = 600


def keep_surveyed(session: Session, n_chunks: int) -> None:
    """Take in a survey that a run has made, or take a small one here; else say how to get one."""
    if session.store.survey() is not None:
        return
    with told(), _TAKING:
        run = surveying(session.workspace)
        if session.store.survey() is None and run and run.status() == "finished":
            with st.spinner("Taking in the survey …"):
                take_in_survey(session.store, run)
        if session.store.survey() is None and n_chunks <= AT_ONCE:
            with st.spinner("Looking at all chunks once …"):
                survey_at_once(session.store, session.settings)
    if session.store.survey() is None:
        _offer(session, n_chunks, surveying(session.workspace))


def _offer(session: Session, n_chunks: int, run: RunFolder | None) -> None:
    status = run.status() if run else ""
    with st.container(border=True, key="survey"):
        if run and status in ACTIVE:
            st.fragment(draw_progress, run_every=2)(run, True, run.has_pairs)
            return
        if run and status in {"failed", "lost", "cancelled"}:
            draw_progress(run, False, run.has_pairs)
        with st.container(horizontal=True, vertical_alignment="center"):
            minutes = max(1, round(n_chunks / CHUNKS_A_SECOND / 60))
            st.markdown(f"**This corpus has not been surveyed yet.** {WHAT} That takes about {count(minutes, 'minute')}.")
            if st.button("Survey the corpus", type="primary", icon=":material/query_stats:", key="start_survey"):
                with told():
                    start_survey(session.store, session.workspace, session.settings)
                    st.rerun()
