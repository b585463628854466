"""Decisions as files: out of this workspace, and in from another copy of it."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from core.auditing.copying import export_decisions, import_decisions
from workbench.session import Session, told
from workbench.words import count, plain

SHOWN_PROBLEMS = 10


@st.dialog("Decisions in and out", width="medium", icon=":material/swap_vert:")
def draw_exchange(session: Session) -> None:
    """Two downloads and an upload."""
    st.markdown("Every decision with its pair, its text, who made it and when; what was taken back stays on record.")
    with st.container(horizontal=True):
        for suffix, name in ((".jsonl", "JSON Lines"), (".csv", "CSV for a spreadsheet")):
            content = partial(_file, session, suffix)
            st.download_button(name, content, f"decisions{suffix}", key=f"out{suffix}", on_click="ignore", icon=":material/download:")
    given = st.file_uploader("Take in decisions from another copy of this workspace", ["jsonl", "csv"], key="decisions_file")
    if given is not None and st.button("Take them in", type="primary", icon=":material/merge:", key="take_in"):
        with told():
            _take_in(session, given.name, given.getvalue())


def _file(session: Session, suffix: str) -> bytes:
    """The file as it also stands in exports/."""
    path = session.workspace.exports / f"decisions{suffix}"
    export_decisions(session.store, path)
    return path.read_bytes()


def _take_in(session: Session, name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"decisions{Path(name).suffix.lower()}"
        path.write_bytes(content)
        taken = import_decisions(session.store, path)
    with_pairs = f" {count(taken.n_pairs, 'pair')} that a person had added there came along." if taken.n_pairs else ""
    st.success(f"{count(taken.n_read, 'decision')} read, {taken.n_new:,} of them new here.{with_pairs}", icon=":material/merge:")
    if taken.problems:
        st.warning(
            "  \n".join(plain(str(problem)) for problem in taken.problems[:SHOWN_PROBLEMS]),
            title=f"{count(len(taken.problems), 'line')} could not be read",
            icon=":material/rule:",
        )
