"""What lies in the lasso: as a table, to the audit, and out as a file."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.auditing.exchange import guarded
from workbench.map.component import lassoed
from workbench.map.scene import Scene
from workbench.navigation import PAIRS
from workbench.session import Session
from workbench.words import count

if TYPE_CHECKING:
    import pandas as pd

LISTED, MOST_IN_URL = 500, 150
TYPES = {"jsonl": ("JSONL", "application/x-ndjson"), "csv": ("CSV", "text/csv"), "parquet": ("Parquet", "application/vnd.apache.parquet")}


def draw_selection(_session: Session, scene: Scene) -> None:
    rows = lassoed(scene)
    if not rows:
        st.caption("Nothing is selected: choose Lasso or Box above the map (or hold Shift) and draw around some points.")
        return
    table = selected(scene, rows)
    st.markdown(f"**{count(len(rows), 'chunk')}** selected")
    ids = table["chunk_id"].tolist()
    if len(ids) <= MOST_IN_URL:
        wanted = [("view", "audit"), ("show", "all"), *(("chunk", one) for one in ids)]
        st.page_link(PAIRS, label="Audit their pairs", icon=":material/gavel:", query_params=wanted)
    else:
        st.caption(f"Up to {MOST_IN_URL} chunks can be taken to the audit at once.")
    with st.container(horizontal=True, gap="xsmall"):
        for kind, (name, mime) in TYPES.items():
            st.download_button(
                name, partial(as_file, table, kind), f"selection.{kind}", mime, key=f"take_{kind}", on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip
    st.dataframe(table.head(LISTED), hide_index=True, height=320, alt=f"{len(rows)} selected chunks")
    if len(rows) > LISTED:
        st.caption(f"The first {LISTED} are listed; the files hold all {len(rows):,}.")


def selected(scene: Scene, rows: Sequence[int]) -> pd.DataFrame:
    """A row a chunk: chunk_id, filename, title, text, type, source, and what the map says of it."""
    import pandas as pd

    chunks = [scene.chunks[row] for row in rows]
    said = [
        (one.filename, one.title, one.text, one.wiki_type, one.source) if one else ("", "", "(no longer in the corpus)", "", "")
        for one in chunks
    ]
    table = pd.DataFrame(said, columns=["filename", "title", "text", "type", "source"])
    points = scene.map.points.iloc[list(rows)].reset_index(drop=True)
    table.insert(0, "chunk_id", points["chunk_id"])
    if scene.map.is_whole:
        labels = scene.map.summary["clusters"]
        table = table.assign(
            cluster=[labels[own] for own in points["cluster"]], overlap=points["overlap"].round(3), moved=points["moved"].round(3)
        )
    return table


def as_file(table: pd.DataFrame, kind: str) -> bytes:
    """JSON Lines, CSV (with a byte-order mark and no cell that a spreadsheet takes for a formula) or Parquet."""
    if kind == "parquet":
        held = io.BytesIO()
        table.to_parquet(held)
        return held.getvalue()
    if kind == "csv":
        safe = table.map(lambda cell: guarded(cell) if isinstance(cell, str) else cell)
        return safe.to_csv(index=False).encode("utf-8-sig", "replace")
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_dict("records")).encode("utf-8", "replace")
