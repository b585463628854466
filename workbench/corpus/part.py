"""What an opened chunk takes part in: pairs, questions, copies of itself; and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.records import Chunk
from core.store import SCOPES, ChunkFilter, Scope
from workbench.corpus.filtering import ISSUES
from workbench.highlight import chip, excerpt, passage
from workbench.navigation import COMPARE, PAIRS
from workbench.session import Session
from workbench.words import count, plain

MOST = 20
SNIPPET = 110  # characters of a question on a link


def draw_part(session: Session, chunk: Chunk) -> None:
    """Pairs and questions as links, issues with the chunk that is repeated."""
    pairs, questions = session.store.pairs_of(chunk.chunk_id, MOST), session.store.questions_of(chunk.chunk_id, MOST)
    if len(questions):
        with st.expander(f"Judged for {_n(questions, 'question')}", icon=":material/help:"):
            for row in questions.itertuples():
                grade = "relevant" if row.grade > 0 else "not relevant"
                st.page_link(
                    COMPARE,
                    label=f"{_short(row.text)} · {grade} ({row.grade}) · {row.split or 'no split'}",
                    query_params={"question": row.question_id},
                )
    if len(pairs):
        with st.expander(f"Takes part in {_n(pairs, 'pair')}", icon=":material/join_inner:"):
            for row in pairs.itertuples():
                said = f" · {row.verdict}" if row.verdict else ""
                link = {"view": "browse", "pair": row.pair_id}
                st.page_link(PAIRS, label=f"{_short(row.query)} · {row.label} by {plain(row.rule)}{said}", query_params=link)


def draw_issues(session: Session, chunk_id: str, open_chunk: Callable[[str], None]) -> None:
    """What is wrong with the chunk, and the chunk that it repeats."""
    for row in session.store.issues_of(chunk_id).itertuples():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(chip(ISSUES.get(row.kind, row.kind), tone=5, strong=True) + (passage(row.detail, size=".9rem") if row.detail else ""))
            if row.other:
                st.button("Read the first", key=f"first_{row.kind}", type="tertiary", on_click=open_chunk, args=(row.other,))
        if row.other:
            st.html(passage(excerpt(row.text, [], 160)[0], muted=True, size=".9rem"))


def draw_leave_out(session: Session, chunk: Chunk) -> None:
    """Leave the chunk out of training or of search, or take it back in."""
    where = ChunkFilter(ids=(chunk.chunk_id,))
    with st.popover("Leave out", icon=":material/block:"):
        for scope in SCOPES:
            out = bool(session.store.count_chunks(ChunkFilter(ids=(chunk.chunk_id,), left_out=(scope,))))
            if not out:
                _warn(session, where, scope)
            label = f"Take back into {scope}" if out else f"Leave out of {scope}"
            st.button(label, key=f"out_{scope}", on_click=_say, args=(session, where, scope, not out), width="stretch")


def _warn(session: Session, where: ChunkFilter, scope: Scope) -> None:
    comes_to = session.store.would_leave_out(where, scope)
    if scope == "search" and len(comes_to.judged):
        held_out = count(comes_to.judged["question_id"].nunique(), "held-out question")
        st.caption(f":material/warning: It is judged relevant for {held_out}: out of search, it can no longer be found for them.")
    if scope == "training" and comes_to.n_pairs:
        st.caption(f"{count(comes_to.n_pairs, 'pair')} would no longer be trained on.")


def _say(session: Session, where: ChunkFilter, scope: Scope, is_out: bool) -> None:
    session.store.leave_out(where, scope, "by hand", is_out=is_out)


def _n(rows: pd.DataFrame, noun: str) -> str:
    return f"{MOST} {noun}s or more" if len(rows) == MOST else count(len(rows), noun)


def _short(text: str) -> str:
    return plain(text if len(text) <= SNIPPET else text[: SNIPPET - 1] + "…").replace("\n", " ")
