"""Every system by every metric, and every system against one of them, with proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.evaluation import standings
from core.runs.results import verdict as training_verdict
from workbench.charts import CONFIG
from workbench.evaluate import derived, figures
from workbench.evaluate.look import Look
from workbench.results import SIGNIFICANT, comparison_sentence, p_value, verdict
from workbench.words import METRIC_MEANINGS, METRICS, count, plain, provisos

if TYPE_CHECKING:
    import pandas as pd

BEST = "font-weight: 700; background-color: rgba(44,132,121,.18)"
HOLM = (
    "p of the paired test, and the same adjusted for the number of rows (Holm 1979): with several comparisons one of them looks "
    "significant by luck, and the adjusted p allows for that."
)


def draw_systems(look: Look) -> None:
    """The comparison in a sentence, the intervals, the tables."""
    _draw_verdict(look)
    chart, tests = st.columns([5, 7], gap="large")
    with chart:
        table = derived.means(look.run, look.metric)
        marks = {look.before: figures.WORSE, look.after: figures.BETTER}
        figure = figures.intervals(table, f"{look.metric_name} on the test questions, with 95 % intervals", marks)
        st.plotly_chart(figure, config=CONFIG, key="intervals", alt=f"Mean {look.metric_name} of each system with its interval")
        st.caption(
            "The intervals say how far a mean could be off with other questions. They overlap even where a difference is certain, because "
            "both systems find the same questions easy: the paired tests beside this decide."
        )
    with tests:
        _draw_tests(look)
    st.subheader("Every system by every metric", anchor=False)
    _draw_all(look)
    _draw_general(look)


def _draw_verdict(look: Look) -> None:
    found = derived.compared(look.run, look.metric, look.before, look.after)
    said, tone = verdict(found)
    show = {"success": st.success, "info": st.info, "warning": st.warning}[tone]
    show(plain(comparison_sentence(found) + _more_questions(found)), title=said, icon=":material/balance:")
    if look.planned:
        st.caption(
            f"Metric and systems of this comparison were chosen on {plain(look.found.results['chosen_on'])}, before a test question was "
            "scored: it stands by itself and needs no correction."
        )
    else:
        st.caption(
            "You are looking around: these systems or this metric are not those that the dev questions chose. Read the adjusted p below, "
            "and take a surprise as something to test on new questions."
        )


def _more_questions(found: dict[str, Any]) -> str:
    """What it would take, where the test says nothing."""
    needed = standings.enough_for(found)
    if found["p"] <= SIGNIFICANT or needed is None or needed <= found["n"]:
        return ""
    if needed > 100 * found["n"]:
        return " The difference is so small that more questions would hardly settle it."
    return f" If this difference is the true one, about {needed:,} questions would settle it."


def _draw_tests(look: Look) -> None:
    import pandas as pd

    table = derived.against(look.run, look.metric, look.before)
    if not len(table):
        st.caption("There is no second system to compare with.")
        return
    st.markdown(f"**Every system against {plain(look.before)}**, {look.metric_name}, question by question")
    shown = pd.DataFrame(
        {
            "system": table["system"],
            "difference": table["difference"].map("{:+.3f}".format),
            "95 % interval": [interval(low, high) for low, high in zip(table["low"], table["high"], strict=True)],
            "p": table["p"].map(p_value),
            "p, adjusted": table["p_holm"].map(p_value),
            "better": table["wins"],
            "equal": table["ties"],
            "worse": table["losses"],
            "can show": table["detectable"].map(lambda value: "–" if np.isnan(value) else f"{value:.3f}"),
        }
    )
    st.dataframe(shown, hide_index=True, alt=f"Paired comparisons with {look.before}", column_config={"p, adjusted": {"help": HOLM}})
    n, clusters = int(table["n"].max()), int(table["n_clusters"].max())
    st.caption(
        f"{count(n, 'question')} in {count(clusters, 'cluster')}: questions about one document or entity rise and fall together and are "
        f"counted as one cluster. *Can show*: the true difference that so many questions would find four times in five. *Adjusted* p: "
        f"Holm's correction for these {count(len(table), 'comparison')}."
    )


def _draw_all(look: Look) -> None:
    import pandas as pd

    by_metric = {metric: derived.means(look.run, metric) for metric in look.found.metrics}
    cells = {METRICS[metric]: [_cell(row, metric) for row in table.to_dict("records")] for metric, table in by_metric.items()}
    best = {METRICS[metric]: int(table["mean"].argmax()) for metric, table in by_metric.items()}
    systems = next(iter(by_metric.values()))["system"]
    shown = pd.DataFrame(cells, index=pd.Index(systems, name="system"))

    def mark(column: pd.Series) -> list[str]:
        return [BEST if place == best[str(column.name)] else "" for place in range(len(column))]

    helps: Any = {METRICS[metric]: {"help": METRIC_MEANINGS[metric]} for metric in by_metric}
    st.dataframe(shown.style.apply(mark, axis=0), column_config=helps, alt="Mean and interval of every metric for every system")
    st.caption("Mean and 95 % interval over the test questions, which nothing was chosen or trained on; the best of a column is marked.")
    if said := provisos(look.found.results):
        st.caption(plain(said))


def _draw_general(look: Look) -> None:
    """How the model does on text that has nothing to do with the corpus, where training measured it."""
    import pandas as pd

    found = training_verdict(look.run) or {}
    if found.get("general_tuned") is None:
        return
    st.subheader("On other text", anchor=False)
    rows = {"measure": "everyday sentences, rank correlation", "base": found["general_base"], "tuned": found["general_tuned"]}
    st.dataframe(pd.DataFrame([rows]).round(3), hide_index=True, alt="How base and tuned do on general text")
    st.caption("What the model was good at before should not suffer: these sentences have nothing to do with the corpus.")


def _cell(row: Mapping[Any, Any], metric: str) -> str:
    if np.isnan(row["mean"]):
        return "–"
    form = "{:.2f}" if metric == "rubric" else "{:.3f}"
    around = "" if np.isnan(row["low"]) else f"  ({form.format(row['low'])}–{form.format(row['high'])})"
    return form.format(row["mean"]) + around


def interval(low: float, high: float) -> str:
    """ "+0.012 to +0.054"; a dash where there is none."""
    return "–" if np.isnan(low) or np.isnan(high) else f"{low:+.3f} to {high:+.3f}"
