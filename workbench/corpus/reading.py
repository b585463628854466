"""The chunks of a selection, a page at a time, with one of them opened beside the list."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.store import ChunkFilter
from workbench.corpus.exporting import draw_chunks_export
from workbench.corpus.filtering import ISSUES, draw_filter, is_open, sentence
from workbench.corpus.rows import rows_of
from workbench.corpus.searching import Found, Search, draw_search, find, marks_for
from workbench.corpus.state import clear
from workbench.highlight import chip, excerpt, passage
from workbench.reader import draw_chunk, open_chunk
from workbench.session import Session, counts

PAGE_SIZE = 12


def draw_read(session: Session) -> None:
    """Search, filter, list, and the chunk that is read."""
    search, where = draw_search(session), draw_filter(session)
    found = find(session, search, where)
    n_found = session.store.count_chunks(found.where)
    listing, reading = st.columns([5, 7], gap="large")
    with listing:
        draw_head(session, search, where, found, n_found)
        rows = _draw_list(session, search, found, n_found)
    with reading:
        chosen = st.query_params.get("chunk") or st.query_params.get("like") or (rows[0].chunk_id if rows else "")
        around = session.store.neighbours(chosen) if chosen else ()
        if around:
            draw_chunk(session, chosen, around)
        elif chosen:
            st.warning("The chunk this link names is not in the corpus: it may have changed with an import.", icon=":material/link_off:")


def draw_head(session: Session, search: Search, where: ChunkFilter, found: Found, n_found: int) -> None:
    """How many were found, what to know of it, and the ways out: no filter, a file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if n_found:
            draw_chunks_export(session, found.where, n_found)
        said = sentence(found.where, n_found, counts(session).n_chunks)
        st.caption(said if n_found else "No chunk matches: take a word or a filter away.", width="content")
        if not is_open(where) or search.text or search.like:
            st.button("Clear", key="clear", icon=":material/filter_alt_off:", type="tertiary", on_click=clear)
    if found.note:
        st.caption(found.note)


def _draw_list(session: Session, search: Search, found: Found, n_found: int) -> list[Any]:
    if not n_found:
        return []
    results = st.container(height=720, border=False)
    n_pages = -(-n_found // PAGE_SIZE)
    with st.container(horizontal_alignment="center"):
        page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages)
    rows = list(rows_of(session.store.page_of_hits(found.where, (page - 1) * PAGE_SIZE, PAGE_SIZE)))
    chosen = st.query_params.get("chunk") or (rows[0].chunk_id if rows else "")
    for row in rows:
        with results.container(border=True, gap=None):
            _draw_hit(session, search, found, row, row.chunk_id == chosen)
    return rows


def _draw_hit(session: Session, search: Search, found: Found, row: Any, is_chosen: bool) -> None:
    shown, marks = excerpt(row.text, marks_for(session, search, row.text), 180)
    cosine = found.cosines.get(row.chunk_id)
    score = f"cosine {cosine:.3f}" if cosine is not None else f"BM25 {row.score:.1f}" if row.score == row.score else ""
    facts = [score, *(ISSUES.get(name, name) for name in row.issues), *(f"left out of {scope}" for scope in row.left_out)]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(chip(row.filename, tone=0 if is_chosen else None, strong=is_chosen) + "".join(chip(fact) for fact in facts if fact))
        st.button("Read", key=f"read_{row.chunk_id}", type="tertiary", on_click=open_chunk, args=(row.chunk_id,))
    st.html(passage(shown, marks, size=".95rem"))
