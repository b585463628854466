"""The nearest chunks of an opened one, under the base model and under a tuned one, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.records import Chunk
from core.runs.folder import RunFolder
from core.spaces import Near
from workbench.corpus.state import more_like
from workbench.highlight import chip, escape, excerpt, passage
from workbench.session import BY_VECTORS, Session, space
from workbench.words import plain

N_NEAR = 6


def draw_nearest(session: Session, chunk: Chunk, open_chunk: Callable[[str], None]) -> None:
    """Behind a switch that stands in the URL, because the first look loads the models."""
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = st.toggle("Nearest chunks", key="near", bind="query-params", help="By cosine, under the base and the tuned model")
        st.button("More like this", icon=":material/hub:", key="more_like", type="tertiary", on_click=more_like, args=(chunk.chunk_id,))
    if not shown:
        return
    tuned = next((run for run in session.runs if run.model.is_dir()), None)
    sides: list[tuple[str, RunFolder | None]] = [("base model", None), *([(f"tuned in {tuned.run_id}", tuned)] if tuned else [])]
    found = [_near(session, run, chunk.chunk_id) for _, run in sides]
    for column, (title, _), near, others in zip(st.columns(len(sides)), sides, found, reversed(found), strict=True):
        with column:
            st.caption(f"**{plain(title)}**")
            if near is None:
                st.caption("This chunk has no vector under this model yet: embed the corpus, or evaluate the run.")
            else:
                _draw_side(session, title, near, {one.chunk_id for one in others or ()} if len(sides) > 1 else None, open_chunk)


@st.cache_data(max_entries=100, hash_funcs=BY_VECTORS, show_spinner=False)
def _near(session: Session, run: RunFolder | None, chunk_id: str) -> list[Near] | None:
    return space(session, run).near_chunk(chunk_id, N_NEAR)


def _draw_side(session: Session, side: str, near: Sequence[Near], others: set[str] | None, open_chunk: Callable[[str], None]) -> None:
    for rank, one in enumerate(near, start=1):
        if (chunk := session.store.chunk(one.chunk_id)) is None:
            continue
        with st.container(border=True, gap=None):
            only = chip("only here", 1, strong=True) if others is not None and one.chunk_id not in others else ""
            st.html(f"<div><b>{rank}</b> {escape(f'{one.cosine:.3f}')} {chip(chunk.filename)}{only}</div>")
            st.html(passage(excerpt(chunk.text, [], 130)[0], size=".9rem"))
            st.button("Read", key=f"near_{side}_{rank}", type="tertiary", on_click=open_chunk, args=(one.chunk_id,))
