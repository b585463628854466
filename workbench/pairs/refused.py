"""What did not become a pair: refused negatives, queries the guard removed, questions without a positive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.judging.giving import teach
from core.records import Pair, content_id
from workbench import charts
from workbench.highlight import chip, excerpt, passage
from workbench.navigation import CORPUS
from workbench.session import Session, questions
from workbench.words import count, plain

if TYPE_CHECKING:
    import pandas as pd

PAGE_SIZE = 4
TAKEN = "refused as a negative, taken as a positive by a person"


def draw_unpaired(session: Session) -> None:
    """The questions that got no pair, and why."""
    import pandas as pd

    if not (reasons := session.store.unpaired()):
        return
    asked = questions(session)
    table = pd.DataFrame([(asked[key].text if key in asked else key, why) for key, why in reasons.items()], columns=["question", "why"])
    st.header("Questions without a positive", anchor=False)
    st.caption(f"{count(len(table), 'train question')} got none.")
    st.dataframe(table, hide_index=True, alt="Questions without a positive pair and the reason")


def given_away(session: Session) -> pd.DataFrame:
    """What the guard took because of a held-out question; the rest merely repeated a pair."""
    table = session.store.removed()
    return table[table["held_out"] != ""]


def draw_removed(session: Session) -> None:
    """What the guard took out of the training data, and because of which held-out question."""
    table = given_away(session)
    if table.empty:
        return
    st.header("Removed by the guard", anchor=False)
    st.caption(
        f"{count(len(table), 'query', 'queries')} with {count(int(table['n_pairs'].sum()), 'pair')} came too close to a question held out "
        "for dev or test."
    )
    shown = table.rename(columns={"held_out_text": "because of"})[["query", "because of", "how", "reason", "n_pairs"]]
    columns = {"n_pairs": st.column_config.NumberColumn("pairs")}
    st.dataframe(shown, hide_index=True, column_config=columns, alt="Queries removed by the guard and why")


def draw_dropped(session: Session) -> None:
    """Proposed negatives that may well be answers: how many each rule refused, and each of them."""
    summary = session.store.dropped_summary()
    if summary.empty:
        return
    st.header("Refused as negatives", anchor=False)
    st.caption("Chunks that were proposed as negatives and may well answer the query: fewer negatives rather than false ones.")
    by_rule, listed = st.columns([5, 7], gap="large")
    with by_rule:
        told_apart = summary.assign(group=summary["offered"].map({True: "offered as a positive", False: "refused"})).sort_values("group")
        figure = charts.bars(told_apart, "rule", "n", group="group")
        st.plotly_chart(figure, config=charts.CONFIG, key="dropped_by_rule", alt="Number of refused negatives by rule")
    with listed:
        _draw_list(session, summary)


def _draw_list(session: Session, summary: pd.DataFrame) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rules = sorted(summary["rule"].unique())
        rule = st.selectbox(
            "Rule", rules, index=None, placeholder="Any rule", key="refused_by", bind="query-params", on_change=_to_first, width=260
        )
        offered = st.toggle("Only those whose labels match", key="offered", bind="query-params", on_change=_to_first)
    of_rule = summary[summary["rule"] == rule] if rule else summary
    n_found = int(of_rule[of_rule["offered"]]["n"].sum() if offered else of_rule["n"].sum())
    if not n_found:
        st.caption("None of these.")
        return
    n_pages = -(-n_found // PAGE_SIZE)
    page = min(st.pagination(n_pages, key="refused_page", bind="query-params"), n_pages)
    for row in session.store.page_of_dropped((page - 1) * PAGE_SIZE, PAGE_SIZE, rule or "", bool(offered)).itertuples():
        _draw_one(session, row)


def _to_first() -> None:
    st.session_state["refused_page"] = 1


def _draw_one(session: Session, row: Any) -> None:
    """row: one of `Store.page_of_dropped`."""
    with st.container(border=True, gap="xsmall"):
        facts = chip(row.rule) + chip(row.filename) + passage(row.reason, size=".92rem")
        st.html(passage(row.query) + facts + passage(excerpt(row.text, [], 200)[0], muted=True, size=".92rem"))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(CORPUS, label="Read", icon=":material/menu_book:", query_params={"chunk": row.chunk_id})
            if row.taken:
                st.badge("a positive", icon=":material/check:", color="green")
            elif st.button("Take as a positive", key=f"take_{content_id(row.query, row.chunk_id)}", icon=":material/add:"):
                _take(session, Pair(row.query, row.chunk_id, "positive", "audit", row.question_id, reason=TAKEN))


def _take(session: Session, pair: Pair) -> None:
    told = teach(session.store, pair)
    if told.refused:
        st.warning(plain(told.sentence), icon=":material/shield:")
        return
    st.toast("It is a positive now, and stays one when pairs are generated again.", icon=":material/check:")
    st.rerun()
