"""A selection in charts: each filters when it is clicked, and shows what the other filters leave. Below them the chunks as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

import plotly.graph_objects as go
import streamlit as st

from core.records import content_id
from core.store import Charts, ChunkFilter
from workbench import charts as house
from workbench.corpus import figures, state
from workbench.corpus.filtering import ISSUES, draw_filter
from workbench.corpus.reading import draw_head
from workbench.corpus.searching import draw_search, find
from workbench.reader import open_chunk
from workbench.session import BY_CORPUS, Session
from workbench.words import count

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 15
SNIPPET = 160
MOST_TOPICS = 12
COLUMNS = {
    "text": st.column_config.TextColumn("chunk", width="large"),
    "filename": st.column_config.TextColumn("file", width="small"),
    "wiki_type": st.column_config.TextColumn("type", width="small"),
    "source": st.column_config.TextColumn(width="small"),
    "temporal_order": st.column_config.NumberColumn("time", width=70),
    "n_tokens": st.column_config.NumberColumn("tokens", format="%d", width=70),
    "n_mentions": st.column_config.NumberColumn("mentions", width=80),
    "issues": st.column_config.ListColumn(width="small"),
}


@st.cache_data(max_entries=50, hash_funcs=BY_CORPUS, show_spinner=False)
def _charts(session: Session, where: ChunkFilter) -> Charts:
    return session.store.charts(where)


def draw_charts(session: Session) -> None:
    """Search and filter as in the reading view, the charts, the table."""
    search, where = draw_search(session), draw_filter(session)
    found = find(session, search, where)
    numbers = _charts(session, found.where)
    draw_head(session, search, where, found, numbers.n_chunks)
    if numbers.n_chunks:
        _draw_grid(session, numbers, where, key=content_id(repr(found.where)))
        _draw_table(session, found.where, numbers.n_chunks)


def _draw_grid(session: Session, numbers: Charts, where: ChunkFilter, key: str) -> None:
    left, middle, right = st.columns(3, gap="large")
    with left:
        _draw_lengths(session, numbers, key)
        _draw_times(numbers, key)
        _draw_bars("Types", numbers.wiki_type, "type", where.wiki_type, key)
        _draw_bars("Sources", numbers.source, "source", where.source, key)
        _draw_bars("Issues", numbers.issue, "issue", where.issue, key, ISSUES)
    with middle:
        _draw_bars("Entities", numbers.entities, "entity", where.entity, key)
        _draw_bars("Entity types", numbers.entity_type, "kind", where.entity_type, key)
    with right:
        _draw_together(numbers, key)
        _draw_topics(numbers, where.topic, key)


def _draw_bars(
    title: str, table: pd.DataFrame, facet: str, chosen: Collection[str], key: str, names: Mapping[str, str] | None = None, note: str = ""
) -> None:
    if table.empty:
        return
    _title(title, note)
    named = names or {}
    figure = figures.bars(table, chosen, named)

    def click(point: Mapping[str, Any]) -> None:
        value = str(point["customdata"])
        state.toggle(facet, named.get(value, value))

    _draw(figure, f"{facet}_{key}", f"{title}: {count(len(table), 'bar')}", click)


def _draw_topics(numbers: Charts, chosen: Collection[str], key: str) -> None:
    """The topics that fewest chunks cover: what the test asks for and the corpus hardly tells."""
    if numbers.topics.empty:
        return
    missing = int((numbers.topics["n"] == 0).sum())
    note = f"{missing:,} of {count(len(numbers.topics), 'topic')} of the test questions are covered by no chunk here"
    _draw_bars("Least covered topics", numbers.topics.head(MOST_TOPICS), "topic", chosen, key, note=note)


def _draw_lengths(session: Session, numbers: Charts, key: str) -> None:
    survey = session.store.survey()
    if survey is None or numbers.lengths.empty:
        return
    n_long = int(numbers.lengths.loc[numbers.lengths["low"] > survey.max_tokens, "n"].sum())
    reads = f"{survey.model} reads {survey.max_tokens:,}"
    _title("Length in tokens", reads + (f", at least {count(n_long, 'chunk')} are longer" if n_long else ""))
    figure = figures.histogram(numbers.lengths, "tokens", survey.max_tokens, reads)
    _draw(
        figure,
        f"tokens_{key}",
        "Chunks by length in tokens",
        lambda point: _zoom("tokens", numbers.lengths, point, whole=True),
        box="tokens",
    )


def _draw_times(numbers: Charts, key: str) -> None:
    if len(numbers.times) < 2:
        return
    _title("Place in time", "by temporal_order; chunks without one are not drawn")
    figure = figures.histogram(numbers.times, "temporal order")
    _draw(figure, f"time_{key}", "Chunks by place in time", lambda point: _zoom("time", numbers.times, point), box="time")


def _draw_together(numbers: Charts, key: str) -> None:
    if len(numbers.entities) < 2:
        return
    _title("Entities that meet", "in how many chunks; click a cell for these chunks")
    figure = figures.together(numbers.together, numbers.entities)
    names = {f"{one}\n{other}": [one, other] for one in numbers.entities["value"] for other in numbers.entities["value"]}
    _draw(figure, f"together_{key}", "How often entities meet", lambda point: state.choose("entity", names[str(point["customdata"])]))


def _title(title: str, note: str = "") -> None:
    st.markdown(f"**{title}**")
    if note:
        st.caption(note)


def _draw(figure: go.Figure, key: str, alt: str, on_click: Any, box: str = "") -> None:
    """The chart; a click on a point calls `on_click`, a box drawn over it sets the range `box`. The key holds the filter, so that a
    selection ends with what it led to."""

    def select() -> None:
        picked = st.session_state[key]["selection"]
        if box and picked.get("box"):
            low, high = picked["box"][0]["x"]
            _set_range(box, low, high, whole=box == "tokens")
        elif picked["points"]:
            on_click(picked["points"][0])

    modes: list[Literal["points", "box"]] = ["points", "box"] if box else ["points"]
    st.plotly_chart(figure, config=house.CONFIG, key=key, alt=alt, on_select=select, selection_mode=modes)


def _zoom(facet: str, table: pd.DataFrame, point: Mapping[str, Any], whole: bool = False) -> None:
    bin_ = table.iloc[int(point["point_index"])]
    _set_range(facet, float(bin_["low"]), float(bin_["low"] + bin_["width"]) - (1 if whole else 0), whole)


def _set_range(facet: str, low: float, high: float, whole: bool) -> None:
    if (ends := st.session_state.get(f"{facet}_ends")) is None:
        return  # where all are alike there is no range to choose
    least, most = ends  # a bar, or a box around bars, may reach further than what there is
    low, high = sorted(min(max(end, least), most) for end in (low, high))
    st.session_state[facet] = (round(low), round(high)) if whole else (low, high)
    state.to_first_page()


def _draw_table(session: Session, where: ChunkFilter, n_found: int) -> None:
    n_pages = -(-n_found // PAGE_SIZE)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("Click a row to read the chunk", width="content")
        page = min(st.pagination(n_pages, key="page", bind="query-params"), n_pages)
    rows = session.store.page_of_chunks(where, (page - 1) * PAGE_SIZE, PAGE_SIZE)
    shown = rows.assign(text=rows["text"].map(lambda text: " ".join(text[: 2 * SNIPPET].split())[:SNIPPET]))
    shown["issues"] = rows["issues"].map(lambda names: [ISSUES.get(name, name) for name in names])
    key = f"table_{content_id(repr(where), str(page))}"

    def read() -> None:
        if cells := st.session_state[key]["selection"]["cells"]:
            open_chunk(str(rows["chunk_id"].iloc[cells[0][0]]))
            st.query_params["view"] = "read"

    st.dataframe(
        shown[list(COLUMNS)].dropna(axis="columns", how="all"), column_config=COLUMNS, hide_index=True, height="content", key=key,
        on_select=read, selection_mode=["single-cell"], alt="Chunks with file, type, source, time, length and issues",
    )  # fmt: skip
