"""The blind vote. Without a ballot in the URL: all of them and the form for a new one; with one: the voter's screen."""

from __future__ import annotations

import streamlit as st

from workbench.navigation import OVERVIEW, VOTE
from workbench.session import current
from workbench.vote.ballots import draw_ballots
from workbench.vote.voting import draw_voting

session = current()
ballots = {ballot.ballot_id: ballot for ballot in session.store.ballots()}
named = st.query_params.get("ballot", "")

if named in ballots:
    st.title("Which is better?", anchor=False)
    draw_voting(session, ballots[named])
    st.stop()

st.title("Blind vote", anchor=False)
if not session.store.counts().n_chunks:
    st.info("There is nothing to vote on yet: import a folder on the overview.", icon=":material/how_to_vote:")
    st.page_link(OVERVIEW, label="To the overview", icon=":material/arrow_back:")
    st.stop()
if named:
    st.warning("There is no such vote in this workspace.", icon=":material/link_off:")
    st.page_link(VOTE, label="All votes", icon=":material/how_to_vote:")
draw_ballots(session)
