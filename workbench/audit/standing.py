"""How the audit stands: verdicts, accept rates by rule with the switch that turns a rule off, agreement, and where auditors differ.

Opened on demand and drawn apart from the desk, so that a key costs none of it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from core.auditing.agreement import Rate, accept_rates, agreements, self_agreement
from core.pipeline import start_pairs
from core.records import BY_HAND, Decision, Label
from core.store import AuditQueue
from workbench.session import ACTIVE, Session, told
from workbench.words import count, plain


@st.dialog("Progress", width="large", icon=":material/monitoring:")
def draw_standing(session: Session, auditor: str) -> None:
    """The whole dialog."""
    decisions = session.store.decisions()
    if not decisions:
        st.info("Nothing has been decided yet: press A or X at the desk.", icon=":material/keyboard:")
        return
    kinds = session.store.kinds_of_decided()
    _draw_verdicts(session, kinds)
    st.subheader("Accepted by rule", anchor=False)
    _draw_rules(session, accept_rates(decisions, {pair_id: rule for pair_id, (rule, _) in kinds.items()}))
    _draw_again(session)
    st.subheader("Agreement", anchor=False)
    _draw_agreement(decisions, auditor, len(session.store.open_pairs(AuditQueue(shown="conflict"))))


def _draw_verdicts(session: Session, kinds: Mapping[str, tuple[str, Label]]) -> None:
    counts, verdicts = session.store.decision_counts(), session.store.verdicts(list(kinds))
    caught = sum(verdicts.get(pair_id) == "reject" for pair_id, (_, label) in kinds.items() if label == "negative")
    figures = {
        "Accepted": f"{counts.get('accept', 0):,}",
        "Rejected": f"{counts.get('reject', 0):,}",
        "Skipped": f"{counts.get('skip', 0):,}",
        "Flagged": f"{counts.get('flag', 0):,}",
        "False negatives caught": f"{caught:,}",
    }
    with st.grid(5):
        for name, value in figures.items():
            st.metric(name, value)


def _draw_rules(session: Session, rates: Mapping[str, Rate]) -> None:
    st.caption(
        "How often a rule's label was right, with the 95 % interval. Pairs judged most doubtful first are worse than the rest of their "
        "rule. A rule that is off gives no undecided pairs to training and makes no new ones; what was accepted of it counts all the same."
    )
    off = session.store.rules_off()
    totals = Counter[str]()
    for kind in session.store.pair_kinds():
        totals[kind.rule] += kind.n
    for rule in sorted({*totals, *rates, *off} - {BY_HAND}):  # what a person added counts in any case
        rate = rates.get(rule, Rate(0, 0))
        name, share, toggle = st.columns([4, 5, 2], vertical_alignment="center")
        name.markdown(f"{plain(rule)} :gray[{count(totals[rule], 'pair')}]")
        wrong = "  \n:orange[More often wrong than right: better off.]" if rate.high < 0.5 and rule not in off else ""
        share.markdown(_spelled(rate) + wrong)
        key = f"rule_on_{rule}"
        toggle.toggle("On", rule not in off, key=key, on_change=_switch, args=(session, rule, key))


def _switch(session: Session, rule: str, key: str) -> None:
    session.store.switch_rule(rule, bool(st.session_state[key]))


def _draw_again(session: Session) -> None:
    """Decisions say which rules are off, which chunks answer and how near to an answer is too near; this makes pairs by what they say."""
    making = any("pairs" in run.config["stages"] and not run.has_pairs and run.status() in ACTIVE for run in session.runs)
    st.markdown(
        "Made anew, the pairs follow what you have decided: without the rules that are off, with other negatives in place of rejected "
        "ones, and with audited negatives deciding how near to an answer is too near. Every decided pair stays."
    )
    label = "Pairs are being made …" if making else "Make the undecided pairs anew"
    if st.button(label, icon=":material/autorenew:", key="make_anew", disabled=making, on_click=_make_anew, args=(session,)):
        st.rerun()


def _make_anew(session: Session) -> None:
    with told():
        start_pairs(session.store, session.workspace, session.settings)
        st.query_params["view"] = "generate"


def _draw_agreement(decisions: Sequence[Decision], auditor: str, n_differing: int) -> None:
    own = self_agreement(decisions, auditor)
    if own.n:
        st.markdown(f"You judged {count(own.n, 'pair')} a second time without knowing it, and said the same {_spelled(own)}.")
    else:
        st.caption("About every 20th pair is one that was judged before, unannounced: how often you say the same again will stand here.")
    between = agreements(decisions)
    if between:
        rows = [
            {
                "auditors": " and ".join(one.auditors),
                "pairs in common": one.same.n,
                "said the same": one.same.value,
                "kappa": None if math.isnan(one.kappa) else one.kappa,
            }
            for one in between
        ]
        st.dataframe(
            rows,
            column_config={
                "said the same": st.column_config.NumberColumn(format="percent"),
                "kappa": st.column_config.NumberColumn(format="%.2f"),
            },
            hide_index=True,
            alt="Agreement of every two auditors",
        )
    if n_differing:
        st.markdown(f"Auditors differ on **{count(n_differing, 'pair')}**: the latest word counts until somebody looks again.")
        if st.button("Go through them", icon=":material/compare_arrows:", key="see_conflicts", on_click=_show_conflicts):
            st.rerun()


def _show_conflicts() -> None:
    st.query_params["show"] = "conflict"
    st.query_params.pop("pair", None)


def _spelled(rate: Rate) -> str:
    if not rate.n:
        return ":gray[not judged yet]"
    return f"**{rate.value:.0%}** ({rate.k:,} of {rate.n:,}; {rate.low:.0%} to {rate.high:.0%})"
