"""The audit desk: one pair at a time, one key a decision.

The desk itself is a component (desk.html, desk.css, desk.js) in a fragment: a press goes to the server as one message that names the
turn and the pair it was made on, is written to disk, and the next turn comes back as one. Buttons of Streamlit with shortcuts were
tried first: a pair arrives on the screen before the buttons that belong to it, and what is pressed in between is lost.

For tests and benchmarks: the root of the desk, `.desk` in the document (no shadow root), carries `data-pair`, the id of the pair that
is shown ("" where none is left), set after everything else of the pair, and `data-turn`, which changes with every answer. The buttons
are `.desk .keys button.accept`, `.reject`, `.skip`, `.flag`, `.undo`, `.back`, `.forth`, `.guide`. What stands above the desk is in
`.st-key-audit_bar`. In the URL: view=audit, auditor, order, show, mine, text, label, rule, hardness,
category, about, chunk (repeated), pair, sample, since, repeats=off.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import streamlit as st

from workbench.audit.card import Look, card
from workbench.audit.deciding import Sitting, Step, take
from workbench.audit.queue_bar import draw_bar
from workbench.session import Session, told

HERE = Path(__file__).resolve().parent
KEY = "desk"
_COMPONENT = st.components.v2.component(
    "codex_forge_desk",
    html=(HERE / "desk.html").read_text(encoding="utf-8"),
    css=(HERE / "desk.css").read_text(encoding="utf-8"),
    js=(HERE / "desk.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def draw_desk(session: Session) -> None:
    """The queue's controls, and the desk below them."""
    sitting = draw_bar(session)
    _desk(session, sitting)


@st.fragment
def _desk(session: Session, sitting: Sitting) -> None:
    with told():
        data = [_turn(session, sitting)]  # a list: in a dict Streamlit looks for tables, for which it loads pandas
        _COMPONENT(key=KEY, data=data, on_pressed_change=lambda: _pressed(session, sitting))


def _turn(session: Session, sitting: Sitting) -> dict[str, Any]:
    """The pair that the URL names, else the first open one, as a new turn: only a press that names this turn will count."""
    step = st.session_state.pop("audit_step", None) or Step()
    if step.pair_id is not None:
        st.session_state["audit_repeat"] = None if step.then is None else (step.pair_id, step.then)
        _put_in_url(step.pair_id)
    pair_id = st.query_params.get("pair", "")
    place = step.place or session.store.place(sitting.queue, pair_id)
    turn = session.store.turn(pair_id, sitting.auditor)
    if turn.shown is None and place.first_open:
        _put_in_url(place.first_open)
        turn = session.store.turn(place.first_open, sitting.auditor)
    shown_id = turn.shown.pair.pair_id if turn.shown else ""
    turn_id = uuid.uuid4().hex
    st.session_state["audit_turn"] = (turn_id, shown_id)
    look = Look(
        auditor=sitting.auditor,
        blind=_then(shown_id) is not None,
        around=st.session_state.get("audit_around") == shown_id,
        notice=step.notice,
    )
    return card(session, turn, place, turn_id, look)


def _pressed(session: Session, sitting: Sitting) -> None:
    """Nothing in here draws: a run that is cut short can only be cut short after the decision and the step it leads to are both kept."""
    message = st.session_state[KEY].pressed
    if message is None or (message["turn"], message["pair"]) != st.session_state.get("audit_turn"):
        return  # a press on a screen that has been answered since
    st.session_state["audit_turn"] = None
    if message["does"] == "around":
        shown = st.session_state.get("audit_around")
        st.session_state["audit_around"] = None if shown == message["pair"] else message["pair"]
        return
    with told():
        st.session_state["audit_step"] = take(session.store, sitting, message, _then(message["pair"]))


def _then(pair_id: str) -> str | None:
    """Where the queue goes on after `pair_id`, if that is a blind repeat."""
    repeated, then = st.session_state.get("audit_repeat") or (None, None)
    return then if pair_id and repeated == pair_id else None


def _put_in_url(pair_id: str) -> None:
    if pair_id:
        st.query_params["pair"] = pair_id
    else:
        st.query_params.pop("pair", None)
