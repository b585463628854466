"""Relevant or not, said of a result on the page; and taking it back."""

from __future__ import annotations

import time
import uuid
from typing import Literal

import streamlit as st

from core.judging.giving import GRADES, RELEVANT, give, take_back
from core.records import Judgement, Question
from workbench.session import Session, told
from workbench.words import count, plain

NOBODY = "auditor"


def auditor() -> str:
    """Who judges, as the URL says."""
    return st.query_params.get("auditor", "").strip() or NOBODY


def draw_thumbs(session: Session, question: Question, chunk_id: str, key: str) -> None:
    """Two buttons on a result. What it is judged already is the one that is filled."""
    grade = question.judgements.get(chunk_id)
    train = question.split == "train"
    for name, icon, given, says in (
        ("yes", ":material/thumb_up:", RELEVANT, "Relevant" + (", and a positive to learn from" if train else "")),
        ("no", ":material/thumb_down:", 0, "Not relevant" + (", and a hard negative to learn from" if train else "")),
    ):
        st.button(
            icon, key=f"{name}_{key}", help=f"{says}. Take it back above.", type=_type(grade, given),
            on_click=_judge, args=(session, question, chunk_id, given),
        )  # fmt: skip


def _type(grade: int | None, given: int) -> Literal["secondary", "tertiary"]:
    return "secondary" if grade is not None and (grade > 0) == (given > 0) else "tertiary"


def _judge(session: Session, question: Question, chunk_id: str, grade: int) -> None:
    with told():
        made = Judgement(uuid.uuid4().hex, question.question_id, chunk_id, grade, auditor(), time.time())
        st.session_state["judged_told"] = give(session.store, question, made).sentence


def draw_strip(session: Session, question: Question) -> None:
    """What became of the last press, and the way back."""
    said = st.session_state.pop("judged_told", "")
    mine = session.store.judged_lately(auditor(), question.question_id, limit=100)
    if not mine and not said:
        if question.split != "train":
            st.caption("Judge any result: it counts from the next evaluation on. A held-out question's results never become training data.")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="judged"):
        if mine:
            back = f"Take back: {GRADES[mine[0].grade]}"
            st.button(back, icon=":material/undo:", key="take_back", on_click=_take_back, args=(session, question, mine[0].judgement_id))
        st.caption(plain(said) if said else f"{count(len({one.chunk_id for one in mine}), 'result')} of this question judged by you.")


def _take_back(session: Session, question: Question, judgement_id: str) -> None:
    with told():
        taken = take_back(session.store, question, auditor(), judgement_id)
        st.session_state["judged_told"] = "Taken back: what was said before stands again." if taken else "That was taken back already."
