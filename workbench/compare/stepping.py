"""From question to question: as imported, or those first that one system answers best, or worst, against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import streamlit as st

from core.records import SPLITS, Question, Split
from core.search import Recipe
from workbench.compare.choosing import label
from workbench.compare.stored import Gains, gains
from workbench.session import Session
from workbench.words import METRICS, count

Order = Literal["imported", "improved", "regressed"]
ORDERS: dict[Order, str] = {"imported": "as imported", "improved": "most improved first", "regressed": "most regressed first"}


def draw_split(asked: Mapping[str, Question], linked_question: str) -> Split:
    """Whose questions: those of the linked question's split, unless the URL says so, else test where there are any."""
    present: list[Split] = [split for split in reversed(SPLITS) if any(question.split == split for question in asked.values())]
    own = asked[linked_question].split if linked_question in asked else None
    wanted = own or st.query_params.get("split", "")
    st.session_state["split"] = wanted if wanted in present else next(iter(present), "test")
    chosen: Split | None = st.segmented_control(
        "Questions", present or ["test"], key="split", on_change=_to_url, args=("split",), required=True, disabled=not present
    )  # fmt: skip
    return chosen or "test"


def _to_url(name: str) -> None:
    st.query_params[name] = st.session_state[name]
    if name == "split":
        st.query_params.pop("question", None)


def draw_order(session: Session, wanted: Sequence[Recipe], split: Split, newest: str) -> tuple[Order, Gains | None]:
    """How the questions are ordered; between which two systems stands in the choice itself."""
    if not wanted:
        return "imported", None
    stored = gains(session, wanted[0], wanted[-1], split) if len(wanted) > 1 else None
    linked = st.query_params.get("order", "")
    st.session_state["order"] = linked if stored and linked in get_args(Order) else "imported"
    between = " to ".join(label(recipe.name, newest) for recipe in (wanted[0], wanted[-1]))
    help_ = (
        f"By the change of {METRICS.get(stored.metric, stored.metric)} from {between}, the first and the last system, as evaluated."
        if stored
        else "Needs two systems that an evaluation has scored on these questions."
    )
    order: Order = st.selectbox(
        "In which order", list(ORDERS), format_func=ORDERS.__getitem__, key="order", on_change=_to_url, args=("order",),
        disabled=stored is None, help=help_,
    )  # fmt: skip
    return order, stored


def ordered(questions: Sequence[Question], order: Order, stored: Gains | None) -> list[str]:
    """Ids of the questions in that order; without a score they come last."""
    ids = [question.question_id for question in questions]
    if order == "imported" or stored is None:
        return ids
    known = stored.difference.sort_values(ascending=order == "regressed", kind="stable").index
    own = set(ids)
    first = [str(question_id) for question_id in known if question_id in own]
    return first + [question_id for question_id in ids if question_id not in set(first)]


def draw_steps(ids: Sequence[str], picked: str | None, order: Order, stored: Gains | None) -> None:
    """To the question before and after, and to the first of the order; and what the order says of this one."""
    place = ids.index(picked) if picked in ids else -1
    with st.container(horizontal=True, vertical_alignment="center", key="steps"):
        st.button("Previous", icon=":material/chevron_left:", key="previous", shortcut="p", disabled=place < 1,
                  on_click=_go, args=(ids[place - 1] if place > 0 else "",))  # fmt: skip
        st.button("Next", icon=":material/chevron_right:", key="next", shortcut="n", disabled=not place + 1 < len(ids),
                  on_click=_go, args=(ids[place + 1] if place + 1 < len(ids) else "",))  # fmt: skip
        if order != "imported" and place:
            st.button("To the first", icon=":material/first_page:", key="first", on_click=_go, args=(ids[0],))
        where = f"{place + 1:,} of {count(len(ids), 'question')}, {ORDERS[order]}" if place >= 0 else count(len(ids), "question")
        st.caption(where + _scored(picked, stored))


def _scored(picked: str | None, stored: Gains | None) -> str:
    if stored is None or picked is None or picked not in stored.difference.index:
        return ""
    metric = METRICS.get(stored.metric, stored.metric)
    return f" · this one {stored.difference[picked]:+.3f} {metric} from the first to the last system, as evaluated"


def _go(question_id: str) -> None:
    st.query_params["question"] = question_id
    st.session_state["q"] = ""
