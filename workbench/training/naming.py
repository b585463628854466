"""A run's name, its note, and its end: what a person does to a run, rather than what it does."""

from __future__ import annotations

import streamlit as st

from core.runs.about import LONGEST_NAME, LONGEST_NOTE, about, describe
from core.runs.folder import RunFolder, remove_run
from workbench.session import ACTIVE, told
from workbench.words import plain


def draw_naming(run: RunFolder) -> None:
    """The note, and behind a menu name, note and deletion."""
    said = about(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        if said.note:
            st.caption(plain(said.note), width="stretch")
        with st.popover("Name and note", icon=":material/edit_note:"), st.form("about", border=False):
            name = st.text_input("Name", said.name, max_chars=LONGEST_NAME, placeholder="What it tries, in a few words")
            note = st.text_area("Note", said.note, max_chars=LONGEST_NOTE, placeholder="What to remember about it")
            if st.form_submit_button("Save", type="primary"):
                describe(run, name, note)
                st.rerun()
        if run.status() not in ACTIVE:
            with st.popover("Delete", icon=":material/delete:"):
                _draw_deletion(run)


def _draw_deletion(run: RunFolder) -> None:
    st.markdown("Its model, its curves and its results go for good. Pairs that it made and decisions stay in the workspace.")
    if st.button("Delete this run", type="primary", key="delete"):
        with told():
            remove_run(run)
            st.rerun()
