"""How good retrieval is now: a sentence, and each system's headline number with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.runs.folder import RunFolder
from workbench.charts import CONFIG
from workbench.evaluate import derived, figures
from workbench.navigation import EVALUATE
from workbench.results import comparison_sentence, verdict
from workbench.runs import label
from workbench.words import METRICS, plain, provisos

if TYPE_CHECKING:
    import pandas as pd

ICONS = {"success": ":material/trending_up:", "info": ":material/balance:", "warning": ":material/trending_down:"}


def draw_standing(run: RunFolder, results: dict[str, Any]) -> None:
    """The newest evaluated run, for somebody who has ten seconds."""
    metric, n_test = results["metric"], results["questions"]["test"]
    st.header("How good retrieval is", anchor=False)
    if not n_test:
        st.info("There are no test questions, so nothing is known about how good the systems are.", icon=":material/balance:")
        return
    chart, said = st.columns([7, 5], gap="large", vertical_alignment="center")
    with chart:
        table = means(run, results)
        marks = {results["baseline"]: figures.WORSE, results["candidate"]: figures.BETTER}
        figure = figures.intervals(table, f"{METRICS[metric]} on {n_test:,} test questions, with 95 % intervals", marks)
        st.plotly_chart(figure, config=CONFIG, key="standing", alt=_spoken(table))
    with said:
        _draw_verdict(results)
        st.caption(f"{plain(label(run))}. Chosen on {plain(results['chosen_on'])}: **{plain(results['chosen'])}**.")
        if known := provisos(results):
            st.caption(plain(known))
        st.page_link(EVALUATE, label="Every metric, test and question", icon=":material/query_stats:")


def _draw_verdict(results: dict[str, Any]) -> None:
    if not (found := results.get("comparison")):
        return
    title, tone = verdict(found)
    {"success": st.success, "info": st.info, "warning": st.warning}[tone](plain(comparison_sentence(found)), title=title, icon=ICONS[tone])


def means(run: RunFolder, results: dict[str, Any]) -> pd.DataFrame:
    """system, mean, low, high; of a run whose per-question scores are gone the means alone."""
    import pandas as pd

    if (run.path / "scores.parquet").is_file():
        return derived.means(run, results["metric"])
    rows = [(name, means.get(results["metric"]), np.nan, np.nan) for name, means in results["systems"].items()]
    return pd.DataFrame(rows, columns=["system", "mean", "low", "high"]).dropna(subset="mean")


def _spoken(table: pd.DataFrame) -> str:
    return ", ".join(f"{row.system} {row.mean:.3f}" for row in table.itertuples())
