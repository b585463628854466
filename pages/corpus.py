"""Search and page through the chunks; read one with its entities highlighted. Everything that is looked at stands in the URL."""

from __future__ import annotations

import streamlit as st

from core.store import ChunkFilter
from workbench.highlight import chip, excerpt, passage, word_marks
from workbench.navigation import OVERVIEW
from workbench.reader import draw_chunk, open_chunk
from workbench.session import current
from workbench.words import count

PAGE_SIZE = 12

session = current()
store = session.store
facets = store.facets()


def back_to_first_page() -> None:
    """A new filter shows its results from the beginning."""
    st.session_state["page"] = 1


st.title("Corpus", anchor=False)
if not store.count_chunks(ChunkFilter()):
    st.info("There is nothing to read yet: import a folder on the overview.", icon=":material/menu_book:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()

words, about, kinds, sources = st.columns([5, 3, 3, 3])
text = words.text_input(
    "Full text", type="search", placeholder="Words that must all occur", key="search", bind="query-params", on_change=back_to_first_page
)
entity = about.text_input(
    "About",
    placeholder="An entity or an alias",
    key="entity",
    bind="query-params",
    on_change=back_to_first_page,
    icon=":material/person_search:",
)
wiki_type = kinds.multiselect(
    "Type", list(facets["wiki_type"]), key="type", bind="query-params", on_change=back_to_first_page, disabled=not facets["wiki_type"]
)
source = sources.multiselect(
    "Source", list(facets["source"]), key="source", bind="query-params", on_change=back_to_first_page, disabled=not facets["source"]
)

where = ChunkFilter(text or "", tuple(wiki_type), tuple(source), (entity or "").strip())
n_found = store.count_chunks(where)
n_pages = max(1, -(-n_found // PAGE_SIZE))
found, reading = st.columns([5, 7], gap="large")

with found:
    st.caption(f"{count(n_found, 'chunk')} found" if n_found else "No chunk matches: take a word or a filter away.")
    results = st.container(height=720, border=False)
    with st.container(horizontal_alignment="center"):
        page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages)
    rows = list(store.page_of_chunks(where, (page - 1) * PAGE_SIZE, PAGE_SIZE).itertuples())
    chosen = st.query_params.get("chunk") or (rows[0].chunk_id if rows else "")
    for row in rows:
        with results.container(border=True, gap=None):
            shown, marks = excerpt(row.text, word_marks(row.text, (text or "").split()), 180)
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                st.html(chip(row.filename, tone=0 if row.chunk_id == chosen else None, strong=row.chunk_id == chosen))
                st.button("Read", key=f"read_{row.chunk_id}", type="tertiary", on_click=open_chunk, args=(row.chunk_id,))
            st.html(passage(shown, marks, size=".95rem"))

with reading:
    if chunk := store.chunk(chosen) if chosen else None:
        draw_chunk(session, chunk)
    elif chosen:
        st.warning("The chunk this link names is not in the corpus: it may have changed with an import.", icon=":material/link_off:")
