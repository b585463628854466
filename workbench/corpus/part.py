"""What an opened chunk takes part in: pairs, questions, copies of itself; and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.records import Chunk
from core.store import SCOPES, ChunkFilter, Scope
from workbench.corpus.filtering import ISSUES
from workbench.corpus.rows import rows_of
from workbench.highlight import chip, excerpt, passage
from workbench.navigation import COMPARE, PAIRS
from workbench.session import Session
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

MOST = 20
SNIPPET = 110  # characters of a question on a link


def draw_part(session: Session, chunk: Chunk) -> None:
    """Leaving it out, and the pairs and questions that it would be missed by, as links."""
    pairs, questions = session.store.pairs_of(chunk.chunk_id, MOST), session.store.questions_of(chunk.chunk_id, MOST)
    _draw_leave_out(session, chunk, pairs, questions)
    if len(questions):
        with st.expander(f"Judged for {_n(questions, 'question')}", icon=":material/help:"):
            for row in rows_of(questions):
                grade = "relevant" if row.grade > 0 else "not relevant"
                said = f"{_short(row.text)} · {grade} ({row.grade}) · {row.split or 'no split'}"
                st.page_link(COMPARE, label=said, query_params={"question": row.question_id})
    if len(pairs):
        with st.expander(f"Takes part in {_n(pairs, 'pair')}", icon=":material/join_inner:"):
            for row in rows_of(pairs):
                said = f" · {row.verdict}" if row.verdict else ""
                link = {"view": "browse", "pair": row.pair_id}
                st.page_link(PAIRS, label=f"{_short(row.query)} · {row.label} by {plain(row.rule)}{said}", query_params=link)


def draw_issues(session: Session, chunk_id: str, open_chunk: Callable[[str], None]) -> None:
    """What is wrong with the chunk, and the chunk that it repeats."""
    for row in rows_of(session.store.issues_of(chunk_id)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(chip(ISSUES.get(row.kind, row.kind), tone=5, strong=True) + (passage(row.detail, size=".9rem") if row.detail else ""))
            if row.other:
                st.button("Read the first", key=f"first_{row.kind}", type="tertiary", on_click=open_chunk, args=(row.other,))
        if row.other:
            st.html(passage(excerpt(row.text, [], 160)[0], muted=True, size=".9rem"))


def _draw_leave_out(session: Session, chunk: Chunk, pairs: pd.DataFrame, questions: pd.DataFrame) -> None:
    """Leave the chunk out of training or of search, or take it back in; before that, what it comes to."""
    where, out_of = ChunkFilter(ids=(chunk.chunk_id,)), session.store.left_out_of(chunk.chunk_id)
    n_held_out = int(((questions["grade"] > 0) & questions["split"].isin(["dev", "test"])).sum())
    notes: dict[Scope, str] = {
        "training": f"{_n(pairs, 'pair')} would no longer be trained on." if len(pairs) else "",
        "search": f":material/warning: It is judged relevant for {count(n_held_out, 'held-out question')}: out of search, it can no longer "
        "be found for them." if n_held_out else "",
    }  # fmt: skip
    with st.popover("Leave out" if not out_of else f"Left out of {' and '.join(out_of)}", icon=":material/block:"):
        for scope in SCOPES:
            out = scope in out_of
            if not out and notes[scope]:
                st.caption(notes[scope])
            label = f"Take back into {scope}" if out else f"Leave out of {scope}"
            st.button(label, key=f"out_{scope}", on_click=_say, args=(session, where, scope, not out), width="stretch")


def _say(session: Session, where: ChunkFilter, scope: Scope, is_out: bool) -> None:
    session.store.leave_out(where, scope, "by hand", is_out=is_out)


def _n(rows: pd.DataFrame, noun: str) -> str:
    return f"{MOST} {noun}s or more" if len(rows) == MOST else count(len(rows), noun)


def _short(text: str) -> str:
    return plain(text if len(text) <= SNIPPET else text[: SNIPPET - 1] + "…").replace("\n", " ")
