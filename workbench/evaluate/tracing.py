"""From a question to the training pairs, rules and negatives that may have moved it, and from there to the audit desk."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.evaluation.grouping import subject_name
from core.evaluation.tracing import Trace
from core.records import Pair, Question
from core.runs.results import UNTUNED
from workbench.evaluate import derived
from workbench.evaluate.look import Look
from workbench.highlight import escape, passage
from workbench.navigation import PAIRS
from workbench.pairs.opened import labels_of
from workbench.session import Session
from workbench.words import count, plain

MOST_LISTED = 4
MOST_RULES = 6


def is_trained(look: Look) -> bool:
    """Whether training lies between before and after, so that its pairs can have moved anything."""
    return look.after not in UNTUNED


def draw_trace(session: Session, look: Look, question: Question) -> None:
    """What the model learned near this question: against its answers, for its rivals, and about the same things."""
    trace = derived.trace(look.run, question, look.before, look.after)
    st.markdown("**What training taught near it**")
    if not (trace.against_answers or trace.for_rivals or trace.touching):
        st.caption("No training pair speaks of what it is about: it moved with the model as a whole. More pairs about it may help.")
        return
    pushed, pulled, near = st.columns(3, gap="medium")
    with pushed:
        _draw_pairs(session, trace.against_answers, "Taught against its answers", "No negative stands on a chunk that answers it.")
    with pulled:
        _draw_pairs(session, trace.for_rivals, "Taught for its rivals", "No positive stands on a chunk that moved into its results.")
    with near:
        _draw_touching(look, question, trace)


def _draw_pairs(session: Session, pairs: Sequence[Pair], title: str, none: str) -> None:
    st.caption(f"{title}: {count(len(pairs), 'pair')}" if pairs else none)
    for pair in pairs[:MOST_LISTED]:
        with st.container(border=True, gap="xsmall"):
            st.html(f"<div>{labels_of(pair)}</div>" + passage(f"“{pair.query}”", size=".92rem"))
            if pair.reason:
                st.html(f'<div style="opacity:.75;font-size:.85rem">{escape(pair.reason)}</div>')
            if session.store.pair(pair.pair_id):
                _link("Judge it", {"pair": pair.pair_id}, "Open this pair at the audit desk.")
            else:
                st.caption("Pairs have been made anew since; this one is no longer there.")
    if len(pairs) > MOST_LISTED:
        st.caption(f"… and {len(pairs) - MOST_LISTED:,} more")


def _draw_touching(look: Look, question: Question, trace: Trace) -> None:
    import pandas as pd

    st.caption(f"About the same things: {count(trace.n_touching, 'pair')}" if trace.touching else "No pair is about the same things.")
    if trace.touching:
        rules = pd.DataFrame(trace.touching[:MOST_RULES], columns=["label", "rule", "pairs"])
        st.dataframe(rules, hide_index=True, height="content", alt="Training pairs about the same things, by rule")
    for name in sorted({subject_name(subject) for subject in derived.about(look.run).question(question)}):
        _link(f"Audit pairs about {name}", {"about": name}, "Open the audit desk on the pairs about this, decided or not.")


def _link(label: str, params: dict[str, str], what: str) -> None:
    st.page_link(PAIRS, label=_short(label), icon=":material/gavel:", help=what, query_params={"view": "audit", "show": "all", **params})


def _short(label: str) -> str:
    """A link's label is Markdown: what a name says must not become any."""
    return plain(label if len(label) <= 60 else label[:59] + "…")
