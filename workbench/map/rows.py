"""Lists beside the map: a line a thing, a page at a time; a click looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from workbench.highlight import chip
from workbench.map.looking import look_at
from workbench.words import plain

if TYPE_CHECKING:
    import pandas as pd

PAGE = 9
RED, GREEN = 5, 6
FACT_WIDTH = 98


@dataclass(frozen=True, slots=True)
class Row:
    """What a click looks at (`kind`, `value`), what it is called, and a fact about it in a tone (None: neutral)."""

    kind: str
    value: str
    name: str
    fact: str
    tone: int | None = None
    note: str = ""


def draw_table(table: pd.DataFrame, to_row: Callable[[Any], Row]) -> None:
    """The page of the table that is chosen below it. `to_row` takes a row as `itertuples` gives it."""
    pages = max(1, -(-len(table) // PAGE))
    start = (min(int(st.session_state.get("map_page") or 1), pages) - 1) * PAGE
    draw_rows([to_row(row) for row in table.iloc[start : start + PAGE].itertuples()], "row")
    if pages > 1:
        st.pagination(pages, key="map_page", max_visible_pages=5)


def draw_rows(rows: Sequence[Row], key: str) -> None:
    if not rows:
        st.caption("None.")
    with st.container(gap="xxsmall"):
        for number, row in enumerate(rows):
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
                st.html(chip(row.fact, row.tone, strong=row.tone is not None), width=FACT_WIDTH)
                help_ = plain(row.note) or None
                st.button(
                    plain(row.name),
                    key=f"{key}_{number}",
                    type="tertiary",
                    help=help_,
                    width="stretch",
                    on_click=look_at,
                    args=(row.kind, row.value),
                )


def pick(names: dict[str, str], default: str) -> str:
    """Which list; another one begins on its first page."""
    picked = st.segmented_control(
        "Which", list(names), format_func=names.__getitem__, default=default, key="map_shown", required=True,
        label_visibility="collapsed", on_change=first_page,
    )  # fmt: skip
    return picked if picked in names else default


def first_page() -> None:
    st.session_state.pop("map_page", None)
