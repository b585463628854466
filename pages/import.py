"""Bring a corpus in, or bring it in again: where it lies, what is wrong with it, what would change."""

from __future__ import annotations

import streamlit as st

from workbench.importing.choosing import chosen_source, draw_choice
from workbench.importing.example import draw_example
from workbench.importing.looking import draw_look
from workbench.importing.report import draw_last_import
from workbench.importing.vectors import draw_vectors
from workbench.session import current, told
from workbench.shelf import draw_where

session = current()
last = session.store.last_import()

st.title("Import", anchor=False)
draw_where(session)
source = None
with told():
    source = chosen_source(session)
if source:
    with told():
        draw_look(session, source, last)
    st.stop()

draw_choice(session, last)
if last:
    with st.expander("The report of the last import", icon=":material/fact_check:"):
        draw_last_import(last)
    draw_vectors(session)
else:
    draw_example()
