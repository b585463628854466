"""All pairs as a table, a page at a time; the one that is clicked is opened below. Filter, page and pair stand in the URL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.records import content_id
from core.store import PairFilter
from workbench.pairs.downloading import draw_downloads
from workbench.pairs.filtering import draw_kinds
from workbench.pairs.opened import draw_pair
from workbench.session import Session
from workbench.words import count

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 12
SNIPPET = 160
COLUMNS = {
    "label": st.column_config.TextColumn(width=70),
    "rule": st.column_config.TextColumn(width=140),
    "hardness": st.column_config.TextColumn(width=70),
    "category": st.column_config.TextColumn(width=90),
    "query": st.column_config.TextColumn(width="medium"),
    "text": st.column_config.TextColumn("chunk", width="large"),
    "cosine": st.column_config.NumberColumn(format="%.3f", width=70),
    "bm25": st.column_config.NumberColumn("BM25", format="%.1f", width=70),
}


def draw_browse(session: Session) -> None:
    """The filter, the table, the opened pair."""
    where = _filter(session)
    n_found = session.store.count_pairs(where)
    if not n_found:
        st.caption("No pair matches: take a word or a filter away.")
        return
    n_pages = -(-n_found // PAGE_SIZE)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            draw_downloads(session)
            st.caption(f"{count(n_found, 'pair')} found: click one to open it", width="content")
        page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages)
    rows = session.store.page_of_pairs(where, (page - 1) * PAGE_SIZE, PAGE_SIZE)
    _draw_table(rows, key=content_id(repr(where), str(page)))
    opened = st.query_params.get("pair") or rows["pair_id"].iloc[0]
    if pair := session.store.pair(opened):
        with st.container(border=True, key="opened_pair"):
            draw_pair(session, pair)
    else:
        st.warning("The pair this link names is no longer made: pairs have been generated since.", icon=":material/link_off:")


def _filter(session: Session) -> PairFilter:
    kinds = session.store.pair_kinds()
    words, labels, rules, hardnesses, categories = st.columns([4, 2, 3, 2, 3])
    text = words.text_input(
        "Text", type="search", placeholder="Words of query or chunk", key="text", bind="query-params", on_change=_to_first_page
    )
    places = {"label": labels, "rule": rules, "hardness": hardnesses, "category": categories}
    return draw_kinds(kinds, text or "", places, _to_first_page)


def _to_first_page() -> None:
    """A new filter shows its pairs from the beginning."""
    st.session_state["page"] = 1


def _draw_table(rows: pd.DataFrame, key: str) -> None:
    shown = rows.assign(text=rows["text"].map(lambda text: " ".join(text[: 2 * SNIPPET].split())[:SNIPPET]))
    st.dataframe(
        shown[list(COLUMNS)].dropna(axis="columns", how="all"),
        column_config=COLUMNS,
        hide_index=True,
        height="content",
        key=key,
        on_select=lambda: _open(rows["pair_id"].tolist(), key),
        selection_mode=["single-cell"],
        alt="Pairs with label, rule, hardness, category, query, chunk and scores",
    )


def _open(pair_ids: Sequence[str], key: str) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    if cells:
        st.query_params["pair"] = pair_ids[cells[0][0]]
