"""Choosing, making, copying, archiving and restoring workspaces."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import streamlit as st

from core.archive import archive, archived_name, restore
from core.errors import InputError
from core.shelf import Shelf
from workbench.navigation import OVERVIEW, WORKSPACES
from workbench.session import Session, shelf, switch_workspace, told
from workbench.words import plain

MOST_DOWNLOADED = 256 * 2**20  # bytes; a larger archive stays on the disk, because a download is held in memory


def draw_switcher(session: Session) -> None:
    """Which workspace this is, and the way to the others."""
    names = list(shelf().places())
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"):
        st.selectbox(
            "Workspace",
            names,
            index=names.index(session.workspace.root.name),
            key="switch",
            on_change=lambda: switch_workspace(st.session_state["switch"]),
            width=240,
            label_visibility="collapsed",
        )
        st.page_link(WORKSPACES, label="All workspaces", icon=":material/workspaces:")


def draw_where(session: Session) -> None:
    """On a page that is not in the navigation: which workspace this is, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Workspace **{plain(session.workspace.root.name)}**", width="content")
        st.page_link(OVERVIEW, label="Overview", icon=":material/arrow_back:")


def go_to(name: str) -> None:
    """To the overview of a workspace."""
    switch_workspace(name)
    st.switch_page(OVERVIEW, query_params={"workspace": name} if st.session_state["workspace"] else None)


def draw_new(everything: Shelf) -> None:
    with st.form("new", border=False), told():
        name = st.text_input("Name", placeholder="second-age", key="new_name")
        if st.form_submit_button("Create", icon=":material/add:"):
            go_to(everything.create(name).root.name)


def draw_copy(session: Session, everything: Shelf) -> None:
    here = session.workspace.root.name
    with st.form("copy", border=False), told():
        name = st.text_input("Name of the copy", value=f"{here} copy", key="copy_name")
        if st.form_submit_button(f"Duplicate {here}", icon=":material/content_copy:"):
            with st.spinner("Copying …"):
                made = everything.duplicate(session.store, name)
            go_to(made.root.name)


def draw_archive(session: Session, everything: Shelf) -> None:
    """Writes the zip beside the workspaces; a small one can be downloaded too."""
    here = session.workspace.root.name
    with st.form("archive", border=False), told():
        checkpoints = st.checkbox("With the checkpoints of runs", help="Only needed where an interrupted run is to be resumed elsewhere.")
        if st.form_submit_button(f"Archive {here}", icon=":material/archive:"):
            target = everything.folder / "archives" / f"{here}-{time.strftime('%Y%m%d-%H%M%S')}.zip"
            with st.spinner("Writing the archive …"):
                archive(session.store, target, checkpoints)
    _draw_archives(everything.folder / "archives", here)


def _draw_archives(folder: Path, name: str) -> None:
    for file in sorted(folder.glob(f"{name}-*.zip"), reverse=True)[:3] if folder.is_dir() else []:
        size = file.stat().st_size
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"`{file}` · {size / 2**20:,.1f} MiB", width="stretch")
            if size <= MOST_DOWNLOADED:
                st.download_button(
                    "Download",
                    file.read_bytes,
                    file.name,
                    "application/zip",
                    key=f"get_{file.name}",
                    icon=":material/download:",
                    on_click="ignore",
                )


def draw_restore(everything: Shelf) -> None:
    with st.form("restore", border=False), told():
        uploaded = st.file_uploader("Archive", type=[".zip"], key="restore_file")
        name = st.text_input("Name", placeholder="as in the archive", key="restore_name")
        if st.form_submit_button("Restore", icon=":material/unarchive:"):
            if uploaded is None:
                raise InputError("Choose an archive first: a zip that was made by Archive.")
            with tempfile.NamedTemporaryFile(suffix=".zip") as kept, st.spinner("Restoring …"):
                while block := uploaded.read(2**20):
                    kept.write(block)
                kept.flush()
                source = Path(kept.name)
                made = restore(source, everything.room(name.strip() or archived_name(source)))
            go_to(made.root.name)
