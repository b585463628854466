"""All ballots with what their votes come to, and the form for a new one."""

from __future__ import annotations

import time

import streamlit as st

from core.errors import InputError
from core.runs.evidence import evaluated_runs
from core.runs.folder import RunFolder
from core.voting.ballot import N_RESULTS, Ballot, draw_up
from workbench.evaluate.derived import evaluated, ranked
from workbench.navigation import EVALUATE, VOTE
from workbench.session import Session, told
from workbench.vote.outcomes import draw_outcome, headline, outcome_of
from workbench.words import ago, count, plain

N_QUESTIONS = 20


def draw_ballots(session: Session) -> None:
    """Every ballot, newest first, below the form."""
    ballots = session.store.ballots()
    runs = {run.run_id: run for run in evaluated_runs(session.workspace)}
    if not runs and not ballots:
        st.info("There is nothing to vote on yet: a finished evaluation brings the results to compare.", icon=":material/how_to_vote:")
        st.page_link(EVALUATE, label="To the evaluation", icon=":material/arrow_back:")
        return
    if runs:
        with st.expander("A new vote", icon=":material/add:", expanded=not ballots):
            _draw_form(session, runs)
    for ballot in ballots:
        _draw_ballot(session, ballot, ballot.run_id in runs)


def _draw_form(session: Session, runs: dict[str, RunFolder]) -> None:
    st.markdown(
        "Each voter sees a test question and two result lists without a name, in an order drawn for them, and picks the better one. Choose "
        "what is compared; then send the people who know the subject here."
    )
    run = runs[st.selectbox("Run", list(runs), key="ballot_run", width=330)]
    found = evaluated(run)
    systems = list(found.results["systems"])
    with st.form("new_ballot", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        a = st.selectbox("One side", systems, index=systems.index(found.results["baseline"]), width=170)
        b = st.selectbox("The other", systems, index=systems.index(found.results["candidate"]), width=170)
        n = st.number_input("Questions", 1, 500, N_QUESTIONS, width=140, help="Drawn at random from the test questions.")
        made = st.form_submit_button("Draw up the ballot", type="primary", icon=":material/how_to_vote:")
    if made:
        with told():
            ballot = _drawn(run, a, b, int(n))
            session.store.add_ballot(ballot)
            st.switch_page(VOTE, query_params={"ballot": ballot.ballot_id})


def _drawn(run: RunFolder, a: str, b: str, n: int) -> Ballot:
    if a == b:
        raise InputError("Both sides are the same system: choose two different ones.")
    now = time.time()
    test = [key for key, question in evaluated(run).questions.items() if question.split == "test"]
    return draw_up(run.run_id, ranked(run), test, a, b, n, seed=int(now * 1000), created_at=now)


def _draw_ballot(session: Session, ballot: Ballot, is_there: bool) -> None:
    found = outcome_of(session, ballot)
    with st.container(border=True, key=f"ballot_{ballot.ballot_id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(ballot.b)}** against **{plain(ballot.a)}**, {count(len(ballot.question_ids), 'question')}")
            st.caption(f"Drawn up {ago(ballot.created_at)} from run {ballot.run_id}")
        st.markdown(headline(ballot, found))
        if is_there:
            st.page_link(VOTE, label="Vote", icon=":material/how_to_vote:", query_params={"ballot": ballot.ballot_id})
        else:
            st.caption("Its run is no longer here, so nobody can vote on it any more; what was voted stands.")
        if ballot.n_identical:
            st.caption(
                f"{count(ballot.n_identical, 'test question')} left out, because both systems show the same {N_RESULTS} results there."
            )
        if found.n_votes:
            with st.expander("By voter and category", icon=":material/table_rows:"):
                draw_outcome(session, ballot, found)
