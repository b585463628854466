"""The pairs as files, made when they are asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.pairing.export import download_name, pairs_as
from core.pipeline import learnable_pairs
from workbench.session import Session

FORMATS = {
    "jsonl": ("JSON Lines", "A pair a line with its texts, rule, reason and evidence."),
    "st-jsonl": ("Columns, JSON Lines", "query, positive, negative_1 …: what sentence-transformers trains on."),
    "st-parquet": ("Columns, Parquet", "The same columns for `datasets` and pandas."),
    "beir": ("BEIR", "corpus, queries and qrels; negatives have the score 0."),
}


def draw_downloads(session: Session) -> None:
    """A button a format. What training learns from is handed out: rejected pairs are left out."""
    with st.popover("Download", icon=":material/download:"):
        st.caption("What training learns from: rejected and flagged pairs are left out, and what gives a held-out question away.")
        for form, (name, what) in FORMATS.items():
            content = partial(_made, session, form)
            st.download_button(name, content, download_name(form), key=f"download_{form}", help=what, on_click="ignore", width="stretch")


def _made(session: Session, form: str) -> bytes:
    pairs = learnable_pairs(session.store, undecided=not session.settings.ACCEPTED_ONLY)
    return pairs_as(form, pairs, session.store.chunks())
