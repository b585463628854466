"""What was generated, in numbers and plots, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.store import PairKind
from workbench import charts
from workbench.pairs.filtering import SYNTHETIC
from workbench.pairs.refused import draw_dropped, draw_removed, draw_unpaired, given_away
from workbench.session import Session
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

HISTOGRAMS = {"cosine": "Cosine of query and chunk under the base model", "bm25": "BM25 score of the chunk for the query"}


def draw_summary(session: Session) -> None:
    """Counts, plots, and everything that was left out with its reason."""
    import pandas as pd

    kinds = pd.DataFrame(session.store.pair_kinds(), columns=PairKind._fields)
    made = session.store.generation()
    _draw_counts(session, kinds)
    if made:
        _draw_sentences(made.summary)
    _draw_kinds(kinds)
    _draw_scores(session)
    draw_unpaired(session)
    draw_dropped(session)
    draw_removed(session)


def _draw_counts(session: Session, kinds: pd.DataFrame) -> None:
    by_label = kinds.groupby("label")["n"].sum()
    positives = kinds[kinds["label"] == "positive"]
    dropped, removed = session.store.dropped_summary(), given_away(session)
    figures = {
        "Positives": (int(by_label.get("positive", 0)), f"{int(positives[positives['synthetic']]['n'].sum()):,} of synthetic queries"),
        "Negatives": (int(by_label.get("negative", 0)), f"{int(kinds[kinds['hardness'] == 'hard']['n'].sum()):,} hard"),
        "Without a positive": (len(session.store.unpaired()), "train questions"),
        "Refused as negatives": (int(dropped["n"].sum()), f"{int(dropped[dropped['offered']]['n'].sum()):,} offered as positives"),
        "Removed by the guard": (len(removed), f"{int(removed['n_pairs'].sum()):,} pairs"),
    }
    with st.grid(5):
        for name, (n, note) in figures.items():
            st.metric(name, f"{n:,}", note, delta_color="off", delta_arrow="off", border=True)


def _draw_sentences(summary: Mapping[str, Any]) -> None:
    """How near to an answer was too near, and what else a person should know."""
    for sentence in dict.fromkeys([summary["share"]["how"], *summary["notes"]]):
        st.markdown(f":material/info: {plain(sentence)}")


def _draw_kinds(kinds: pd.DataFrame) -> None:
    by_rule, by_hardness, by_category = st.columns([5, 3, 4], gap="large")
    with by_rule:
        st.subheader("By rule", anchor=False)
        _draw_bars(kinds, "rule")
    with by_hardness:
        st.subheader("Negatives by hardness", anchor=False)
        negatives = kinds[kinds["label"] == "negative"]
        if len(negatives):
            _draw_bars(negatives.assign(hardness=negatives["hardness"].replace("", "not graded")), "hardness")
        else:
            st.caption("There are no negatives: each query is set against the other chunks of its batch.")
    with by_category:
        st.subheader("By category", anchor=False)
        named = kinds["category"].where(~kinds["synthetic"], SYNTHETIC).replace("", "(none)")
        _draw_bars(kinds.assign(category=named), "category")


def _draw_bars(kinds: pd.DataFrame, column: str) -> None:
    n_shown = count(int(kinds["n"].sum()), "pair")
    st.plotly_chart(charts.bars(kinds, column, "n", group="label"), config=charts.CONFIG, key=f"by_{column}", alt=f"{n_shown} by {column}")


def _draw_scores(session: Session) -> None:
    tables = {score: session.store.score_histogram(score) for score in HISTOGRAMS}
    present = {score: table for score, table in tables.items() if len(table)}
    if not present:
        return
    st.header("Scores", anchor=False)
    for column, (score, table) in zip(st.columns(len(present), gap="large"), present.items(), strict=True):
        figure = charts.histogram(table, HISTOGRAMS[score])
        column.plotly_chart(figure, config=charts.CONFIG, key=f"scores_{score}", alt=f"{HISTOGRAMS[score]}: positives against negatives")
