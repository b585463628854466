"""Deciding a whole filter at once: only after a random sample of it has been judged, and one undo takes it back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from core.auditing.estimate import error_estimate, more_to_judge, sample_for_bulk
from core.records import Decision, Verdict, content_id
from core.store import AuditQueue
from workbench.session import Session
from workbench.words import count

USUAL_SAMPLE, NARROW = 30, 0.1  # pairs; the width of the interval that is suggested


def sample_of(session: Session, queue: AuditQueue) -> AuditQueue | None:
    """The queue of the sample that the URL names: of what the filter held undecided at that time, so many at random. None without one."""
    n, since = st.query_params.get("sample", ""), st.query_params.get("since", "")
    if not (n.isdecimal() and int(n) and since.replace(".", "", 1).isdecimal()):
        return None
    population = session.store.listed_pairs(_population(queue, float(since)))
    return replace(queue, shown="undecided", ids=sample_for_bulk(population, int(n), int(float(since))))


def _population(queue: AuditQueue, since: float) -> AuditQueue:
    return replace(queue, shown="undecided", since=since, ids=None)


@st.dialog("Decide all", width="medium", icon=":material/done_all:")
def draw_bulk(session: Session, queue: AuditQueue, auditor: str) -> None:
    """Draw a sample, or, once there is one, what it says and the button that decides the rest."""
    sampled = sample_of(session, queue)
    if sampled is None:
        _draw_start(session, queue)
        return
    ids = sampled.ids or ()
    population = _population(queue, float(st.query_params["since"]))
    verdicts = session.store.verdicts(ids)
    n_total = len(session.store.listed_pairs(population))
    if not n_total:
        st.info("No undecided pair matches this filter any more.", icon=":material/done_all:")
    else:
        _draw_estimate(session, population, auditor, ids, verdicts, n_total)
    if st.button("Leave the sample", icon=":material/close:", key="leave_sample"):
        _leave()
        st.rerun()


def _draw_start(session: Session, queue: AuditQueue) -> None:
    n_open = session.store.place(replace(queue, shown="undecided"), "").n_open
    st.markdown(
        f"**{count(n_open, 'undecided pair')}** match the filter. Judge a random sample of them first: from it follows how many of all "
        "would be decided wrongly, and you can accept or reject the rest at once, or not."
    )
    if not n_open:
        return
    n = st.number_input("Pairs in the sample", 1, n_open, min(USUAL_SAMPLE, n_open), key="sample_size")
    if st.button("Draw the sample", type="primary", icon=":material/casino:", key="draw_sample"):
        st.query_params["sample"], st.query_params["since"] = str(int(n)), f"{time.time():.2f}"
        st.query_params.pop("pair", None)
        st.rerun()


def _draw_estimate(
    session: Session, population: AuditQueue, auditor: str, ids: Sequence[str], verdicts: Mapping[str, Verdict], n_total: int
) -> None:
    choices: list[Literal["accept", "reject"]] = ["accept", "reject"]
    verdict = st.segmented_control("What all would get", choices, default="accept", key="bulk_verdict", required=True)
    judged = [verdicts[pair_id] for pair_id in ids if pair_id in verdicts]
    n_wrong = sum(said != verdict for said in judged)
    if len(judged) < len(ids):
        said = f"{len(judged):,} of the {count(len(ids), 'pair')} in the sample are judged: judge the rest at the desk."
        st.info(said, icon=":material/casino:")
        return
    estimate = error_estimate(n_wrong, len(judged), n_total)
    st.markdown(
        f"Of {len(judged):,} sampled pairs you would **{verdict}** {len(judged) - n_wrong:,}; a skip or a flag counts as wrong. So "
        f"**{estimate.share:.0%}** of all {n_total:,} would be decided wrongly: between **{estimate.low:.1%}** and **{estimate.high:.1%}** "
        f"({estimate.fewest:,} to {estimate.most:,} pairs) with 95 % confidence."
    )
    if estimate.high - estimate.low > NARROW and (more := more_to_judge(n_wrong, len(judged), n_total, NARROW)):
        st.caption(f"About {count(more, 'more pair')} would narrow that to {NARROW:.0%}.")
        if st.button("Make the sample larger", icon=":material/add:", key="larger_sample"):
            st.query_params["sample"] = str(len(ids) + more)
            st.rerun()
    n_left = session.store.place(population, "").n_open
    label = f"{verdict.capitalize()} the other {n_left:,}"
    if st.button(label, type="primary", icon=":material/done_all:", key="do_bulk", disabled=not n_left):
        _decide_all(session, population, verdict, auditor)
        _leave()
        st.rerun()


def _decide_all(session: Session, population: AuditQueue, verdict: Verdict, auditor: str) -> None:
    """One batch, in one transaction. What has been decided one by one is left as it is."""
    batch, made_at = uuid.uuid4().hex, time.time()
    session.store.decide(
        [
            Decision(content_id("decision", auditor, batch, pair_id), pair_id, verdict, auditor, made_at, batch=batch)
            for pair_id in session.store.open_pairs(population)
        ]
    )


def _leave() -> None:
    for name in ("sample", "since", "pair"):
        st.query_params.pop(name, None)
