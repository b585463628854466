"""What a finished run found, in words and as a table; drawn on Overview and on Train."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from workbench.words import METRICS, count, provisos

if TYPE_CHECKING:
    import pandas as pd

SIGNIFICANT = 0.05
BEST = "font-weight: 700; background-color: rgba(44,132,121,.18)"


def systems_table(results: Mapping[str, Any], split: str = "systems") -> pd.DataFrame:
    """One row a system, a column a metric that any of them has."""
    import pandas as pd

    table = pd.DataFrame.from_dict(results[split], orient="index").astype(float)
    kept = [name for name in METRICS if name in table and table[name].notna().any()]
    return table[kept].rename(columns=METRICS).rename_axis("system")


def comparison_sentence(found: Mapping[str, Any]) -> str:
    """The difference with its interval, test and counts. found: the `comparison` of results.json."""
    metric = METRICS.get(found["metric"], found["metric"])
    n = count(found["n"], "test question")
    if found["difference"] is None:
        return f"No test question lets {found['candidate']} and {found['baseline']} be compared by {metric}."
    low, high = found["ci95"]
    interval = "" if low is None else f" (95 % interval {low:+.3f} to {high:+.3f}, p {_p(found['p'])})"
    counts = f"{found['wins']:,} better, {found['ties']:,} equal, {found['losses']:,} worse"
    detectable = f" So many questions can show a difference of {found['detectable']:.3f}." if found.get("detectable") else ""
    return f"{found['candidate']} against {found['baseline']}: {found['difference']:+.3f} {metric} on {n}{interval}; {counts}.{detectable}"


def verdict(found: Mapping[str, Any]) -> tuple[str, str]:
    """What the comparison amounts to, and the tone to say it in (success, info, warning)."""
    difference = found["difference"]
    if difference is None or found["ci95"][0] is None:
        return "Too few test questions to tell.", "info"
    if found["p"] > SIGNIFICANT:
        return "The difference could be chance.", "info"
    return ("The gain is more than chance.", "success") if difference > 0 else ("The candidate is worse, and not by chance.", "warning")


def draw_results(results: Mapping[str, Any]) -> None:
    """The verdict, the comparison behind it, and every system's scores on the test questions."""
    n_test = results["questions"]["test"]
    if not n_test:
        st.info("There are no test questions, so nothing is known about how good the systems are.", icon=":material/balance:")
        return
    if found := results.get("comparison"):
        said, tone = verdict(found)
        {"success": st.success, "info": st.info, "warning": st.warning}[tone](
            comparison_sentence(found), title=said, icon=":material/balance:"
        )
    table = systems_table(results)
    formats: dict[Any, Any] = {name: "{:.2f}" if name == METRICS["rubric"] else "{:.3f}" for name in table}
    better = [name for name in table if name != METRICS["judged@10"]]  # that more was judged is no merit of a system
    styled = table.style.format(formats, na_rep="–").highlight_max(axis=0, props=BEST, subset=better)
    st.dataframe(styled, alt=f"Scores of each system on {n_test} test questions")
    st.caption(
        f"Means over {count(n_test, 'test question')} that no pair was made from; the best of a column is marked. "
        f"Chosen on {results['chosen_on']}: **{results['chosen']}**."
    )
    if said := provisos(results):
        st.caption(said)


def p_value(value: float) -> str:
    """ "0.013", "< 0.001"; a dash where nothing was tested."""
    return "–" if math.isnan(value) else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _p(value: float) -> str:
    shown = p_value(value)
    return shown if shown.startswith("<") else f"= {shown}"
