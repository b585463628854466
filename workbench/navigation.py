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


def pages() -> list[StreamlitPage]:
    """One entry a page, made anew for every run of the script."""
    return [
        st.Page(
            OVERVIEW,
            title="Overview",
            icon=":material/auto_stories:",
            default=True,
            help="What is in this workspace, how good retrieval is, what changed, and the one next step.",
        ),
        st.Page(IMPORT, title="Import", icon=":material/drive_folder_upload:", visibility="hidden"),
        st.Page(WORKSPACES, title="Workspaces", icon=":material/workspaces:", visibility="hidden"),
        st.Page(
            CORPUS,
            title="Corpus",
            icon=":material/menu_book:",
            help="Search, filter and read the chunks, see them in charts, mend entities, judge quality.",
        ),
        st.Page(
            PAIRS,
            title="Pairs",
            icon=":material/join_inner:",
            help="Generate training pairs, see what was made and why, and judge them by hand.",
        ),
        st.Page(
            TRAIN,
            title="Train",
            icon=":material/local_fire_department:",
            help="Start a fine-tuning run and follow it live; stop, resume, and read earlier runs.",
        ),
        st.Page(MAP, title="Map", icon=":material/scatter_plot:", help="The embedding space before and after training, in one layout."),
        st.Page(
            COMPARE,
            title="Compare",
            icon=":material/balance:",
            help="One query, every system's top results side by side, with the expected topics highlighted.",
        ),
        st.Page(
            EVALUATE,
            title="Evaluate",
            icon=":material/query_stats:",
            help="Every system by every metric with intervals and tests, where a difference comes from, what got worse and why.",
        ),
        st.Page(
            VOTE,
            title="Vote",
            icon=":material/how_to_vote:",
            help="Two result lists without a name, one question: which is better? And what the votes come to.",
        ),
        st.Page(
            DEMO,
            title="Demo",
            icon=":material/slideshow:",
            help="A few questions, before and after, in large type: for a projector.",
        ),
    ]
