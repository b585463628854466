"""Where the corpus lies: files through the browser, a folder of this machine, the last source again, or the sample."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core import uploading
from core.errors import InputError
from core.pipeline import source_path
from core.settings import PROJECT
from core.store import Import
from workbench.session import Session, told
from workbench.words import ago, plain

SAMPLE = PROJECT / "sample_data"
SOURCE = "source"
UPLOAD = "upload:"
TYPES = [".jsonl", ".json", ".tsv", ".csv", ".parquet", ".txt", ".md"]
WAYS = {"files": "Upload files", "folder": "Upload a folder", "path": "A folder on this machine"}


def chosen_source(session: Session) -> Path | None:
    """The source that the URL names. Raises InputError for an upload that is not there."""
    asked = st.query_params.get(SOURCE, "")
    if asked.startswith(UPLOAD):
        return uploading.incoming(session.workspace, asked.removeprefix(UPLOAD))
    return source_path(session.store, str(Path(asked).expanduser())) if asked else None


def settled(session: Session, source: Path) -> Path:
    """The source where it stays: an upload that waited takes its place."""
    asked = st.query_params.get(SOURCE, "")
    return uploading.settle(session.workspace, asked.removeprefix(UPLOAD)) if asked.startswith(UPLOAD) else source


def draw_choice(session: Session, last: Import | None) -> None:
    """The ways in. What is chosen goes into the URL."""
    if last:
        _draw_again(session, last)
    way = st.segmented_control("From", list(WAYS), default="files", format_func=WAYS.__getitem__, key="way", required=True)
    with told():
        if way == "path":
            _draw_path()
        else:
            _draw_upload(session, of_folder=way == "folder")
    if not last and st.button("Or look at the sample codex first", icon=":material/auto_stories:", type="tertiary", key="sample"):
        _choose(str(SAMPLE))


def _draw_again(session: Session, last: Import) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f"**{plain(last.source)}**")
            st.caption(f"imported {ago(last.at)}; its columns are remembered")
        if st.button("Import it again", icon=":material/sync:", key="again", disabled=not source_path(session.store, last.source).exists()):
            _choose(last.source)


def _draw_path() -> None:
    with st.form("folder", border=False):
        path = st.text_input("Folder or table", placeholder="/home/me/my-codex", help="On the machine that runs the workbench.")
        if st.form_submit_button("Look at it", icon=":material/visibility:", type="primary"):
            if not path.strip():
                raise InputError("Name the folder to import.")
            _choose(str(Path(path.strip()).expanduser()))


def _draw_upload(session: Session, of_folder: bool) -> None:
    with st.form("upload", border=False, clear_on_submit=True):
        files = st.file_uploader(
            "A folder" if of_folder else "Chunks, indexes, questions; tables; or plain texts",
            type=TYPES,
            accept_multiple_files="directory" if of_folder else True,
            key=f"files_{of_folder}",
        )
        if st.form_submit_button("Look at it", icon=":material/visibility:", type="primary"):
            if not files:
                raise InputError("Choose the files to upload first.")
            _choose(UPLOAD + uploading.receive(session.workspace, [(file.name, file) for file in files]))


def _choose(source: str) -> None:
    st.query_params[SOURCE] = source
    st.rerun()
