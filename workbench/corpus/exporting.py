"""Any selection as a file, made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import pyarrow as pa
import streamlit as st

from core.store import ChunkFilter
from core.taking_along import rows_as
from workbench.session import Session
from workbench.words import count

FORMATS = {"jsonl": "JSON Lines", "csv": "CSV", "parquet": "Parquet"}


def draw_chunks_export(session: Session, where: ChunkFilter, n: int) -> None:
    """The chunks of a selection, with everything that is known of each."""
    draw_export(count(n, "chunk"), "chunks", lambda: session.store.taken_along(where))


def draw_export(what: str, name: str, batches: Callable[[], Iterable[pa.RecordBatch]]) -> None:
    """A button a format for `what` there is; the file is called `name`."""
    with st.popover("Export", icon=":material/download:"):
        st.caption(f"{what}, all of the list")
        for form, label in FORMATS.items():
            st.download_button(
                label, partial(_made, form, batches), f"{name}.{form}", key=f"export_{name}_{form}", on_click="ignore", width="stretch"
            )


def _made(form: str, batches: Callable[[], Iterable[pa.RecordBatch]]) -> bytes:
    return rows_as(form, batches())
