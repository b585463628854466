"""What the workspace takes on the disk, and the button that frees what nothing needs."""

from __future__ import annotations

import streamlit as st

from core.disk import free, use
from workbench.session import Session

MIB = 2**20


def draw_disk(session: Session) -> None:
    uses = use(session.workspace)
    total, freeable = sum(one.n_bytes for one in uses), sum(one.n_free for one in uses)
    with st.expander(f"Disk: {total / MIB:,.1f} MiB", icon=":material/hard_drive:"):
        table = [{"kind": one.kind, "MiB": one.n_bytes / MIB, "not needed, MiB": one.n_free / MIB} for one in uses]
        form = st.column_config.NumberColumn(format="%.1f")
        st.dataframe(table, hide_index=True, column_config={"MiB": form, "not needed, MiB": form}, alt="Disk use by kind")
        st.caption(
            "Not needed: vectors of tuned models whose run is gone, checkpoints of finished runs, states of the corpus that no run reads, "
            "uploads that were never imported."
        )
        if freeable and st.button(f"Free {freeable / MIB:,.1f} MiB", icon=":material/delete_sweep:", key="free"):
            if not free(session.workspace):
                st.info("A run is under way and may need it: free it when the run has ended.")
            else:
                st.rerun()
