"""Importing a folder on the page: the form, the refusal with its full report, the report of the last import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.pipeline import ImportRejected, ingest
from core.settings import PROJECT
from core.store import Import
from workbench.session import Session, told
from workbench.words import ago, count, plain

SAMPLE = PROJECT / "sample_data"
EXAMPLE = """\
my-codex/
  chunks/saga.jsonl
      {"text": "Ilsa Varn keeps the lighthouse.", "filename": "people/ilsa.md"}
  indexes/character_index.json
      {"Ilsa Varn": {"filename": "people/ilsa.md", "aliases": ["The Keeper"]}}
  test_questions.json
      [{"question": "Who keeps the light?", "expected_topics": ["Ilsa Varn"]}]"""
COLUMNS = ["severity", "kind", "file", "line", "message"]


def draw_import(session: Session) -> None:
    """The form. What goes wrong is said here, with every problem listed; what goes well shows in the whole page."""
    held = session.store.last_import()
    with st.form("import", border=False):
        folder = st.text_input("Folder", placeholder="/home/me/my-codex", help="A folder on the machine that runs the workbench.")
        skip = st.toggle("Skip invalid lines", help="Otherwise a single line that cannot be read stops the whole import.")
        replace = held is not None and st.checkbox(
            "Replace the corpus that is here", help=f"Needed for any other folder than {plain(held.source)}."
        )
        with st.container(horizontal=True):
            asked = st.form_submit_button("Import", type="secondary" if held else "primary", icon=":material/drive_folder_upload:")
            sample = not held and st.form_submit_button("Try the sample codex", icon=":material/auto_stories:")
    if asked or sample:
        with told():
            _import(session, str(SAMPLE) if sample else folder.strip(), skip, replace)


def draw_example() -> None:
    """What a folder looks like, for somebody who has none yet."""
    st.markdown("A codex is a folder like this; only the chunks are needed.")
    st.code(EXAMPLE, language=None)
    st.caption(
        "BEIR folders (corpus.jsonl, queries.jsonl, qrels) and folders of .txt or .md files are read too: docs/formats.md has the details."
    )


def draw_last_import(last: Import) -> None:
    """What the last import read, and every problem it found."""
    st.caption(f"{plain(last.source)} · {ago(last.at)}")
    draw_report(last.report)


def draw_report(report: Mapping[str, Any]) -> None:
    """How much was read, the number of problems, and the problems as a table."""
    problems = pd.DataFrame(report["problems"], columns=COLUMNS)
    n_errors = int((problems["severity"] == "error").sum())
    st.markdown(
        f"{count(report['n_chunks'], 'chunk')}, {count(report['n_entities'], 'entity', 'entities')} and "
        f"{count(report['n_questions'], 'question')} out of {count(len(report['files']), 'file')}: "
        f"{count(n_errors, 'line')} left out, {count(len(problems) - n_errors, 'warning')}."
    )
    if len(problems):
        st.dataframe(problems, hide_index=True, height="auto", alt="Problems found by the import, with file, line and what to do")


def _import(session: Session, folder: str, skip: bool, replace: bool) -> None:
    if not folder:
        st.warning("Name the folder to import.", icon=":material/folder:")
        return
    try:
        with st.spinner("Reading the folder …"):
            ingest(session.store, Path(folder).expanduser(), session.settings, skip_invalid=skip, replace=replace)
    except ImportRejected as rejected:
        st.error(
            "Nothing was imported. Mend the lines below, or turn on “Skip invalid lines” to import the rest.",
            title=f"{count(len(rejected.report.errors), 'line')} cannot be read",
            icon=":material/error:",
        )
        draw_report(rejected.report.to_dict())
    else:
        st.rerun()
