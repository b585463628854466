"""What may be wrong with chunks, a list for each kind, and what to leave out of training or of search because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.store import SCOPES, ChunkFilter, Scope
from workbench.corpus.exporting import draw_chunks_export
from workbench.corpus.filtering import ISSUES
from workbench.corpus.rows import rows_of
from workbench.corpus.state import pick
from workbench.highlight import chip, excerpt, passage
from workbench.reader import open_chunk
from workbench.session import Session
from workbench.words import ago, count, plain

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 10
MOST_JUDGED = 50
MEANING = {
    "exact": "An earlier chunk has the same text, white space aside. The first of equals is not listed.",
    "near": "An earlier chunk says nearly the same: it shares 85 % of the weight of the words of the shorter one. The first is not listed.",
    "boilerplate": "At least a third of its words stand word for word in five or more different chunks.",
    "truncated": "It has more tokens than the model reads: what comes after is never seen, by training or by search.",
    "empty": "Fewer than three words are left once markup and addresses are taken away.",
    "language": "It is written in another script than the rest, or spelled unlike it with next to none of its common words.",
}


def draw_quality(session: Session) -> None:
    """Counts, the list of one kind, and what was left out."""
    if session.store.survey() is None:
        return
    counts = {row.kind: row for row in rows_of(session.store.issue_counts())}
    kinds = [kind for kind in ISSUES if kind in counts]
    if not kinds:
        st.success("No copies, no boilerplate, nothing cut off, empty or in another language.", icon=":material/verified:")
    else:
        labels = {kind: f"{ISSUES[kind].capitalize()} {counts[kind].n:,}" for kind in kinds}
        kind = pick("Issue", labels, "flaw", kinds[0], _to_first_page)
        st.caption(MEANING[kind])
        _draw_bulk(session, kind, counts[kind].n)
        _draw_list(session, kind, counts[kind].n)
    _draw_left_out(session)


def _draw_bulk(session: Session, kind: str, n: int) -> None:
    where = ChunkFilter(issue=(kind,))
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_chunks_export(session, where, n)
        for scope in SCOPES:
            comes_to = session.store.would_leave_out(where, scope)
            if st.button(
                f"Leave {comes_to.n_chunks:,} out of {scope} …",
                key=f"bulk_{scope}",
                icon=":material/block:",
                disabled=not comes_to.n_chunks,
            ):
                _confirm(session, kind, scope)


@st.dialog("Leave out")
def _confirm(session: Session, kind: str, scope: Scope) -> None:
    """What it would come to, before it is done. It can be taken back."""
    where = ChunkFilter(issue=(kind,))
    comes_to = session.store.would_leave_out(where, scope)
    st.markdown(f"**{count(comes_to.n_chunks, 'chunk')}** with the issue “{ISSUES[kind]}” would be left out of {scope}.")
    if scope == "training":
        st.caption(f"{count(comes_to.n_pairs, 'pair')} would no longer be trained on. Search and its scores stay as they are.")
    else:
        st.caption("Systems no longer find them, so scores of earlier runs are of another set of chunks: evaluate again to compare.")
        _draw_judged(comes_to.judged)
    if st.button(f"Leave out of {scope}", key="confirm", type="primary"):
        session.store.leave_out(where, scope, ISSUES[kind])
        st.rerun()


def _draw_judged(judged: pd.DataFrame) -> None:
    if judged.empty:
        return
    n_chunks, n_questions = judged["chunk_id"].nunique(), judged["question_id"].nunique()
    st.warning(
        f"{count(n_chunks, 'of these chunks is', 'of these chunks are')} judged relevant for {count(n_questions, 'held-out question')}: no "
        "system could find them any more, and scores on these questions would fall for every one.",
        icon=":material/warning:",
    )
    st.dataframe(judged[["text", "split", "chunk_id"]].head(MOST_JUDGED), hide_index=True, column_config={"text": "question"})
    if len(judged) > MOST_JUDGED:
        st.caption(f"The first {MOST_JUDGED} of {len(judged):,}.")


def _draw_list(session: Session, kind: str, n: int) -> None:
    is_open = st.toggle("Only those that are still in", key="still_in", bind="query-params", on_change=_to_first_page)
    out = session.store.count_chunks(ChunkFilter(issue=(kind,), left_out=SCOPES))
    n_listed = n - (out if is_open else 0)
    n_pages = max(1, -(-n_listed // PAGE_SIZE))
    page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages) if n_pages > 1 else 1
    for row in rows_of(session.store.page_of_issues(kind, is_open, (page - 1) * PAGE_SIZE, PAGE_SIZE)):
        with st.container(border=True, gap="xsmall"):
            _draw_row(session, kind, row)


def _draw_row(session: Session, kind: str, row: Any) -> None:
    sides = st.columns(2 if row.other else 1, gap="medium")
    with sides[0]:
        st.html(chip(row.filename) + "".join(chip(f"left out of {scope}", 5, strong=True) for scope in row.left_out))
        st.html(passage(excerpt(row.text, [], 280)[0], size=".95rem"))
        if row.detail:
            st.html(passage(row.detail, size=".85rem", muted=True))
    if row.other:
        with sides[1]:
            st.html(chip(f"repeats {row.other_filename}"))
            st.html(passage(excerpt(row.other_text, [], 280)[0], size=".95rem", muted=True))
    where = ChunkFilter(ids=(row.chunk_id,))
    with st.container(horizontal=True, gap="small"):
        st.button("Read", key=f"read_{row.chunk_id}", type="tertiary", icon=":material/menu_book:", on_click=_read, args=(row.chunk_id,))
        for scope in SCOPES:
            out = scope in row.left_out
            label = f"Take back into {scope}" if out else f"Leave out of {scope}"
            key = f"{scope}_{row.chunk_id}"
            st.button(label, key=key, type="tertiary", on_click=_say, args=(session, where, scope, ISSUES[kind], not out))


def _draw_left_out(session: Session) -> None:
    batches = session.store.left_out_batches()
    if batches.empty:
        return
    st.subheader("Left out", anchor=False)
    n_questions, n_chunks = session.store.unfindable()
    if n_questions:
        st.warning(
            f"{count(n_chunks, 'chunk')} judged relevant for {count(n_questions, 'held-out question')} cannot be found any more: scores on "
            "these questions are lower for every system.",
            icon=":material/warning:",
        )
    for row in rows_of(batches.head(MOST_JUDGED)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{count(row.n, 'chunk')}** out of {row.scope}: {plain(row.reason)} · {ago(row.said_at)}", width="content")
            st.button(
                "Take back", key=f"back_{row.batch}", icon=":material/undo:", type="tertiary", on_click=_back, args=(session, row.batch)
            )


def _read(chunk_id: str) -> None:
    open_chunk(chunk_id)
    st.query_params["view"] = "read"


def _say(session: Session, where: ChunkFilter, scope: Scope, reason: str, is_out: bool) -> None:
    session.store.leave_out(where, scope, reason, is_out=is_out)


def _back(session: Session, batch: str) -> None:
    session.store.take_in_again(batch)


def _to_first_page() -> None:
    st.session_state["page"] = 1
