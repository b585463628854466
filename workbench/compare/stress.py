"""The alias stress: the same question under every name of its entities, and how far the answers move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from core.corpus.topics import TopicMatcher
from core.evaluation.rubric import RUBRIC_K
from core.retrieval.aliasing import Variant, variants
from core.retrieval.systems import Dense
from core.search import Answered, Recipe, ask
from workbench.charts import CONFIG
from workbench.compare.choosing import label
from workbench.compare.query import Query
from workbench.highlight import escape
from workbench.session import BY_MODEL, Session, alias_index, ground, side, topic_matcher
from workbench.words import count

if TYPE_CHECKING:
    import pandas as pd

RANKS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 200_000]
PALETTE = ("#2C8479", "#C8712F", "#4A78B8", "#8B6CB8")


def draw_stress(session: Session, wanted: tuple[Recipe, ...], query: Query, newest: str) -> None:
    """On demand, because it asks every system as many questions as there are names."""
    st.session_state["stress"] = st.query_params.get("stress") == "1"
    if not st.toggle("Ask under every name", key="stress", on_change=_to_url, help="The same question with each alias of what it names."):
        return
    asked, n_left = variants(query.text, alias_index(session))
    if len(asked) == 1:
        st.caption("The question names nothing that has another name, so there is nothing to swap.")
        return
    measured = query.judged_within(ground(session))
    table = stressed(session, wanted, tuple(asked), query.topics, tuple(measured.relevant) if measured else (), query.until)
    by_rank = bool(measured and measured.relevant)
    what = "Rank of the first relevant result" if by_rank else f"Topics covered in the first {RUBRIC_K}"
    if not by_rank and not query.topics:
        st.caption("Nothing is judged and no topic is expected here, so there is nothing to measure the answers by.")
        return
    names = {recipe.name: label(recipe.name, newest) for recipe in wanted}
    st.caption(f"{what}, {count(len(asked), 'wording')}." + (f" {n_left:,} more were left out." if n_left else ""))
    st.plotly_chart(spread(table, names, what, by_rank), config=CONFIG, key="stress_chart", alt=f"{what} under every name, by system")
    st.dataframe(listed(table, names), hide_index=True, alt=f"{what} by wording and system")


def _to_url() -> None:
    if st.session_state["stress"]:
        st.query_params["stress"] = "1"
    else:
        st.query_params.pop("stress", None)


@st.cache_data(max_entries=50, hash_funcs={**BY_MODEL, Recipe: repr, Variant: repr}, show_spinner="Asking under every name …")
def stressed(
    session: Session,
    wanted: tuple[Recipe, ...],
    asked: tuple[Variant, ...],
    topics: tuple[str, ...],
    relevant: tuple[str, ...],
    until: float | None,
) -> pd.DataFrame:
    """A row a wording and system: name, text, system, value: the best rank of a relevant chunk, else how many topics are covered."""
    import pandas as pd

    sides: dict[str, Dense] = {recipe.model: side(session, recipe.model) for recipe in wanted if recipe.model}
    matcher = topic_matcher(session)
    answers = ask(ground(session), sides, wanted, [variant.text for variant in asked], until)
    rows = [
        (variant.name, variant.text, recipe.name, _value(answered, recipe.name, topics, relevant, matcher))
        for variant, answered in zip(asked, answers, strict=True)
        for recipe in wanted
    ]
    return pd.DataFrame(rows, columns=["name", "text", "system", "value"])


def _value(answered: Answered, system: str, topics: Sequence[str], relevant: Sequence[str], matcher: TopicMatcher) -> int | None:
    if relevant:
        return min((rank for chunk_id in relevant if (rank := answered.rank(system, chunk_id))), default=None)
    chunks = [hit.chunk for hit in answered.hits(system, RUBRIC_K)]
    return sum(any(matcher.cover(topic, chunk) for chunk in chunks) for topic in dict.fromkeys(topics))


def spread(table: pd.DataFrame, names: Mapping[str, str], what: str, by_rank: bool) -> go.Figure:
    """A line of dots a system, a dot a wording, the question as asked as a diamond. table: name, text, system, value."""
    figure = go.Figure()
    for (system, title), colour in zip(names.items(), PALETTE, strict=False):
        rows = table[(table["system"] == system) & table["value"].notna()]
        asked = rows["name"] == ""
        figure.add_scatter(
            x=rows["value"], y=[title] * len(rows), mode="markers", name=title, customdata=rows["text"].map(escape),
            marker={"size": [14 if own else 10 for own in asked], "symbol": ["diamond" if own else "circle" for own in asked],
                    "color": colour, "opacity": 0.75, "line": {"width": 1, "color": "white"}},
            hovertemplate="%{customdata}<br>%{x}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=what, type="log" if by_rank else "linear", rangemode="tozero", tickvals=RANKS if by_rank else None)
    figure.update_yaxes(autorange="reversed", ticksuffix=" ", automargin=True)
    figure.update_layout(height=90 + 42 * len(names), margin={"l": 0, "r": 0, "t": 8, "b": 0}, showlegend=False)
    return figure


def listed(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """A row a wording, a column a system, the range over all wordings last."""
    import pandas as pd

    asked = pd.MultiIndex.from_frame(table[["name", "text"]].drop_duplicates())
    wide = table.set_index(["name", "text", "system"])["value"].unstack("system").reindex(index=asked, columns=list(names))
    ranges = {name: f"{wide[name].min():,.0f} to {wide[name].max():,.0f}" if wide[name].notna().any() else "–" for name in names}
    shown = wide.map(lambda value: "not searched" if pd.isna(value) else f"{value:,.0f}").rename(columns=names).reset_index()
    shown = shown.assign(name=shown["name"].where(shown["name"] != "", "as asked"))
    last = {"name": "range", "text": "", **{names[name]: ranges[name] for name in names}}
    return pd.concat([shown, pd.DataFrame([last])], ignore_index=True).rename(columns={"name": "Name", "text": "Question"})
