"""The app's entry: `streamlit run workbench` executes this file for every visit and every click."""

from __future__ import annotations

import sys
from pathlib import Path

if (root := str(Path(__file__).resolve().parent.parent)) not in sys.path:  # Streamlit puts only workbench/ on the path
    sys.path.insert(0, root)

import streamlit as st

from workbench.navigation import pages
from workbench.session import keep_workspace, settle, told

HERE = Path(__file__).resolve().parent

workspace = keep_workspace()
st.set_page_config(page_title=f"{workspace} · Codex Forge" if workspace else "Codex Forge", page_icon=str(HERE / "icon.svg"), layout="wide")
st.logo(str(HERE / "logo.svg"), size="large")
page = st.navigation(pages(), position="top")
with told():
    page.run()
settle(page.title)
