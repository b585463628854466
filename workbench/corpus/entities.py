"""The entities of the corpus: spoken of where, under which names, and what does not meet: shared names, silence, names nobody claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import streamlit as st

from core.store import EntityFilter
from workbench.corpus.correcting import draw_corrections, draw_entity, draw_unclaimed
from workbench.corpus.exporting import draw_export
from workbench.corpus.state import pick
from workbench.session import BY_CORPUS, Session, counts
from workbench.words import count

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 15
MOST_EXPORTED = 1_000_000
LISTS = {
    "all": "All",
    "ambiguous": "Share a name",
    "unmentioned": "Never spoken of",
    "unclaimed": "Mentions without an entity",
    "corrected": "Corrected",
}
MEANING = {
    "all": "Chunks speak of an entity by a mention that the corpus lists, or by naming it in their text.",
    "ambiguous": "Another entity claims one of its names. A text that says it means the one that its mentions list, else the one whose own "
    "name it is, else each of them.",
    "unmentioned": "No chunk lists or names them: an alias may be missing.",
    "unclaimed": "The corpus lists these names, but no entity of that type has them.",
    "corrected": "You gave them a name or took one away. The imported files stay as they are; every import meets your corrections again.",
}
COLUMNS = {
    "name": st.column_config.TextColumn(width="medium"),
    "type": st.column_config.TextColumn(width="small"),
    "n_chunks": st.column_config.NumberColumn("chunks", format="localized", width=80),
    "aliases": st.column_config.ListColumn("also called", width="medium"),
}
UNCLAIMED_COLUMNS = {
    "name": st.column_config.TextColumn("mention", width="medium"),
    "type": st.column_config.TextColumn(width="small"),
    "n": st.column_config.NumberColumn("chunks", format="localized", width=80),
}


@st.cache_data(max_entries=4, hash_funcs=BY_CORPUS, show_spinner=False)
def _tally(session: Session) -> dict[str, int]:
    return session.store.entity_tally()


def draw_entities(session: Session) -> None:
    """A list to choose, its entities, and the one that is opened."""
    tally = _tally(session)
    if not tally["all"] and not tally["unclaimed"]:
        st.info(
            "This corpus has no entity indexes: docs/formats.md says what they look like. Search works without them.",
            icon=":material/info:",
        )
        return
    listed = pick("List", {name: f"{label} {tally[name]:,}" for name, label in LISTS.items()}, "list", "all", _to_first_page)
    st.caption(MEANING[listed])
    if listed == "unclaimed":
        _draw_unclaimed(session)
    else:
        _draw_known(session, listed)
    draw_corrections(session)


def _draw_known(session: Session, listed: str) -> None:
    box, kinds = st.columns([5, 4])
    text = box.text_input("Name", type="search", placeholder="Part of a name", key="name", bind="query-params", on_change=_to_first_page)
    types = kinds.multiselect("Type", list(counts(session).entity_types), key="etype", bind="query-params", on_change=_to_first_page)
    where = EntityFilter(text or "", tuple(types), listed)
    n = session.store.count_entities(where)
    table, opened = st.columns([6, 6], gap="large")
    with table:
        page = _draw_foot(session, where, n)
        rows = session.store.page_of_entities(where, (page - 1) * PAGE_SIZE, PAGE_SIZE)
        if n:
            _draw_table(rows, COLUMNS, "entity_id", "opened", f"{where}{page}")
    chosen = st.query_params.get("opened") or (str(rows["entity_id"].iloc[0]) if n else "")
    with opened:
        if chosen:
            draw_entity(session, chosen)


def _draw_unclaimed(session: Session) -> None:
    text = st.text_input("Name", type="search", placeholder="Part of a name", key="name", bind="query-params", on_change=_to_first_page)
    n = session.store.count_unclaimed(text or "")
    if not n:
        st.caption("There are none.")
        return
    table, opened = st.columns([6, 6], gap="large")
    with table:
        n_pages = -(-n // PAGE_SIZE)
        page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages)
        rows = session.store.page_of_unclaimed(text or "", (page - 1) * PAGE_SIZE, PAGE_SIZE)
        _draw_table(rows, UNCLAIMED_COLUMNS, "name", "mention", f"unclaimed{text}{page}")
    mention = st.query_params.get("mention") or str(rows["name"].iloc[0])
    with opened:
        draw_unclaimed(session, mention)


def _draw_foot(session: Session, where: EntityFilter, n: int) -> int:
    n_pages = max(1, -(-n // PAGE_SIZE))
    with st.container(horizontal=True, vertical_alignment="center"):
        if n:
            draw_export(count(n, "entity", "entities"), "entities", lambda: _batches(session, where))
        st.caption(count(n, "entity", "entities"), width="content")
        return int(min(st.pagination(n_pages, key="page", bind="query-params"), n_pages))


def _batches(session: Session, where: EntityFilter) -> list[Any]:
    rows = session.store.page_of_entities(where, 0, MOST_EXPORTED)
    batches: list[Any] = pa.Table.from_pandas(rows.assign(aliases=rows["aliases"].map(list)), preserve_index=False).to_batches()
    return batches


def _draw_table(rows: pd.DataFrame, columns: dict[str, Any], id_: str, param: str, key: str) -> None:
    key = f"entities_{key}"

    def open_it() -> None:
        if cells := st.session_state[key]["selection"]["cells"]:
            st.query_params[param] = str(rows[id_].iloc[cells[0][0]])

    st.dataframe(
        rows[list(columns)], column_config=columns, hide_index=True, height="content", key=key, on_select=open_it,
        selection_mode=["single-cell"], alt="Entities with type, number of chunks and aliases",
    )  # fmt: skip


def _to_first_page() -> None:
    st.session_state["page"] = 1
    st.query_params.pop("opened", None)
    st.query_params.pop("mention", None)
