"""Judgements as files: out of this workspace in the forms of BEIR and TREC, and in from whoever judged elsewhere."""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

import streamlit as st

from core.judging.merging import merged
from core.judging.qrels import qrels, read_qrels
from core.records import SPLITS, Split
from workbench.compare.judging import auditor
from workbench.session import Session, ground, questions, told
from workbench.words import count, plain

SHOWN_PROBLEMS = 10


def draw_exchange(session: Session) -> None:
    """The door to the dialog."""
    if st.button("In and out", icon=":material/swap_vert:", key="judge_exchange"):
        _draw_dialog(session)


@st.dialog("Judgements in and out", width="medium", icon=":material/swap_vert:")
def _draw_dialog(session: Session) -> None:
    st.markdown("All judgements that stand, imported and made here: where both speak of the same, the one made here counts.")
    split: Split = st.segmented_control("Questions", list(reversed(SPLITS)), default="test", required=True, key="qrels_split")
    with st.container(horizontal=True):
        for form, suffix, name in (("beir", "tsv", "BEIR"), ("trec", "qrels", "TREC")):
            content = partial(_file, session, form, split)
            st.download_button(name, content, f"{split}.{suffix}", key=f"out_{form}", on_click="ignore", icon=":material/download:")
    given = st.file_uploader("Take in a file of judgements, three columns (BEIR) or four (TREC), grades 0 to 3", key="qrels_file")
    if given is not None and st.button("Take them in", type="primary", icon=":material/merge:", key="take_in_qrels"):
        with told():
            _take_in(session, given.name, given.getvalue())


def _file(session: Session, form: str, split: Split) -> bytes:
    return qrels(merged(session.store.questions(split), session.store.judged_here()), form).encode("utf-8", "replace")


def _take_in(session: Session, name: str, content: bytes) -> None:
    """Judgements alone: a file teaches nothing, whatever its questions are for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "judgements"
        path.write_bytes(content)
        read = read_qrels(path, name, questions(session), ground(session).places, auditor(), time.time())
    n_new = session.store.judge(read.judgements)
    st.success(f"{count(len(read.judgements), 'judgement')} read, {n_new:,} of them new here.", icon=":material/merge:")
    if read.problems:
        st.warning(
            "  \n".join(plain(str(problem)) for problem in read.problems[:SHOWN_PROBLEMS]),
            title=f"{count(len(read.problems), 'line')} could not be read",
            icon=":material/rule:",
        )
