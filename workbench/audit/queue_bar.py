"""Above the desk: who audits, which pairs in which order, and the doors to everything that is not one decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from core.store import AuditQueue
from core.store.queue import Order, Shown
from workbench.audit.bulk import draw_bulk, sample_of
from workbench.audit.deciding import Sitting
from workbench.audit.exchanging import draw_exchange
from workbench.audit.standing import draw_standing
from workbench.pairs.filtering import KINDS, draw_kinds
from workbench.session import Session
from workbench.words import count

T = TypeVar("T", bound=str)
ORDERS: dict[Order, str] = {"doubt": "Most doubtful first", "question": "By question", "rule": "By rule", "chance": "At random"}
SHOWN: dict[Shown, str] = {
    "undecided": "Undecided",
    "skip": "Skipped",
    "flag": "Flagged",
    "reject": "Rejected",
    "accept": "Accepted",
    "conflict": "Auditors differ",
    "all": "All",
}
NOBODY = "auditor"


def draw_bar(session: Session) -> Sitting:
    """The controls; what they say."""
    with st.container(horizontal=True, vertical_alignment="center", key="audit_bar", gap="small"):
        name = st.text_input(
            "Your name", NOBODY, key="auditor", bind="query-params", on_change=_leave_pair, label_visibility="collapsed", width=130,
            icon=":material/person:", help="Your name goes with every decision. Each auditor has a place of their own in the queue.",
        )  # fmt: skip
        shown, order = _choice("Queue", "show", SHOWN, 155), _choice("Order", "order", ORDERS, 190)
        auditor = (name or "").strip() or NOBODY
        queue = _filtered(session, auditor, shown, order)
        sampled = sample_of(session, queue)
        if st.button("Progress", icon=":material/monitoring:", key="audit_progress"):
            draw_standing(session, auditor)
        if st.button("Decide all", icon=":material/done_all:", key="audit_bulk", type="primary" if sampled else "secondary"):
            draw_bulk(session, queue, auditor)
        if st.button("In and out", icon=":material/swap_vert:", key="audit_exchange"):
            draw_exchange(session)
    return Sitting(sampled or queue, auditor, st.query_params.get("repeats") != "off")


def _choice(label: str, name: str, choices: Mapping[T, str], width: int) -> T:
    """One of a few, by its short name in the URL."""
    linked = st.query_params.get(name, "")
    st.session_state[name] = linked if linked in choices else next(iter(choices))
    return st.selectbox(
        label,
        list(choices),
        format_func=choices.__getitem__,
        key=name,
        on_change=_choose,
        args=(name,),
        label_visibility="collapsed",
        width=width,
    )


def _choose(name: str) -> None:
    st.query_params[name] = st.session_state[name]
    _leave_pair()


def _filtered(session: Session, auditor: str, shown: Shown, order: Order) -> AuditQueue:
    """The filter in a popover that closes over the page and moves nothing."""
    chunks = tuple(st.query_params.get_all("chunk"))
    n_set = sum(bool(st.query_params.get(name)) for name in ("text", "about", "mine", "chunk", *KINDS))
    with st.popover(f"Filter ({n_set})" if n_set else "Filter", icon=":material/filter_alt:", width="content"):
        kinds = session.store.pair_kinds()
        text = st.text_input("Words in query or chunk", type="search", key="text", bind="query-params", on_change=_leave_pair)
        about = st.text_input("About an entity", placeholder="A name or an alias", key="about", bind="query-params", on_change=_leave_pair)
        where = replace(draw_kinds(kinds, text or "", {name: st.container() for name in KINDS}, _leave_pair), chunk=chunks)
        if chunks:
            st.button(f"Only pairs with {count(len(chunks), 'chunk')}: show all", key="all_chunks", on_click=_leave_chunks)
        mine = st.toggle(
            "Only my own decisions count", key="mine", bind="query-params", on_change=_leave_pair,
            help="On: you judge every pair yourself, whatever others said. Off: what anybody decided is done, and several share the work.",
        )  # fmt: skip
    return AuditQueue(where, (about or "").strip(), shown, auditor if mine else "", order)


def _leave_chunks() -> None:
    st.query_params.pop("chunk", None)
    _leave_pair()


def _leave_pair() -> None:
    """Another queue is shown from its beginning."""
    st.query_params.pop("pair", None)
