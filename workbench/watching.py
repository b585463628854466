"""What has happened in a run, kept between drawings of the page so that each reads only what is new. All visitors share it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.runs.folder import RunFolder
from core.runs.tail import Seen, Tail


def seen(run: RunFolder) -> Seen:
    """Everything up to now."""
    return _tail(str(run.log.path)).read()


@st.cache_resource(max_entries=32, show_spinner=False)
def _tail(path: str) -> Tail:
    return Tail(Path(path))
