"""What a run was made with and what it said: settings, data, versions, the end of its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.runs.folder import RunFolder
from workbench.words import plain

if TYPE_CHECKING:
    import pandas as pd

LOG_TAIL = 20_000  # characters of worker.log shown


def draw_papers(run: RunFolder, events: Sequence[Mapping[str, Any]]) -> None:
    """Three folded papers."""
    import pandas as pd

    config = run.config
    with st.expander("Settings and data", icon=":material/tune:"):
        st.dataframe(settings_table({"value": config["settings"]}), hide_index=True, height=320, alt="The settings of this run")
        st.caption(
            f"Fingerprint of all inputs {plain(str(config.get('fingerprint', 'unknown')))}, of the corpus {plain(str(config['corpus']))}, "
            f"of the base model {plain(str(config.get('base_model', 'unknown')))}. Run {plain(run.run_id)}."
        )
    with st.expander("Versions", icon=":material/deployed_code:"):
        found = versions_of(events)
        if found:
            st.dataframe(pd.DataFrame(found.items(), columns=["what", "version"]), hide_index=True, alt="Versions that the run used")
        else:
            st.caption("This run did not write down what it was computed with.")
    with st.expander("Log of the worker", icon=":material/terminal:"):
        st.code(log_tail(run) or "Nothing has been written yet.", language=None, wrap_lines=True, height=320)


def settings_table(by_run: Mapping[str, Mapping[str, Any]], only_different: bool = False) -> pd.DataFrame:
    """A row a setting, a column a run, values as words; with `only_different` the rows in which the runs do not agree."""
    import pandas as pd

    names = dict.fromkeys(name for settings in by_run.values() for name in settings)
    rows = [{"setting": name, **{run: _word(settings.get(name)) for run, settings in by_run.items()}} for name in names]
    table = pd.DataFrame(rows, columns=["setting", *by_run])
    return table[table[list(by_run)].nunique(axis=1) > 1].reset_index(drop=True) if only_different else table


def versions_of(events: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Those of the run's last life; {} where it did not say."""
    said: dict[str, str] = next((event["versions"] for event in reversed(events) if event["kind"] == "started" and "versions" in event), {})
    return dict(said)


def log_tail(run: RunFolder) -> str:
    """The end of the worker's log, however long it is."""
    if not run.worker_log.exists():
        return ""
    with run.worker_log.open("rb") as file:
        file.seek(max(0, run.worker_log.stat().st_size - LOG_TAIL))
        return file.read().decode("utf-8", errors="replace")


def _word(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
