"""Where the difference comes from: by category, difficulty, names used, held-out entities, entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.evaluation.standings import LEAST_TESTED
from workbench.charts import CONFIG
from workbench.evaluate import derived, figures
from workbench.evaluate.look import Look
from workbench.evaluate.systems import interval
from workbench.results import SIGNIFICANT, p_value
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

KINDS = {
    "category": ("Category", "What the questions were labelled with."),
    "difficulty": ("Difficulty", "What the questions were labelled with."),
    "names": ("Names used", "Whether a question calls an entity by an alias, by its primary name alone, or names none."),
    "training": ("Held-out entities", "Whether training ever named what the question is about, under any name."),
    "entity": ("Entity", "Each entity or topic that a question is about; a question counts for every one of its own."),
}
MOST_DRAWN = 24  # rows of the chart; the table has them all


def draw_groups(look: Look) -> None:
    """One kind of group at a time, as a chart and as a table."""
    present = [kind for kind in KINDS if kind in set(derived.groups(look.run)["kind"])]
    if not present:
        st.caption("The questions carry no category, difficulty or entity to group them by.")
        return
    linked = st.query_params.get("by", "")
    st.session_state["evaluate_by"] = linked if linked in present else present[0]
    kind = st.segmented_control(
        "Group the questions by", present, format_func=lambda one: KINDS[one][0], key="evaluate_by", on_change=_choose, required=True
    )
    table = derived.by_group(look.run, kind or present[0], look.metric, look.before, look.after)
    st.caption(f"{KINDS[kind or present[0]][1]} {_tested(table)}")
    if not len(table):
        st.caption(f"No question has a score by {look.metric_name} under both systems.")
        return
    chart, numbers = st.columns([5, 7], gap="large")
    with chart:
        title = f"{look.metric_name}: {look.after} less {look.before}"
        figure = figures.forest(table.head(MOST_DRAWN), title)
        st.plotly_chart(figure, config=CONFIG, key=f"forest_{kind}", alt=f"Difference between {look.after} and {look.before} by group")
        if len(table) > MOST_DRAWN:
            st.caption(f"The {MOST_DRAWN} largest of {len(table):,} groups; the table has them all.")
    with numbers:
        st.dataframe(_shown(table, look), hide_index=True, height="content" if len(table) < 16 else 560, alt="Differences by group")
        if (table["difference"] < 0).any():
            _draw_worst(table, look)


def _choose() -> None:
    st.query_params["by"] = st.session_state["evaluate_by"]


def _tested(table: pd.DataFrame) -> str:
    n = int(table["p"].notna().sum()) if len(table) else 0
    return f"Groups of {LEAST_TESTED} questions or more are tested; p is adjusted for the {n} tested (Holm)."


def _draw_worst(table: pd.DataFrame, look: Look) -> None:
    worst = table.iloc[int(table["difference"].argmin())]
    sure = "more than chance" if worst["p_holm"] <= SIGNIFICANT else "which may be chance"
    st.caption(
        f"Lost most: {plain(str(worst['group']))}, {worst['difference']:+.3f} on {count(int(worst['n']), 'question')}, {sure}. "
        f"*Questions* lists what got worse between {plain(look.before)} and {plain(look.after)}."
    )


def _shown(table: pd.DataFrame, look: Look) -> pd.DataFrame:
    import pandas as pd

    counts = zip(table["wins"], table["ties"], table["losses"], strict=True)
    return pd.DataFrame(
        {
            "group": table["group"],
            "n": table["n"],
            look.before: table["baseline"].map("{:.3f}".format),
            look.after: table["candidate"].map("{:.3f}".format),
            "difference": table["difference"].map("{:+.3f}".format),
            "95 % interval": [interval(low, high) for low, high in zip(table["low"], table["high"], strict=True)],
            "p, adjusted": table["p_holm"].map(p_value),
            "better, equal, worse": [f"{wins}, {ties}, {losses}" for wins, ties, losses in counts],
        }
    )
