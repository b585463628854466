"""The pages, in the order a codex goes through them. The paths are relative to the entry script, as Streamlit wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

OVERVIEW = "../pages/overview.py"
IMPORT = "../pages/import.py"
WORKSPACES = "../pages/workspaces.py"
CORPUS = "../pages/corpus.py"
PAIRS = "../pages/pairs.py"
TRAIN = "../pages/train.py"
MAP = "../pages/map.py"
COMPARE = "../pages/compare.py"
EVALUATE = "../pages/evaluate.py"
VOTE = "../pages/vote.py"
DEMO = "../pages/demo.py"

SHOWN = (
    (
        OVERVIEW,
        "Overview",
        ":material/auto_stories:",
        "What is in this workspace, how good retrieval is, what changed, and the one next step.",
    ),
    (CORPUS, "Corpus", ":material/menu_book:", "Search, filter and read the chunks, see them in charts, mend entities, judge quality."),
    (PAIRS, "Pairs", ":material/join_inner:", "Generate training pairs, see what was made and why, and judge them by hand."),
    (
        TRAIN,
        "Train",
        ":material/local_fire_department:",
        "Start a fine-tuning run and follow it live; stop, resume, and read earlier runs.",
    ),
    (MAP, "Map", ":material/scatter_plot:", "The embedding space before and after training, in one layout."),
    (COMPARE, "Compare", ":material/balance:", "One query, every system's top results side by side, with the expected topics highlighted."),
    (
        EVALUATE,
        "Evaluate",
        ":material/query_stats:",
        "Every system by every metric with intervals and tests, where a difference comes from, what got worse and why.",
    ),
    (VOTE, "Vote", ":material/how_to_vote:", "Two result lists without a name, one question: which is better? And what the votes come to."),
    (DEMO, "Demo", ":material/slideshow:", "A few questions, before and after, in large type: for a projector."),
)
"""Path, title, icon, and what the page is for."""
LINKED = ((IMPORT, "Import", ":material/drive_folder_upload:"), (WORKSPACES, "Workspaces", ":material/workspaces:"))
"""Pages that others lead to."""


def pages() -> list[StreamlitPage]:
    """One entry a page, made anew for every run of the script."""
    shown = [st.Page(path, title=title, icon=icon, default=path == OVERVIEW, help=what) for path, title, icon, what in SHOWN]
    return shown + [st.Page(path, title=title, icon=icon, visibility="hidden") for path, title, icon in LINKED]
