"""The judging view: every system's first results for a question, pooled, shuffled, without saying which system found what; a key a grade.

For tests: the root of the desk is `.judge`; `data-item` is what is shown ("" where nothing is left), set after everything else of it. Its
buttons are `.judge .keys button.grade0` to `.grade3`, `.skip`, `.undo`, `.back`, `.forth`. In the URL: view=judge, split, question, chunk,
auditor, again=1 (also what is judged already).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from core.judging.giving import GRADES, give, take_back
from core.judging.merging import merged
from core.judging.pooling import DEPTH, Item, pooled, queue
from core.records import Judgement, Question, Split, content_id
from workbench.compare.card import Sitting, card
from workbench.compare.exchanging import draw_exchange
from workbench.compare.judging import NOBODY, auditor
from workbench.navigation import TRAIN
from workbench.session import BY_CORPUS, Session, ground, questions, told

HERE = Path(__file__).resolve().parent
KEY = "judge"
MOST_RUNS = 4  # the newest evaluated runs whose systems are pooled
LONGEST_LOOK_S = 3600.0
_COMPONENT = st.components.v2.component(
    "codex_forge_judge",
    html=(HERE / "judge.html").read_text(encoding="utf-8"),
    css=(HERE / "judge.css").read_text(encoding="utf-8"),
    js=(HERE / "judge.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def draw_pool(session: Session) -> None:
    """Who judges what, and the desk below."""
    runs = [str(run.path) for run in session.runs if (run.path / "rankings.parquet").is_file()][:MOST_RUNS]
    if not runs:
        st.info("Nothing has been evaluated yet. Judged are the first results of every system that was.", icon=":material/fact_check:")
        st.page_link(TRAIN, label="To the runs", icon=":material/arrow_back:")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="judge_bar", gap="small"):
        st.text_input(
            "Your name", NOBODY, key="auditor", bind="query-params", label_visibility="collapsed", width=130, icon=":material/person:",
            help="Your name goes with every judgement. Each person sees the results in another order.",
        )  # fmt: skip
        st.session_state["judge_split"] = "dev" if st.query_params.get("split") == "dev" else "test"
        splits: list[Split] = ["test", "dev"]
        split = (
            st.segmented_control(
                "Questions", splits, key="judge_split", on_change=_split_to_url, required=True, label_visibility="collapsed"
            )
            or "test"
        )
        st.toggle("Judged ones too", key="again", bind="query-params", help="Also what is judged already, to look at it again.")
        draw_exchange(session)
    st.caption(
        f"Pooled from the first {DEPTH} results of every system that the newest evaluations ranked. Judgements count from the next "
        "evaluation on, and never become training data."
    )
    _desk(session, tuple(runs), split)


def _split_to_url() -> None:
    st.query_params["split"] = st.session_state["judge_split"]
    _leave()


def _leave() -> None:
    for name in ("question", "chunk"):
        st.query_params.pop(name, None)


@st.cache_data(max_entries=8, hash_funcs=BY_CORPUS, show_spinner="Pooling what the systems found …")
def _line(session: Session, runs: tuple[str, ...], split: Split, auditor: str) -> list[Item]:
    """Everything in the pool, in this auditor's order."""
    import pandas as pd

    tables = [pd.read_parquet(Path(run) / "rankings.parquet") for run in runs]
    asked = [question for question in questions(session).values() if question.split == split]
    return queue(pooled(tables, split, ground(session).places), asked, auditor, everything=True)


@st.fragment
def _desk(session: Session, runs: tuple[str, ...], split: Split) -> None:
    with told():
        sitting = _sitting(session, runs, split)
        asked = _judged(session, sitting)
        item = _shown(sitting, asked)
        turn = uuid.uuid4().hex
        st.session_state["judge_turn"] = (turn, _key(item))
        data = card(session, sitting, asked, item, turn, st.session_state.pop("judge_notice", ""))
        _COMPONENT(key=KEY, data=data, on_pressed_change=lambda: _pressed(session, runs, split))


def _sitting(session: Session, runs: tuple[str, ...], split: Split) -> Sitting:
    """Made anew for each result: another tab may have imported another corpus meanwhile."""
    return Sitting(_line(session, runs, split, auditor()), split, auditor(), bool(st.session_state.get("again")))


def _judged(session: Session, sitting: Sitting) -> Mapping[str, Question]:
    """The questions of the line with all judgements, by id."""
    ids = dict.fromkeys(item.question_id for item in sitting.line)
    known = questions(session)
    return {one.question_id: one for one in merged([known[question_id] for question_id in ids], session.store.judged_here())}


def _shown(sitting: Sitting, asked: Mapping[str, Question]) -> Item | None:
    """What the URL names, else the first of the line that is open."""
    linked = Item(st.query_params.get("question", ""), st.query_params.get("chunk", ""))
    if linked in sitting.line:
        return linked
    of_question = [item for item in sitting.line if item.question_id == linked.question_id]
    item = sitting.next_open(None, asked, of_question) or sitting.next_open(None, asked)
    _to_url(item)
    return item


def _to_url(item: Item | None) -> None:
    if item is None:
        _leave()
    else:
        st.query_params["question"], st.query_params["chunk"] = item.question_id, item.chunk_id


def _key(item: Item | None) -> str:
    return content_id(item.question_id, item.chunk_id) if item else ""


def _pressed(session: Session, runs: tuple[str, ...], split: Split) -> None:
    """Nothing in here draws. A press on a screen that has been answered since is none."""
    message = st.session_state[KEY].pressed
    if message is None or (message["turn"], message["item"]) != st.session_state.get("judge_turn"):
        return
    st.session_state["judge_turn"] = None
    with told():
        _take(session, _sitting(session, runs, split), message)


def _take(session: Session, sitting: Sitting, message: Mapping[str, Any]) -> None:
    asked = _judged(session, sitting)
    item = _shown(sitting, asked)
    does = message["does"]
    if does == "undo":
        _undo(session, sitting, asked)
    elif item is None:
        return
    elif does == "grade" and message["value"] in GRADES:
        seconds = min(max(float(message["seconds"]), 0.0), LONGEST_LOOK_S)
        made = Judgement(
            content_id("judgement", sitting.auditor, message["turn"]), item.question_id, item.chunk_id, message["value"],
            sitting.auditor, time.time(), round(seconds, 2),
        )  # fmt: skip
        give(session.store, asked[item.question_id], made)
        _to_url(sitting.next_open(item, _judged(session, sitting)))
    elif does == "skip":
        _to_url(sitting.next_open(item, asked) or item)
    elif does in ("back", "forth"):
        _to_url(sitting.beside(item, -1 if does == "back" else 1))


def _undo(session: Session, sitting: Sitting, asked: Mapping[str, Question]) -> None:
    mine = session.store.judged_lately(sitting.auditor, limit=1)
    question = questions(session).get(mine[0].question_id) if mine else None
    taken = take_back(session.store, question, sitting.auditor, mine[0].judgement_id) if question else None
    if taken is None:
        st.session_state["judge_notice"] = "There is nothing to take back."
        return
    if taken.question_id in asked:
        _to_url(Item(taken.question_id, taken.chunk_id))
    st.session_state["judge_notice"] = f"Took back: {GRADES[taken.grade]}."
