"""Vectors of the chunks that somebody has already."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

import streamlit as st

from core.bringing import bring_vectors
from core.errors import InputError
from core.uploading import safe_name
from workbench.session import Session, told
from workbench.telling import brought
from workbench.words import plain


def draw_vectors(session: Session) -> None:
    """A file through the browser or one of this machine; what came of it."""
    said = ""
    with st.expander("Bring vectors that you have", icon=":material/deployed_code:"):
        st.caption(
            f"Made elsewhere by {plain(session.settings.BASE_MODEL)}, they need not be made again: `.npy` with a row a chunk in the order "
            "of the import, or `.parquet` with a `chunk_id` and a column of lists. Some are checked against the model before any is kept."
        )
        with st.form("vectors", border=False):
            file = st.file_uploader("A file", type=[".npy", ".parquet"], key="vectors_file")
            path = st.text_input("Or one on this machine", placeholder="/home/me/vectors.npy", key="vectors_path")
            column = st.text_input("Column", placeholder="where a Parquet file has several columns of lists", key="vectors_column")
            if st.form_submit_button("Check and keep them", icon=":material/deployed_code:"):
                with told(), st.spinner("Checking them against the model …"):
                    said = _bring(session, file, (path or "").strip(), (column or "").strip())
        if said:
            st.success(plain(said), icon=":material/check:")


def _bring(session: Session, file: st.runtime.uploaded_file_manager.UploadedFile | None, path: str, column: str) -> str:
    if bool(file) == bool(path):
        raise InputError("Choose one file with vectors: upload it, or name one of this machine.")
    with TemporaryDirectory(prefix="codex-forge-") as folder:
        place = Path(path).expanduser()
        if file:
            place = Path(folder) / safe_name(file.name)
            with place.open("wb") as out:
                copyfileobj(file, out)
        return brought(bring_vectors(session.store, session.workspace, session.settings, place, column))
