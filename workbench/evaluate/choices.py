"""What was chosen, and on what: dev questions alone."""

from __future__ import annotations

import streamlit as st

from workbench.charts import CONFIG
from workbench.evaluate import figures
from workbench.evaluate.look import Look
from workbench.results import systems_table
from workbench.words import METRICS, plain


def draw_choices(look: Look) -> None:
    """The dev scores, what they chose, and the curve that each hybrid's weight was chosen by."""
    results = look.found.results
    metric = METRICS.get(results["metric"], results["metric"])
    st.markdown(
        f"Chosen on {plain(results['chosen_on'])} by {metric}: baseline **{plain(results['baseline'])}**, candidate "
        f"**{plain(results['candidate'])}**, to be used **{plain(results['chosen'])}**. No test question had a say: they were scored once, "
        "with what was chosen."
    )
    if not results["questions"]["dev"]:
        st.caption("There are no dev questions, so nothing could be chosen: hybrids are reciprocal rank fusion.")
        return
    curves = results.get("curves") or {}
    for column, (name, points) in zip(st.columns(max(1, len(curves)), gap="large"), curves.items(), strict=False):
        weight = results["weights"].get(name)
        figure = figures.curve([(share, value) for share, value in points], weight, f"{name}: {metric} on dev by weight")
        column.plotly_chart(figure, config=CONFIG, key=f"curve_{name}", alt=f"Dev {metric} of {name} for each weight")
    if not curves:
        kept = ", ".join(f"{name} {weight:.2f}" for name, weight in results["weights"].items() if weight is not None)
        st.caption(f"Weights of the model in each hybrid: {kept or 'none'}. This run kept no curve; a new evaluation does.")
    st.subheader("On the dev questions", anchor=False)
    table = systems_table(results, "dev")
    st.dataframe(table.style.format("{:.3f}", na_rep="–"), alt="Scores of each system on the dev questions")
    st.caption(
        "Choices are made here, so these numbers flatter what was chosen. The test questions tell how good it is: the difference between "
        "the two tables is what choosing on few questions costs."
    )
