"""All workspaces: open one, make one, copy one, put one into a zip and get it back."""

from __future__ import annotations

import streamlit as st

from workbench.session import current, shelf
from workbench.shelf import draw_archive, draw_copy, draw_new, draw_restore, draw_where, go_to
from workbench.words import ago, count, plain

session = current()
everything = shelf()
here = session.workspace.root

st.title("Workspaces", anchor=False)
draw_where(session)
st.caption("Each is a folder with its own corpus, pairs, decisions and runs. The one you look at stands in the address of the page.")
for name, place in everything.places().items():
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(f"**{plain(name)}**" + (" · open here" if place == here else ""))
            changed = ago((place / "workbench.duckdb").stat().st_mtime) if (place / "workbench.duckdb").exists() else "never"
            st.caption(f"{count(len(list((place / 'runs').glob('*/config.json'))), 'run')} · changed {changed} · `{place}`")
        if place != here and st.button("Open", key=f"open_{name}", icon=":material/arrow_forward:"):
            go_to(name)

new, copy, keep, back = st.columns(4, gap="large")
with new:
    st.subheader("New", anchor=False)
    draw_new(everything)
with copy:
    st.subheader("Copy", anchor=False)
    draw_copy(session, everything)
with keep:
    st.subheader("Archive", anchor=False)
    draw_archive(session, everything)
with back:
    st.subheader("Restore", anchor=False)
    draw_restore(everything)
