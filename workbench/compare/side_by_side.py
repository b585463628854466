"""One query, two to four systems side by side. Everything that is looked at stands in the URL: question or q, systems, k, until, split,
order, stress, auditor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.records import Question
from core.search import Recipe, recipes
from workbench.compare.choosing import draw_choice, draw_missing, newest_model, ready
from workbench.compare.columns import draw_columns
from workbench.compare.judging import draw_strip
from workbench.compare.knowing import draw_until, sentence
from workbench.compare.query import Query, from_question, from_text
from workbench.compare.sheet import sheet
from workbench.compare.stepping import draw_order, draw_split, draw_steps, ordered
from workbench.compare.stress import draw_stress
from workbench.highlight import chip, passage
from workbench.session import Session, ground, questions


def draw_side_by_side(session: Session) -> None:
    """Pick, ask, draw."""
    asked = questions(session)
    offered = recipes(session.workspace)
    newest = newest_model(offered)
    choosing, depth, known = st.columns([6, 1.3, 1.5], vertical_alignment="bottom")
    with choosing:
        wanted = draw_choice(offered)
    with depth:
        k = st.segmented_control("Results", [5, 10], default=5, key="k", bind="query-params", required=True) or 5
    picked, text = _draw_picking(session, asked, wanted, newest)
    question = asked[picked] if picked else None
    if not wanted:
        st.caption("Choose at least one system.")
        return
    if not (text or question):
        st.caption("Pick a question or type a query: every system answers it, side by side.")
        return
    with known:
        until = draw_until(ground(session), question)
    can = ready(session, wanted)
    draw_missing(session, can.missing, newest)
    query = from_text(session, text, until) if text or question is None else from_question(session, question, until)
    _draw_query(query)
    if query.question:
        draw_strip(session, query.question)
    if can.recipes:
        found = sheet(session, can.recipes, query.text, until)
        st.caption(sentence(found, until, query.question))
        draw_columns(session, can.recipes, found, query, k, newest)
        draw_stress(session, can.recipes, query, newest)


def _draw_picking(session: Session, asked: Mapping[str, Question], wanted: Sequence[Recipe], newest: str) -> tuple[str | None, str]:
    """Id of the picked question, and the typed query: one of the two, or neither."""
    linked = st.query_params.get("question", "")
    of, how, picking, typing = st.columns([1.7, 1.9, 3.2, 3.2], vertical_alignment="bottom")
    with of:
        split = draw_split(asked, linked)
    with how:
        order, stored = draw_order(session, wanted, split, newest)
    ids = ordered([question for question in asked.values() if question.split == split], order, stored)
    st.session_state["picked"] = linked if linked in asked else None
    picked: str | None = picking.selectbox(
        f"One of {len(ids):,} {split} questions",
        ids if linked in ids or linked not in asked else [linked, *ids],
        format_func=lambda key: asked[key].text,
        placeholder="Type to search them",
        key="picked",
        on_change=_pick,
        disabled=not ids,
    )
    text = typing.text_input(
        "Or a query of your own",
        type="search",
        placeholder="What would you ask?",
        key="q",
        bind="query-params",
        on_change=_unpick,
    )
    if not text and ids:
        draw_steps(ids, picked, order, stored)
    return (None, text) if text else (picked, "")


def _unpick() -> None:
    """A typed query takes the place of the picked question."""
    st.query_params.pop("question", None)


def _pick() -> None:
    """A picked question takes the place of the typed query."""
    st.session_state["q"] = ""
    if picked := st.session_state["picked"]:
        st.query_params["question"] = picked
    else:
        st.query_params.pop("question", None)


def _draw_query(query: Query) -> None:
    """The question and what is looked for in the results."""
    looked_for = "Topics a good answer covers" if query.graded else "Entities named in the query"
    topics = "".join(chip(topic, query.tones[topic], strong=True) for topic in query.topics)
    named = f'<div style="margin-top:.4em"><span style="opacity:.7;margin-right:.6em">{looked_for}</span>{topics}</div>'
    st.html(passage(query.text, size="1.25rem") + (named if query.topics else ""))
