"""A look before the import: what is recognised, what is wrong with it, what would change; then the button."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.corpus.folder import Layout, lay_out
from core.corpus.tables import Columns, Mappings
from core.pipeline import Previewed, ingest, mappings_of, preview, source_name
from core.store import Import, Preview
from workbench.importing.choosing import SOURCE, settled
from workbench.importing.mapping import draw_mapping
from workbench.importing.report import draw_report
from workbench.navigation import OVERVIEW
from workbench.session import BY_CORPUS, Session, told
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

LOOKED_AT_ONCE = 50 * 2**20  # bytes; a larger source is read when asked
ROOMS = {
    "chunks": "chunk file",
    "indexes": "entity index",
    "questions": "question list",
    "documents": "BEIR corpus",
    "queries": "BEIR queries",
    "judgements": "file of judgements",
    "tables": "table",
    "texts": "text",
}
PLURALS = {"indexes": "entity indexes", "documents": "BEIR corpora", "queries": "BEIR query files", "judgements": "files of judgements"}


def draw_look(session: Session, source: Path, last: Import | None) -> None:
    """All of the second half of the page."""
    layout = lay_out(source, [])
    st.subheader(plain(source.name), anchor=False)
    lies = "uploaded" if source.is_relative_to(session.workspace.uploads) else plain(str(source))
    st.caption(f"{recognised(layout)} · {lies}")
    mappings = _draw_mappings(session, source, layout)
    if mappings is None:
        return
    if sum(file.path.stat().st_size for file in layout.files) > LOOKED_AT_ONCE and not st.toggle(
        "Read it all and show what would change", key=f"read_{source}", help="It is large: reading it takes a moment."
    ):
        return
    found = _looked(session, source, _signature(layout), mappings)
    _draw_change(found.preview, last)
    with st.expander(_problems_title(found), icon=":material/fact_check:", expanded=bool(found.report.errors)):
        draw_report(found.report.to_dict(), "look")
    _draw_import(session, source, mappings, found, last)


def recognised(layout: Layout) -> str:
    """ "2 chunk files, 1 entity index" """
    rooms = [(name, len(getattr(layout, name))) for name in ROOMS]
    return ", ".join(count(n, ROOMS[name], PLURALS.get(name, "")) for name, n in rooms if n)


def _draw_mappings(session: Session, source: Path, layout: Layout) -> Mappings | None:
    """What each table's columns mean; None while nothing would be read."""
    if not layout.tables:
        return {}
    known = mappings_of(session.store, settled_place(session, source))
    structured = bool(layout.chunks or layout.documents)
    mappings: dict[str, Columns] = {}
    with st.expander("Columns of the tables", icon=":material/table:", expanded=not known and not structured):
        for file in layout.tables:
            if (mapping := draw_mapping(file, known.get(file.name, known.get("")))) is not None:
                mappings[file.name] = mapping
    return mappings if mappings or structured or layout.texts else None


def settled_place(session: Session, source: Path) -> Path:
    """Where an upload will lie once it is imported: what is remembered of it stands under that name."""
    uploads = session.workspace.uploads
    return uploads / source.name if source.is_relative_to(uploads) else source


def _signature(layout: Layout) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a file has changed since it was read."""
    return tuple((file.name, file.path.stat().st_size, file.path.stat().st_mtime_ns) for file in layout.files)


@st.cache_resource(max_entries=2, hash_funcs=BY_CORPUS, show_spinner="Reading it and comparing it with what is here …")
def _looked(session: Session, source: Path, signature: object, mappings: Mapping[str, Columns]) -> Previewed:  # noqa: ARG001 - in the key
    return preview(session.store, source, session.settings, mappings)


def _draw_change(found: Preview, last: Import | None) -> None:
    change = found.change
    if last is None:
        st.markdown(f"**{count(change.added, 'chunk')}** would be imported.")
        return
    with st.grid(4):
        for name, n in (("New", change.added), ("Changed", change.changed), ("Gone", change.removed), ("As before", change.unchanged)):
            st.metric(name, f"{n:,}", border=True)
    st.caption(_kept(found))
    if len(found.files):
        with st.expander("What is new, changed and gone", icon=":material/difference:"):
            st.dataframe(found.files, hide_index=True, height="auto", alt="Files with new, changed or gone chunks")
            st.dataframe(_rows(found.chunks), hide_index=True, alt="New, changed and gone chunks")
            if change.added + change.changed + change.removed > len(found.chunks):
                st.caption(f"The first {len(found.chunks):,} are listed.")


def _kept(found: Preview) -> str:
    change = found.change
    if not change.anything:
        return "Nothing has changed since the last import."
    parts = [f"{count(found.n_new_texts, 'text')} to embed; all others keep their vectors"]
    if change.n_entities_changed or change.n_questions_changed:
        entities, questions = change.n_entities_changed, change.n_questions_changed
        parts.append(f"{count(entities, 'entity', 'entities')} and {count(questions, 'question')} change")
    if found.n_decided_kept or found.n_decided_asleep:
        asleep = f", {found.n_decided_asleep:,} wait until their chunk is back" if found.n_decided_asleep else ""
        parts.append(f"{count(found.n_decided_kept, 'decided pair')} {'stays' if found.n_decided_kept == 1 else 'stay'}{asleep}")
    return ". ".join(parts) + "."


def _rows(chunks: pd.DataFrame) -> pd.DataFrame:
    return chunks.rename(columns={"text": "now"})[["change", "filename", "before", "now", "chunk_id"]]


def _problems_title(found: Previewed) -> str:
    n_errors, n_warnings = len(found.report.errors), len(found.report.warnings)
    if not n_errors and not n_warnings:
        return "Nothing is wrong with it"
    return f"{count(n_errors, 'line')} cannot be read, {count(n_warnings, 'warning')}" if n_errors else count(n_warnings, "warning")


def _draw_import(session: Session, source: Path, mappings: Mappings, found: Previewed, last: Import | None) -> None:
    other = last is not None and last.source != source_name(session.store, settled_place(session, source))
    skip = bool(found.report.errors) and st.checkbox("Import the rest and leave out the lines that cannot be read", key=f"skip_{source}")
    replace = other and last is not None and st.checkbox(f"Put it in the place of {plain(last.source)}", key=f"replace_{source}")
    ready = (skip or not found.report.errors) and (replace or not other) and found.report.n_chunks > 0
    with st.container(horizontal=True):
        pressed = st.button("Import", type="primary", icon=":material/drive_folder_upload:", key="import", disabled=not ready)
        if st.button("Not now", key="leave", type="tertiary"):
            st.query_params.pop(SOURCE, None)
            st.rerun()
    if pressed:
        with told():
            with st.spinner("Importing …"):
                ingest(session.store, settled(session, source), session.settings, skip_invalid=skip, replace=replace, mappings=mappings)
            st.switch_page(OVERVIEW)
