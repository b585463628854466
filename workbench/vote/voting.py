"""The voter's screen: one question, two lists, one key. Which list is whose is in nothing that the screen shows.

For tests: the container `.st-key-assignment_<id>` names the assignment on the screen, `.st-key-vote_left` and `.st-key-vote_right` hold
the lists; the buttons are `.st-key-vote_…_left`, `_right`, `_tie` and `_skip` with the assignment's id and round between.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from core.records import Question
from core.runs.folder import RunFolder
from core.voting.ballot import Ballot, Choice, assignment_id, known_as, on_the_left, order_for
from workbench.evaluate.derived import evaluated, ranked
from workbench.highlight import passage
from workbench.navigation import VOTE
from workbench.session import Session, told
from workbench.vote.outcomes import headline, outcome_of, run_of
from workbench.words import count, plain

LONGEST_LOOK_S = 3600.0
TEXT_LIMIT, SHARED_LIMIT = 700, 150  # characters of a result on one side alone, and of one on both
KEYS = {"left": ("The left one", "Left"), "tie": ("No difference", "T"), "right": ("The right one", "Right"), "skip": ("Skip", "S")}


def draw_voting(session: Session, ballot: Ballot) -> None:
    """Who votes, then one question after another."""
    run = run_of(session, ballot)
    if run is None:
        st.warning("The results of this vote are no longer here: its run has been deleted.", icon=":material/link_off:")
        return
    name = st.query_params.get("voter", "")
    if not known_as(name):
        _draw_welcome(ballot)
        return
    _draw_turn(session, ballot, run, known_as(name))


def _draw_welcome(ballot: Ballot) -> None:
    with st.container(border=True, width=620):
        st.subheader("Which results are better?", anchor=False)
        st.markdown(
            f"You will see {count(len(ballot.question_ids), 'question')}, one at a time, each with two lists of results. Pick the list "
            "that answers better. You are not told where a list comes from, and the sides are drawn anew for every question. You may stop "
            "at any time and come back."
        )
        with st.form("voter", border=False):
            name = st.text_input("Your name or initials", max_chars=40, help="So that every question counts once for each voter.")
            if st.form_submit_button("Begin", type="primary", icon=":material/play_arrow:"):
                if known_as(name):
                    st.query_params["voter"] = name.strip()
                    st.rerun()
                st.error("Write a name or initials first.")


def _draw_turn(session: Session, ballot: Ballot, run: RunFolder, voter: str) -> None:
    done = {vote.question_id for vote in session.store.votes(ballot.ballot_id) if vote.voter == voter}
    asked = evaluated(run).questions
    left = [one for one in order_for(ballot, voter) if one not in done and one in asked]
    st.progress(len(done) / len(ballot.question_ids), f"{len(done):,} of {len(ballot.question_ids):,} · {plain(voter)}")
    if not left:
        _draw_end(session, ballot, voter)
        return
    question = asked[left[0]]
    assignment = assignment_id(ballot, voter, question.question_id)
    with st.container(key=f"assignment_{assignment}"):
        st.html(passage(question.text, size="1.5rem"))
        sides: dict[str, Choice] = {"left": on_the_left(ballot, voter, question.question_id)}
        sides["right"] = "b" if sides["left"] == "a" else "a"
        shown = {side: _results(ballot, run, question, ballot.a if system == "a" else ballot.b) for side, system in sides.items()}
        for column, (side, other) in zip(st.columns(2, gap="large"), (("left", "right"), ("right", "left")), strict=True):
            with column.container(key=f"vote_{side}"):
                _draw_list(session, shown[side], shown[other])
        _draw_choices(session, ballot, voter, question, assignment, sides)
    if done:
        st.button(
            "Take my last vote back", icon=":material/undo:", key="vote_undo", type="tertiary", shortcut="Backspace",
            on_click=_take_back, args=(session, ballot, voter),
        )  # fmt: skip


def _results(ballot: Ballot, run: RunFolder, question: Question, system: str) -> Sequence[str]:
    return ranked(run).get((system, question.question_id), ())[: ballot.n_results]


def _draw_list(session: Session, shown: Sequence[str], other: Sequence[str]) -> None:
    """One side. What the other side shows too is faded and cut short, so that the eye falls on what differs."""
    for rank, chunk_id in enumerate(shown, start=1):
        chunk, shared = session.store.chunk(chunk_id), chunk_id in other
        text = chunk.document if chunk else "This passage is no longer in the corpus."
        limit = SHARED_LIMIT if shared else TEXT_LIMIT
        also = f", on the other side in place {other.index(chunk_id) + 1}" if shared else ""
        with st.container(border=True):
            number = f'<div style="opacity:.6;font-size:.85rem">{rank}{also}</div>'
            st.html(number + passage(text if len(text) <= limit else text[:limit] + " …", size=".95rem", muted=shared))


def _draw_choices(session: Session, ballot: Ballot, voter: str, question: Question, assignment: str, sides: dict[str, Choice]) -> None:
    n_before = session.store.n_votes_cast(ballot, voter, question.question_id)
    st.session_state["vote_shown"] = (assignment, time.monotonic())
    with st.bottom, st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="bottom"):
        for name, (label, key) in KEYS.items():
            choice: Choice = sides.get(name, "tie" if name == "tie" else "skip")
            st.button(
                label, key=f"vote_{assignment}_{n_before}_{name}", shortcut=key, type="primary" if name in sides else "secondary",
                on_click=_cast, args=(session, ballot, voter, question.question_id, choice, n_before, assignment),
            )  # fmt: skip
        st.text_input("Why? (if you like)", key=f"comment_{assignment}_{n_before}", max_chars=500, width=320)


def _cast(session: Session, ballot: Ballot, voter: str, question_id: str, choice: Choice, n_before: int, assignment: str) -> None:
    """A press counts for the question that its button stood under, once, whatever is on the screen by now."""
    shown, at = st.session_state.get("vote_shown") or ("", 0.0)
    seconds = min(time.monotonic() - at, LONGEST_LOOK_S) if shown == assignment else 0.0
    comment = str(st.session_state.get(f"comment_{assignment}_{n_before}") or "").strip()
    with told():
        session.store.vote(ballot, voter, question_id, choice, n_before, round(seconds, 2), comment)


def _take_back(session: Session, ballot: Ballot, voter: str) -> None:
    session.store.take_vote_back(ballot, voter)


def _draw_end(session: Session, ballot: Ballot, voter: str) -> None:
    st.success("That was the last question. Thank you.", icon=":material/celebration:")
    st.markdown(headline(ballot, outcome_of(session, ballot)))
    with st.container(horizontal=True):
        st.page_link(VOTE, label="All votes", icon=":material/how_to_vote:")
        st.button(
            "Take my last vote back", icon=":material/undo:", key="vote_undo", type="tertiary", shortcut="Backspace",
            on_click=_take_back, args=(session, ballot, voter),
        )  # fmt: skip
